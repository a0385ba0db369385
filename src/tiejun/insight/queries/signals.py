"""Signals of the nine links by unit, and what explains each."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.access.abilities import Ability
from tiejun.engines.control import signal
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.insight.models import Cut
from tiejun.insight.queries.facts import Asked, Facts
from tiejun.insight.queries.links import COLUMNS, days_compared, link_sums
from tiejun.insight.rules.anomalies import PARTS, Cell, Finding, Found, Part, explained, told
from tiejun.insight.rules.links import MONEY, SHOWN, Link, Measure
from tiejun.marketing.queries.sources import source_names
from tiejun.org import queries as org
from tiejun.org.queries.reach import units_below

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.insight.queries.links import Sums
    from tiejun.org.models import Unit

MAIN = "CNY"
NOBODY = "None"
Cells = dict[str, dict[date, Cell]]
# What the cases of an amount are.
CASES = {Measure.SIGNED_MONEY: "orders", Measure.COLLECTED_MONEY: "receipts"}
_CUTS = {
    Part.UNIT: (Cut.UNIT, "unit_id"),
    Part.PERSON: (Cut.PERSON, "person_id"),
    Part.SOURCE: (Cut.SOURCE, "source"),
}


@dataclass(frozen=True, slots=True)
class _Counted:
    units: list[Unit]
    days: list[date]
    sums: Sums
    currency: str


def signals(scope: Scope, *, now: datetime) -> list[Found]:
    """Return what lies outside its limits on the last working day that is over, of every unit; what a unit above says is said once.

    As the board of the same moment says it, amounts in CNY.
    """
    scope.require(Ability.RUN_ANOMALIES)
    counted = _counted(scope, MAIN, now)
    paths = _paths(counted.units)
    found = []
    for link in Link:
        series = _series(counted, SHOWN[link][0], paths)
        for unit in counted.units:
            one = _signal(counted, unit, link, series.get(unit.pk, Counter()))
            if one is not None:
                found.append(one)
    return told(found, paths)


def signal_of(scope: Scope, *, unit_id: UUID, link: Link, currency: str, now: datetime) -> Found | None:
    """Return the signal of a link at a unit within reach of the board, None where all is as usual; raises `NotFound`."""
    if not scope.covers(Ability.VIEW_BOARD, owner_id=None, unit_id=unit_id):
        raise NotFound
    counted = _counted(scope, currency, now)
    unit = next((unit for unit in counted.units if unit.pk == unit_id), None)
    if unit is None:
        raise NotFound
    series = _series(counted, SHOWN[link][0], _paths(counted.units))
    return _signal(counted, unit, link, series.get(unit_id, Counter()))


def _counted(scope: Scope, currency: str, now: datetime) -> _Counted:
    today = business_day(now, scope.zone)
    days = days_compared(scope, today=today, now=now)
    since = days[0] if days else today
    sums = link_sums(scope, Facts(scope, now), Asked(since, today, currency=currency), by=("unit_id", "day")).measures
    return _Counted(org.all_units(scope), days, sums, currency)


def _paths(units: Sequence[Unit]) -> dict[UUID, list[UUID]]:
    by_text = {str(unit.pk): unit.pk for unit in units}
    return {unit.pk: [by_text[part] for part in unit.path.split("/") if part in by_text] for unit in units}


def _series(counted: _Counted, measure: Measure, paths: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, Counter[date]]:
    """Return a measure's number of each day by unit with what is below it; the company counts what nobody holds too, as its board does."""
    top = [unit.pk for unit in counted.units if unit.parent_id is None]
    sums: dict[UUID, Counter[date]] = defaultdict(Counter)
    for (owner, day), number in counted.sums[measure].items():
        for unit_id in {*top, *(paths.get(owner, ()) if owner else ())}:
            sums[unit_id][day] += number
    return sums


def _signal(counted: _Counted, unit: Unit, link: Link, per_day: Mapping[date, int]) -> Found | None:
    seen = signal([(day, per_day.get(day, 0)) for day in counted.days])
    if seen is None:
        return None
    currency = counted.currency if SHOWN[link][0] in MONEY else ""
    return Found(unit.pk, link, currency, seen, tuple(counted.days))


def findings(scope: Scope, found: Found, *, now: datetime) -> list[Finding]:
    """Return what explains a signal: by each part that its link can be cut by, the members that moved most as the whole did."""
    least = policies.book(now).integer("insight.rank_min_n", scope.unit_chain)
    units = org.all_units(scope)
    unit = next(unit for unit in units if unit.pk == found.unit_id)
    below = None if unit.parent_id is None else units_below(scope, units, unit.pk)
    rows: list[Finding] = []
    for part in PARTS[found.link]:
        cells = _cells(Facts(scope, now), found, part, below)
        if part is Part.UNIT:
            cells = _by_child(scope, cells, unit, units)
        names = _names(scope, part, cells, units)
        rows += explained(part, cells, found=found, names=names, least_cases=least)
    return rows


def _cells(facts: Facts, found: Found, part: Part, below: set[UUID] | None) -> Cells:
    """Return the cases and the value of each member and day; of money the cases are orders or receipts, orders whatever their currency."""
    measure = SHOWN[found.link][0]
    fact, column = COLUMNS[measure]
    cases = CASES.get(measure, column)
    cut, key = _CUTS[part]
    asked = Asked(found.days[0], found.signal.day + timedelta(days=1), below)
    cells: Cells = defaultdict(dict)
    for (member, day, currency), sums in facts.sums(
        fact, asked, by=(key, "day", "currency"), cut=cut, wanted=(column, cases)
    ).items():
        of = dict(zip(fact.measures, sums, strict=True))
        if measure is Measure.COLLECTED_MONEY and currency != found.currency:
            continue
        value = of[column] if measure not in MONEY or currency == found.currency else 0
        had = cells[str(member or None)].get(day, Cell(0, 0))
        number = had.cases + of[cases]
        cells[str(member or None)][day] = Cell(number, had.value + value)
    return {
        member: {day: Cell(max(0, cell.cases), cell.value) for day, cell in per_day.items()}
        for member, per_day in cells.items()
    }


def _by_child(scope: Scope, cells: Cells, unit: Unit, units: Sequence[Unit]) -> Cells:
    """Return the cells of the units right below a unit, each with what is below it; none for a unit without any."""
    sums: dict[str, dict[date, Cell]] = defaultdict(dict)
    for child in units:
        if child.parent_id != unit.pk:
            continue
        for inner in units_below(scope, units, child.pk):
            for day, cell in cells.get(str(inner), {}).items():
                had = sums[str(child.pk)].get(day, Cell(0, 0))
                sums[str(child.pk)][day] = Cell(had.cases + cell.cases, had.value + cell.value)
    own = cells.get(str(unit.pk))
    if sums and own:
        sums[str(unit.pk)] = own
    nobody = cells.get(NOBODY)
    if sums and nobody:
        sums[NOBODY] = nobody
    return sums


def _names(scope: Scope, part: Part, cells: Cells, units: Sequence[Unit]) -> dict[str, str]:
    if part is Part.UNIT:
        return {str(unit.pk): unit.name for unit in units if str(unit.pk) in cells}
    if part is Part.SOURCE:
        return source_names(scope)
    persons = org.names_of(scope, [UUID(key) for key in cells if key != NOBODY])
    return {str(person_id): name for person_id, name in persons.items()}
