"""What the actions of a plan share: the plan that may change, its stops, their times, what it cannot keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.engines.geo import distance_m
from tiejun.engines.routing.problem import MissingReason
from tiejun.engines.routing.solving import why_missing
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import business_day
from tiejun.org import queries as org_queries
from tiejun.visits.actions._arrival import unit_on
from tiejun.visits.locks import lock_person, lock_plan
from tiejun.visits.models import DayPlan, PlanItem, Visit
from tiejun.visits.queries.pace import briefing_shifts
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.queries.routing import Span, Wish, briefs_of, day_problem
from tiejun.visits.rules.notices import NoticeCode, PlanNotice, stored
from tiejun.visits.rules.planning import grows_version, point_of, state_after_change, why_not_plan
from tiejun.visits.rules.vocabulary import RECORDED, ItemKind, PlanState, Refusal, StopReason, TravelSource, VisitState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.queries.routing import DayProblem

TOUCHED = (*RECORDED, VisitState.STARTED)
CODES = {
    MissingReason.OUT_OF_HOURS: NoticeCode.OUT_OF_HOURS,
    MissingReason.CLASHES: NoticeCode.CLASHES,
    MissingReason.DAY_IS_FULL: NoticeCode.DAY_IS_FULL,
}


@dataclass(frozen=True, slots=True)
class Bench:
    """What planning works with: the plan, its policy, its stops and backups, the company ids that were visited, and the moment."""

    scope: Scope
    plan: DayPlan
    policy: FieldPolicy
    now: datetime
    visited: dict[UUID, Visit]

    def items(self) -> list[PlanItem]:
        """The stops and backups that stand, in order."""
        return list(PlanItem.objects.filter(plan=self.plan, removed_in=None).order_by("position", "pk"))

    @property
    def seed(self) -> int:
        """A seed of the day and the person: the same plan for who asks again."""
        return (self.plan.person_id.int ^ self.plan.business_day.toordinal()) % 2_147_483_629 + 1


def open_bench(scope: Scope, *, day: date, now: datetime) -> Bench:
    """Lock one's plan of a day that may still change, made empty when there is none."""
    person_id = scope.own_id
    policy = field_policy(scope, now)
    today = business_day(now, policy.zone)
    lock_person(person_id)
    plan = lock_plan(person_id, day)
    refusal = why_not_plan(PlanState(plan.state) if plan else None, business_day=day, today=today)
    if refusal:
        raise Refused(refusal)
    ahead = policy.book.integer("plan.days_ahead", policy.chain)
    if day > today + timedelta(days=ahead):
        raise Refused(Refusal.PLAN_IS_TOO_FAR, days=ahead)
    return bench_of(scope, plan or new_plan(person_id, unit_on(scope, person_id, day), day, policy, now), policy, now)


def own_item(scope: Scope, item_id: UUID, *, now: datetime) -> tuple[Bench, PlanItem]:
    """Lock the plan of one's own stop and return both; raises `NotFound`."""
    item = (
        PlanItem.objects.filter(pk=item_id, removed_in=None, plan__person=scope.own_id).select_related("plan").first()
    )
    if item is None:
        raise NotFound
    return open_bench(scope, day=item.plan.business_day, now=now), item


def bench_of(scope: Scope, plan: DayPlan, policy: FieldPolicy, now: datetime) -> Bench:
    """Return the bench of a plan that is locked."""
    visits = Visit.objects.filter(person=plan.person_id, business_day=plan.business_day, state__in=TOUCHED)
    return Bench(scope, plan, policy, now, {visit.company_id: visit for visit in visits.order_by("started_at")})


def new_plan(person_id: UUID, unit_id: UUID, day: date, policy: FieldPolicy, now: datetime) -> DayPlan:
    """Make an empty plan in the policy's shape."""
    morning, afternoon = policy.shape
    return DayPlan.objects.create(
        person_id=person_id,
        unit_id=unit_id,
        business_day=day,
        morning_count=morning,
        afternoon_count=afternoon,
        changed_at=now,
    )


def route_of(items: Sequence[PlanItem]) -> list[PlanItem]:
    """Return the stops without the backups."""
    return [item for item in items if item.kind != ItemKind.BACKUP]


def grow(plan: DayPlan, now: datetime) -> None:
    """Note a change: a version from the submission on."""
    state = PlanState(plan.state)
    plan.version += 1 if grows_version(state) else 0
    plan.state, plan.changed_at = state_after_change(state), now
    plan.save(update_fields=["version", "state", "changed_at"])


def span_of(bench: Bench, briefs: Mapping[UUID, CompanyBrief], *, visited: Sequence[PlanItem], most: int) -> Span:
    """Return what is left of the day to plan: all of it, or from now and from the last visit on."""
    plan, policy = bench.plan, bench.policy
    shifts = briefing_shifts(bench.scope, [plan.person_id], plan.business_day, policy)
    starts_at = policy.moment(plan.business_day, "clock.departure") + shifts.get(plan.person_id, timedelta(0))
    ends_at = policy.moment(plan.business_day, "clock.return")
    leaves = org_queries.leave_between(bench.scope, [plan.person_id], first=plan.business_day, last=plan.business_day)
    parts = {leave.part for leave in leaves}
    if "MORNING" in parts:
        starts_at = max(starts_at, policy.moment(plan.business_day, "clock.lunch_end"))
    if "AFTERNOON" in parts:
        ends_at = min(ends_at, policy.moment(plan.business_day, "clock.lunch_start"))
    last = max(bench.visited.values(), key=lambda visit: visit.started_at, default=None)
    here = point_of(briefs[last.company_id]) if last is not None and last.company_id in briefs else None
    if last is not None:
        service = timedelta(minutes=policy.book.integer("plan.service_minutes", policy.chain))
        starts_at = max(starts_at, last.ended_at or last.started_at + service)
    if business_day(bench.now, policy.zone) == plan.business_day:
        starts_at = max(starts_at, bench.now)
    half_day = policy.moment(plan.business_day, "visit.half_day_at")
    early = sum(visit.started_at < half_day for visit in bench.visited.values())
    return Span(
        day=plan.business_day,
        starts_at=starts_at,
        ends_at=max(ends_at, starts_at),
        morning=max(0, plan.morning_count - early),
        afternoon=max(0, plan.afternoon_count - (len(bench.visited) - early)),
        most=max(0, most - len(visited)),
        here=here,
        is_start_open=here is None,
    )


def arrange(bench: Bench, items: Sequence[PlanItem]) -> None:
    """Write places, halves and times for an order of stops; the plan's way, lunch, end, value, and what it cannot keep.

    What was visited stands first, with its times; the rest is timed from now, or from departure.
    """
    plan = bench.plan
    done = [item for item in items if item.company_id in bench.visited]
    left = [item for item in items if item.company_id not in bench.visited]
    briefs = briefs_of(bench.scope, [*(item.company_id for item in items), *bench.visited])
    span = span_of(bench, briefs, visited=done, most=len(items))
    wishes = [
        Wish(
            company_id=item.company_id,
            is_required=True,
            appointment_at=item.appointment_at,
            canvass_minutes=item.canvass_minutes,
        )
        for item in left
    ]
    day = day_problem(bench.scope, wishes, briefs, span, bench.policy, seed=bench.seed)
    schedule = day.schedule([item.company_id for item in left])
    service = bench.policy.book.integer("plan.service_minutes", bench.policy.chain)
    for item, placed in zip(left, schedule.stops, strict=True):
        item.slot, item.planned_at, item.travel_metres = placed.slot, placed.starts_at, placed.metres
        item.late_minutes, item.service_minutes = min(placed.late_minutes, 1440), service
    for number, item in enumerate([*done, *left]):
        item.position = number
    PlanItem.objects.bulk_update(
        items, ["position", "slot", "planned_at", "travel_metres", "late_minutes", "service_minutes", "canvass_minutes"]
    )
    plan.travel_metres = schedule.metres + sum(item.travel_metres for item in done)
    plan.lunch_at, plan.ends_at = schedule.lunch_at, schedule.ends_at if items else None
    plan.expected_minor = sum(item.expected_minor for item in items)
    plan.travel_source = day.ways.source
    plan.notices = stored(_notices(bench, day, left, overtime=schedule.overtime_minutes))
    plan.save(update_fields=["travel_metres", "lunch_at", "ends_at", "expected_minor", "travel_source", "notices"])


def _notices(bench: Bench, day: DayProblem, left: Sequence[PlanItem], *, overtime: int) -> list[PlanNotice]:
    found = [_why_late(day, left, number) for number, item in enumerate(left) if item.late_minutes]
    if overtime:
        found.append(PlanNotice(NoticeCode.ENDS_LATE))
    if bench.plan.travel_source == TravelSource.FALLBACK or day.ways.source is TravelSource.FALLBACK:
        found.append(PlanNotice(NoticeCode.NO_ROADS))
    return found


def _why_late(day: DayProblem, left: Sequence[PlanItem], number: int) -> PlanNotice:
    others = [other for other in range(len(left)) if other != number and not left[other].late_minutes]
    missing = why_missing(day.problem, others, number)
    return PlanNotice(
        CODES[missing.reason],
        company_id=left[number].company_id,
        other_id=next((item.company_id for item in left if str(item.company_id) == missing.other), None),
        could_start_at=None if missing.could_start is None else day.moment(missing.could_start),
    )


def cheapest_place(bench: Bench, items: Sequence[PlanItem], item: PlanItem) -> list[PlanItem]:
    """Return the order in which a further stop makes the shortest way by straight lines, after what was visited."""
    briefs = briefs_of(bench.scope, [*(other.company_id for other in items), item.company_id])
    points = {company_id: point_of(brief) for company_id, brief in briefs.items()}
    here = points[item.company_id]
    first = sum(other.company_id in bench.visited for other in items)
    if here is None:
        return [*items, item]

    def metres(one: UUID | None, other: UUID | None) -> float:
        a, b = points.get(one) if one else None, points.get(other) if other else None
        return distance_m(a, b) if a and b else 0.0

    def detour(place: int) -> float:
        before = items[place - 1].company_id if place else None
        after = items[place].company_id if place < len(items) else None
        return metres(before, item.company_id) + metres(item.company_id, after) - metres(before, after)

    # At equal length the later place: the order that the person knows changes least.
    best = min(range(first, len(items) + 1), key=lambda place: (round(detour(place)), -place))
    return [*items[:best], item, *items[best:]]


def is_fixed(item: PlanItem) -> bool:
    """Tell whether a stop stays in whatever is planned anew: pinned, with an appointment, or put there by the person."""
    return item.is_pinned or item.appointment_at is not None or item.reason == StopReason.CHOSEN
