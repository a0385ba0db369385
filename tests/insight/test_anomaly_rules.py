"""What explains a signal, and what is told of many: tables of cases, no database."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from tiejun.engines.control import Limits, Side, Signal
from tiejun.insight.rules.anomalies import Cell, Finding, Found, Part, explained, told
from tiejun.insight.rules.links import Link

COMPANY, EAST, WEST = (UUID(int=number) for number in (1, 2, 3))
PATHS = {COMPANY: [COMPANY], EAST: [COMPANY, EAST], WEST: [COMPANY, WEST]}
FIRST = date(2026, 3, 2)
DAYS = tuple(FIRST + timedelta(days=n) for n in range(23))
NAMES = {"a": "Ann", "b": "Bo", "c": "Cai", "d": "Di"}


def found(
    value: float, *, unit_id: UUID = COMPANY, link: Link = Link.ORDERS, side: Side = Side.LOW, usual: float = 10
) -> Found:
    limits = Limits(usual, 0, 2 * usual)
    return Found(unit_id, link, "", Signal(DAYS[-1], value, side, limits, 1), DAYS)


def steady(number: int, last: int, *, cases: int | None = None) -> dict[date, Cell]:
    """Return so many on each known day and so many on the last."""
    per_day = number if cases is None else cases
    return {day: Cell(per_day, number) for day in DAYS[:-3]} | {DAYS[-1]: Cell(last, last)}


def test_who_fell_most_explains_a_fall() -> None:
    cells = {"a": steady(6, 0), "b": steady(4, 4)}

    rows = explained(Part.PERSON, cells, found=found(4), names=NAMES, least_cases=20)

    assert rows == [Finding(Part.PERSON, "a", "Ann", 6, 0, 120, 100)]


def test_who_moved_the_other_way_explains_nothing() -> None:
    cells = {"a": steady(6, 0), "b": steady(4, 8)}

    rows = explained(Part.PERSON, cells, found=found(8), names=NAMES, least_cases=20)

    assert [(row.name, row.share_percent) for row in rows] == [("Ann", 300)]


def test_the_weekday_scales_what_is_usual_for_each() -> None:
    rows = explained(
        Part.UNIT, {"a": steady(6, 6), "b": steady(4, 0)}, found=found(6, usual=20), names=NAMES, least_cases=20
    )

    assert [(row.name, row.usual, row.came) for row in rows] == [("Bo", 8, 0), ("Ann", 12, 6)]


@pytest.mark.parametrize(("least", "named"), [(19, ["Ann"]), (20, ["Ann"]), (21, [])])
def test_fewer_cases_than_the_policy_name_nobody(least: int, named: list[str]) -> None:
    cells = {"a": {day: Cell(1, 10) for day in DAYS[:-3]}}

    rows = explained(Part.PERSON, cells, found=found(0), names=NAMES, least_cases=least)

    assert [row.name for row in rows] == named


def test_at_most_three_are_named_and_nobody_without_a_name() -> None:
    cells = {key: steady(5, 0) for key in ("a", "b", "c", "d", "nobody")}

    rows = explained(Part.UNIT, cells, found=found(0, usual=25), names=NAMES, least_cases=20)

    assert [row.name for row in rows] == ["Ann", "Bo", "Cai"]


def test_nothing_known_explains_nothing() -> None:
    assert explained(Part.UNIT, {}, found=found(0), names=NAMES, least_cases=20) == []
    assert explained(Part.UNIT, {"a": {DAYS[-1]: Cell(9, 9)}}, found=found(9), names=NAMES, least_cases=1) == []


def test_what_a_unit_above_says_is_said_once() -> None:
    everywhere = [found(0, unit_id=unit_id) for unit_id in (WEST, COMPANY, EAST)]

    assert [one.unit_id for one in told(everywhere, PATHS)] == [COMPANY]


def test_another_link_side_or_branch_is_told_beside() -> None:
    rows = [
        found(0, unit_id=COMPANY),
        found(30, unit_id=EAST, side=Side.HIGH),
        found(0, unit_id=EAST, link=Link.LEADS),
        found(0, unit_id=WEST, link=Link.LEADS),
    ]

    assert {(one.unit_id, one.link, one.signal.side) for one in told(rows, PATHS)} == {
        (COMPANY, Link.ORDERS, Side.LOW),
        (EAST, Link.ORDERS, Side.HIGH),
        (EAST, Link.LEADS, Side.LOW),
        (WEST, Link.LEADS, Side.LOW),
    }
