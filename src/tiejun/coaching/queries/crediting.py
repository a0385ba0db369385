"""Deals that may have been signed through a point, and a period of somebody's coaching summed up."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.coaching.models import (
    ApplicationCheck,
    CoachingPlan,
    CoachingSummary,
    ImprovementPoint,
    PointDeal,
    PointRating,
    Praise,
)
from tiejun.coaching.rules import DONE_STATES, PlanState, PointState, Rating
from tiejun.coaching.rules.checks import application
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import at_local, business_day
from tiejun.org import queries as org
from tiejun.pipeline.queries import orders_page
from tiejun.pipeline.queries.sales import signed_by_day

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.coaching.rules.checks import Application
    from tiejun.pipeline.models import Order

MOST_COMPANIES = 8
LOOK_BACK = timedelta(days=120)


def deal_choices(scope: Scope, point: ImprovementPoint, *, now: datetime) -> list[Order]:
    """Return the newest orders that the person signed since the point was first coached and that are not linked to it."""
    if point.first_coached_on is None:
        return []
    today = business_day(now, scope.zone)
    since = max(point.first_coached_on, today - LOOK_BACK)
    signed = signed_by_day(scope, [point.person_id], since=since, until=today + timedelta(days=1))
    newest = sorted(signed, key=lambda key: key[1], reverse=True)
    companies = list(dict.fromkeys(company for key in newest for company in sorted(signed[key].companies)))
    linked = set(PointDeal.objects.filter(point=point).values_list("order__number", flat=True))
    rows = [
        order
        for company_id in companies[:MOST_COMPANIES]
        for order in orders_page(scope, status="SIGNED", company_id=company_id, size=10).rows
        if order.owner_id == point.person_id and order.signed_on and order.signed_on >= since
    ]
    return [order for order in rows if order.number not in linked]


@dataclass(frozen=True, slots=True)
class PointWay:
    """A point over a period: how it was first and last seen, and how often it was used."""

    point: ImprovementPoint
    first: Rating | None
    last: Rating | None
    application: Application
    deals: int
    deals_minor: int


@dataclass(frozen=True, slots=True)
class Period:
    """A month of somebody's coaching (COA-14): days, points with their way, checks, deals, praise; M-C1, M-C3 and M-C5."""

    person_id: UUID
    month: date
    previous: date
    following: date | None
    days: int
    on_time: int
    summaries: int
    points: list[PointWay]
    mastered: int
    application: Application
    deals: int
    deals_minor: int
    praises: list[str]


def period_of(scope: Scope, person_id: UUID, *, month: date | None = None, now: datetime) -> Period:
    """Return a month of somebody's coaching as far as the asker may see it; raises `NotFound` for a month to come."""
    ability = Ability.VIEW_COACHING
    scope.require(ability)
    today = business_day(now, scope.zone)
    first = (month or today).replace(day=1)
    org.person_in_reach(scope, person_id, ability, on=today)
    if first > today:
        raise NotFound
    end = (first + timedelta(days=32)).replace(day=1)
    plans = CoachingPlan.objects.within(scope, ability).filter(
        person=person_id, business_day__gte=first, business_day__lt=end, revealed_at__isnull=False
    )
    sent = list(CoachingSummary.objects.filter(plan__in=plans).values_list("is_late", flat=True))
    checks = Counter(
        ApplicationCheck.objects.within(scope, ability)
        .filter(person=person_id, due_on__gte=first, due_on__lt=end)
        .values_list("point_id", "state")
    )
    ways = _ways(scope, person_id, ability, (first, end), checks)
    begins, ends = at_local(first, "00:00", scope.zone), at_local(end, "00:00", scope.zone)
    praised = Praise.objects.within(scope, ability).filter(person=person_id, given_at__gte=begins, given_at__lt=ends)
    return Period(
        person_id=person_id,
        month=first,
        previous=(first - timedelta(days=1)).replace(day=1),
        following=end if end <= today else None,
        days=plans.exclude(state=PlanState.CANCELLED).count(),
        on_time=sum(not late for late in sent),
        summaries=plans.filter(state__in=DONE_STATES).count(),
        points=ways,
        mastered=sum(
            one.point.state == PointState.MASTERED and one.point.closed_at is not None and begins <= one.point.closed_at < ends
            for one in ways
        ),
        application=application(_by_state(checks)),
        deals=sum(one.deals for one in ways),
        deals_minor=sum(one.deals_minor for one in ways),
        praises=list(praised.order_by("-given_at").values_list("text", flat=True)),
    )  # fmt: skip


def _by_state(checks: Counter[tuple[UUID, str]]) -> dict[str, int]:
    states: Counter[str] = Counter()
    for (_point, state), count in checks.items():
        states[state] += count
    return states


def _ways(
    scope: Scope, person_id: UUID, ability: Ability, span: tuple[date, date], checks: Counter[tuple[UUID, str]]
) -> list[PointWay]:
    first, end = span
    seen: dict[UUID, list[Rating]] = defaultdict(list)
    rows = PointRating.objects.filter(
        talk__plan__person=person_id, talk__plan__business_day__gte=first, talk__plan__business_day__lt=end
    )
    for point_id, rating in rows.order_by("talk__given_at").values_list("point_id", "rating"):
        seen[point_id].append(Rating(rating))
    deals: dict[UUID, list[int]] = defaultdict(list)
    linked = PointDeal.objects.within(scope, ability).filter(person=person_id)
    for point_id, minor, signed_on in linked.values_list("point_id", "order__amount_minor", "order__signed_on"):
        if signed_on is not None and first <= signed_on < end:
            deals[point_id].append(minor)
    states: dict[UUID, dict[str, int]] = defaultdict(dict)
    for (point_id, state), count in checks.items():
        states[point_id][state] = count
    wanted = {*seen, *deals, *states}
    points = ImprovementPoint.objects.within(scope, ability).filter(pk__in=wanted, visible_from__lte=scope.at)
    return [
        PointWay(
            point=point,
            first=seen[point.pk][0] if seen[point.pk] else None,
            last=seen[point.pk][-1] if seen[point.pk] else None,
            application=application(states[point.pk]),
            deals=len(deals[point.pk]),
            deals_minor=sum(deals[point.pk]),
        )
        for point in points.order_by("opened_at")
    ]
