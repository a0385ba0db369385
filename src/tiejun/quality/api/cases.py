from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import In, Moment, PageOut, Text
from tiejun.quality.actions import cases as actions
from tiejun.quality.queries import cases as queries
from tiejun.quality.rules.vocabulary import EvidenceKind, Vote

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()


class CaseOut(Schema):
    """An integrity case; `outcome` is empty until a panel has decided."""

    id: UUID
    visit_id: UUID
    person_id: UUID
    state: str
    summary: str
    opened_at: Moment
    answer_due_at: Moment | None
    answered_at: Moment | None
    outcome: str
    severity: int
    decided_at: Moment | None
    appeal_due_at: Moment | None
    appealed_at: Moment | None
    final_at: Moment | None


class CasesQuery(Schema):
    """Which cases."""

    show: Literal["open", "final"] = "open"
    cursor: Annotated[str, Field(max_length=400)] = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50


class EvidenceIn(In):
    """One evidence."""

    kind: EvidenceKind
    note: Annotated[Text, Field(min_length=1, max_length=1000)]


class CaseIn(In):
    """What is in question, with two independent evidences."""

    summary: Annotated[Text, Field(min_length=1, max_length=1000)]
    evidence: Annotated[list[EvidenceIn], Field(min_length=1, max_length=7)]


class WordsIn(In):
    """An account, an appeal or a reason."""

    words: Annotated[Text, Field(min_length=1, max_length=4000)]


class PanelIn(In):
    """The members."""

    person_ids: Annotated[list[UUID], Field(min_length=1, max_length=10)]


class VoteIn(In):
    """A vote; `severity` 1 to 3 when upholding."""

    vote: Vote
    severity: Annotated[int, Field(ge=0, le=3)] = 0
    note: Annotated[Text, Field(min_length=1, max_length=1000)]


class VisitPositionOut(Schema):
    """Where the phone was, WGS-84."""

    latitude: float
    longitude: float
    accuracy_metres: int
    taken_at: Moment


class PanelSeatOut(Schema):
    """One's own seat on a panel."""

    id: UUID
    case_id: UUID
    is_appeal: bool
    vote: str
    severity: int
    appointed_at: Moment
    voted_at: Moment | None


class CheckedOut(Schema):
    """A checked visit of one's own."""

    visit_id: UUID
    business_day: date
    finding: str
    closed_at: Moment | None


class OwnOut(Schema):
    """One's own record."""

    framed: int
    checked: list[CheckedOut]
    cases: list[CaseOut]


@router.get("/integrity-cases", response=PageOut[CaseOut])
def list_cases(request: TiejunRequest, wanted: Query[CasesQuery]) -> Any:
    """List cases within reach, newest first."""
    lines, following, previous = queries.cases_page(
        request.scope, is_open=wanted.show == "open", cursor=wanted.cursor or None, size=wanted.size
    )
    return {"items": [line.case for line in lines], "next": following, "previous": previous}


@router.get("/integrity-cases/{case_id}", response=CaseOut)
def read(request: TiejunRequest, case_id: UUID) -> Any:
    """Read one case."""
    return queries.case_view(request.scope, case_id, now=request.now).case


@router.post("/qa-tasks/{task_id}/case", response={201: CaseOut})
def open_case(request: TiejunRequest, task_id: UUID, body: CaseIn) -> Any:
    """Open a case on a contradicted visit."""
    evidence = [(row.kind, row.note) for row in body.evidence]
    row = actions.open_case(request.scope, task_id=task_id, summary=body.summary, evidence=evidence, now=request.now)
    return Status(201, row)


@router.post("/integrity-cases/{case_id}/answer", response=CaseOut)
def answer(request: TiejunRequest, case_id: UUID, body: WordsIn) -> Any:
    """Give one's own account."""
    return actions.answer_case(request.scope, case_id=case_id, answer=body.words, now=request.now)


@router.post("/integrity-cases/{case_id}/appeal", response=CaseOut)
def appeal(request: TiejunRequest, case_id: UUID, body: WordsIn) -> Any:
    """Appeal against a decision."""
    return actions.appeal_case(request.scope, case_id=case_id, reason=body.words, now=request.now)


@router.post("/integrity-cases/{case_id}/panel", response=CaseOut)
def panel(request: TiejunRequest, case_id: UUID, body: PanelIn) -> Any:
    """Appoint a panel of three."""
    return actions.appoint_panel(request.scope, case_id=case_id, person_ids=body.person_ids, now=request.now)


@router.post("/integrity-cases/{case_id}/position", response=VisitPositionOut)
def position(request: TiejunRequest, case_id: UUID, body: WordsIn) -> Any:
    """Look at the raw position; the log remembers who and why."""
    looked = actions.look_at_position(request.scope, case_id=case_id, reason=body.words, now=request.now)
    return queries.position_of_case(request.scope, looked)


@router.get("/panel-seats", response=list[PanelSeatOut])
def list_seats(request: TiejunRequest) -> Any:
    """List one's own seats on panels."""
    return [seat for seat, _company in queries.own_seats(request.scope)]


@router.post("/panel-seats/{seat_id}/vote", response=CaseOut)
def vote(request: TiejunRequest, seat_id: UUID, body: VoteIn) -> Any:
    """Vote on one's own seat."""
    return actions.cast_vote(
        request.scope, seat_id=seat_id, vote=body.vote, severity=body.severity, note=body.note, now=request.now
    )


@router.get("/integrity/mine", response=OwnOut)
def mine(request: TiejunRequest) -> Any:
    """Read one's own record."""
    record = queries.own_record(request.scope, now=request.now)
    return {
        "framed": record.framed,
        "checked": [task for task, _company in record.checked],
        "cases": [line.case for line in record.cases],
    }
