from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.cases import cases
from tiejun.engines.tabular.values import (
    Amount,
    Unit,
    Unreadable,
    ValueFault,
    cell_text,
    is_empty,
    parse_amount,
    parse_date,
    unit_in_header,
)

CASES = cases("tabular")


@pytest.mark.parametrize(("cell", "day"), CASES["dates"])
def test_date_in_any_usual_form_is_read(cell: object, day: str | None) -> None:
    assert parse_date(cell) == (date.fromisoformat(day) if day else None)


def test_date_objects_pass() -> None:
    assert parse_date(date(2021, 3, 4)) == date(2021, 3, 4)
    assert parse_date(datetime(2021, 3, 4, 23, 59)) == date(2021, 3, 4)


@pytest.mark.parametrize(("cell", "fault"), CASES["date_faults"])
def test_doubtful_date_is_named_and_not_guessed(cell: str, fault: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_date(cell)

    assert (refused.value.fault, refused.value.text) == (ValueFault(fault), cell)


@pytest.mark.parametrize(("cell", "minor", "currency"), CASES["amounts"])
def test_amount_is_read_in_minor_units(cell: object, minor: int, currency: str) -> None:
    assert parse_amount(cell) == Amount(minor, currency)


@pytest.mark.parametrize(("cell", "fault"), CASES["amount_faults"])
def test_doubtful_amount_is_named(cell: str, fault: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_amount(cell)

    assert refused.value.fault == ValueFault(fault)


@pytest.mark.parametrize(("header", "multiplier", "currency"), CASES["units"])
def test_unit_is_read_from_the_header(header: str, multiplier: int, currency: str) -> None:
    expected = Unit(multiplier, currency) if multiplier else None

    assert unit_in_header(header) == expected


def test_unit_of_the_header_counts_for_bare_numbers_alone() -> None:
    unit = unit_in_header(CASES["units"][1][0])

    assert parse_amount("200", unit) == Amount(200_000_000, "USD")
    assert parse_amount(CASES["amounts"][2][0], Unit(1, "CNY")) == Amount(50_000_000, "CNY")
    assert parse_amount("-", unit) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (" a\u00a0\u3000b\n", "a b"),
        ("\ufeff001", "001"),
        ("1\u200b2", "12"),
        (13800001111.0, "13800001111"),
        (1.5, "1.5"),
        (float("nan"), "nan"),
        (True, "TRUE"),
        (7, "7"),
        (datetime(2021, 3, 4, 5, 6), "2021-03-04 05:06:00"),
    ],
)
def test_cell_becomes_plain_text(value: object, text: str) -> None:
    assert cell_text(value) == text


@given(st.dates(date(1930, 1, 1), date(2100, 12, 31)), st.sampled_from("-/."))
def test_every_date_is_read_back(day: date, mark: str) -> None:
    written: list[Any] = [
        day.isoformat(),
        f"{day.year}{mark}{day.month}{mark}{day.day}",
        f"{day:%Y%m%d}",
        (day - date(1899, 12, 30)).days,
    ]

    assert [parse_date(cell) for cell in written] == [day] * 4


@given(st.integers(0, 10**12))
def test_every_amount_is_read_back(minor: int) -> None:
    assert parse_amount(f"{minor / 100:,.2f}") == Amount(minor, "CNY")


@given(st.text(max_size=20) | st.floats() | st.integers() | st.none())
def test_any_cell_is_read_or_refused_by_name(cell: object) -> None:
    for parse in (parse_date, parse_amount):
        try:
            found = parse(cell)
        except Unreadable:
            continue
        assert (found is None) is is_empty(cell_text(cell))
