"""Anomalies of the nine links, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from tiejun.foundation.schemas import Day, In, Moment, PageOut, Text
from tiejun.insight.actions import anomalies as actions
from tiejun.insight.queries import anomalies as queries
from tiejun.insight.rules.links import Link

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.insight.models import Anomaly

router = Router()
Version = Annotated[int, Field(ge=1, le=10**9)]
Answer = Annotated[Text, StringConstraints(min_length=1, max_length=1000)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class AnomalyOut(Schema):
    """A link's number of a day outside what is usual: numbers, or minor units where `currency` is not empty.

    `run_days` 3: so for three days. `last_day`: the last on which it was still so. `state`: RAISED, ACTED or CLOSED.
    """

    id: UUID
    unit_id: UUID
    link: Link
    currency: str
    day: Day
    last_day: Day
    side: str
    run_days: int
    value: int
    usual: float
    low: float
    high: float
    raised_by_id: UUID | None
    raised_at: Moment
    state: str
    reason: str
    owner_id: UUID | None
    action: str
    due_on: Day | None
    group_id: UUID | None
    agenda_on: Day | None
    done: str
    outcome: str
    closed_by_id: UUID | None
    closed_at: Moment | None
    version: int


class AnomalyFindingOut(Schema):
    """What moved as the whole did: `part` UNIT, PERSON or SOURCE; `cases` is its n; `share_percent` of the difference."""

    part: str
    key: str
    name: str
    usual: float
    came: float
    cases: int
    share_percent: int


class AnomalyStepOut(Schema):
    """What happened to an anomaly; `by_id` null for the clock."""

    kind: str
    at: Moment
    by_id: UUID | None
    words: str
    outcome: str
    owner_id: UUID | None
    due_on: Day | None
    day: Day | None
    value: int | None


class AnomalyCaseOut(Schema):
    """An anomaly with what explains it and its history."""

    anomaly: AnomalyOut
    findings: list[AnomalyFindingOut]
    steps: list[AnomalyStepOut]


class AnomalyQuery(Schema):
    """`show`: open ones, one's own open ones, or closed ones."""

    show: Literal["open", "mine", "closed"] = "open"
    cursor: Annotated[str, StringConstraints(max_length=500)] | None = None
    size: Annotated[int, Field(ge=1, le=200)] = 50


class AnomalyIn(In):
    """A link at a unit whose last working day is not as usual; `currency` for links that count amounts."""

    unit_id: UUID
    link: Link
    currency: Currency = "CNY"


class AnomalyPlanIn(In):
    """What explains an anomaly, who does what until when, and whose evening agenda it goes on."""

    version: Version
    reason: Annotated[Text, StringConstraints(min_length=1, max_length=500)]
    action: Annotated[Text, StringConstraints(min_length=1, max_length=300)]
    owner_id: UUID
    due_on: Day
    group_id: UUID | None = None


class AnomalyAnswerIn(In):
    """What was done about an anomaly and what came of it."""

    version: Version
    done: Answer
    outcome: Answer


@router.get("/insight/anomalies", response=PageOut[AnomalyOut], summary="List anomalies")
def list_anomalies(request: TiejunRequest, wish: Query[AnomalyQuery]) -> dict[str, Any]:
    page = queries.anomaly_page(request.scope, shown=wish.show, cursor=wish.cursor, size=wish.size)
    return {"items": page.rows, "next": page.next_cursor, "previous": page.previous_cursor}


@router.get(
    "/insight/anomalies/{uuid:anomaly_id}",
    response=AnomalyCaseOut,
    summary="Show an anomaly with what explains it",
)
def show_anomaly(request: TiejunRequest, anomaly_id: UUID) -> dict[str, Any]:
    found = queries.case(request.scope, anomaly_id, now=request.now)
    findings = [one for rows in found.findings.values() for one in rows]
    return {"anomaly": found.anomaly, "findings": findings, "steps": found.steps}


@router.post("/insight/anomalies", response=AnomalyOut, summary="Raise an anomaly from the board")
def raise_anomaly(request: TiejunRequest, sent: AnomalyIn) -> Anomaly:
    return actions.raise_anomaly(
        request.scope, unit_id=sent.unit_id, link=sent.link, currency=sent.currency, now=request.now
    )


@router.post(
    "/insight/anomalies/{uuid:anomaly_id}/action",
    response=AnomalyOut,
    summary="Agree on who does what about an anomaly",
)
def act_on_anomaly(request: TiejunRequest, anomaly_id: UUID, sent: AnomalyPlanIn) -> Anomaly:
    plan = actions.Plan(**sent.model_dump(exclude={"version"}))
    return actions.act_on_anomaly(
        request.scope, anomaly_id=anomaly_id, version=sent.version, plan=plan, now=request.now
    )


@router.post(
    "/insight/anomalies/{uuid:anomaly_id}/close",
    response=AnomalyOut,
    summary="Close an anomaly with an answer",
)
def close_anomaly(request: TiejunRequest, anomaly_id: UUID, sent: AnomalyAnswerIn) -> Anomaly:
    return actions.close_anomaly(request.scope, anomaly_id=anomaly_id, now=request.now, **sent.model_dump())
