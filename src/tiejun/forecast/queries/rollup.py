"""The roll-up: what units answer for, whether it still stands on what their members say, and how it looked on any evening."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Sum

from tiejun.access.abilities import Ability
from tiejun.forecast.models import ForecastSnapshot, GroupForecast, GroupLine, MonthlyForecast
from tiejun.forecast.queries.figures import month_after
from tiejun.forecast.queries.months import month_asked
from tiejun.forecast.rules.months import MonthState
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.org import queries as org
from tiejun.pipeline.queries.sales import signed_by_unit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a unit's number: a member's published commitment, or what a unit below answers for."""

    key: UUID
    name: str
    deals: int
    amount_minor: int
    commitment_id: UUID | None = None
    group_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in the roll-up; `parts` are what its number should be made of now, `row` what its leader answers for.

    `is_stale`: a member or a unit below has changed since. `signed_deals`: signed in the month so far.
    """

    unit: Unit
    depth: int
    row: GroupForecast | None
    parts: list[Part]
    signed_deals: int
    signed_minor: int
    is_stale: bool
    may_submit: bool
    people: int
    exceptions: int

    @property
    def members_deals(self) -> int:
        return sum(part.deals for part in self.parts)

    @property
    def members_minor(self) -> int:
        return sum(part.amount_minor for part in self.parts)


@dataclass(frozen=True, slots=True)
class RollUp:
    """The units in reach for a month, parents before children."""

    month: date
    previous: date
    following: date
    lines: list[UnitLine]


def roll_up(scope: Scope, *, month: date | None = None, now: datetime) -> RollUp:
    """Return the roll-up of the units in reach; the number of queries does not depend on theirs."""
    scope.require(Ability.VIEW_ROLL_UP)
    asked = month_asked(scope, month, now=now)
    units = [one for one in org.all_units(scope) if scope.covers(Ability.VIEW_ROLL_UP, owner_id=None, unit_id=one.pk)]
    found = _Numbers(scope, units, asked, business_day(now, scope.zone))
    return RollUp(asked, month_after(scope, asked, -1), month_after(scope, asked), [found.line(unit) for unit in units])


class _Numbers:
    """Everything that a roll-up of some units shows, read once."""

    def __init__(self, scope: Scope, units: Sequence[Unit], month: date, today: date) -> None:
        self.scope, self.units = scope, list(units)
        keys = [unit.pk for unit in units]
        self.rows = {
            row.unit_id: row for row in GroupForecast.objects.filter(unit__in=keys, month=month, superseded_at=None)
        }
        self.lines: dict[UUID, list[GroupLine]] = defaultdict(list)
        for line in GroupLine.objects.filter(group__in=self.rows.values()):
            self.lines[line.group_id].append(line)
        self.said: dict[UUID, list[MonthlyForecast]] = defaultdict(list)
        published = MonthlyForecast.objects.filter(unit__in=keys, month=month, state=MonthState.PUBLISHED)
        for row in published.select_related("person").order_by("person__name_initials"):
            self.said[row.unit_id].append(row)
        members = org.members_in_reach(scope, Ability.VIEW_ROLL_UP, on=today)
        self.unit_of = {member.person_id: member.unit_id for member in members}
        end = month_after(scope, month)
        self.signed: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
        sales = signed_by_unit(scope, keys, since=month, until=min(end, today + timedelta(days=1)))
        for (unit_id, _day), one in sales.items():
            self.signed[unit_id][0] += one.deals
            self.signed[unit_id][1] += one.amount_minor

    def parts(self, unit: Unit) -> list[Part]:
        """What the number of a unit should be made of now: its members', and those of the units right below it."""
        own = [
            Part(row.person_id, row.person.name, row.deals, row.amount_minor, commitment_id=row.pk)
            for row in self.said[unit.pk]
        ]
        below = [
            Part(child.pk, child.name, row.deals, row.amount_minor, group_id=row.pk)
            for child in self.units
            if child.parent_id == unit.pk and (row := self.rows.get(child.pk)) is not None
        ]
        return own + below

    def line(self, unit: Unit) -> UnitLine:
        row, parts = self.rows.get(unit.pk), self.parts(unit)
        under = [one.pk for one in self.units if one.path == unit.path or one.path.startswith(f"{unit.path}/")]
        stood_on = {line.commitment_id or line.below_id for line in self.lines[row.pk]} if row else set()
        return UnitLine(
            unit=unit,
            depth=unit.path.count("/"),
            row=row,
            parts=parts,
            signed_deals=sum(self.signed[key][0] for key in under),
            signed_minor=sum(self.signed[key][1] for key in under),
            is_stale=row is not None and stood_on != {part.commitment_id or part.group_id for part in parts},
            may_submit=bool(parts) and _leads(self.scope, unit),
            people=sum(unit_id in under for unit_id in self.unit_of.values()),
            exceptions=sum(bool(one.exception_reason) for key in under for one in self.said[key]),
        )


def _leads(scope: Scope, unit: Unit) -> bool:
    """Whoever holds the leading role at the unit itself answers for it; nobody submits for the units below."""
    return scope.can(Ability.SUBMIT_GROUP) and any(
        grant.unit_id == unit.pk for _reach, grant in scope.reaches(Ability.SUBMIT_GROUP)
    )


def unit_number(scope: Scope, unit_id: UUID, month: date, *, now: datetime) -> UnitLine:
    """Return one unit of the roll-up that the asker leads; raises `NotFound`."""
    line = next((one for one in roll_up(scope, month=month, now=now).lines if one.unit.pk == unit_id), None)
    if line is None or not _leads(scope, line.unit):
        raise NotFound
    return line


@dataclass(frozen=True, slots=True)
class AsOfLine:
    """What was known on an evening about a unit or one of its people."""

    unit_name: str
    person_name: str
    edition: int
    deals: int
    amount_minor: int
    signed_deals: int
    signed_minor: int


def as_of(scope: Scope, day: date, *, month: date) -> list[AsOfLine]:
    """Return a month as it was known on the evening of a day, within reach; units before their people.

    Team moves and revisions afterwards change nothing here: the copy of that evening is read.
    """
    scope.require(Ability.VIEW_ROLL_UP)
    rows = ForecastSnapshot.objects.within(scope, Ability.VIEW_ROLL_UP).filter(taken_on=day, month=month)
    found = rows.select_related("unit", "person").order_by("unit__path", "person__name_initials")[:1000]
    lines = [
        AsOfLine(
            row.unit.name,
            row.person.name if row.person else "",
            row.edition,
            row.deals,
            row.amount_minor,
            row.signed_deals,
            row.signed_minor,
        )
        for row in found
    ]
    return sorted(lines, key=lambda line: (line.unit_name, bool(line.person_name)))


def snapshot_days(scope: Scope, month: date) -> list[date]:
    """Return the last evenings on which a month was copied, the newest first."""
    scope.require(Ability.VIEW_ROLL_UP)
    rows = ForecastSnapshot.objects.within(scope, Ability.VIEW_ROLL_UP).filter(month=month)
    days = rows.order_by("-taken_on").values_list("taken_on").annotate(total=Sum("deals"))
    return [day for day, _total in days[:31]]
