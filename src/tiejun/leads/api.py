"""Leads for programs: the same queries and actions as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.foundation.schemas import PROBLEMS, Day, In, Line, Moment, PageOut, Text, json_answer
from tiejun.leads import actions, queries, rules
from tiejun.leads.queries import detail, lists, pools
from tiejun.leads.queries.lists import LeadFilters

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.leads.models import Lead, LeadTenure

router = Router(tags=["leads"])


class LeadOut(Schema):
    """A lead in a list."""

    id: UUID
    company_id: UUID
    company_name: str
    status: str
    intent: str
    contact_wanted: bool
    pool_id: UUID
    source_id: UUID
    district_code: str
    owner_id: UUID | None
    unit_id: UUID | None
    tenures_count: int
    last_activity_at: Moment
    next_step_at: Moment | None
    created_at: Moment
    version: int


class HappeningOut(Schema):
    """An entry of a lead's timeline."""

    at: Moment
    title: str
    who: str
    text: str
    credit_days: int
    next_step: str
    next_step_at: Moment | None


class LeadDetailOut(Schema):
    """A lead with its holding and its history; `why_not_claim` is empty when the asker can claim it."""

    lead: LeadOut
    due_at: Moment | None
    no_deal_due_at: Moment | None
    may_claim: bool
    why_not_claim: str
    may_release: bool
    may_transfer: bool
    timeline: list[HappeningOut]


class TenureOut(Schema):
    """A holding."""

    id: UUID
    lead_id: UUID
    person_id: UUID
    unit_id: UUID
    kind: str
    start_reason: str
    started_at: Moment
    due_at: Moment | None
    no_deal_due_at: Moment | None
    ended_at: Moment | None


class FollowUpOut(Schema):
    """A recorded contact; the credit is computed."""

    id: UUID
    lead_id: UUID
    kind: str
    outcome: str
    is_qualifying: bool
    credit_days: int
    next_step_at: Moment | None
    happened_at: Moment


class SeatOut(Schema):
    """The asker's place at the pools."""

    held: int
    cap: int
    claims_today: int
    daily_limit: int


class PoolOut(Schema):
    """A pool that the asker may look into."""

    id: UUID
    name: str
    unit_id: UUID | None
    is_claimable: bool


class ContactIn(In):
    """A person at the company."""

    name: Annotated[Line, Field(max_length=80)] = ""
    phone: Annotated[Line, Field(max_length=40)] = ""
    title: Annotated[Line, Field(max_length=80)] = ""


class LeadIn(In):
    """A lead to be made by hand."""

    name: Annotated[Line, Field(min_length=1)]
    credit_code: Annotated[Line, Field(max_length=18)] = ""
    city_code: Annotated[Line, Field(max_length=6, pattern=r"^(\d{6})?$")] = ""
    district_code: Annotated[Line, Field(max_length=6, pattern=r"^(\d{6})?$")] = ""
    address: Line = ""
    industry: Annotated[Line, Field(max_length=80)] = ""
    registered_on: Day | None = None
    contacts: Annotated[list[ContactIn], Field(max_length=20)] = []
    source: Annotated[Line, Field(max_length=30)] = "CANVASS"
    intent: Literal["UNKNOWN", "LOW", "MEDIUM", "HIGH"] = "UNKNOWN"
    pool_id: UUID | None = None
    hold: bool = False


class ReleaseIn(In):
    """Why a lead goes back."""

    reason: Literal[
        "NO_NEED", "UNREACHABLE", "WRONG_DETAILS", "NO_BUDGET", "COMPETITOR", "OUTSIDE_AREA", "NO_CAPACITY", "OTHER"
    ]
    note: Annotated[Text, Field(max_length=300)] = ""


class TransferIn(In):
    """To whom a lead goes, and why."""

    to_person_id: UUID
    reason: Annotated[Text, Field(min_length=1, max_length=300)]


class FollowUpIn(In):
    """A contact; without `happened_at` it happened now."""

    kind: Literal["VISIT", "CALL", "MESSAGE", "MEETING", "DEMO", "NOTE"]
    outcome: Literal["NO_ANSWER", "TALKED", "INTERESTED", "NEXT_STEP", "REFUSED", "WRONG_NUMBER"]
    note: Annotated[Text, Field(max_length=2000)] = ""
    next_step: Line = ""
    next_step_at: Moment | None = None
    happened_at: Moment | None = None


class LeadQuery(Schema):
    """Filters of a list of leads; `list` is `pool` or `held`."""

    list: Literal["pool", "held"] = "held"
    q: Annotated[str, Field(max_length=100)] = ""
    pool: UUID | None = None
    district: Annotated[str, Field(max_length=6)] = ""
    industry: Annotated[str, Field(max_length=40)] = ""
    source: UUID | None = None
    intent: Literal["", "UNKNOWN", "LOW", "MEDIUM", "HIGH"] = ""
    contact: Literal["", "yes", "no"] = ""
    mine: bool = False
    status: Literal["", "PRIVATE", "ALLOTTED", "CONVERTED"] = ""
    cursor: Annotated[str, Field(max_length=400)] = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50

    def filters(self) -> LeadFilters:
        """Return the filters as the query takes them."""
        return LeadFilters(
            text=self.q,
            pool_id=self.pool,
            district=self.district,
            industry=self.industry,
            source_id=self.source,
            intent=self.intent,
            has_contact=self.contact,
            mine=self.mine,
            status=self.status,
        )


@router.get("/leads", response={200: PageOut[LeadOut], **PROBLEMS})
def list_leads(request: TiejunRequest, wanted: Query[LeadQuery]) -> Any:
    """List leads by last activity: those of the pools, or those that are held within reach."""
    page = lists.lean_page(request.scope, wanted.filters(), wanted.cursor, wanted.size, in_pool=wanted.list == "pool")
    for row in page.rows:
        row["company_name"] = row.pop("company__name")
    return json_answer({"items": page.rows, "next": page.next_cursor, "previous": page.previous_cursor})


@router.post("/leads", response={201: LeadOut, **PROBLEMS})
def create(request: TiejunRequest, body: LeadIn) -> Any:
    """Make a lead; 409 with the reason when the company has an open one."""
    company = CompanyFacts(
        name=body.name,
        credit_code=body.credit_code,
        city_code=body.city_code,
        district_code=body.district_code,
        address=body.address,
        industry=body.industry,
        registered_on=body.registered_on,
        contacts=tuple(ContactFacts(row.name, row.phone, row.title) for row in body.contacts),
    )
    row = actions.create_lead(
        request.scope,
        facts=company,
        source_code=body.source,
        intent=body.intent,
        pool_id=body.pool_id,
        hold=body.hold,
        now=request.now,
    )
    return Status(201, lead_out(row))


@router.get("/leads/{lead_id}", response={200: LeadDetailOut, **PROBLEMS})
def read(request: TiejunRequest, lead_id: UUID) -> Any:
    """Read one lead with its history."""
    view = detail.lead_detail(request.scope, lead_id, request.now)
    return {
        "lead": lead_out(view.lead),
        "due_at": view.tenure.due_at if view.tenure else None,
        "no_deal_due_at": view.tenure.no_deal_due_at if view.tenure else None,
        "may_claim": view.may_claim and not view.why_not_claim,
        "why_not_claim": view.why_not_claim,
        "may_release": view.may_release,
        "may_transfer": view.may_transfer,
        "timeline": [
            {field: getattr(row, field) if field != "title" else str(row.title) for field in HappeningOut.model_fields}
            for row in view.timeline
        ],
    }


@router.post("/leads/{lead_id}/claim", response={200: TenureOut, **PROBLEMS})
def claim(request: TiejunRequest, lead_id: UUID) -> LeadTenure:
    """Claim a lead from its pool."""
    return actions.claim_lead(request.scope, lead_id=lead_id, now=request.now)


@router.post("/leads/{lead_id}/release", response={200: LeadOut, **PROBLEMS})
def release(request: TiejunRequest, lead_id: UUID, body: ReleaseIn) -> Any:
    """Give a lead back to its pool."""
    row = actions.release_lead(request.scope, lead_id=lead_id, reason=body.reason, note=body.note, now=request.now)
    return lead_out(row)


@router.post("/leads/{lead_id}/transfer", response={200: TenureOut, **PROBLEMS})
def transfer(request: TiejunRequest, lead_id: UUID, body: TransferIn) -> LeadTenure:
    """Give a lead to a representative within reach."""
    return actions.transfer_lead(
        request.scope,
        lead_id=lead_id,
        to_person_id=body.to_person_id,
        reason=body.reason,
        now=request.now,
    )


@router.post("/leads/{lead_id}/follow-ups", response={201: FollowUpOut, **PROBLEMS})
def follow_up(request: TiejunRequest, lead_id: UUID, body: FollowUpIn) -> Any:
    """Record a contact with a held lead."""
    facts = rules.FollowUpFacts(
        kind=body.kind,
        outcome=body.outcome,
        happened_at=body.happened_at or request.now,
        note=body.note,
        next_step=body.next_step,
        next_step_at=body.next_step_at,
    )
    return Status(201, actions.record_follow_up(request.scope, lead_id=lead_id, facts=facts, now=request.now))


@router.get("/pools", response={200: list[PoolOut], **PROBLEMS})
def list_pools(request: TiejunRequest) -> Any:
    """List the pools that the asker may look into."""
    return pools.visible_pools(request.scope)


@router.get("/pools/seat", response={200: SeatOut | None, **PROBLEMS})
def seat(request: TiejunRequest) -> Any:
    """Read the asker's place at the pools; null for who cannot claim."""
    return lists.seat_of_asker(request.scope, request.now)


@router.get("/lead-sources", response={200: list[dict[str, str]], **PROBLEMS})
def list_sources(request: TiejunRequest) -> Any:
    """List where leads come from."""
    return [
        {"id": str(row.pk), "code": row.code, "name": row.name, "name_en": row.name_en}
        for row in queries.sources(request.scope)
    ]


def lead_out(row: Lead) -> dict[str, Any]:
    """Return a lead as a program reads it; its company must be loaded."""
    fields = (
        "company_id",
        "status",
        "intent",
        "contact_wanted",
        "pool_id",
        "source_id",
        "district_code",
        "owner_id",
        "unit_id",
    )
    more = ("tenures_count", "last_activity_at", "next_step_at", "created_at", "version")
    return {"id": row.pk, "company_name": row.company.name, **{name: getattr(row, name) for name in (*fields, *more)}}
