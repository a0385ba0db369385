from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.engines.districts.divisions import city_of
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.schemas import In, Line, Moment, PageOut, Text
from tiejun.marketing.actions import inbound as actions
from tiejun.marketing.queries import inbound as queries
from tiejun.marketing.queries import tags as tag_queries
from tiejun.marketing.rules.inbound import InboundFacts

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()


class InboundOut(Schema):
    """A record; numbers are masked."""

    id: UUID
    company_name: str
    contact_name: str
    phone_last4: str
    credit_code: str
    city_code: str
    district_code: str
    industry: str
    need: str
    channel: str
    window: str
    source_id: UUID
    campaign_id: UUID | None
    door: str
    status: str
    score: int | None
    intent: str
    known_by: str
    rejection: str
    duplicate_of_id: UUID | None
    lead_id: UUID | None
    received_at: Moment
    version: int


class InboundIn(In):
    """Somebody who asked for us. `consent_basis`: why we may call back; `answers`: intent question → answer."""

    company_name: Annotated[Line, Field(min_length=1)]
    contact_name: Annotated[Line, Field(max_length=80)] = ""
    contact_title: Annotated[Line, Field(max_length=80)] = ""
    phone: Annotated[Line, Field(max_length=40)] = ""
    email: Line = ""
    website: Line = ""
    credit_code: Annotated[Line, Field(max_length=18)] = ""
    district_code: Annotated[Line, Field(max_length=6, pattern=r"^(\d{6})?$")] = ""
    address: Line = ""
    industry: Annotated[Line, Field(max_length=80)] = ""
    need: Annotated[Text, Field(max_length=2000)] = ""
    channel: Literal["PHONE", "MESSAGE", "EMAIL", "VISIT"] = "PHONE"
    window: Literal["ANY", "MORNING", "AFTERNOON", "EVENING"] = "ANY"
    consent_basis: Annotated[Line, Field(min_length=1)]
    answers: Annotated[dict[Line, Line], Field(max_length=8)] = {}
    source: Annotated[Line, Field(max_length=30)]
    campaign_id: UUID | None = None


class AnswersIn(In):
    """The answers to the intent questions."""

    version: int
    answers: Annotated[dict[Line, Line], Field(max_length=8)]


class CompleteIn(In):
    """What was heard on the phone. It replaces company, contact, district and credit code; an empty `phone` or `email` keeps the known one."""

    version: int
    company_name: Annotated[Line, Field(min_length=1)]
    contact_name: Annotated[Line, Field(max_length=80)] = ""
    phone: Annotated[Line, Field(max_length=40)] = ""
    email: Line = ""
    credit_code: Annotated[Line, Field(max_length=30)] = ""
    district_code: Annotated[Line, Field(max_length=6, pattern=r"^(\d{6})?$")] = ""


class RecordVersionIn(In):
    """The record as it was read."""

    version: int


class RejectIn(In):
    """Why a record does not become a lead."""

    version: int
    reason: Literal["NO_NEED", "LOW_INTENT", "UNREACHABLE", "WRONG_DETAILS", "OUTSIDE_AREA", "ADVERTISING"]
    note: Annotated[Text, Field(max_length=300)] = ""


class InboundQuery(Schema):
    """Which records."""

    status: Literal["", "RECEIVED", "DEDUPLICATED", "CHECKED", "ACCEPTED", "REJECTED"] = ""
    cursor: Annotated[str, Field(max_length=400)] = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50


class TagOut(Schema):
    """A tag."""

    id: UUID
    name: str
    name_en: str
    tone: str


@router.get("/inbound", response=PageOut[InboundOut])
def list_inbound(request: TiejunRequest, wanted: Query[InboundQuery]) -> Any:
    """List records, the newest first."""
    page = queries.lean_page(request.scope, status=wanted.status, cursor=wanted.cursor, size=wanted.size)
    return {"items": page.rows, "next": page.next_cursor, "previous": page.previous_cursor}


@router.post("/inbound", response={201: InboundOut})
def receive(request: TiejunRequest, body: InboundIn) -> Any:
    """Bring somebody in who asked for us; the duplicate check follows in the background."""
    given = body.dict(exclude={"source", "campaign_id"})
    city = city_of(body.district_code) if body.district_code else None
    facts = InboundFacts(**given, city_code=city.code if city else "", payload=given)
    row = actions.receive_inbound(
        request.scope, facts=facts, source_code=body.source, campaign_id=body.campaign_id, door="API", now=request.now
    )
    return Status(201, row)


@router.get("/inbound/{inbound_id}", response=InboundOut)
def read(request: TiejunRequest, inbound_id: UUID) -> Any:
    """Read one record."""
    return queries.record(request.scope, inbound_id)


@router.post("/inbound/{inbound_id}/assess", response=InboundOut)
def assess(request: TiejunRequest, inbound_id: UUID, body: AnswersIn) -> Any:
    """Answer the intent questions."""
    return actions.assess_inbound(
        request.scope, inbound_id=inbound_id, version=body.version, answers=body.answers, now=request.now
    )


@router.post("/inbound/{inbound_id}/complete", response=InboundOut)
def complete(request: TiejunRequest, inbound_id: UUID, body: CompleteIn) -> Any:
    """Fill in what an open record lacks; raises `Invalid` for a district, number or code that is none."""
    city = city_of(body.district_code) if body.district_code else None
    if body.district_code and city is None:
        raise Invalid(district_code=_("This district is not known."))
    facts = InboundFacts(**body.dict(exclude={"version"}), city_code=city.code if city else "")
    return actions.complete_inbound(request.scope, inbound_id=inbound_id, version=body.version, facts=facts)


@router.post("/inbound/{inbound_id}/accept", response=InboundOut)
def accept(request: TiejunRequest, inbound_id: UUID, body: RecordVersionIn) -> Any:
    """Hand a record over to sales."""
    return actions.accept_inbound(request.scope, inbound_id=inbound_id, version=body.version, now=request.now)


@router.post("/inbound/{inbound_id}/reject", response=InboundOut)
def reject(request: TiejunRequest, inbound_id: UUID, body: RejectIn) -> Any:
    """Reject a record."""
    return actions.reject_inbound(request.scope, inbound_id=inbound_id, now=request.now, **body.dict())


@router.get("/tags", response=list[TagOut])
def list_tags(request: TiejunRequest) -> Any:
    """List the tags that are given."""
    return tag_queries.tags(request.scope)
