"""How customers stand: lists of the desk and one customer's life."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from tiejun.foundation.schemas import Line, PageOut
from tiejun.foundation.times import local_date
from tiejun.success.queries import desk, lives, trials

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.success.queries.lives import LifeView, OrderLine
    from tiejun.success.rules.life import FoundSignal

router = Router(tags=["success"])
Cursor = Annotated[Line, Field(max_length=600)]
Size = Annotated[int, Field(ge=1, le=200)]


class HealthSignalOut(Schema):
    """A fact that costs health: `points` of 100, `measure` in days, a count, a score or a level of use."""

    kind: str
    points: int
    measure: int


class LifeRowOut(Schema):
    """A customer in a list; `next_step` is empty until somebody said it."""

    company_id: UUID
    company_name: str
    holder: str
    since: date
    score: int
    standing: str
    signals: list[HealthSignalOut]
    ends_on: date | None
    renew_on: date | None
    next_step: str
    next_step_on: date | None


class CustomerHandoverOut(Schema):
    """The hand-over of an order: due, handed over, received; `returned_note`: why it was sent back the last time."""

    id: UUID
    order_id: UUID
    company_id: UUID
    number: str
    signed_on: date
    due_at: datetime
    promised: str
    contacts: str
    payment: str
    ends_on: date | None
    receiver_id: UUID | None
    handed_at: datetime | None
    received_at: datetime | None
    returned_note: str
    version: int


class ComplaintOut(Schema):
    """A complaint; `answer` is the closing answer, empty while it is open."""

    id: UUID
    company_id: UUID
    order_id: UUID | None
    subject: str
    source: str
    words: str
    contact_name: str
    owner_id: UUID
    due_on: date
    opened_at: datetime
    answer: str
    answered_at: datetime | None
    version: int


class CustomerTrialOut(Schema):
    """The trial by which a customer began; `full_on`: when the first order of the full service was signed, null while there is none."""

    company_id: UUID
    order_id: UUID
    began_on: date
    due_on: date
    currency: str
    amount_minor: int
    full_order_id: UUID | None
    full_on: date | None
    full_currency: str
    full_minor: int


class LifeStageOut(Schema):
    """One of the five stages with the day a fact proves it, null where none does."""

    stage: str
    since: date | None


class AfterSigningOut(Schema):
    """One of the six steps after signing: expected by, and done on."""

    step: str
    expected_on: date
    done_on: date | None
    done_by: UUID | None
    evidence: str


class LifeOrderOut(Schema):
    """A signed order of a customer; `order_id` is its first revision. `renewal`: the opportunity that renews it."""

    order_id: UUID
    number: str
    signed_on: date
    ends_on: date | None
    is_trial: bool
    amount_minor: int
    currency: str
    handover: CustomerHandoverOut | None
    steps: list[AfterSigningOut]
    renewal: UUID | None
    not_renewed_reason: str


class CustomerVoiceOut(Schema):
    """What a customer said; `usage`: 0 not at all, 1 seldom, 2 every week, 3 every day."""

    id: UUID
    kind: str
    usage: int | None
    words: str
    contact_name: str
    noted_at: datetime


class SatisfactionOut(Schema):
    """A survey on satisfaction; `score` from 0 to 10, null while it is not answered."""

    id: UUID
    asked_at: datetime
    open_until: datetime
    score: int | None
    words: str
    contact_name: str
    answered_at: datetime | None


class CustomerLifeOut(Schema):
    """The whole life of a customer; `score` is null for a company that signed nothing that stands."""

    company_id: UUID
    score: int | None
    standing: str
    signals: list[HealthSignalOut]
    stages: list[LifeStageOut]
    trial: CustomerTrialOut | None
    orders: list[LifeOrderOut]
    voices: list[CustomerVoiceOut]
    complaints: list[ComplaintOut]
    surveys: list[SatisfactionOut]
    referred_leads: list[UUID]
    next_step: str
    next_step_on: date | None


@router.get("/lives", response=PageOut[LifeRowOut], summary="Customers and how they stand")
def list_lives(
    request: TiejunRequest,
    which: Literal["at_risk", "renew", "all"] = "all",
    cursor: Cursor | None = None,
    size: Size = 50,
) -> dict[str, Any]:
    page = desk.lives_page(request.scope, which=which, now=request.now, cursor=cursor, size=size)
    return {"items": [_row(one) for one in page.rows], "next": page.next_cursor, "previous": page.previous_cursor}


@router.get("/lives/handovers", response=PageOut[CustomerHandoverOut], summary="Hand-overs not received yet")
def list_customer_handovers(request: TiejunRequest, cursor: Cursor | None = None, size: Size = 50) -> dict[str, Any]:
    page = desk.handovers_page(request.scope, now=request.now, cursor=cursor, size=size)
    return {
        "items": [one.handover for one in page.rows], "next": page.next_cursor, "previous": page.previous_cursor,
    }  # fmt: skip


@router.get(
    "/lives/trials", response=PageOut[CustomerTrialOut], summary="Trials that run, or that led to the full service"
)
def list_trials(
    request: TiejunRequest,
    state: Literal["running", "led_on"] = "running",
    cursor: Cursor | None = None,
    size: Size = 50,
) -> dict[str, Any]:
    today = local_date(request.now, request.scope.zone)
    page = trials.trials_page(request.scope, today=today, state=state, cursor=cursor, size=size)
    return {"items": [one.trial for one in page.rows], "next": page.next_cursor, "previous": page.previous_cursor}


@router.get("/complaints", response=PageOut[ComplaintOut], summary="Complaints by due day")
def list_complaints(
    request: TiejunRequest, which: Literal["open", "closed"] = "open", cursor: Cursor | None = None, size: Size = 50
) -> dict[str, Any]:
    today = local_date(request.now, request.scope.zone)
    page = desk.complaints_page(request.scope, today=today, which=which, cursor=cursor, size=size)
    return {
        "items": [one.complaint for one in page.rows], "next": page.next_cursor, "previous": page.previous_cursor,
    }  # fmt: skip


@router.get("/companies/{company_id}/life", response=CustomerLifeOut, summary="A customer's life")
def life_of_company(request: TiejunRequest, company_id: UUID) -> dict[str, Any]:
    return _life(lives.life_view(request.scope, company_id, now=request.now))


def _row(one: desk.LifeRow) -> dict[str, Any]:
    row = one.life
    return {
        "company_id": row.company_id, "company_name": row.company.name, "holder": one.holder, "since": row.since,
        "score": row.score, "standing": row.standing, "signals": _signals(one.signals), "ends_on": row.ends_on,
        "renew_on": row.renew_on, "next_step": row.next_step, "next_step_on": row.next_step_on,
    }  # fmt: skip


def _signals(signals: tuple[FoundSignal, ...]) -> list[dict[str, Any]]:
    return [{"kind": one.kind.value, "points": one.points, "measure": one.measure} for one in signals]


def _life(view: LifeView) -> dict[str, Any]:
    health, life = view.health, view.life
    return {
        "company_id": view.company.pk,
        "score": health.score if health else None,
        "standing": health.standing.value if health else "",
        "signals": _signals(health.signals) if health else [],
        "stages": [{"stage": one.stage, "since": one.since} for one in view.stages],
        "trial": view.trial,
        "orders": [_order(line) for line in view.orders],
        "voices": view.voices,
        "complaints": view.complaints,
        "surveys": view.surveys,
        "referred_leads": [row.lead_id for row in view.referrals],
        "next_step": life.next_step if life else "",
        "next_step_on": life.next_step_on if life else None,
    }


def _order(line: OrderLine) -> dict[str, Any]:
    order, handover, follow_on = line.order, line.handover, line.follow_on
    return {
        "order_id": order.order_id,
        "number": order.number,
        "signed_on": order.signed_on,
        "ends_on": handover.ends_on if handover else None,
        "is_trial": order.is_trial,
        "amount_minor": order.amount_minor,
        "currency": order.currency,
        "handover": handover,
        "steps": [
            {
                "step": one.step.value,
                "expected_on": one.expected_on,
                "done_on": one.done.done_on if one.done else None,
                "done_by": one.done.done_by_id if one.done else None,
                "evidence": one.done.evidence if one.done else "",
            }
            for one in line.steps
        ],
        "renewal": follow_on.opportunity_id if follow_on else None,
        "not_renewed_reason": follow_on.reason if follow_on else "",
    }
