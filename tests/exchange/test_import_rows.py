"""One row of a file: what makes a lead, and what is named instead."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from tiejun.exchange.rules.imports import RowFault, RowReader

COLUMNS = ["\u4f01\u4e1a\u540d\u79f0", "code", "phone", "address", "district", "date", "capital"]
MAPPING = {"name": 0, "credit_code": 1, "phone": 2, "address": 3, "district": 4, "registered_on": 5, "capital": 6}
READER = RowReader(COLUMNS, MAPPING)
GOOD_CODE = "91330182843963542R"


def faults(*cells: str) -> list[tuple[str, RowFault, str]]:
    found = READER.read(7, cells)
    assert isinstance(found, list)
    assert {number for number, *_ in found} == {7}
    return [(column, code, shown) for _, column, code, shown in found]


def test_a_row_with_an_address_alone_is_a_lead() -> None:
    row = READER.read(7, ["Cloud Trading Co", GOOD_CODE, "", "Wensan Road 1", "", "2021/3/4", "N/A"])

    assert not isinstance(row, list)
    assert (
        row.row,
        row.company.name,
        row.company.credit_code,
        row.company.registered_on.isoformat(),
        row.company.capital_minor,
    ) == (
        7,
        "Cloud Trading Co",
        GOOD_CODE,
        "2021-03-04",
        None,
    )
    assert row.company.contacts == ()


def test_a_short_row_reads_as_empty_cells() -> None:
    assert faults("Cloud Trading Co") == [("", RowFault.NO_CHANNEL, "")]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["", "", "13800000000"], [(COLUMNS[0], RowFault.NAME_MISSING, "")]),
        (["N/A", "", "13800000000"], [(COLUMNS[0], RowFault.NAME_MISSING, "")]),
        (["X", "", "13800000000"], [(COLUMNS[0], RowFault.NAME_SHORT, "X")]),
        (["X" * 201, "", "13800000000"], [(COLUMNS[0], RowFault.NAME_LONG, "X" * 80)]),
        (["Cloud", "913301", "13800000000"], [("code", RowFault.CODE_LENGTH, "913301")]),
        (["Cloud", "9133018284396354IO", "13800000000"], [("code", RowFault.CODE_ALPHABET, "9133018284396354IO")]),
        (["Cloud", "91330182843963542T", "13800000000"], [("code", RowFault.CODE_CHECK_DIGIT, "91330182843963542T")]),
        (["Cloud", "", "1380000", "Road 1"], [("phone", RowFault.PHONE_INVALID, "")]),
        (["Cloud", "", "13800000000", "", "Atlantis"], [("district", RowFault.DISTRICT_UNKNOWN, "Atlantis")]),
        (["Cloud", "", "13800000000", "", "", "2021-02-30"], [("date", RowFault.DATE_INVALID, "2021-02-30")]),
        (["Cloud", "", "13800000000", "x" * 401], [("address", RowFault.ADDRESS_LONG, "x" * 80)]),
        (["Cl\udcff", "", "13800000000"], [("", RowFault.UNREADABLE_CHARACTERS, "")]),
        (["Cl\x00", "", "13800000000"], [("", RowFault.UNREADABLE_CHARACTERS, "")]),
    ],
)
def test_a_faulty_row_names_its_cells(cells: list[str], expected: list[tuple[str, RowFault, str]]) -> None:
    assert faults(*cells) == expected


def test_a_personal_number_is_named_but_never_shown() -> None:
    assert faults("Cloud", "", "138-not-a-number", "Road")[0][2] == ""


@pytest.mark.skipif(
    "TIEJUN_TRIAL_DATA" not in os.environ, reason="TIEJUN_TRIAL_DATA is unset: the real company list is not here"
)
def test_the_real_list_gives_a_lead_for_all_rows_but_those_without_an_address() -> None:
    path = Path(os.environ["TIEJUN_TRIAL_DATA"]) / "enterprise-registration" / "hangzhou.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        reader = RowReader(
            header, {"name": 0, "credit_code": 1, "registered_on": 2, "capital": 4, "city": 7, "address": 8}
        )
        found = [reader.read(number, cells) for number, cells in enumerate(rows, 2)]

    counts = Counter(code for result in found if isinstance(result, list) for _, _, code, _ in result)
    districts = sum(1 for result in found if not isinstance(result, list) and result.company.district_code)
    assert (len(found), counts) == (31507, Counter({RowFault.NO_CHANNEL: 3}))
    assert districts > 30_900
