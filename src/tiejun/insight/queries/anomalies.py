"""Anomalies as people see them: the list, one with its history, who may own it, where it can be talked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.forecast.queries.people import groups_in_reach
from tiejun.foundation import keyset, policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.insight.models import Anomaly, AnomalyFinding, AnomalyStep
from tiejun.insight.rules.anomalies import Part, State
from tiejun.marketing.queries.sources import source_names
from tiejun.org import queries as org
from tiejun.org.queries.reach import units_below
from tiejun.org.queries.seats import seats_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit

OPEN, MINE, CLOSED = "open", "mine", "closed"
SHOWN = (OPEN, MINE, CLOSED)
ORDER = ("-day", "-pk")
OWNERS = (Role.REP, Role.SUPERVISOR, Role.REGIONAL_MANAGER, Role.SALES_HEAD, Role.MARKETING_HEAD)


def anomaly_page(scope: Scope, *, shown: str = OPEN, cursor: str | None = None, size: int = 50) -> keyset.Page[Anomaly]:
    """Return a page of anomalies within reach, the newest first: open ones, one's own open ones, or closed ones; raises `NotFound`."""
    scope.require(Ability.VIEW_ANOMALIES)
    if shown not in SHOWN:
        raise NotFound
    rows = Anomaly.objects.within(scope, Ability.VIEW_ANOMALIES).select_related("unit", "owner")
    rows = rows.filter(state=State.CLOSED) if shown == CLOSED else rows.exclude(state=State.CLOSED)
    if shown == MINE:
        rows = rows.filter(owner=scope.person_id)
    return keyset.page(rows, order=ORDER, cursor=cursor, size=size)


def anomaly_in_reach(scope: Scope, anomaly_id: UUID, ability: Ability = Ability.VIEW_ANOMALIES) -> Anomaly:
    """Return an anomaly within reach, with its unit and people; raises `NotFound`."""
    scope.require(ability)
    rows = Anomaly.objects.within(scope, ability).select_related("unit", "group", "owner", "raised_by", "closed_by")
    row = rows.filter(pk=anomaly_id).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Case:
    """An anomaly with what explains it by part, and its history; `today` is its unit's business day, `least_cases` what a member needs to be named."""

    anomaly: Anomaly
    findings: dict[Part, list[AnomalyFinding]]
    steps: list[AnomalyStep]
    today: date
    least_cases: int
    sees_people: bool
    may_act: bool
    may_close: bool

    @property
    def is_overdue(self) -> bool:
        return self.anomaly.is_open and self.anomaly.due_on is not None and self.anomaly.due_on < self.today


def case(scope: Scope, anomaly_id: UUID, *, now: datetime) -> Case:
    """Return an anomaly within reach with all that is known of it; raises `NotFound`.

    Who sees it as its owner alone is told of no other person.
    """
    row = anomaly_in_reach(scope, anomaly_id)
    sees_people = scope.covers(Ability.VIEW_ANOMALIES, owner_id=None, unit_id=row.unit_id)
    names = source_names(scope)
    found: dict[Part, list[AnomalyFinding]] = {}
    for one in AnomalyFinding.objects.filter(anomaly=row).order_by("part", "position"):
        if one.part == Part.SOURCE:
            one.name = names.get(one.key, one.name)
        if one.part != Part.PERSON or sees_people:
            found.setdefault(Part(one.part), []).append(one)
    steps = AnomalyStep.objects.filter(anomaly=row).select_related("by", "owner").order_by("at", "pk")
    return Case(
        anomaly=row,
        findings=found,
        steps=list(steps),
        today=business_day(now, row.unit.zone),
        least_cases=policies.book(now).integer("insight.rank_min_n", scope.unit_chain),
        sees_people=sees_people,
        may_act=row.is_open and scope.covers(Ability.ACT_ON_ANOMALY, owner_id=None, unit_id=row.unit_id),
        may_close=row.is_open and scope.covers(Ability.CLOSE_ANOMALY, owner_id=row.owner_id, unit_id=row.unit_id),
    )


def owner_choices(scope: Scope, row: Anomaly, *, now: datetime) -> list[tuple[UUID, str]]:
    """Return who may own an anomaly: who leads its unit, one above or one below it; of a group its representatives too. By name."""
    today = business_day(now, row.unit.zone)
    units = org.all_units(scope)
    below, above = units_below(scope, units, row.unit_id), set(row.unit.path.split("/"))
    found = {}
    for seat in seats_of(scope, OWNERS, on=today):
        is_near = seat.unit_id in below or str(seat.unit_id) in above
        if is_near and seat.role in OWNERS and (seat.role is not Role.REP or row.unit.kind == "GROUP"):
            found[seat.person_id] = seat.name
    return list(found.items())


def group_choices(scope: Scope, row: Anomaly) -> list[Unit]:
    """Return the groups on whose evening agenda an anomaly can be put: its unit and those below it, within reach; what explains it first."""
    below = units_below(scope, org.all_units(scope), row.unit_id)
    named = (
        AnomalyFinding.objects.filter(anomaly=row, part=Part.UNIT).order_by("position").values_list("key", flat=True)
    )
    places = {key: place for place, key in enumerate(named)}
    groups = [unit for unit in groups_in_reach(scope, Ability.ADD_TO_AGENDA) if unit.pk in below]
    return sorted(groups, key=lambda unit: places.get(str(unit.pk), len(places)))


def anomalies_on_board(scope: Scope, *, unit_id: UUID | None, currency: str, day: date) -> dict[str, UUID]:
    """Return the anomalies of a unit that are told for a day, by link; of amounts those in `currency`."""
    if unit_id is None or not scope.can(Ability.VIEW_ANOMALIES):
        return {}
    rows = Anomaly.objects.within(scope, Ability.VIEW_ANOMALIES).filter(
        unit=unit_id, currency__in=["", currency], day__lte=day, last_day__gte=day
    )
    return {row.link: row.pk for row in rows.only("link").order_by("day")}


def overdue_anomalies(scope: Scope, *, today: date) -> list[Anomaly]:
    """Return the open anomalies whose action was due before a day."""
    scope.require(Ability.RUN_ANOMALIES)
    rows = Anomaly.objects.filter(state=State.ACTED, due_on__lt=today).select_related("unit")
    return list(rows.order_by("due_on", "pk"))


def unit_of_anomalies(scope: Scope, anomaly_ids: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
    """Return for some anomalies their id, their unit's id and its name, the oldest first."""
    scope.require(Ability.RUN_ANOMALIES)
    rows = Anomaly.objects.filter(pk__in=anomaly_ids).order_by("pk")
    return list(rows.values_list("pk", "unit_id", "unit__name"))
