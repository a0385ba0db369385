"""Hand-overs for programs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Router, Schema, Status

from tiejun.foundation.schemas import In, Moment, PageOut
from tiejun.succession import actions, queries

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.succession.models import Succession

router = Router(tags=["succession"])


class SuccessionOut(Schema):
    """A hand-over; `due_at`: when the rest of a leaver goes to the pools; `broke_off_at`: when the last run failed in the middle."""

    id: UUID
    person_id: UUID
    unit_id: UUID
    left_on: date | None
    reason: str
    state: str
    colleagues: list[UUID]
    due_at: Moment | None
    opened_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    broke_off_at: Moment | None


class TakerOut(Schema):
    """A colleague who may take over, with room in the private pool and what is meant for them."""

    person_id: UUID
    name: str
    room: int
    is_chosen: bool
    customers: int
    leads: int
    opportunities: int
    amount_minor: int
    stops: int


class SuccessionDetailOut(Schema):
    """A hand-over with its sums; `undecided` companies go to their pools."""

    succession: SuccessionOut
    total: int
    given: int
    pooled: int
    stayed: int
    customers: int
    leads: int
    opportunities: int
    amount_minor: int
    stops: int
    next_steps: int
    undecided: int
    takers: list[TakerOut]


class SuccessionItemOut(Schema):
    """A company of a hand-over; `to_person_id` None: back to its pool."""

    id: UUID
    company_id: UUID
    lead_id: UUID
    is_customer: bool
    to_person_id: UUID | None
    opportunities: int
    amount_minor: int
    stops: int
    next_step_at: Moment | None
    outcome: str
    why_stayed: str


class BeginSuccessionIn(In):
    person_id: UUID
    reason: str = ""


class ProposeSuccessionIn(In):
    person_ids: list[UUID]


class ChooseSuccessionIn(In):
    item_ids: list[UUID]
    to_person_id: UUID | None = None


@router.get("/successions", response=list[SuccessionOut], summary="List hand-overs of people")
def list_successions(request: TiejunRequest) -> Any:
    found = queries.desk(request.scope, request.now)
    return [line.row for line in (*found.waiting, *found.ended)]


@router.post("/successions", response={201: SuccessionOut}, summary="Prepare a hand-over")
def begin_succession(request: TiejunRequest, body: BeginSuccessionIn) -> Any:
    return Status(201, actions.begin_succession(request.scope, **body.dict(), now=request.now))


@router.get("/successions/{succession_id}", response=SuccessionDetailOut, summary="Show a hand-over")
def one_succession(request: TiejunRequest, succession_id: UUID) -> Any:
    page = queries.succession_page(request.scope, succession_id, request.now)
    figures = page.figures
    sums = {name: getattr(page, name) for name in ("customers", "leads", "opportunities", "amount_minor", "stops")}
    return sums | {
        "succession": page.row,
        "total": figures.total,
        "given": figures.given,
        "pooled": figures.pooled,
        "stayed": figures.stayed,
        "next_steps": page.next_steps,
        "undecided": page.undecided,
        "takers": page.takers,
    }


@router.get(
    "/successions/{succession_id}/items",
    response=PageOut[SuccessionItemOut],
    summary="List the companies of a hand-over",
)
def list_items(request: TiejunRequest, succession_id: UUID, cursor: str | None = None, size: int = 60) -> Any:
    page = queries.items_page(request.scope, succession_id, cursor=cursor, size=size)
    return {"items": page.rows, "next": page.next, "previous": page.previous}


@router.post(
    "/successions/{succession_id}/propose",
    response=SuccessionOut,
    summary="Propose anew who takes over what",
)
def propose(request: TiejunRequest, succession_id: UUID, body: ProposeSuccessionIn) -> Succession:
    return actions.propose(request.scope, succession_id=succession_id, person_ids=body.person_ids, now=request.now)


@router.post(
    "/successions/{succession_id}/choose",
    response=SuccessionOut,
    summary="Put companies to a colleague or to their pools",
)
def choose(request: TiejunRequest, succession_id: UUID, body: ChooseSuccessionIn) -> Succession:
    return actions.choose(
        request.scope,
        succession_id=succession_id,
        item_ids=body.item_ids,
        to_person_id=body.to_person_id,
        now=request.now,
    )


@router.post("/successions/{succession_id}/start", response=SuccessionOut, summary="Hand everything over")
def start(request: TiejunRequest, succession_id: UUID) -> Succession:
    return actions.start_succession(request.scope, succession_id=succession_id, now=request.now)
