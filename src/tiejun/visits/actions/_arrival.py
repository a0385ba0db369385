"""What is found on arrival: the company, the plan's stop, the unit, the presence: called by the actions of this module alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers import actions as customers_actions
from tiejun.customers import queries as customers_queries
from tiejun.customers.rules import CompanyFacts
from tiejun.engines.geo import Point
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import business_day
from tiejun.org import queries as org_queries
from tiejun.visits.models import DayPlan, LocationConsent, PlanItem, Visit, VisitPosition
from tiejun.visits.rules.positions import Seen, movement_flags, presence_at
from tiejun.visits.rules.timing import may_locate
from tiejun.visits.rules.vocabulary import (
    CONSENT_NEEDED,
    RECORDED,
    Flag,
    ItemKind,
    Moment,
    PlanState,
    Presence,
    Refusal,
    VisitKind,
)

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.models import Company
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.vocabulary import Capture

ONE_DAY = timedelta(days=1)
LOCATED = (Presence.IN_RANGE, Presence.OUT_OF_RANGE, Presence.SITE_UNKNOWN, Presence.COARSE)


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


@dataclass(frozen=True, slots=True)
class Located:
    """What a capture's position says, and what is strange about it."""

    presence: Presence
    flags: tuple[Flag, ...] = ()


def locate(
    scope: Scope,
    company: Company,
    capture: Capture,
    *,
    policy: FieldPolicy,
    at: datetime,
    moment: Moment = Moment.START,
) -> Located:
    """Judge the position of a capture; without consent to it or outside working time it is not looked at."""
    if capture.position is None:
        return Located(Presence.REFUSED if capture.position_refused else Presence.NONE)
    day = business_day(at, policy.zone)
    allowed = may_locate(
        at=at,
        opens_at=policy.moment(day, "worktime.hours_start"),
        closes_at=policy.moment(day, "worktime.hours_end"),
        is_workday=policy.is_workday(day),
        has_consent=LocationConsent.objects.filter(
            person=scope.own_id, withdrawn_at=None, text_version__gte=CONSENT_NEEDED[moment]
        ).exists(),
    )
    if not allowed:
        return Located(Presence.OFF_HOURS)
    site = customers_queries.briefs(scope, [company.pk])[company.pk]
    known = site.latitude is not None and site.longitude is not None
    point = Point(lng=site.longitude or 0, lat=site.latitude or 0) if known else None
    presence, flags = presence_at(capture.position, point, in_range_metres=policy.in_range_metres)
    before = _seen_before(scope.own_id, company.pk, at)
    return Located(presence, (*flags, *movement_flags(capture.position, at, before, presence)))


def _seen_before(person_id: UUID, company_id: UUID, at: datetime) -> Seen | None:
    row = (
        VisitPosition.objects.filter(visit__person=person_id, taken_at__lte=at, taken_at__gt=at - ONE_DAY)
        .exclude(visit__company=company_id)
        .order_by("-taken_at")
        .first()
    )
    return Seen(row.latitude, row.longitude, row.taken_at) if row else None


def keep_position(
    visit: Visit, capture: Capture, presence: Presence, *, at: datetime, moment: Moment = Moment.START
) -> None:
    """Keep the raw position of a visit's start or end, for its author alone, until the retention ends."""
    if capture.position is None or presence not in LOCATED:
        return
    VisitPosition.objects.create(
        visit=visit,
        moment=moment,
        latitude=capture.position.latitude,
        longitude=capture.position.longitude,
        accuracy_metres=min(max(capture.position.accuracy_metres, 0), 1_000_000),
        taken_at=at,
    )


def begin_plan(person_id: UUID, day: date) -> None:
    """Make the day's plan active: the first visit has begun."""
    waiting = (PlanState.PROPOSED, PlanState.SUBMITTED, PlanState.ADJUSTED)
    DayPlan.objects.filter(person=person_id, business_day=day, state__in=waiting).update(state=PlanState.ACTIVE)
