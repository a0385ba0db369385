"""Companies for programs: the same queries and actions as the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.access.abilities import Ability
from tiejun.customers import actions, queries
from tiejun.customers.actions import fields as field_actions
from tiejun.customers.queries import detail, lists
from tiejun.customers.queries.lists import CompanyFilters
from tiejun.customers.rules import ClassRequest, CompanyFacts, ContactFacts
from tiejun.fields.rules import field_filters
from tiejun.foundation.schemas import Day, In, Line, Moment, PageOut, Text

if TYPE_CHECKING:
    from tiejun.customers.models import Company
    from tiejun.foundation.web import TiejunRequest

router = Router()


class CompanyOut(Schema):
    """A company."""

    id: UUID
    name: str
    credit_code: str | None
    city_code: str
    district_code: str
    address: str
    industry: str
    legal_person: str
    domain: str
    registered_on: Day | None
    capital_minor: int | None
    capital_currency: str
    latitude: float | None
    longitude: float | None
    opening_hours: str
    lifecycle: str
    closing_class: str
    owner_id: UUID | None
    unit_id: UUID | None
    last_visit_at: Moment | None
    last_effective_at: Moment | None
    next_step_at: Moment | None
    changed_at: Moment
    custom: dict[str, Any] | None
    version: int


class CompanyFieldsIn(In):
    """Values of custom fields by key; null or an empty text takes a value out. `version` as read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    values: Annotated[dict[Line, Text | int | float | bool | None], Field(max_length=200)]


class ContactOut(Schema):
    """A contact; `phone` is empty where the asker sees the last four digits alone."""

    contact_id: UUID
    name: str
    title: str
    roles: list[str]
    is_senior: bool
    confirmed_at: Moment | None
    phone: str
    phone_last4: str
    version: int


class ClassOut(Schema):
    """A spell of a closing class; amounts in minor units."""

    closing_class: str
    reason: str
    amount_minor: int | None
    currency: str
    expected_on: Day | None
    next_step_at: Moment | None
    renewals: int
    set_at: Moment
    ended_at: Moment | None


class CompanyDetailOut(Schema):
    """A company with contacts and the history of its class."""

    company: CompanyOut
    contacts: list[ContactOut]
    classes: list[ClassOut]


class CompanyIn(In):
    """A company as edited; `version` as read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    name: Annotated[Line, Field(min_length=1)]
    credit_code: Annotated[Line, Field(max_length=18)] = ""
    city_code: Annotated[Line, Field(pattern=r"^(\d{6})?$")] = ""
    district_code: Annotated[Line, Field(pattern=r"^(\d{6})?$")] = ""
    address: Line = ""
    industry: Annotated[Line, Field(max_length=80)] = ""
    legal_person: Annotated[Line, Field(max_length=80)] = ""
    domain: Annotated[Line, Field(max_length=200)] = ""
    registered_on: Day | None = None
    capital_minor: Annotated[int, Field(ge=0, le=10**17)] | None = None
    capital_currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    opening_hours: Annotated[Line, Field(max_length=100)] = ""


class ContactIn(In):
    """A contact as entered; a number that is left empty stays as it is."""

    name: Annotated[Line, Field(min_length=1, max_length=80)]
    phone: Annotated[Line, Field(max_length=40)] = ""
    title: Annotated[Line, Field(max_length=80)] = ""
    roles: Annotated[list[Literal["KP", "INFLUENCER", "GATEKEEPER", "USER"]], Field(max_length=4)] = []
    is_senior: bool = False

    def facts(self) -> ContactFacts:
        """Return the contact as the action takes it."""
        return ContactFacts(self.name, self.phone, self.title, tuple(self.roles), self.is_senior)


class ContactEditIn(ContactIn):
    """A contact as edited; `version` as read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]


class RemoveIn(In):
    """Why a contact goes."""

    reason: Annotated[Text, Field(max_length=300)] = ""


class ClassIn(In):
    """A closing class with what it asks for."""

    closing_class: Literal["A", "B", "C", "D", "-"]
    reason: Annotated[Text, Field(max_length=300)] = ""
    amount_minor: Annotated[int, Field(ge=0, le=10**17)] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "CNY"
    expected_on: Day | None = None
    next_step_at: Moment | None = None
    next_step: Annotated[Line, Field(max_length=200)] = ""


class CompanyQuery(Schema):
    """Filters of the list of companies; custom fields cut as in the page's address: `f.key=value`, `f.key.from=…`, `f.key.to=…`."""

    q: Annotated[str, Field(max_length=100)] = ""
    closing_class: Literal["", "A", "B", "C", "D", "-"] = ""
    lifecycle: Literal["", "PROSPECT", "ACQUIRE", "ACTIVATE", "RETAIN", "EXPAND", "REFER"] = ""
    district: Annotated[str, Field(max_length=6)] = ""
    industry: Annotated[str, Field(max_length=40)] = ""
    mine: bool = False
    cursor: Annotated[str, Field(max_length=400)] = ""
    size: Annotated[int, Field(ge=1, le=200)] = 50


@router.get("/companies", response=PageOut[CompanyOut])
def list_companies(request: TiejunRequest, wanted: Query[CompanyQuery]) -> Any:
    """List held companies within reach, the last active first."""
    filters = CompanyFilters(
        wanted.q,
        wanted.closing_class,
        wanted.lifecycle,
        wanted.district,
        wanted.industry,
        wanted.mine,
        field_filters(request.GET.items()),
    )
    page = lists.lean_page(request.scope, filters, wanted.cursor, wanted.size)
    return {"items": page.rows, "next": page.next_cursor, "previous": page.previous_cursor}


@router.get("/companies/{company_id}", response=CompanyDetailOut)
def read(request: TiejunRequest, company_id: UUID) -> Any:
    """Read one company with contacts and classes."""
    view = detail.company_detail(request.scope, company_id, request.now)
    return {"company": view.company, "contacts": view.contacts, "classes": view.classes}


@router.put("/companies/{company_id}", response=CompanyOut)
def edit(request: TiejunRequest, company_id: UUID, body: CompanyIn) -> Company:
    """Edit a company; 409 `stale` when somebody was first."""
    found = queries.company_in_reach(request.scope, company_id, Ability.EDIT_CUSTOMER)
    kept: dict[str, Any] = {"building_id": found.building_id, "segment_id": found.segment_id}
    facts = CompanyFacts(**body.model_dump(exclude={"version"}), **kept)
    return actions.edit_company(
        request.scope, company_id=company_id, version=body.version, facts=facts, now=request.now
    )


@router.put("/companies/{company_id}/fields", response=CompanyOut)
def write_fields(request: TiejunRequest, company_id: UUID, body: CompanyFieldsIn) -> Company:
    """Write values of custom fields; what is not named stays; 409 `stale` when somebody was first."""
    return field_actions.write_fields(
        request.scope, company_id=company_id, version=body.version, values=body.values, now=request.now
    )


@router.post("/companies/{company_id}/contacts", response={201: UUID})
def add_contact(request: TiejunRequest, company_id: UUID, body: ContactIn) -> Any:
    """Add a contact; returns its id."""
    return Status(
        201, actions.add_contact(request.scope, company_id=company_id, facts=body.facts(), now=request.now).pk
    )


@router.put("/contacts/{contact_id}", response=UUID)
def edit_contact(request: TiejunRequest, contact_id: UUID, body: ContactEditIn) -> Any:
    """Edit a contact; returns its id."""
    return actions.edit_contact(
        request.scope,
        contact_id=contact_id,
        version=body.version,
        facts=body.facts(),
        now=request.now,
    ).pk


@router.post("/contacts/{contact_id}/remove", response=UUID)
def remove_contact(request: TiejunRequest, contact_id: UUID, body: RemoveIn) -> Any:
    """Take a contact out of the lists; returns its id."""
    return actions.remove_contact(request.scope, contact_id=contact_id, reason=body.reason, now=request.now).pk


@router.post("/companies/{company_id}/class", response=CompanyOut)
def set_class(request: TiejunRequest, company_id: UUID, body: ClassIn) -> Company:
    """Set the closing class; 409 with what is missing."""
    wish = ClassRequest(**body.model_dump())
    return actions.set_closing_class(request.scope, company_id=company_id, wish=wish, now=request.now)
