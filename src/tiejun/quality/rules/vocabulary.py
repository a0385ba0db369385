"""The words of this module: states, findings, evidence, refusals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping


class Part(StrEnum):
    """Why a visit was drawn: for its signs, or at random."""

    RISK = "RISK"
    RANDOM = "RANDOM"


class Method(StrEnum):
    """How a task is worked: by a call, from the records (the customer was asked lately), or by judging a colleague's notes again."""

    CALL = "CALL"
    RECORDS = "RECORDS"
    SECOND = "SECOND"


class TaskState(StrEnum):
    DRAWN = "DRAWN"
    ASSIGNED = "ASSIGNED"
    CONTACTING = "CONTACTING"
    FOUND = "FOUND"
    CLOSED = "CLOSED"


TASK_STEPS: Mapping[TaskState, tuple[TaskState, ...]] = {
    TaskState.DRAWN: (TaskState.ASSIGNED,),
    TaskState.ASSIGNED: (TaskState.CONTACTING,),
    TaskState.CONTACTING: (TaskState.FOUND, TaskState.CLOSED),
    TaskState.FOUND: (TaskState.CLOSED,),
    TaskState.CLOSED: (),
}
OPEN_TASKS = (TaskState.DRAWN, TaskState.ASSIGNED, TaskState.CONTACTING)
FOUND_TASKS = (TaskState.FOUND, TaskState.CLOSED)


class Finding(StrEnum):
    """What a check found; only CONTRADICTED says that the visit did not take place as reported."""

    CONFIRMED = "CONFIRMED"
    DISCREPANCY = "DISCREPANCY"
    UNVERIFIABLE = "UNVERIFIABLE"
    CONTRADICTED = "CONTRADICTED"


SETTLED = (Finding.CONFIRMED, Finding.DISCREPANCY, Finding.CONTRADICTED)


class EvidenceKind(StrEnum):
    """What supports a contradiction; two of different kinds are independent of each other."""

    CUSTOMER_STATEMENT = "CUSTOMER_STATEMENT"
    SECOND_PERSON = "SECOND_PERSON"
    POSITION = "POSITION"
    PHOTO = "PHOTO"
    DEVICE_RECORD = "DEVICE_RECORD"
    PHONE_RECORD = "PHONE_RECORD"
    DOCUMENT = "DOCUMENT"


EVIDENCES_NEEDED = 2


class CaseState(StrEnum):
    OPENED = "OPENED"
    NOTIFIED = "NOTIFIED"
    PANEL = "PANEL"
    UPHELD = "UPHELD"
    DISMISSED = "DISMISSED"
    APPEAL = "APPEAL"
    FINAL = "FINAL"


CASE_STEPS: Mapping[CaseState, tuple[CaseState, ...]] = {
    CaseState.OPENED: (CaseState.NOTIFIED,),
    CaseState.NOTIFIED: (CaseState.PANEL,),
    CaseState.PANEL: (CaseState.UPHELD, CaseState.DISMISSED),
    CaseState.UPHELD: (CaseState.APPEAL, CaseState.FINAL),
    CaseState.DISMISSED: (CaseState.FINAL,),
    CaseState.APPEAL: (CaseState.FINAL,),
    CaseState.FINAL: (),
}


class Vote(StrEnum):
    UPHOLD = "UPHOLD"
    DISMISS = "DISMISS"


class Outcome(StrEnum):
    UPHELD = "UPHELD"
    DISMISSED = "DISMISSED"


PANEL_SIZE = 3
RED_LINE = 3  # the severity from which the red line is crossed


class Refusal(refusals.Refusal):
    NOT_YOURS = "NOT_YOURS"
    NOT_OUTSIDE = "NOT_OUTSIDE"
    WRONG_STEP = "WRONG_STEP"
    ASKED_LATELY = "ASKED_LATELY"
    FIRST_IS_OPEN = "FIRST_IS_OPEN"
    NOTE_MISSING = "NOTE_MISSING"
    NOT_CONTRADICTED = "NOT_CONTRADICTED"
    ONE_EVIDENCE = "ONE_EVIDENCE"
    ANSWER_STILL_DUE = "ANSWER_STILL_DUE"
    ANSWERED = "ANSWERED"
    TOO_LATE = "TOO_LATE"
    THREE_ARE_NEEDED = "THREE_ARE_NEEDED"
    IN_THE_LINE = "IN_THE_LINE"
    SAT_ALREADY = "SAT_ALREADY"
    VOTED = "VOTED"
    SEVERITY_MISSING = "SEVERITY_MISSING"
    SEED_IS_MISSING = "SEED_IS_MISSING"
    NO_POSITION = "NO_POSITION"


@dataclass(frozen=True, slots=True)
class CallAnswers:
    """What the customer said to the neutral script; None: not asked or not known."""

    knows_us: bool | None = None
    was_visited: bool | None = None
    day_fits: bool | None = None
    was_explained: bool | None = None
    next_step_fits: bool | None = None
