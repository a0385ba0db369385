"""A table that a page shows goes out as a file as it is seen: safe, marked, told to the log, for those who may."""

import csv
import io
import json
from decimal import Decimal

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.factories.org import make_company_tree, make_person
from tests.insight.test_growth import signed_in
from tiejun.access.roles import Role
from tiejun.exchange.rules.shown import MOST_ROWS, Shown, shown_from
from tiejun.foundation.models import AuditEntry

TABLE = {
    "name": "回款",
    "header": ["Company", "Amount"],
    "rows": [["=cmd|' /C calc'!A0", {"minor": "123456"}], ["A", "1,117"]],
}


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"name": "T", "header": ["a"], "rows": [["007", "x"]]}, Shown("T", ["a", ""], [["007", "x"]])),
        ({"header": [], "rows": [["-12", "0", "1,117", "1,17", {"minor": "-5"}]]}, Shown("", [""] * 5, [[-12, 0, 1117, "1,17", Decimal("-0.05")]])),
        ({"header": ["a"], "rows": [[1]]}, None),
        ({"header": ["a"], "rows": [[{"minor": "x"}]]}, None),
        ({"header": ["a"], "rows": [["x"] * 61]}, None),
        ({"header": ["a"], "rows": [["x"]] * (MOST_ROWS + 1)}, None),
        ({"header": ["a"]}, None),
        ([], None),
        (None, None),
    ],
    ids=["codes stay", "numbers", "no text", "no amount", "too wide", "too long", "no rows", "a list", "nothing"],
)  # fmt: skip
def test_what_a_page_hands_back_is_checked(given, found) -> None:
    assert shown_from(json.dumps(given)) == found
    assert shown_from("{") is None


@pytest.fixture
def unit(db):
    return make_company_tree().company


def take(client, table=TABLE, kind="csv"):
    return client.post(reverse("exchange:export_shown"), {"kind": kind, "table": json.dumps(table)})


def test_a_shown_table_is_a_file_whose_formulas_are_inert(unit) -> None:
    head = signed_in(make_person(role=Role.SALES_HEAD, unit=unit))
    answer = take(head)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [["Company", "Amount"], ["'=cmd|' /C calc'!A0", "1234.56"], ["A", "1117"]]
    assert "attachment" in answer["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(take(head, kind="xlsx").content))
    assert book.get_sheet_by_index(0).to_python()[1][1] == 1234.56
    assert [entry.facts["rows"] for entry in AuditEntry.objects.filter(event="exchange.shown_taken")] == [2, 2]


def test_many_rows_say_who_took_them_out(unit) -> None:
    person = make_person(name="Lu Jing", role=Role.SALES_HEAD, unit=unit)
    table = TABLE | {"rows": [["A", "1"]] * 101}
    rows = list(csv.reader(io.StringIO(take(signed_in(person), table).content.decode("utf-8-sig"))))
    assert (len(rows), all("Lu Jing" in row[2] for row in rows[1:])) == (102, True)


def test_who_may_not_export_is_offered_nothing_and_gets_nothing(unit) -> None:
    rep, head = (signed_in(make_person(role=role, unit=unit)) for role in (Role.REP, Role.SALES_HEAD))
    assert take(rep).status_code == 403
    assert ["take-offer" in one.get(reverse("inbox:list")).content.decode() for one in (rep, head)] == [False, True]


@pytest.mark.parametrize("sent", [{"kind": "exe", "table": json.dumps(TABLE)}, {"kind": "csv", "table": "[1]"}, {}])
def test_what_is_no_table_makes_no_file(unit, sent) -> None:
    answer = signed_in(make_person(role=Role.SALES_HEAD, unit=unit)).post(reverse("exchange:export_shown"), sent)
    assert (answer.status_code, AuditEntry.objects.filter(event="exchange.shown_taken").exists()) == (422, False)
