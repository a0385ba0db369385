"""RS-16: no cell of a downloaded file is run by a spreadsheet program, nothing is lost, and numbers stay numbers."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from tests.exchange.test_neutralised import LIVE
from tests.factories.leads import make_pool, make_source
from tests.reliability.company import Asker, Askers
from tiejun.access.roles import Role
from tiejun.exchange.actions.imports import start_import, upload_import
from tiejun.exchange.jobs import read_import, run_import

if TYPE_CHECKING:
    from tiejun.exchange.models import LeadImport

pytestmark = pytest.mark.django_db
NUMBERS = ["-12.5", "+86", "-1,200", "0", "-3%"]
# What a spreadsheet program takes for the start of a formula, in its own words: full-width forms and leading blanks as well.
STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


def imported(asker: Asker) -> LeadImport:
    """A file all of whose rows are refused for their phone, so that each comes back in the file of faults."""
    target = io.StringIO()
    rows = csv.writer(target)
    rows.writerow(["name", "phone", "address"])
    rows.writerows([f"Company {number}", "123", cell] for number, cell in enumerate([*LIVE, *NUMBERS]))
    now = timezone.now()
    row = upload_import(
        asker.scope, name="live.csv", content_type="text/csv", chunks=[target.getvalue().encode()],
        pool_id=make_pool().pk, source_id=make_source().pk, now=now,
    )  # fmt: skip
    read_import(str(row.pk), "")
    start_import(asker.scope, import_id=row.pk, mapping={"name": 0, "phone": 1, "address": 2}, now=now)
    run_import(str(row.pk))
    return row


def faults_of_exports(asker: Asker, row: LeadImport) -> list[str]:
    """What a spreadsheet program would run, what was lost on the way, and numbers that are none any more, by download."""
    paths = (f"/exchange/imports/{row.pk}/faults.csv", f"/api/v1/imports/{row.pk}/faults.csv")
    faults = []
    for path in paths:
        text = b"".join(asker.client.get(path).streaming_content).decode("utf-8-sig")
        cells = [line[2] for line in csv.reader(io.StringIO(text, newline=""))][1:]
        kind = path.split("/")[1]
        faults += [f"{kind} live {cell!r}" for cell in cells[: len(LIVE)] if cell.startswith(STARTS)]
        faults += [
            f"{kind} lost {sent!r}"
            for sent, cell in zip(LIVE, cells, strict=False)
            if cell.removeprefix("'").strip() != sent.strip()
        ]
        if cells[len(LIVE) :] != NUMBERS:
            faults.append(f"{kind} numbers {cells[len(LIVE) :]}")
    return faults


def test_every_cell_of_every_download_is_inert(askers: Askers) -> None:
    asker = askers[Role.SALES_OPS]

    assert faults_of_exports(asker, imported(asker)) == []


def test_a_planted_export_without_the_apostrophe_is_found(askers: Askers, monkeypatch: pytest.MonkeyPatch) -> None:
    asker = askers[Role.SALES_OPS]
    row = imported(asker)
    monkeypatch.setattr("tiejun.exchange.queries.imports.neutralised", lambda cell: cell)

    found = faults_of_exports(asker, row)

    assert [fault for fault in found if "=HYPERLINK" in fault] == [
        f"{kind} live '=HYPERLINK(\"http://x\")'" for kind in ("exchange", "api")
    ]
    assert all(" live " in fault for fault in found)


def test_a_planted_export_that_makes_text_of_every_number_is_found(
    askers: Askers, monkeypatch: pytest.MonkeyPatch
) -> None:
    asker = askers[Role.SALES_OPS]
    row = imported(asker)
    monkeypatch.setattr("tiejun.exchange.queries.imports.neutralised", lambda cell: "'" + cell)

    assert {fault.split("[")[0] for fault in faults_of_exports(asker, row)} == {"exchange numbers ", "api numbers "}
