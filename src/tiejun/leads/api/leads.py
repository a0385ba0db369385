from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Query, Router, Status

from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.fields.rules import field_filters, opened
from tiejun.foundation.schemas import PageOut, json_answer
from tiejun.leads import actions, rules
from tiejun.leads.actions import fields as field_actions
from tiejun.leads.actions import viewing
from tiejun.leads.api.schemas import (
    DoorNoticeOut,
    DoorQuery,
    FollowUpIn,
    FollowUpOut,
    HappeningOut,
    LeadDetailOut,
    LeadFieldsIn,
    LeadIn,
    LeadLineOut,
    LeadOut,
    LeadQuery,
    ReleaseIn,
    TenureOut,
    TransferIn,
    lead_out,
)
from tiejun.leads.queries import detail, lists
from tiejun.leads.queries.standing import DoorNotice, standing_at_door

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.leads.models import LeadTenure

router = Router()


@router.get("/leads", response=PageOut[LeadLineOut])
def list_leads(request: TiejunRequest, wanted: Query[LeadQuery]) -> Any:
    """List leads of the pools, or those held within reach: by `sort`; with `q`, the newest companies first."""
    page = lists.lean_page(
        request.scope,
        wanted.filters(field_filters(request.GET.items())),
        wanted.cursor,
        wanted.size,
        in_pool=wanted.list == "pool",
        by_chance=wanted.sort == "chance",
    )
    is_pool = wanted.list == "pool"
    fields = lists.fields_to_filter(request.scope, in_pool=True) if is_pool else []
    for row in page.rows:
        row["custom"] = opened(fields, row["custom"]) if is_pool else row["custom"]
        row["company_name"], row["p_sign"] = row.pop("company__name"), row.pop("score__p_sign")
    return json_answer({"items": page.rows, "next": page.next_cursor, "previous": page.previous_cursor})


@router.post("/leads", response={201: LeadOut})
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


@router.get("/leads/standing", response=DoorNoticeOut)
def standing(request: TiejunRequest, asked: Query[DoorQuery]) -> DoorNotice:
    """Tell at a door whether the company may be canvassed: by credit code, else by a name in any spelling."""
    return standing_at_door(request.scope, credit_code=asked.credit_code, name=asked.name, city_code=asked.city_code)


@router.get("/leads/{lead_id}", response=LeadDetailOut)
def read(request: TiejunRequest, lead_id: UUID) -> Any:
    """Read one lead with its history."""
    view = detail.lead_detail(request.scope, lead_id, request.now)
    if view.is_counted:
        viewing.note_view(request.scope, lead_id=lead_id, now=request.now)
    return {
        "lead": lead_out(view.lead),
        "due_at": view.tenure.due_at if view.tenure else None,
        "no_deal_due_at": view.tenure.no_deal_due_at if view.tenure else None,
        "may_claim": view.may_claim and not view.why_not_claim,
        "why_not_claim": view.why_not_claim,
        "score": view.score,
        "may_release": view.may_release,
        "may_transfer": view.may_transfer,
        "custom": view.values,
        "timeline": [
            {field: getattr(row, field) if field != "title" else str(row.title) for field in HappeningOut.model_fields}
            for row in view.timeline
        ],
    }


@router.put("/leads/{lead_id}/fields", response=dict[str, Any])
def write_fields(request: TiejunRequest, lead_id: UUID, body: LeadFieldsIn) -> Any:
    """Write values of custom fields; what is not named stays. Returns all values; 409 `stale` when somebody was first."""
    lead = field_actions.write_fields(
        request.scope, lead_id=lead_id, version=body.version, values=body.values, now=request.now
    )
    return lead.custom or {}


@router.post("/leads/{lead_id}/claim", response=TenureOut)
def claim(request: TiejunRequest, lead_id: UUID) -> LeadTenure:
    """Claim a lead from its pool."""
    return actions.claim_lead(request.scope, lead_id=lead_id, now=request.now)


@router.post("/leads/{lead_id}/release", response=LeadOut)
def release(request: TiejunRequest, lead_id: UUID, body: ReleaseIn) -> Any:
    """Give a lead back to its pool."""
    row = actions.release_lead(request.scope, lead_id=lead_id, reason=body.reason, note=body.note, now=request.now)
    return lead_out(row)


@router.post("/leads/{lead_id}/transfer", response=TenureOut)
def transfer(request: TiejunRequest, lead_id: UUID, body: TransferIn) -> LeadTenure:
    """Give a lead to a representative within reach."""
    return actions.transfer_lead(
        request.scope,
        lead_id=lead_id,
        to_person_id=body.to_person_id,
        reason=body.reason,
        now=request.now,
    )


@router.post("/leads/{lead_id}/follow-ups", response={201: FollowUpOut})
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
