from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tiejun.foundation.schemas import Day, In, Line, Moment, Text
from tiejun.leads.queries.lists import LeadFilters

if TYPE_CHECKING:
    from tiejun.leads.models import Lead


class LeadOut(Schema):
    """A lead."""

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


class LeadLineOut(LeadOut):
    """A lead in a list; `p_sign`: its chance of signing, null where no model may be used; `custom`: values of custom fields by key."""

    p_sign: float | None
    custom: dict[str, Any] | None


class HappeningOut(Schema):
    """An entry of a lead's timeline."""

    at: Moment
    title: str
    who: str
    text: str
    credit_days: int
    next_step: str
    next_step_at: Moment | None


class ScoreReasonOut(Schema):
    """What moves a chance, and by which factor it changes the odds."""

    words: str
    times: float


class ScoreOut(Schema):
    """The score of a lead: chances in percent, null where no model may be used."""

    sign_percent: float | None
    effective_percent: float | None
    reasons: list[ScoreReasonOut]
    scored_at: Moment


class LeadDetailOut(Schema):
    """A lead with its holding and its history; `why_not_claim` is empty when the asker can claim it."""

    lead: LeadOut
    due_at: Moment | None
    no_deal_due_at: Moment | None
    score: ScoreOut | None
    may_claim: bool
    why_not_claim: str
    may_release: bool
    may_transfer: bool
    custom: dict[str, Any]
    timeline: list[HappeningOut]


class LeadFieldsIn(In):
    """Values of custom fields by key; null or an empty text takes a value out. `version` as read."""

    version: Annotated[int, Field(ge=1, le=2**31 - 1)]
    values: Annotated[dict[Line, Text | int | float | bool | None], Field(max_length=200)]


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
    is_listed_only: bool
    districts: list[str]
    product_line_id: UUID | None
    version: int


class LeadContactIn(In):
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
    contacts: Annotated[list[LeadContactIn], Field(max_length=20)] = []
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


class DoorQuery(Schema):
    """A company as it stands over the door, or its credit code; `city_code` of GB/T 2260 where the asker is."""

    credit_code: Annotated[str, Field(max_length=30)] = ""
    name: Annotated[str, Field(max_length=200)] = ""
    city_code: Annotated[str, Field(pattern=r"^(\d{6})?$")] = ""


class DoorNoticeOut(Schema):
    """How the company stands to the asker; `company_id` to record the visit on, None for a company that nobody knows."""

    standing: Literal["UNKNOWN", "FREE", "IN_POOL", "YOURS", "HELD_BY_COLLEAGUE"]
    company_id: UUID | None


class LeadQuery(Schema):
    """Filters of a list of leads; `list` is `pool` or `held`; `sort`: the last active first, or those most likely to sign.

    Custom fields cut as in the page's address: `f.key=value`, `f.key.from=…` and `f.key.to=…`.
    """

    list: Literal["pool", "held"] = "held"
    q: Annotated[str, Field(max_length=100)] = ""
    sort: Literal["activity", "chance"] = "activity"
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

    def filters(self, custom: dict[str, str]) -> LeadFilters:
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
            custom=custom,
        )


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
