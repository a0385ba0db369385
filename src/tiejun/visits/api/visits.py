"""Visits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Query, Router, Status

from tiejun.foundation.schemas import PageOut
from tiejun.visits.actions import day_locks, field, recording
from tiejun.visits.api.schemas import (
    AmendIn,
    AmendmentOut,
    CaptureIn,
    CheckInIn,
    FactsIn,
    ReasonOut,
    VisitEditIn,
    VisitIn,
    VisitOut,
    VisitQuery,
    VisitReasonIn,
)
from tiejun.visits.forms import read_moment
from tiejun.visits.queries import visits as visit_queries
from tiejun.visits.rules.judging import read_reasons
from tiejun.visits.rules.vocabulary import (
    Capture,
    CheckInInput,
    EvidenceKind,
    MetContact,
    PhonePosition,
    VisitFactsInput,
    VisitFilters,
    VisitInput,
)

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.visits.models import Visit

router = Router(tags=["visits"])


@router.get("/visits", response=PageOut[VisitOut], summary="Visits within reach, newest first")
def list_visits(request: TiejunRequest, asked: Annotated[VisitQuery, Query()]) -> dict[str, Any]:
    filters = VisitFilters(asked.person_id, asked.since, asked.until, asked.effective, asked.evidence_level, asked.flag)
    page = visit_queries.visits_page(request.scope, filters, cursor=asked.cursor, size=asked.size)
    return {
        "items": [visit_out(row.visit) for row in page.rows],
        "next": page.next_cursor,
        "previous": page.previous_cursor,
    }


@router.post("/visits", response={200: VisitOut, 201: VisitOut}, summary="Record a visit")
def record_visit(request: TiejunRequest, sent: VisitIn) -> Status[VisitOut]:
    visit = recording.record_visit(request.scope, facts=_record(sent), now=request.now)
    return Status(201 if visit.received_at == request.now else 200, visit_out(visit))


@router.post("/visits/check-in", response={200: VisitOut, 201: VisitOut}, summary="Start a visit")
def check_in(request: TiejunRequest, sent: CheckInIn) -> Status[VisitOut]:
    facts = CheckInInput(
        sent.client_key, sent.company_id, sent.company_name, sent.plan_item_id, sent.kind, capture_of(sent.capture)
    )
    visit = field.check_in(request.scope, facts=facts, now=request.now)
    return Status(201 if visit.received_at == request.now else 200, visit_out(visit))


@router.get("/visits/{uuid:visit_id}", response=VisitOut, summary="One visit as recorded")
def show_visit(request: TiejunRequest, visit_id: UUID) -> VisitOut:
    return visit_out(visit_queries.visit_in_reach(request.scope, visit_id))


@router.put(
    "/visits/{uuid:visit_id}",
    response=VisitOut,
    summary="Correct one's own visit until the soft lock",
)
def edit_visit(request: TiejunRequest, visit_id: UUID, sent: VisitEditIn) -> VisitOut:
    return visit_out(
        recording.edit_visit(
            request.scope, visit_id=visit_id, version=sent.version, facts=_facts(sent), now=request.now
        )
    )


@router.post("/visits/{uuid:visit_id}/cancel", response=VisitOut, summary="Give up a started visit")
def cancel_visit(request: TiejunRequest, visit_id: UUID, sent: VisitReasonIn) -> VisitOut:
    return visit_out(field.cancel_visit(request.scope, visit_id=visit_id, reason=sent.reason, now=request.now))


@router.get(
    "/visits/{uuid:visit_id}/amendments",
    response=list[AmendmentOut],
    summary="Amendments of a visit",
)
def list_amendments(request: TiejunRequest, visit_id: UUID) -> list[Any]:
    return list(visit_queries.visit_detail(request.scope, visit_id, now=request.now).amendments)


@router.post("/visits/{uuid:visit_id}/amendments", response={201: AmendmentOut}, summary="Amend a locked visit")
def amend_visit(request: TiejunRequest, visit_id: UUID, sent: AmendIn) -> Status[Any]:
    row = day_locks.amend_visit(
        request.scope, visit_id=visit_id, field=sent.field, value=sent.value, reason=sent.reason, now=request.now
    )  # fmt: skip
    return Status(201, row)


@router.post(
    "/location-consent",
    response={204: None},
    summary="Agree to a position at the start and the end of a visit",
)
def give_consent(request: TiejunRequest) -> Status[None]:
    field.give_location_consent(request.scope, now=request.now)
    return Status(204, None)


@router.delete("/location-consent", response={204: None}, summary="Take the consent back")
def withdraw_consent(request: TiejunRequest) -> Status[None]:
    field.withdraw_location_consent(request.scope, now=request.now)
    return Status(204, None)


def _facts(sent: FactsIn) -> VisitFactsInput:
    met = tuple(
        MetContact(row.role, row.is_senior, row.contact_id, row.name[:80], row.title[:80], row.phone[:20])
        for row in sent.met
    )
    return VisitFactsInput(
        met, sent.service_explained, sent.demo_steps_done, sent.trial_close, sent.order_presented, sent.refusal, sent.advancement,
        sent.note, sent.next_step, sent.next_step_at,
    )  # fmt: skip


def _record(sent: VisitIn) -> VisitInput:
    return VisitInput(
        client_key=sent.client_key, company_id=sent.company_id, company_name=sent.company_name, visit_id=sent.visit_id,
        plan_item_id=sent.plan_item_id, kind=sent.kind, started_at=sent.started_at, ended_at=sent.ended_at, facts=_facts(sent),
        evidence=frozenset(sent.evidence) & {EvidenceKind.CARD, EvidenceKind.ARTEFACT}, capture=capture_of(sent.capture),
        check_in_key=sent.check_in_key, photos=tuple(sent.photo_digests),
    )  # fmt: skip


def capture_of(sent: CaptureIn) -> Capture:
    """Return how a record came."""
    recorded = read_moment(sent.recorded_at)
    position = sent.position
    return Capture(
        recorded_at=recorded,
        sent_at=read_moment(sent.sent_at),
        device_id=sent.device_id,
        sequence=sent.sequence,
        position=PhonePosition(position.latitude, position.longitude, position.accuracy_metres, recorded)
        if position
        else None,
        position_refused=sent.position_refused,
        is_clock_unreadable=bool(sent.recorded_at) and recorded is None,
    )


def visit_out(visit: Visit) -> VisitOut:
    """Return a visit as programs see it."""
    values = {name: getattr(visit, name) for name in VisitOut.model_fields if name != "reasons"}
    reasons = [
        ReasonOut(question=line.question, code=line.code, holds=line.holds) for line in read_reasons(visit.reasons)
    ]
    return VisitOut(**values, reasons=reasons)
