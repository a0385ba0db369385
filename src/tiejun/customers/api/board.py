"""The class board and the way to a signature for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from tiejun.customers.actions import follow_up as actions
from tiejun.customers.queries import board, follow_up
from tiejun.customers.rules.closing import Answer, Criterion, StepFacts, Tier
from tiejun.foundation.schemas import Day, In, Line, Moment

if TYPE_CHECKING:
    from tiejun.customers.models import ClosingClassChange, FollowUpStep
    from tiejun.foundation.web import TiejunRequest

router = Router()


class NextStepOut(Schema):
    """An open step of a follow-up plan; without words `origin` says where it came from."""

    step_id: UUID
    origin: str
    what: str
    due_at: Moment


class MaturityOut(Schema):
    """How many criteria of maturity are met, and which are not."""

    met: int
    of: int
    open_criteria: list[Criterion]


class ClassCardOut(Schema):
    """A customer on the class board; amounts in minor units."""

    company_id: UUID
    name: str
    district: str
    holder_id: UUID | None
    holder: str
    closing_class: str
    amount_minor: int | None
    currency: str
    expected_on: Day | None
    next_step_at: Moment | None
    has_kp: bool
    is_explained: bool
    refused_at: Moment | None
    runs_out: bool
    renewals: int
    renewals_left: int
    backup_id: UUID | None
    backup_name: str
    step: NextStepOut | None
    tier: Tier
    maturity: MaturityOut
    is_overdue: bool


class ClassColumnOut(Schema):
    """A class of the board with its most pressing customers."""

    closing_class: str
    count: int
    amount_minor: int
    cards: list[ClassCardOut]


class ClassHolderOut(Schema):
    """What a holder has in the classes; `a_bare`: without a backup."""

    person_id: UUID
    name: str
    a: int
    a_minor: int
    a_bare: int
    b: int
    b_overdue: int
    c: int


class ClassBoardOut(Schema):
    """The class board; holders only where more than one is within reach."""

    columns: list[ClassColumnOut]
    holders: list[ClassHolderOut]


class FollowUpStepIn(In):
    """A step as planned."""

    what: Annotated[Line, Field(min_length=1, max_length=200)]
    due_at: Moment

    def facts(self) -> StepFacts:
        """Return the step as the action takes it."""
        return StepFacts(self.what, self.due_at)


class FollowUpPlanIn(FollowUpStepIn):
    """A step as planned, and what the plan is to reach."""

    goal: Annotated[Line, Field(max_length=200)] = ""


class FinishStepIn(In):
    """What came out of a step, and what follows."""

    outcome: Annotated[Line, Field(max_length=300)] = ""
    next_step: FollowUpStepIn | None = None


class MaturityIn(In):
    """Answers by criterion of maturity."""

    answers: dict[Criterion, Answer]


class BackupIn(In):
    """Who stands by for a class A customer; null for nobody."""

    backup_id: UUID | None


class FollowUpStepOut(Schema):
    """A step as it stands."""

    id: UUID
    origin: str
    what: str
    due_at: Moment
    done_at: Moment | None
    outcome: str


class SignatureWayOut(Schema):
    """The way of a customer to a signature."""

    goal: str
    open_steps: list[FollowUpStepOut]
    done_steps: list[FollowUpStepOut]
    answers: dict[str, str]
    maturity: MaturityOut
    tier: Tier
    tier_basis: str
    backup_id: UUID | None


@router.get("/companies/board", response=ClassBoardOut)
def read_board(request: TiejunRequest, holder: UUID | None = None) -> Any:
    """Read what is held within reach, by closing class; of one holder where asked."""
    found = board.class_board(request.scope, holder_id=holder, now=request.now)
    return {"columns": found.columns, "holders": found.holders}


@router.get("/companies/{company_id}/follow-up", response=SignatureWayOut)
def read_follow_up(request: TiejunRequest, company_id: UUID) -> Any:
    """Read the follow-up plan, maturity and backup of a company."""
    found = follow_up.follow_up(request.scope, company_id, request.now)
    return {
        "goal": found.plan.goal if found.plan else "",
        "open_steps": found.open_steps,
        "done_steps": found.done_steps,
        "answers": found.answers,
        "maturity": found.maturity,
        "tier": found.tier,
        "tier_basis": found.tier_basis,
        "backup_id": found.backup.pk if found.backup else None,
    }


@router.post("/companies/{company_id}/steps", response={201: FollowUpStepOut})
def plan_step(request: TiejunRequest, company_id: UUID, body: FollowUpPlanIn) -> Any:
    """Add a step to the follow-up plan, which opens with the first."""
    row = actions.plan_step(request.scope, company_id=company_id, step=body.facts(), goal=body.goal, now=request.now)
    return Status(201, row)


@router.post("/steps/{step_id}/finish", response=FollowUpStepOut)
def finish_step(request: TiejunRequest, step_id: UUID, body: FinishStepIn) -> FollowUpStep:
    """Finish a step; 409 where class B would be left without a next one."""
    following = body.next_step.facts() if body.next_step else None
    return actions.finish_step(
        request.scope, step_id=step_id, outcome=body.outcome, next_step=following, now=request.now
    )


@router.post("/companies/{company_id}/maturity", response=int)
def answer_maturity(request: TiejunRequest, company_id: UUID, body: MaturityIn) -> int:
    """Keep answers of maturity; returns how many are new."""
    answers = {criterion.value: answer.value for criterion, answer in body.answers.items()}
    return actions.answer_maturity(request.scope, company_id=company_id, answers=answers, now=request.now)


@router.post("/companies/{company_id}/backup", response=UUID | None)
def choose_backup(request: TiejunRequest, company_id: UUID, body: BackupIn) -> UUID | None:
    """Let a class B customer of the same holder stand by; returns its id."""
    spell: ClosingClassChange = actions.choose_backup(
        request.scope, company_id=company_id, backup_id=body.backup_id, now=request.now
    )
    return spell.backup_id
