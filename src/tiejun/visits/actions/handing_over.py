"""Planned stops when a company changes hands: they follow it to its new holder, or go where it was only lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.times import business_day
from tiejun.org.queries import unit_chain
from tiejun.visits.actions._planning import arrange, bench_of, cheapest_place, grow, new_plan, route_of
from tiejun.visits.locks import lock_person, lock_plan
from tiejun.visits.models import PlanItem
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.planning import why_not_plan
from tiejun.visits.rules.vocabulary import ItemKind, PlanState, Slot, StopReason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.visits.actions._planning import Bench
    from tiejun.visits.models import DayPlan


@action(Ability.HAND_OVER)
def move_stops(scope: Scope, *, from_person_id: UUID, holders: Mapping[UUID, tuple[UUID, UUID]], now: datetime) -> int:
    """Take the stops of handed-over companies (company → new person and unit) out of a person's open plans and put them into theirs.

    Objective and appointment go along. Who has a full day keeps it: the next step of the lead brings the company into a
    later plan. What was visited stays where it was. Returns how many stops moved.
    """
    today = business_day(now, scope.zone)
    for person_id in sorted({from_person_id, *(person_id for person_id, _unit in holders.values())}):
        lock_person(person_id)
    stops = _open_stops(from_person_id, holders, today)
    moved = 0
    left: dict[UUID, Bench] = {}
    for stop in stops.exclude(kind=ItemKind.BACKUP).select_related("plan").order_by("plan__business_day", "position"):
        bench = left.setdefault(stop.plan_id, _bench(scope, stop.plan, stop.plan.unit_id, now))
        if stop.company_id not in bench.visited:
            _take_out(bench, stop)
            moved += _put_in(scope, stop, bench.plan.business_day, *holders[stop.company_id], now=now)
    for bench in left.values():
        arrange(bench, route_of(bench.items()))
    audit.record(scope, "visits.stops_handed_over", person=from_person_id, companies=len(holders), stops=moved)
    return moved


@action(Ability.PLAN_DAY)
def drop_stops(scope: Scope, *, person_id: UUID, company_ids: Collection[UUID], now: datetime) -> int:
    """Take the stops and backups of companies that a person lost out of the person's open plans; returns how many went.

    What was visited stays, and so does a company that the person holds again by now. Nothing is put in their place: the day's own
    button does that.
    """
    lock_person(person_id)
    lost = _open_stops(person_id, company_ids, business_day(now, scope.zone)).exclude(company__owner=person_id)
    gone = 0
    left: dict[UUID, Bench] = {}
    for stop in lost.select_related("plan").order_by("plan__business_day", "position", "pk"):
        bench = left.setdefault(stop.plan_id, _bench(scope, stop.plan, stop.plan.unit_id, now))
        if stop.company_id not in bench.visited:
            _take_out(bench, stop)
            gone += 1
    for bench in left.values():
        arrange(bench, route_of(bench.items()))
    audit.record(scope, "visits.stops_dropped", person=person_id, companies=len(company_ids), stops=gone)
    return gone


def _open_stops(person_id: UUID, company_ids: Collection[UUID], today: date) -> QuerySet[PlanItem]:
    stops = PlanItem.objects.filter(
        plan__person=person_id, plan__business_day__gte=today, removed_in=None, company__in=list(company_ids)
    )
    return stops.exclude(plan__state=PlanState.LOCKED)


def _bench(scope: Scope, plan: DayPlan, unit_id: UUID, now: datetime) -> Bench:
    return bench_of(scope, plan, field_policy(scope, now, chain=unit_chain(scope, unit_id)), now)


def _take_out(bench: Bench, stop: PlanItem) -> None:
    grow(bench.plan, bench.now)
    PlanItem.objects.filter(pk=stop.pk).update(removed_in=bench.plan.version)
    PlanItem.objects.filter(backup_for=stop.pk, removed_in=None).update(removed_in=bench.plan.version)


def _put_in(scope: Scope, stop: PlanItem, day: date, person_id: UUID, unit_id: UUID, *, now: datetime) -> int:
    plan = lock_plan(person_id, day)
    state = PlanState(plan.state) if plan else None
    if why_not_plan(state, business_day=day, today=business_day(now, scope.zone)):
        return 0
    policy = field_policy(scope, now, chain=unit_chain(scope, unit_id))
    bench = bench_of(scope, plan or new_plan(person_id, unit_id, day, policy, now), policy, now)
    items = route_of(bench.items())
    if any(item.company_id == stop.company_id for item in items) or len(items) >= policy.max_stops:
        return 0
    grow(bench.plan, now)
    # Whoever was a backup becomes a stop.
    backups = PlanItem.objects.filter(plan=bench.plan, company=stop.company_id, removed_in=None)
    backups.update(removed_in=bench.plan.version)
    item = PlanItem.objects.create(
        plan=bench.plan, kind=stop.kind, company_id=stop.company_id, position=len(items), slot=Slot.AFTERNOON,
        objective=stop.objective, reason=StopReason.CHOSEN, appointment_at=stop.appointment_at,
        added_in=bench.plan.version, expected_minor=stop.expected_minor,
    )  # fmt: skip
    arrange(bench, cheapest_place(bench, items, item))
    return 1
