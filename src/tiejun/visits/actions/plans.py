"""The plan of a day: proposed by the machine, arranged by the person, submitted, adjusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import queries as customers_queries
from tiejun.foundation import audit
from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.visits.actions._planning import (
    arrange,
    bench_of,
    cheapest_place,
    grow,
    new_plan,
    open_bench,
    own_item,
    route_of,
)
from tiejun.visits.actions._proposing import fill, ordered_for_time
from tiejun.visits.locks import lock_person
from tiejun.visits.models import DayPlan, PlanItem
from tiejun.visits.queries.candidates import candidates_for
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.planning import moved, weigh
from tiejun.visits.rules.vocabulary import ItemKind, PlanState, Refusal, Slot, StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.visits.actions._planning import Bench


@action(Ability.PLAN_DAY)
def propose_plan(scope: Scope, *, day: date, now: datetime) -> DayPlan:
    """Fill one's plan of a day up to its shape with the stops that are worth the most, in the best order.

    Stops that are there stay. Raises `Refused` (NOTHING_TO_PROPOSE, PLAN_IS_PAST, PLAN_IS_LOCKED, PLAN_IS_TOO_FAR).
    """
    bench = open_bench(scope, day=day, now=now)
    added = fill(bench, keeps_all=True)
    _refuse_nothing(bench)
    audit.record(scope, "visits.plan_proposed", bench.plan, business_day=day, added=added, version=bench.plan.version)
    return bench.plan


@action(Ability.PLAN_DAY)
def replan(scope: Scope, *, day: date, now: datetime) -> DayPlan:
    """Plan what is left of a day anew: what was visited, pinned, agreed or put there by hand stays, the rest is chosen again.

    Raises `Refused` as `propose_plan`.
    """
    bench = open_bench(scope, day=day, now=now)
    added = fill(bench, keeps_all=False)
    _refuse_nothing(bench)
    audit.record(scope, "visits.plan_replanned", bench.plan, business_day=day, added=added, version=bench.plan.version)
    return bench.plan


@action(Ability.PLAN_DAY)
def call_off_stop(scope: Scope, *, item_id: UUID, now: datetime) -> DayPlan:
    """Take a stop out whose meeting was cancelled and plan the rest of the day anew around what is fixed.

    The company does not come back into this plan by itself. Raises `NotFound`, `Refused` (STOP_IS_VISITED …).
    """
    bench, item = own_item(scope, item_id, now=now)
    _refuse_visited(bench, item)
    grow(bench.plan, now)
    _take_out(bench, item, called_off=True)
    fill(bench, keeps_all=False)
    audit.record(scope, "visits.stop_called_off", bench.plan, company=item.company_id, version=bench.plan.version)
    return bench.plan


@action(Ability.PLAN_DAY)
def propose_for_member(scope: Scope, *, person_id: UUID, unit_id: UUID, day: date, now: datetime) -> bool:
    """Propose a day's plan to a representative who has none, as the night does; tells whether one was made."""
    lock_person(person_id)
    made = 0
    if not DayPlan.objects.filter(person=person_id, business_day=day).exists():
        policy = field_policy(scope, now)
        bench = bench_of(scope, new_plan(person_id, unit_id, day, policy, now), policy, now)
        made = fill(bench, keeps_all=True, patient=True)
        if not made:
            bench.plan.delete()
    audit.record(scope, "visits.plans_proposed", unit=unit_id, business_day=day, plans=int(bool(made)))
    return bool(made)


@action(Ability.PLAN_DAY)
def add_stop(scope: Scope, *, day: date, company_id: UUID, objective: str = "", now: datetime) -> DayPlan:
    """Add a company to one's plan of a day where it lies on the way; raises `NotFound`, `Refused` (STOP_IS_THERE, PLAN_IS_FULL …)."""
    company = customers_queries.company_in_reach(scope, company_id, Ability.VIEW_CUSTOMERS)
    bench = open_bench(scope, day=day, now=now)
    plan, items = bench.plan, route_of(bench.items())
    if any(item.company_id == company.pk for item in items):
        raise Refused(Refusal.STOP_IS_THERE)
    most = bench.policy.max_stops
    if len(items) >= most:
        raise Refused(Refusal.PLAN_IS_FULL, most=most)
    grow(plan, now)
    # Whoever was a backup becomes a stop.
    PlanItem.objects.filter(plan=plan, company=company, removed_in=None).update(removed_in=plan.version)
    item = PlanItem(
        plan=plan, kind=ItemKind.ANCHOR, company=company, position=len(items), slot=Slot.AFTERNOON, objective=objective.strip(),
        reason=StopReason.CHOSEN, added_in=plan.version, expected_minor=_expected_minor(bench, company.pk),
    )  # fmt: skip
    item.save(force_insert=True)
    arrange(bench, cheapest_place(bench, items, item))
    audit.record(scope, "visits.stop_added", plan, company=company_id, version=plan.version)
    return plan


@action(Ability.PLAN_DAY)
def remove_stop(scope: Scope, *, item_id: UUID, now: datetime) -> DayPlan:
    """Take a stop out of one's plan; one that has its visit stays. Raises `NotFound`, `Refused` (STOP_IS_VISITED …)."""
    bench, item = own_item(scope, item_id, now=now)
    _refuse_visited(bench, item)
    grow(bench.plan, now)
    _take_out(bench, item, called_off=False)
    arrange(bench, route_of(bench.items()))
    audit.record(scope, "visits.stop_removed", bench.plan, company=item.company_id, version=bench.plan.version)
    return bench.plan


@action(Ability.PLAN_DAY)
def move_stop(scope: Scope, *, item_id: UUID, step: int, now: datetime) -> DayPlan:
    """Move a stop of one's plan earlier (negative) or later by `step` places."""
    bench, item = own_item(scope, item_id, now=now)
    items = {row.pk: row for row in route_of(bench.items())}
    if item.pk not in items:
        raise NotFound
    order = moved(list(items), item.pk, step)
    grow(bench.plan, now)
    arrange(bench, [items[pk] for pk in order])
    audit.record(scope, "visits.stop_moved", bench.plan, company=item.company_id, step=step, version=bench.plan.version)
    return bench.plan


@action(Ability.PLAN_DAY)
def pin_stop(scope: Scope, *, item_id: UUID, pinned: bool, now: datetime) -> DayPlan:
    """Keep a stop in whatever is planned anew, or let it go again."""
    bench, item = own_item(scope, item_id, now=now)
    if item.kind == ItemKind.BACKUP:
        raise NotFound
    PlanItem.objects.filter(pk=item.pk).update(is_pinned=pinned)
    grow(bench.plan, now)
    audit.record(scope, "visits.stop_pinned", bench.plan, company=item.company_id, pinned=pinned)
    return bench.plan


@action(Ability.PLAN_DAY)
def set_appointment(scope: Scope, *, item_id: UUID, at: datetime | None, now: datetime) -> DayPlan:
    """Fix the time of a stop (None: no fixed time) and bring the day into the best order around it.

    What cannot be kept beside it is named with the plan. Raises `NotFound`, `Refused` (OUTSIDE_THE_DAY, STOP_IS_VISITED …).
    """
    bench, item = own_item(scope, item_id, now=now)
    _refuse_visited(bench, item)
    if item.kind == ItemKind.BACKUP:
        raise NotFound
    day = bench.plan.business_day
    opens, closes = (bench.policy.moment(day, f"worktime.hours_{end}") for end in ("start", "end"))
    if at is not None and not opens <= at < closes:
        raise Refused(Refusal.OUTSIDE_THE_DAY)
    PlanItem.objects.filter(pk=item.pk).update(appointment_at=at)
    grow(bench.plan, now)
    arrange(bench, ordered_for_time(bench, route_of(bench.items())))
    audit.record(scope, "visits.appointment_set", bench.plan, company=item.company_id, at=at)
    return bench.plan


@action(Ability.PLAN_DAY)
def save_plan(
    scope: Scope,
    *,
    day: date,
    version: int,
    now: datetime,
    order: Sequence[UUID] | None = None,
    canvass_note: str | None = None,
) -> DayPlan:
    """Save the order of one's stops (all ids, as dragged) and the canvass note; None leaves it as it is.

    Raises `NotFound` without a plan or for a foreign stop, `Stale` when `version` is not the current one, `Refused`.
    """
    bench = open_bench(scope, day=day, now=now)
    plan = bench.plan
    if plan.version != version:
        raise Stale(plan)
    items = {item.pk: item for item in route_of(bench.items())}
    if order is not None and set(order) != set(items):
        raise NotFound
    grow(plan, now)
    if canvass_note is not None:
        plan.canvass_note = canvass_note.strip()
        plan.save(update_fields=["canvass_note"])
    if order is not None:
        arrange(bench, [items[pk] for pk in order])
    audit.record(
        scope,
        "visits.plan_saved",
        plan,
        reordered=order is not None,
        noted=canvass_note is not None,
        version=plan.version,
    )
    return plan


@action(Ability.PLAN_DAY)
def order_plan(scope: Scope, *, day: date, now: datetime) -> DayPlan:
    """Bring one's stops into the best order, none added or taken; raises `Refused` (PLAN_IS_EMPTY …)."""
    bench = open_bench(scope, day=day, now=now)
    plan = bench.plan
    items = route_of(bench.items())
    if not items:
        raise Refused(Refusal.PLAN_IS_EMPTY)
    grow(plan, now)
    arrange(bench, ordered_for_time(bench, items))
    audit.record(scope, "visits.plan_ordered", plan, metres=plan.travel_metres, version=plan.version)
    return plan


@action(Ability.PLAN_DAY)
def submit_plan(scope: Scope, *, day: date, now: datetime) -> DayPlan:
    """Submit one's plan; from then on each change is a version. After the policy's `plan.due` of the day before it is late."""
    bench = open_bench(scope, day=day, now=now)
    plan = bench.plan
    if plan.submitted_at is not None:
        raise Refused(Refusal.ALREADY_SUBMITTED)
    if not bench.items():
        raise Refused(Refusal.PLAN_IS_EMPTY)
    plan.submitted_at = plan.changed_at = now
    plan.is_late = now > bench.policy.due_at(day)
    plan.state = PlanState.SUBMITTED if plan.state == PlanState.PROPOSED else plan.state
    plan.save(update_fields=["submitted_at", "changed_at", "is_late", "state"])
    audit.record(scope, "visits.plan_submitted", plan, business_day=day, is_late=plan.is_late)
    return plan


def _refuse_nothing(bench: Bench) -> None:
    if not bench.items():
        raise Refused(Refusal.NOTHING_TO_PROPOSE)


def _refuse_visited(bench: Bench, item: PlanItem) -> None:
    if item.company_id in bench.visited:
        raise Refused(Refusal.STOP_IS_VISITED)


def _take_out(bench: Bench, item: PlanItem, *, called_off: bool) -> None:
    """Take a stop out, and with it the backup that stood in for it."""
    version = bench.plan.version
    PlanItem.objects.filter(pk=item.pk).update(removed_in=version, is_called_off=called_off)
    PlanItem.objects.filter(backup_for=item.pk, removed_in=None).update(removed_in=version)


def _expected_minor(bench: Bench, company_id: UUID) -> int:
    day, policy = bench.plan.business_day, bench.policy
    held = [row for row in candidates_for(bench.scope, bench.plan.person_id) if row.company_id == company_id]
    moments = {"opens_at": policy.moment(day, "clock.departure"), "ends_at": policy.moment(day, "clock.return")}
    return sum(row.expected_minor for row in weigh(held, **moments, weights=policy.weights()))
