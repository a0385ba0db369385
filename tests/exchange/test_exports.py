"""The lists of insight as files: what the page shows, in cells that a spreadsheet program reads and none that it runs."""

import csv
import io
from datetime import date
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tests.factories.leads import make_held_lead, make_source
from tests.factories.org import make_login, make_person
from tests.factories.pipeline import make_cast, make_signed_order
from tests.factories.visits import NOW
from tiejun.access.roles import Role
from tiejun.engines.tabular.writing import csv_lines, workbook
from tiejun.insight.models import Anomaly

HEADER = ["Name", "Number"]
ROWS = [
    ["<&>\"' \x07 中文", 3],
    [" lead ", Decimal("1234567890123.45")],
    ["", None],
    ["x" * 40_000, date(2026, 3, 31)],
    ["-", -0.5],
]


def sheet(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_a_workbook_holds_what_was_put_in() -> None:
    book = workbook(HEADER, ROWS, name="a/b [c]: it's")

    assert CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names == ["a b  c   it s"]
    assert sheet(book) == [
        HEADER,
        ["<&>\"' \ufffd 中文", 3.0],
        [" lead ", 1234567890123.45],
        ["", ""],
        ["x" * 32_767, date(2026, 3, 31)],
        ["-", -0.5],
    ]


def test_a_csv_begins_with_the_mark_that_spreadsheets_look_for() -> None:
    text = "".join(csv_lines(HEADER, ROWS))

    assert text.startswith("\ufeffName,Number\r\n")
    assert [row[1] for row in csv.reader(io.StringIO(text))] == [
        "Number",
        "3",
        "1234567890123.45",
        "",
        "2026-03-31",
        "-0.5",
    ]


@pytest.fixture
def head(db, time_machine):
    """A sale of a company whose source is called like a formula, and an anomaly that was answered with one."""
    time_machine.move_to(NOW, tick=False)
    cast = make_cast()
    source = make_source("FORMULA")
    source.name = source.name_en = "=1+1"
    source.save()
    make_held_lead(cast.rep, cast.tree.group, now=NOW, source=source, company=cast.company)
    make_signed_order(cast, quantity=3)
    person = make_person(name="Gu Ming", role=Role.SALES_HEAD, unit=cast.tree.company)
    Anomaly.objects.create(
        unit=cast.tree.group, link="PERFORMANCE", currency="CNY", day=NOW.date(), last_day=NOW.date(), side="LOW", run_days=1,
        value=123_45, usual=900_00, low=500_00, high=1300_00, raised_at=NOW, state="CLOSED", done="@called", outcome="two",
        closed_by=person, closed_at=NOW,
    )  # fmt: skip
    return person


def file_of(client, name, **wish):
    answer = client.get(reverse(f"exchange:export_{name}"), wish)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if wish.get("as") == "xlsx":
        return unquote(answer["Content-Disposition"]), sheet(content)
    return unquote(answer["Content-Disposition"]), list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.fixture
def signed_in(head):
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_login(head))
    return client


def test_channels_are_handed_out_with_their_sum(signed_in):
    name, rows = file_of(signed_in, "channels", months="1")

    assert name.endswith(".csv")
    assert rows[0][0] == "Source"
    assert rows[1][0] == "'=1+1"
    assert (rows[1][2], rows[1][4], rows[1][6]) == ("1", "1", "3000.00")
    assert rows[-1][0] == "Total"
    assert file_of(signed_in, "channels", months="1", **{"as": "xlsx"})[1][1][6] == 3000


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_growth_is_handed_out_by_part_to_the_fen(signed_in, kind):
    _name, rows = file_of(signed_in, "growth", by="source", **{"as": kind})

    whole = dict(zip(rows[0], rows[-1], strict=True))
    assert (rows[1][0], rows[-1][0]) == ("'=1+1", "Total")
    assert Decimal(str(whole["Change"])) == 3000
    named = rows[0][rows[0].index("Change") + 1 : -1]
    assert sum(Decimal(str(whole[name])) for name in named) == 3000


def test_anomalies_are_handed_out_with_their_answers(signed_in):
    _name, rows = file_of(signed_in, "anomalies", show="closed")

    row = dict(zip(rows[0], rows[1], strict=True))
    assert (row["Number"], row["Usual"], row["Currency"], row["What was done"]) == (
        "123.45",
        "900.00",
        "CNY",
        "'@called",
    )
    assert len(file_of(signed_in, "anomalies")[1]) == 1


@pytest.mark.parametrize(
    ("name", "wish"),
    [
        ("channels", {"months": "2"}),
        ("channels", {"months": "x"}),
        ("channels", {"as": "exe"}),
        ("growth", {"month": "2026-13"}),
        ("growth", {"by": "shoe size"}),
        ("growth", {"unit": "x"}),
        ("anomalies", {"show": "all"}),
    ],
)
def test_what_is_no_list_is_no_file(signed_in, name, wish):
    assert signed_in.get(reverse(f"exchange:export_{name}"), wish).status_code == 404


def test_pages_offer_their_file(signed_in):
    for page in ("anomalies", "growth", "channels"):
        assert f"/exchange/exports/{page}/?as=xlsx&amp;" in signed_in.get(reverse(f"insight:{page}")).content.decode()
