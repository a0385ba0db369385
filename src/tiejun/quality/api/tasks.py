from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from tiejun.foundation.schemas import In, Moment, PageOut, Text
from tiejun.quality.actions import tasks as actions
from tiejun.quality.queries import tasks as queries
from tiejun.quality.queries import truth as truth_queries
from tiejun.quality.rules.vocabulary import CallAnswers, Finding

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()


class TaskOut(Schema):
    """A drawn visit to check; who reported it is not among it."""

    id: UUID
    company_id: UUID
    business_day: date
    method: str
    state: str
    finding: str
    note: str
    drawn_at: Moment
    found_at: Moment | None
    closed_at: Moment | None


class TasksQuery(Schema):
    """Which tasks."""

    show: Literal["mine", "open", "contradicted", "closed"] = "mine"
    cursor: Annotated[str, Field(max_length=400)] = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50


class FindingIn(In):
    """What the customer answered (null: not asked or not known) and what was found."""

    finding: Finding
    note: Annotated[Text, Field(max_length=1000)] = ""
    knows_us: bool | None = None
    was_visited: bool | None = None
    day_fits: bool | None = None
    was_explained: bool | None = None
    next_step_fits: bool | None = None


class DropIn(In):
    """Why a contradiction does not become a case."""

    reason: Annotated[Text, Field(min_length=1, max_length=300)]


class RateOut(Schema):
    """A truth rate (0 to 1) with its 95 % interval, from how many findings and of how many visits."""

    unit_id: UUID
    name: str
    rate: float | None
    low: float | None
    high: float | None
    audited: int
    visits: int
    open_cases: int


@router.get("/qa-tasks", response=PageOut[TaskOut])
def list_tasks(request: TiejunRequest, wanted: Query[TasksQuery]) -> Any:
    """List tasks, newest first."""
    page = queries.tasks_page(request.scope, show=wanted.show, cursor=wanted.cursor or None, size=wanted.size)
    return {"items": [line.task for line in page.lines], "next": page.next, "previous": page.previous}


@router.get("/qa-tasks/{task_id}", response=TaskOut)
def read(request: TiejunRequest, task_id: UUID) -> Any:
    """Read one task."""
    return queries.task_view(request.scope, task_id).task


@router.post("/qa-tasks/{task_id}/take", response=TaskOut)
def take(request: TiejunRequest, task_id: UUID) -> Any:
    """Take a task that nobody has."""
    return actions.take_task(request.scope, task_id=task_id, now=request.now)


@router.post("/qa-tasks/{task_id}/begin", response=TaskOut)
def begin(request: TiejunRequest, task_id: UUID) -> Any:
    """Begin one's own task."""
    return actions.begin_task(request.scope, task_id=task_id, now=request.now)


@router.post("/qa-tasks/{task_id}/finding", response=TaskOut)
def find(request: TiejunRequest, task_id: UUID, body: FindingIn) -> Any:
    """Record what was found."""
    answers = CallAnswers(body.knows_us, body.was_visited, body.day_fits, body.was_explained, body.next_step_fits)
    return actions.record_finding(
        request.scope, task_id=task_id, finding=body.finding, answers=answers, note=body.note, now=request.now
    )


@router.post("/qa-tasks/{task_id}/drop", response=TaskOut)
def drop(request: TiejunRequest, task_id: UUID, body: DropIn) -> Any:
    """Close a contradiction without a case."""
    return actions.drop_task(request.scope, task_id=task_id, reason=body.reason, now=request.now)


@router.get("/truth-rates", response=list[RateOut])
def truth_rates(request: TiejunRequest) -> Any:
    """Read the truth rates of the units within reach."""
    return [
        {
            "unit_id": line.unit_id,
            "name": line.name,
            "rate": line.estimate.rate if line.estimate else None,
            "low": line.estimate.low if line.estimate else None,
            "high": line.estimate.high if line.estimate else None,
            "audited": line.audited,
            "visits": line.visits,
            "open_cases": line.open_cases,
        }
        for line in truth_queries.truth_page(request.scope, now=request.now).lines
    ]
