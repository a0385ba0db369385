"""A person's plan of a day as pages, the phone and programs show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers_queries
from tiejun.engines.geo import Point
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.org import queries as org_queries
from tiejun.visits.models import DayPlan, PlanItem, Visit
from tiejun.visits.queries.goals import day_progress
from tiejun.visits.queries.pace import gap_of
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.navigation import links_to
from tiejun.visits.rules.notices import NoticeCode, read
from tiejun.visits.rules.planning import why_not_plan
from tiejun.visits.rules.vocabulary import RECORDED, ItemKind, PlanState, Slot, StopReason, TravelSource, VisitState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.navigation import MapLink
    from tiejun.visits.rules.pulse import PaceGap
    from tiejun.visits.rules.vocabulary import Refusal


@dataclass(frozen=True, slots=True)
class StopRow:
    """One stop: where, when, why, and what came of it. `visit_state` is empty while nobody was there."""

    item_id: UUID
    company_id: UUID
    kind: ItemKind
    slot: Slot
    number: int
    name: str
    address: str
    district_code: str
    building_id: UUID | None
    latitude: float | None
    longitude: float | None
    closing_class: str
    contact_name: str
    phone_last4: str
    contact_wanted: bool
    reason: StopReason
    reason_at: datetime | None
    objective: str
    planned_at: datetime | None
    travel_metres: int
    appointment_at: datetime | None
    is_pinned: bool
    service_minutes: int
    canvass_minutes: int
    building_name: str
    late_minutes: int
    expected_minor: int
    backup_for: str
    backup_of: UUID | None
    visit_id: UUID | None
    visit_state: str
    visited_at: datetime | None
    is_effective: bool
    links: tuple[MapLink, ...]

    @property
    def is_open(self) -> bool:
        """Nobody has been there yet."""
        return self.visit_state == ""

    @property
    def travel_km(self) -> float:
        return self.travel_metres / 1000

    @property
    def is_running(self) -> bool:
        return self.visit_state == VisitState.STARTED


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What the day cannot keep: of which stop, because of which other, and when its visit could start instead."""

    code: NoticeCode
    item_id: UUID | None
    name: str
    other_name: str
    could_start_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan with its stops in order; `gap`: how far one's own day is behind the last pulse."""

    plan_id: UUID | None
    person_id: UUID
    person_name: str
    business_day: date
    state: PlanState | None
    version: int
    submitted_at: datetime | None
    is_late: bool
    canvass_note: str
    travel_metres: int
    travel_source: TravelSource
    expected_minor: int
    lunch_at: datetime | None
    ends_at: datetime | None
    solver: str
    seed: int
    inputs_digest: str
    notices: tuple[NoticeRow, ...]
    due_at: datetime | None
    morning_count: int
    afternoon_count: int
    stops: tuple[StopRow, ...]
    backups: tuple[StopRow, ...]
    refusal: Refusal | None
    is_mine: bool
    gap: PaceGap | None

    @property
    def next_stop(self) -> StopRow | None:
        """The visit in progress, else the first stop that is still to come."""
        running = next((stop for stop in self.stops if stop.is_running), None)
        return running or next((stop for stop in self.stops if stop.is_open), None)

    @property
    def done_count(self) -> int:
        return sum(not stop.is_open and not stop.is_running for stop in self.stops)

    @property
    def may_change(self) -> bool:
        return self.is_mine and self.refusal is None

    @property
    def travel_km(self) -> float:
        return self.travel_metres / 1000

    @property
    def remaining_km(self) -> float:
        """Kilometres to the stops that are still to come."""
        return sum(stop.travel_metres for stop in self.stops if stop.is_open) / 1000


def plan_of(scope: Scope, person_id: UUID, day: date, *, now: datetime) -> PlanView:
    """Return a person's plan of a day, empty when there is none.

    Raises `PermissionRefused` for who sees no plans and `NotFound` when the person is out of reach.
    """
    scope.require(Ability.VIEW_DAY_PLAN)
    person = org_queries.person_in_reach(scope, person_id, Ability.VIEW_DAY_PLAN, on=day)
    plan = DayPlan.objects.within(scope, Ability.VIEW_DAY_PLAN).filter(person=person_id, business_day=day).first()
    policy = field_policy(scope, now)
    items = list(PlanItem.objects.filter(plan=plan, removed_in=None).order_by("position", "pk")) if plan else []
    rows = _rows(scope, items, person_id, day)
    morning, afternoon = (plan.morning_count, plan.afternoon_count) if plan else policy.shape
    refusal = why_not_plan(
        PlanState(plan.state) if plan else None, business_day=day, today=business_day(now, policy.zone)
    )
    is_mine = person_id == scope.person_id and scope.can(Ability.PLAN_DAY)
    return PlanView(
        plan_id=plan.pk if plan else None,
        person_id=person_id,
        person_name=person.name,
        business_day=day,
        state=PlanState(plan.state) if plan else None,
        version=plan.version if plan else 0,
        submitted_at=plan.submitted_at if plan else None,
        is_late=plan.is_late if plan else False,
        canvass_note=plan.canvass_note if plan else "",
        travel_metres=plan.travel_metres if plan else 0,
        travel_source=TravelSource(plan.travel_source) if plan else TravelSource.STRAIGHT,
        expected_minor=plan.expected_minor if plan else 0,
        lunch_at=plan.lunch_at if plan else None,
        ends_at=plan.ends_at if plan else None,
        solver=plan.solver if plan else "",
        seed=plan.seed if plan else 0,
        inputs_digest=bytes(plan.inputs_digest).hex() if plan else "",
        notices=_notices(plan, rows) if plan else (),
        due_at=policy.due_at(day),
        morning_count=morning,
        afternoon_count=afternoon,
        stops=tuple(row for row in rows if row.kind != ItemKind.BACKUP),
        backups=tuple(row for row in rows if row.kind == ItemKind.BACKUP),
        refusal=refusal,
        is_mine=is_mine,
        gap=_gap(scope, policy, day, now) if is_mine and day == business_day(now, policy.zone) else None,
    )


def _gap(scope: Scope, policy: FieldPolicy, day: date, now: datetime) -> PaceGap | None:
    """How far one's own present day is behind; a day off asks for nothing."""
    if not policy.is_workday(day):
        return None
    leaves = org_queries.leave_between(scope, [scope.own_id], first=day, last=day)
    parts = {leave.part for leave in leaves}
    part = "FULL" if "FULL" in parts or len(parts) > 1 else next(iter(parts), "")
    progress = day_progress(scope, person_id=scope.own_id, now=now, leave_part=part)
    return gap_of(scope, policy, progress.floor, progress.counts.restated_visits, day=day, now=now)


def stop_day(scope: Scope, item_id: UUID) -> date:
    """Return the day of the plan of one's own stop; raises `NotFound`."""
    item = PlanItem.objects.filter(pk=item_id, plan__person=scope.own_id).select_related("plan").first()
    if item is None:
        raise NotFound
    return item.plan.business_day


def who_needs_a_plan(scope: Scope, *, unit_id: UUID, day: date, now: datetime) -> list[UUID]:
    """Return the representatives of a unit who work on a day and have no plan of it; nobody on a day off."""
    scope.require(Ability.PLAN_DAY)
    if not field_policy(scope, now).is_workday(day):
        return []
    planned = set(DayPlan.objects.filter(unit=unit_id, business_day=day).values_list("person", flat=True))
    return [
        member.person_id
        for member in org_queries.members_in_reach(scope, Ability.PLAN_DAY, on=day)
        if member.unit_id == unit_id and member.leave_part != "FULL" and member.person_id not in planned
    ]


def _rows(scope: Scope, items: Sequence[PlanItem], person_id: UUID, day: date) -> list[StopRow]:
    briefs = customers_queries.briefs(scope, [item.company_id for item in items])
    names = {item.pk: briefs[item.company_id].name for item in items}
    visits: dict[UUID, Visit] = {}
    for visit in Visit.objects.filter(
        person=person_id, business_day=day, state__in=(*RECORDED, VisitState.STARTED)
    ).order_by("started_at"):
        visits[visit.company_id] = visit
    return [
        _row(
            item,
            number,
            briefs[item.company_id],
            visits.get(item.company_id),
            names.get(item.backup_for_id, "") if item.backup_for_id else "",
        )
        for number, item in enumerate(items, start=1)
    ]


def _notices(plan: DayPlan, rows: Sequence[StopRow]) -> tuple[NoticeRow, ...]:
    """The notices kept with the plan, as far as their stops still stand, and the class A stops without a backup."""
    by_company = {row.company_id: row for row in rows}
    found = []
    for notice in read(plan.notices):
        row = by_company.get(notice.company_id) if notice.company_id else None
        if notice.company_id and (row is None or not row.is_open):
            continue
        other = by_company.get(notice.other_id) if notice.other_id else None
        found.append(
            NoticeRow(
                notice.code, row.item_id if row else None, row.name if row else "", other.name if other else "",
                notice.could_start_at,
            )
        )  # fmt: skip
    covered = {row.backup_of for row in rows if row.kind == ItemKind.BACKUP}
    bare = [row for row in rows if row.closing_class == "A" and row.kind != ItemKind.BACKUP and row.is_open]
    found += [
        NoticeRow(NoticeCode.NO_BACKUP, row.item_id, row.name, "", None) for row in bare if row.item_id not in covered
    ]
    return tuple(found)


def _row(item: PlanItem, number: int, brief: CompanyBrief, visit: Visit | None, backup_for: str) -> StopRow:
    point = (
        None if brief.latitude is None or brief.longitude is None else Point(lng=brief.longitude, lat=brief.latitude)
    )
    return StopRow(
        item_id=item.pk,
        company_id=item.company_id,
        kind=ItemKind(item.kind),
        slot=Slot(item.slot),
        number=number,
        name=brief.name,
        address=brief.address,
        district_code=brief.district_code,
        building_id=brief.building_id,
        latitude=brief.latitude,
        longitude=brief.longitude,
        closing_class=brief.closing_class,
        contact_name=brief.contact_name,
        phone_last4=brief.phone_last4,
        contact_wanted=brief.contact_wanted,
        reason=StopReason(item.reason),
        reason_at=item.reason_at,
        objective=item.objective,
        planned_at=item.planned_at,
        travel_metres=item.travel_metres,
        appointment_at=item.appointment_at,
        is_pinned=item.is_pinned,
        service_minutes=item.service_minutes,
        canvass_minutes=item.canvass_minutes,
        building_name=brief.building_name,
        late_minutes=item.late_minutes,
        expected_minor=item.expected_minor,
        backup_for=backup_for,
        backup_of=item.backup_for_id,
        visit_id=visit.pk if visit else None,
        visit_state=visit.state if visit else "",
        visited_at=visit.started_at if visit else None,
        is_effective=visit.effective_visit if visit else False,
        links=links_to(brief.name, brief.address, point),
    )
