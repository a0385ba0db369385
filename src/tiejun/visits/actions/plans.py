"""The plan of a day: proposed by the machine, arranged by the person, submitted, adjusted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import queries as customers_queries
from tiejun.foundation import audit
from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.foundation.times import business_day
from tiejun.org import queries as org_queries
from tiejun.visits.actions._arrival import unit_on
from tiejun.visits.locks import lock_person, lock_plan
from tiejun.visits.models import DayPlan, PlanItem, Visit
from tiejun.visits.queries.candidates import candidates_for
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.queries.routing import best_order, way_of
from tiejun.visits.rules.planning import choose_stops, grows_version, moved, state_after_change, why_not_plan
from tiejun.visits.rules.vocabulary import RECORDED, ItemKind, PlanState, Refusal, Slot, StopReason, VisitState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.planning import Choice


@action(Ability.PLAN_DAY)
def propose_plan(scope: Scope, *, day: date, now: datetime) -> DayPlan:
    """Fill one's plan of a day up to its shape: what must be, then what is near; ordered for the shortest way.

    Stops that are there stay. Raises `Refused` (NOTHING_TO_PROPOSE, PLAN_IS_PAST, PLAN_IS_LOCKED, PLAN_IS_TOO_FAR).
    """
    plan = _open_plan(scope, day=day, now=now)
    added = _propose(scope, plan, now=now)
    if not added and not _items(plan):
        raise Refused(Refusal.NOTHING_TO_PROPOSE)
    audit.record(scope, "visits.plan_proposed", plan, business_day=day, added=added, version=plan.version)
    return plan


@action(Ability.PLAN_DAY)
def propose_missing_plans(scope: Scope, *, unit_id: UUID, day: date, now: datetime) -> int:
    """Propose a day's plan to every representative of a unit who has none; returns how many plans were made."""
    made = 0
    for member in org_queries.members_in_reach(scope, Ability.PLAN_DAY, on=day):
        away = member.unit_id != unit_id or member.leave_part == "FULL"
        if away or DayPlan.objects.filter(person=member.person_id, business_day=day).exists():
            continue
        lock_person(member.person_id)
        plan = _new_plan(member.person_id, unit_id, day, field_policy(scope, now), now)
        if _propose(scope, plan, now=now):
            made += 1
        else:
            plan.delete()
    audit.record(scope, "visits.plans_proposed", unit=unit_id, business_day=day, plans=made)
    return made


@action(Ability.PLAN_DAY)
def add_stop(scope: Scope, *, day: date, company_id: UUID, objective: str = "", now: datetime) -> DayPlan:
    """Add a company to one's plan of a day, at its end; raises `NotFound`, `Refused` (STOP_IS_THERE, PLAN_IS_FULL …)."""
    company = customers_queries.company_in_reach(scope, company_id, Ability.VIEW_CUSTOMERS)
    plan = _open_plan(scope, day=day, now=now)
    items = _items(plan)
    if any(item.company_id == company.pk for item in items):
        raise Refused(Refusal.STOP_IS_THERE)
    most = field_policy(scope, now).max_stops
    if len(items) >= most:
        raise Refused(Refusal.PLAN_IS_FULL, most=most)
    _grow(plan, now)
    item = PlanItem(
        plan=plan, kind=ItemKind.ANCHOR, company=company, position=len(items), slot=Slot.AFTERNOON, objective=objective.strip(),
        reason=StopReason.CHOSEN, added_in=plan.version,
    )  # fmt: skip
    item.save(force_insert=True)
    _arrange(scope, plan, [*_route(items), item], now=now)
    audit.record(scope, "visits.stop_added", plan, company=company_id, version=plan.version)
    return plan


@action(Ability.PLAN_DAY)
def remove_stop(scope: Scope, *, item_id: UUID, now: datetime) -> DayPlan:
    """Take a stop out of one's plan; one that has its visit stays. Raises `NotFound`, `Refused` (STOP_IS_VISITED …)."""
    plan, item = _own_item(scope, item_id, now=now)
    done = (*RECORDED, VisitState.STARTED)
    if Visit.objects.filter(
        person=plan.person_id, business_day=plan.business_day, company=item.company_id, state__in=done
    ).exists():
        raise Refused(Refusal.STOP_IS_VISITED)
    _grow(plan, now)
    PlanItem.objects.filter(pk=item.pk).update(removed_in=plan.version)
    PlanItem.objects.filter(backup_for=item.pk).update(backup_for=None)
    _arrange(scope, plan, _route(_items(plan)), now=now)
    audit.record(scope, "visits.stop_removed", plan, company=item.company_id, version=plan.version)
    return plan


@action(Ability.PLAN_DAY)
def move_stop(scope: Scope, *, item_id: UUID, step: int, now: datetime) -> DayPlan:
    """Move a stop of one's plan earlier (negative) or later by `step` places."""
    plan, item = _own_item(scope, item_id, now=now)
    items = {row.pk: row for row in _route(_items(plan))}
    if item.pk not in items:
        raise NotFound
    order = moved(list(items), item.pk, step)
    _grow(plan, now)
    _arrange(scope, plan, [items[pk] for pk in order], now=now)
    audit.record(scope, "visits.stop_moved", plan, company=item.company_id, step=step, version=plan.version)
    return plan


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
    plan = _open_plan(scope, day=day, now=now)
    if plan.version != version:
        raise Stale(plan)
    items = {item.pk: item for item in _route(_items(plan))}
    if order is not None and set(order) != set(items):
        raise NotFound
    _grow(plan, now)
    if canvass_note is not None:
        plan.canvass_note = canvass_note.strip()
        plan.save(update_fields=["canvass_note"])
    if order is not None:
        _arrange(scope, plan, [items[pk] for pk in order], now=now)
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
    """Bring one's stops into the order of the shortest way; raises `Refused` (PLAN_IS_EMPTY …)."""
    plan = _open_plan(scope, day=day, now=now)
    items = _route(_items(plan))
    if not items:
        raise Refused(Refusal.PLAN_IS_EMPTY)
    _grow(plan, now)
    _arrange(scope, plan, _in_best_order(scope, plan, items, now=now), now=now)
    audit.record(scope, "visits.plan_ordered", plan, metres=plan.travel_metres, version=plan.version)
    return plan


@action(Ability.PLAN_DAY)
def submit_plan(scope: Scope, *, day: date, now: datetime) -> DayPlan:
    """Submit one's plan; from then on each change is a version. After the policy's `plan.due` of the day before it is late."""
    plan = _open_plan(scope, day=day, now=now)
    if plan.submitted_at is not None:
        raise Refused(Refusal.ALREADY_SUBMITTED)
    if not _items(plan):
        raise Refused(Refusal.PLAN_IS_EMPTY)
    policy = field_policy(scope, now)
    plan.submitted_at = plan.changed_at = now
    plan.is_late = now > policy.due_at(day)
    plan.state = PlanState.SUBMITTED if plan.state == PlanState.PROPOSED else plan.state
    plan.save(update_fields=["submitted_at", "changed_at", "is_late", "state"])
    audit.record(scope, "visits.plan_submitted", plan, business_day=day, is_late=plan.is_late)
    return plan


# -- parts --------------------------------------------------------------------------------------------------------------
def _open_plan(scope: Scope, *, day: date, now: datetime) -> DayPlan:
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
    return plan or _new_plan(person_id, unit_on(scope, person_id, day), day, policy, now)


def _new_plan(person_id: UUID, unit_id: UUID, day: date, policy: FieldPolicy, now: datetime) -> DayPlan:
    morning, afternoon = policy.shape
    return DayPlan.objects.create(
        person_id=person_id,
        unit_id=unit_id,
        business_day=day,
        morning_count=morning,
        afternoon_count=afternoon,
        changed_at=now,
    )


def _items(plan: DayPlan) -> list[PlanItem]:
    return list(PlanItem.objects.filter(plan=plan, removed_in=None).order_by("position", "pk"))


def _route(items: Sequence[PlanItem]) -> list[PlanItem]:
    return [item for item in items if item.kind != ItemKind.BACKUP]


def _own_item(scope: Scope, item_id: UUID, *, now: datetime) -> tuple[DayPlan, PlanItem]:
    item = (
        PlanItem.objects.filter(pk=item_id, removed_in=None, plan__person=scope.own_id).select_related("plan").first()
    )
    if item is None:
        raise NotFound
    return _open_plan(scope, day=item.plan.business_day, now=now), item


def _propose(scope: Scope, plan: DayPlan, *, now: datetime) -> int:
    items = _items(plan)
    wanted = plan.morning_count + plan.afternoon_count - len(_route(items))
    policy = field_policy(scope, now)
    choices = choose_stops(
        candidates_for(scope, plan.person_id),
        wanted=max(0, wanted),
        ends_at=policy.moment(plan.business_day, "worktime.hours_end"),
        avoid=frozenset(item.company_id for item in items),
    )
    if not choices:
        return 0
    _grow(plan, now)
    made = _insert(plan, choices, start=len(items))
    route = _route([*items, *made])
    _arrange(scope, plan, _in_best_order(scope, plan, route, now=now), now=now)
    return len(choices)


def _insert(plan: DayPlan, choices: Sequence[Choice], *, start: int) -> list[PlanItem]:
    made: dict[UUID, PlanItem] = {}
    for number, choice in enumerate(choices):
        made[choice.company_id] = PlanItem.objects.create(
            plan=plan, kind=choice.kind, company_id=choice.company_id, position=start + number, slot=Slot.AFTERNOON,
            reason=choice.reason, reason_at=choice.reason_at, added_in=plan.version,
            backup_for=made[choice.backup_for] if choice.backup_for else None,
        )  # fmt: skip
    return list(made.values())


def _grow(plan: DayPlan, now: datetime) -> None:
    state = PlanState(plan.state)
    plan.version += 1 if grows_version(state) else 0
    plan.state, plan.changed_at = state_after_change(state), now
    plan.save(update_fields=["version", "state", "changed_at"])


def _in_best_order(scope: Scope, plan: DayPlan, items: Sequence[PlanItem], *, now: datetime) -> list[PlanItem]:
    by_company = {item.company_id: item for item in items}
    policy = field_policy(scope, now)
    opens, closes = (
        policy.moment(plan.business_day, "worktime.hours_start"),
        policy.moment(plan.business_day, "worktime.hours_end"),
    )
    appointments = {
        item.company_id: item.reason_at
        for item in items
        if item.reason == StopReason.NEXT_STEP and item.reason_at is not None and opens < item.reason_at < closes
    }
    order = best_order(
        scope,
        list(by_company),
        day=plan.business_day,
        policy=policy,
        morning_count=plan.morning_count,
        appointments=appointments,
    )
    return [by_company[company_id] for company_id in order]


def _arrange(scope: Scope, plan: DayPlan, items: Sequence[PlanItem], *, now: datetime) -> None:
    """Write positions, halves of the day and arrival times for an order of stops, and the plan's way and end."""
    policy = field_policy(scope, now)
    way = way_of(
        scope,
        [item.company_id for item in items],
        day=plan.business_day,
        policy=policy,
        morning_count=plan.morning_count,
    )
    for number, (item, leg) in enumerate(zip(items, way.legs, strict=True)):
        item.position, item.slot, item.planned_at, item.travel_metres = number, leg.slot, leg.arrives_at, leg.metres
    PlanItem.objects.bulk_update(items, ["position", "slot", "planned_at", "travel_metres"])
    plan.travel_metres, plan.ends_at = way.metres, way.ends_at
    plan.save(update_fields=["travel_metres", "ends_at"])
