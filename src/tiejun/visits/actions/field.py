"""In the field: check in, cancel, and the consent to a position."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import business_day
from tiejun.visits.actions._arrival import (
    begin_plan,
    company_for,
    held_flags,
    keep_position,
    kind_of,
    locate,
    plan_item_of,
    unit_on,
)
from tiejun.visits.locks import lock_person, lock_visit
from tiejun.visits.models import LocationConsent, Visit
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.timing import clocked
from tiejun.visits.rules.vocabulary import CONSENT_TEXT_VERSION, Refusal, VisitState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.visits.rules.vocabulary import CheckInInput


@action(Ability.RECORD_VISIT)
def check_in(scope: Scope, *, facts: CheckInInput, now: datetime) -> Visit:
    """Start a visit at a company; the position is taken once, here, and only lowers or raises the evidence.

    The same key gives the visit that it started. Raises `Refused` (VISIT_IN_PROGRESS, COMPANY_IS_MISSING), `NotFound`.
    """
    person_id = scope.own_id
    lock_person(person_id)
    known = Visit.objects.filter(client_key=facts.client_key).first()
    if known is not None:
        return _repeated(scope, known)
    running = Visit.objects.filter(person=person_id, state=VisitState.STARTED).select_related("company").first()
    if running is not None:
        raise Refused(Refusal.VISIT_IN_PROGRESS, company=running.company.name)
    policy = field_policy(scope, now)
    clock = clocked(facts.capture, received_at=now, tolerance=policy.tolerance)
    company = company_for(scope, company_id=facts.company_id, name=facts.company_name, now=now)
    item = plan_item_of(person_id, facts.plan_item_id)
    day = business_day(clock.at, policy.zone)
    found = locate(scope, company, facts.capture, policy=policy, at=clock.at)
    visit = Visit.objects.create(
        client_key=facts.client_key,
        person_id=person_id,
        unit_id=unit_on(scope, person_id, day),
        company=company,
        plan_item=item,
        kind=kind_of(person_id, company, item, facts.kind),
        state=VisitState.STARTED,
        flags=[*clock.flags, *found.flags, *held_flags(person_id, company)],
        business_day=day,
        zone=policy.zone,
        started_at=clock.at,
        received_at=now,
        device_time=facts.capture.recorded_at,
        device_offset_seconds=int(clock.offset.total_seconds()),
        device_id=facts.capture.device_id,
        device_sequence=facts.capture.sequence,
        presence=found.presence,
        district_code=company.district_code,
    )
    keep_position(visit, facts.capture, found.presence, at=clock.at)
    begin_plan(person_id, day)
    audit.record(scope, "visits.checked_in", visit, company=company.pk, presence=visit.presence, flags=visit.flags)
    return visit


def _repeated(scope: Scope, known: Visit) -> Visit:
    if known.person_id != scope.person_id:
        raise NotFound
    audit.record(scope, "visits.check_in_repeated", known)
    return known


@action(Ability.RECORD_VISIT)
def cancel_visit(scope: Scope, *, visit_id: UUID, reason: str, now: datetime) -> Visit:
    """Give up a visit that was started and not recorded; raises `Refused` (NOT_IN_PROGRESS, REASON_IS_MISSING)."""
    lock_person(scope.own_id)
    visit = lock_visit(visit_id, scope.own_id)
    if visit.state != VisitState.STARTED:
        raise Refused(Refusal.NOT_IN_PROGRESS)
    if not reason.strip():
        raise Refused(Refusal.REASON_IS_MISSING)
    visit.state, visit.cancel_reason, visit.ended_at = VisitState.CANCELLED, reason.strip(), max(now, visit.started_at)
    visit.save(update_fields=["state", "cancel_reason", "ended_at"])
    audit.record(scope, "visits.cancelled", visit, reason=visit.cancel_reason)
    return visit


@action(Ability.RECORD_VISIT)
def give_location_consent(scope: Scope, *, now: datetime) -> LocationConsent:
    """Agree to a position at the start and at the end of a visit, in working time; who agreed to an older text agrees anew."""
    lock_person(scope.own_id)
    mine = LocationConsent.objects.filter(person=scope.own_id, withdrawn_at=None)
    consent = mine.filter(text_version=CONSENT_TEXT_VERSION).first()
    was_new = consent is None
    if consent is None:
        mine.update(withdrawn_at=now)
        consent = LocationConsent.objects.create(
            person_id=scope.own_id, text_version=CONSENT_TEXT_VERSION, given_at=now
        )
    audit.record(scope, "visits.location_consent_given", consent, was_new=was_new, text_version=consent.text_version)
    return consent


@action(Ability.RECORD_VISIT)
def withdraw_location_consent(scope: Scope, *, now: datetime) -> int:
    """Take the consent back: later check-ins keep no position, which lowers nothing but the evidence level."""
    lock_person(scope.own_id)
    ended = LocationConsent.objects.filter(person=scope.own_id, withdrawn_at=None).update(withdrawn_at=now)
    audit.record(scope, "visits.location_consent_withdrawn", consents=ended)
    return ended
