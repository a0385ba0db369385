from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from tiejun.foundation.schemas import Day, In, Moment, Text
from tiejun.leads.actions import closing
from tiejun.leads.api.schemas import LeadOut, lead_out
from tiejun.leads.queries import overrides
from tiejun.leads.rules.closing import Evidence

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()


class CloseLeadIn(In):
    """How a lead ends; INVALID needs evidence and a note of what was tried."""

    outcome: Literal["INVALID", "LOST"]
    reason: Literal[
        "WRONG_NUMBER", "NOT_FOUND", "MOVED_AWAY", "CLOSED_DOWN", "NO_COMPANY", "DUPLICATE",
        "NO_NEED", "NO_BUDGET", "COMPETITOR", "TIMING", "REFUSED", "OTHER",
    ]  # fmt: skip
    evidence: Literal["", "CALLS", "VISIT", "SEEN", "REGISTER", "TOLD"] = ""
    note: Annotated[Text, Field(max_length=500)] = ""


class ClosingOut(Schema):
    """The end of a lead."""

    id: UUID
    lead_id: UUID
    person_id: UUID
    outcome: str
    reason: str
    evidence: str
    note: str
    closed_at: Moment


class WhyIn(In):
    """A reason in one's own words."""

    reason: Annotated[Text, Field(min_length=1, max_length=300)]


class FreezeIn(In):
    """What stops a lead."""

    kind: Literal["DISPUTE", "DO_NOT_CONTACT", "LEGAL"]
    note: Annotated[Text, Field(min_length=1, max_length=300)]


class FreezeOut(Schema):
    """A stop on a lead."""

    id: UUID
    lead_id: UUID
    kind: str
    note: str
    frozen_at: Moment


class OverrideOut(Schema):
    """A lead that was given against a rule."""

    id: UUID
    lead_id: UUID
    rule: str
    giver_id: UUID | None
    receiver_id: UUID
    by_person_id: UUID | None
    reason: str
    at: Moment


@router.post("/leads/{lead_id}/close", response=ClosingOut)
def close(request: TiejunRequest, lead_id: UUID, body: CloseLeadIn) -> Any:
    """Close a held lead as invalid or lost."""
    return closing.close_lead(
        request.scope,
        lead_id=lead_id,
        outcome=body.outcome,
        reason=body.reason,
        evidence=Evidence(body.evidence, body.note),
        now=request.now,
    )


@router.post("/leads/{lead_id}/reopen", response=LeadOut)
def reopen(request: TiejunRequest, lead_id: UUID, body: WhyIn) -> Any:
    """Put a closed lead back into its pool."""
    return lead_out(closing.reopen_lead(request.scope, lead_id=lead_id, reason=body.reason, now=request.now))


@router.post("/leads/{lead_id}/wake", response=LeadOut)
def wake(request: TiejunRequest, lead_id: UUID, body: WhyIn) -> Any:
    """Put a resting lead back into its pool."""
    return lead_out(closing.wake_lead(request.scope, lead_id=lead_id, reason=body.reason, now=request.now))


@router.post("/leads/{lead_id}/freeze", response=FreezeOut)
def freeze(request: TiejunRequest, lead_id: UUID, body: FreezeIn) -> Any:
    """Stop claims, allotments, transfers and contacts of a lead."""
    return closing.freeze_lead(request.scope, lead_id=lead_id, kind=body.kind, note=body.note, now=request.now)


@router.post("/leads/{lead_id}/thaw", response=LeadOut)
def thaw(request: TiejunRequest, lead_id: UUID, body: WhyIn) -> Any:
    """Take the stop from a lead."""
    return lead_out(closing.thaw_lead(request.scope, lead_id=lead_id, note=body.reason, now=request.now))


@router.get("/lead-overrides", response=list[OverrideOut])
def list_overrides(request: TiejunRequest, day: Annotated[Day | None, Query()] = None) -> Any:
    """List the rules that were overridden in the week of a day, this week's by default."""
    return [line.row for line in overrides.overrides_of_week(request.scope, day, request.now).lines]
