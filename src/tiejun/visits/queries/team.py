"""The leader's view of a day: who is where, who is behind, who has planned tomorrow."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count

from tiejun.access.abilities import Ability
from tiejun.foundation.worktime import calendar_of, next_workday_of
from tiejun.org import queries as org_queries
from tiejun.visits.models import DayPlan, PlanItem, Visit
from tiejun.visits.queries.days import day_counts
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.vocabulary import RECORDED, ItemKind, PlanState, VisitState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.queries import TeamMember
    from tiejun.visits.rules.counting import DayCounts, Floor


@dataclass(frozen=True, slots=True)
class MemberDay:
    """One representative's day: `current_stop` is the company of the visit in progress, `noon_visits` those begun before noon."""

    person_id: UUID
    name: str
    unit_name: str
    leave_part: str
    floor: Floor
    counts: DayCounts
    plan_state: PlanState | None
    planned_stops: int
    is_plan_late: bool
    has_submitted_tomorrow: bool
    started_at: datetime | None
    last_seen_at: datetime | None
    current_stop: str
    noon_visits: int
    is_behind_at_noon: bool


@dataclass(frozen=True, slots=True)
class _Plans:
    today: dict[UUID, DayPlan]
    stops: dict[UUID, int]
    tomorrow: frozenset[UUID]


@dataclass(slots=True)
class _Trace:
    first: datetime | None = None
    last: datetime | None = None
    current: str = ""
    before_noon: set[UUID] = field(default_factory=set)


def team_day(scope: Scope, *, day: date, now: datetime) -> list[MemberDay]:
    """Return the day of every representative within reach: who is behind first, then by visits and name."""
    scope.require(Ability.VIEW_TEAM_TODAY)
    policy = field_policy(scope, now)
    noon = policy.moment(day, "clock.noon")
    members = org_queries.members_in_reach(scope, Ability.VIEW_TEAM_TODAY, on=day)
    persons = [member.person_id for member in members]
    counts = day_counts(scope, persons, day, now=now)
    following = next_workday_of(day, calendar_of(policy.book, policy.chain))
    plans, traces = _plans(persons, day, following), _traces(persons, day, noon)
    rows = [
        _row(
            member,
            policy.floor(member.leave_part),
            counts[member.person_id],
            plans,
            traces[member.person_id],
            is_past_noon=now >= noon,
        )
        for member in members
    ]
    return sorted(
        rows, key=lambda row: (row.floor.visits == 0, not row.is_behind_at_noon, row.counts.restated_visits, row.name)
    )


def _row(
    member: TeamMember, floor: Floor, counts: DayCounts, plans: _Plans, trace: _Trace, *, is_past_noon: bool
) -> MemberDay:
    plan = plans.today.get(member.person_id)
    return MemberDay(
        person_id=member.person_id,
        name=member.name,
        unit_name=member.unit_name,
        leave_part=member.leave_part,
        floor=floor,
        counts=counts,
        plan_state=PlanState(plan.state) if plan and plan.submitted_at else None,
        planned_stops=plans.stops.get(member.person_id, 0),
        is_plan_late=plan.is_late if plan else False,
        has_submitted_tomorrow=member.person_id in plans.tomorrow,
        started_at=trace.first,
        last_seen_at=trace.last,
        current_stop=trace.current,
        noon_visits=len(trace.before_noon),
        is_behind_at_noon=is_past_noon and len(trace.before_noon) < floor.noon,
    )


def _plans(persons: Iterable[UUID], day: date, next_day: date) -> _Plans:
    today = {plan.person_id: plan for plan in DayPlan.objects.filter(person__in=persons, business_day=day)}
    items = PlanItem.objects.filter(plan__in=today.values(), removed_in=None).exclude(kind=ItemKind.BACKUP)
    stops = {row["plan__person"]: row["stops"] for row in items.values("plan__person").annotate(stops=Count("pk"))}
    following = DayPlan.objects.filter(person__in=persons, business_day=next_day, submitted_at__isnull=False)
    return _Plans(today, stops, frozenset(following.values_list("person_id", flat=True)))


def _traces(persons: Iterable[UUID], day: date, noon: datetime) -> dict[UUID, _Trace]:
    found: dict[UUID, _Trace] = defaultdict(_Trace)
    rows = Visit.objects.filter(person__in=persons, business_day=day, state__in=(*RECORDED, VisitState.STARTED))
    for visit in rows.select_related("company").order_by("started_at"):
        trace = found[visit.person_id]
        trace.first = trace.first or visit.started_at
        trace.last = visit.ended_at or visit.started_at
        if visit.state == VisitState.STARTED:
            trace.current = visit.company.name
        elif visit.started_at < noon:
            trace.before_noon.add(visit.company_id)
    return found
