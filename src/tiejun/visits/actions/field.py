"""In the field: check in, cancel, and the consent to a position."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import actions as customers_actions
from tiejun.customers import queries as customers_queries
from tiejun.customers.rules import CompanyFacts
from tiejun.engines.geo import Point, distance_m
from tiejun.foundation import audit
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import business_day
from tiejun.org import queries as org_queries
from tiejun.visits.locks import lock_person, lock_visit
from tiejun.visits.models import DayPlan, LocationConsent, PlanItem, Visit, VisitPosition
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.timing import clocked, may_locate
from tiejun.visits.rules.vocabulary import RECORDED, Flag, ItemKind, PlanState, Presence, Refusal, VisitKind, VisitState

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.models import Company
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.vocabulary import Capture, CheckInInput

CONSENT_TEXT_VERSION = 1


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
    presence = presence_of(scope, company, facts.capture, policy=policy, at=clock.at)
    visit = Visit.objects.create(
        client_key=facts.client_key,
        person_id=person_id,
        unit_id=unit_on(scope, person_id, day),
        company=company,
        plan_item=item,
        kind=kind_of(person_id, company, item, facts.kind),
        state=VisitState.STARTED,
        flags=[*clock.flags, *held_flags(person_id, company)],
        business_day=day,
        zone=policy.zone,
        started_at=clock.at,
        received_at=now,
        device_time=facts.capture.recorded_at,
        device_offset_seconds=int(clock.offset.total_seconds()),
        device_id=facts.capture.device_id,
        device_sequence=facts.capture.sequence,
        presence=presence,
        district_code=company.district_code,
    )
    keep_position(visit, facts.capture, at=clock.at)
    begin_plan(person_id, day)
    audit.record(scope, "visits.checked_in", visit, company=company.pk, presence=presence, flags=visit.flags)
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
    """Agree to one position per check-in in working time."""
    lock_person(scope.own_id)
    consent, was_new = LocationConsent.objects.get_or_create(
        person_id=scope.own_id, withdrawn_at=None, defaults={"text_version": CONSENT_TEXT_VERSION, "given_at": now}
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


# -- shared with recording ----------------------------------------------------------------------------------------------
def trusted(scope: Scope) -> Scope:
    """Return the scope for calls down that this module has already decided: any company may be visited (rule 17).

    Audit rows keep the person's name.
    """
    return replace(scope, is_system=True)


def company_for(scope: Scope, *, company_id: UUID | None, name: str, now: datetime) -> Company:
    """Return the company of a visit, found or created by its name on a cold visit; raises `Refused`, `NotFound`."""
    if company_id is not None:
        return customers_queries.company_in_reach(trusted(scope), company_id, Ability.VIEW_CUSTOMERS)
    if not name.strip():
        raise Refused(Refusal.COMPANY_IS_MISSING)
    cities = {unit.pk: unit.city_code for unit in org_queries.all_units(scope)}
    city = next((cities[unit_id] for unit_id in scope.unit_chain if cities.get(unit_id)), "")
    return customers_actions.create_company(scope, facts=CompanyFacts(name=name.strip(), city_code=city), now=now)


def plan_item_of(person_id: UUID, item_id: UUID | None) -> PlanItem | None:
    """Return a stop of the person's own plans; None when it is not there (any more): the visit counts without it."""
    if item_id is None:
        return None
    return PlanItem.objects.filter(pk=item_id, plan__person=person_id).first()


def unit_on(scope: Scope, person_id: UUID, day: date) -> UUID:
    """Return the person's unit on a day, today's when the day has none (a record of before the first position)."""
    try:
        return org_queries.unit_of_person(scope, person_id, on=day)
    except NotFound:
        if scope.unit_id is None:
            raise
        return scope.unit_id


def held_flags(person_id: UUID, company: Company) -> list[Flag]:
    """Return HELD_BY_COLLEAGUE when somebody else holds the company (rule 17)."""
    return [Flag.HELD_BY_COLLEAGUE] if company.owner_id not in (None, person_id) else []


def kind_of(person_id: UUID, company: Company, item: PlanItem | None, wanted: VisitKind | None) -> VisitKind:
    """Return what kind of visit this is; at a colleague's company it is a cold one whatever is wished (rule 17)."""
    if company.owner_id not in (None, person_id):
        return VisitKind.COLD
    if wanted is not None:
        return wanted
    if Visit.objects.filter(company=company, state__in=RECORDED).exists():
        return VisitKind.RETURN
    return VisitKind.ANCHOR if item is not None and item.kind == ItemKind.ANCHOR else VisitKind.COLD


def presence_of(scope: Scope, company: Company, capture: Capture, *, policy: FieldPolicy, at: datetime) -> Presence:
    """Judge the position of a capture; without consent or outside working time it is not looked at."""
    if capture.position is None:
        return Presence.REFUSED if capture.position_refused else Presence.NONE
    day = business_day(at, policy.zone)
    allowed = may_locate(
        at=at,
        opens_at=policy.moment(day, "worktime.hours_start"),
        closes_at=policy.moment(day, "worktime.hours_end"),
        is_workday=policy.is_workday(day),
        has_consent=LocationConsent.objects.filter(person=scope.own_id, withdrawn_at=None).exists(),
    )
    if not allowed:
        return Presence.OFF_HOURS
    site = customers_queries.briefs(scope, [company.pk])[company.pk]
    if site.latitude is None or site.longitude is None:
        return Presence.SITE_UNKNOWN
    here = Point(lng=capture.position.longitude, lat=capture.position.latitude)
    away = distance_m(here, Point(lng=site.longitude, lat=site.latitude))
    in_range = away <= policy.in_range_metres + min(capture.position.accuracy_metres, policy.in_range_metres)
    return Presence.IN_RANGE if in_range else Presence.OUT_OF_RANGE


def keep_position(visit: Visit, capture: Capture, *, at: datetime) -> None:
    """Keep the raw position of a visit, for its author alone, until the retention ends."""
    located = (Presence.IN_RANGE, Presence.OUT_OF_RANGE, Presence.SITE_UNKNOWN)
    if capture.position is None or visit.presence not in located:
        return
    VisitPosition.objects.create(
        visit=visit,
        latitude=capture.position.latitude,
        longitude=capture.position.longitude,
        accuracy_metres=min(max(capture.position.accuracy_metres, 0), 1_000_000),
        taken_at=at,
    )


def begin_plan(person_id: UUID, day: date) -> None:
    """Make the day's plan active: the first visit has begun."""
    waiting = (PlanState.PROPOSED, PlanState.SUBMITTED, PlanState.ADJUSTED)
    DayPlan.objects.filter(person=person_id, business_day=day, state__in=waiting).update(state=PlanState.ACTIVE)
