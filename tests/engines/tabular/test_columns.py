import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.cases import cases, trial_file
from tiejun.engines.tabular.columns import (
    FIELDS,
    ColumnMatch,
    HeaderReason,
    HeaderRow,
    MatchReason,
    field_of_header,
    find_header_row,
    match_columns,
)

CASES = cases("tabular")


@pytest.mark.parametrize(("header", "field"), CASES["headers"])
def test_known_headers_have_a_field(header: str, field: str | None) -> None:
    assert field_of_header(header) == field


def test_header_row_is_found_below_titles_and_its_columns_explained() -> None:
    table = CASES["table"]

    found = find_header_row(table["rows"])

    columns = tuple(
        ColumnMatch(position, header, field, MatchReason(reason), candidate)
        for position, header, field, reason, candidate in table["columns"]
    )
    assert found == HeaderRow(table["index"], columns, HeaderReason.KNOWN_HEADERS)
    assert found is not None
    assert found.positions == {"name": 0, "phone": 2}


def test_header_of_unknown_words_is_taken_by_its_looks() -> None:
    found = find_header_row(CASES["unknown_header"])

    assert found is not None
    assert (found.index, found.reason, found.positions) == (0, HeaderReason.LOOKS_LIKE_ONE, {})


@pytest.mark.parametrize("rows", [[], [[]], [["x"]], CASES["no_header"]])
def test_table_without_a_header_has_none(rows: list[list[str]]) -> None:
    assert find_header_row(rows) is None


headers = st.sampled_from([header for header, _ in CASES["headers"]]) | st.text(max_size=6)


@given(st.lists(headers, max_size=15))
def test_no_field_is_given_twice_and_none_is_lost(row: list[str]) -> None:
    columns = match_columns(row)

    given_fields = [column.field for column in columns if column.field]
    assert [column.position for column in columns] == list(range(len(row)))
    assert len(given_fields) == len(set(given_fields))
    assert set(given_fields) == {field_of_header(header) for header in row} - {None}
    assert set(given_fields) <= set(FIELDS)


def test_headers_of_real_customer_forms_are_known() -> None:
    path = trial_file("peer-import-headers", "headers.csv")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        listed = [row[2] for row in csv.reader(lines) if row[0].endswith(tuple(CASES["peer_forms"]))]

    unknown = sorted({header for header in listed if field_of_header(header) is None})

    assert (len(listed), unknown) == (49, sorted(CASES["not_peers_company_facts"]))
