"""RS-19: workbooks are read in a process of their own that looks before it unpacks; `test_hostile_files.py` has the corpus."""

import io
import subprocess
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
import xlsxwriter

from tiejun.engines.workbooks import WorkbookFault, WorkbookRefused, convert


def workbook(cells: dict[tuple[int, int], object]) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Leads")
        for (row, column), value in cells.items():
            sheet.write(row, column, value)
    return target.getvalue()


def with_sheet(change: bytes) -> bytes:
    """The small workbook with the XML of its sheet replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SMALL)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change if name.endswith("sheet1.xml") else old.read(name))
    return target.getvalue()


SMALL = workbook({(0, 0): "name", (0, 1): "phone", (1, 0): "A", (1, 1): 13800000000})
SPACE = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
CELL = b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>'
BOMB = b"<worksheet " + SPACE + b"><sheetData>" + CELL % (b"a" * 50) * 1_500_000 + b"</sheetData></worksheet>"
DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet/>'

HOSTILE = {
    "document type": (with_sheet(DOCTYPE), WorkbookFault.DOCUMENT_TYPE),
    "zip bomb": (with_sheet(BOMB), WorkbookFault.TOO_LARGE),
}


def not_refused(names: Iterable[str], folder: Path) -> list[str]:
    """Which hostile workbooks came through, or were refused for another reason than their own."""
    found = []
    for name in names:
        content, fault = HOSTILE[name]
        (folder / "in.xlsx").write_bytes(content)
        try:
            told = f"{convert(folder / 'in.xlsx', folder / 'out.csv').rows} rows"
        except WorkbookRefused as refused:
            told = refused.fault.value
        if told != fault:
            found.append(f"{name}: {told}")
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_is_refused_by_name(name: str, tmp_path: Path) -> None:
    assert not_refused([name], tmp_path) == []


@pytest.mark.parametrize(
    ("name", "blind"), [("zip bomb", "w._inspect_zip = lambda _source: None"), ("document type", "w.PARTS, w.b = 0, 0")]
)
def test_a_planted_reader_that_does_not_look_first_is_found(
    name: str, blind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The child runs with one line of itself changed: it unpacks before it looks, or gives every file the same reason."""

    def run_blind(command: list[str], **options: object) -> object:
        place = command.index("-m")
        code = f"import sys, tiejun.engines.workbooks as w; {blind}; w._main()"
        return run([*command[:place], "-c", code, *command[place + 2 :]], **options)  # type: ignore[call-overload]

    run = subprocess.run
    monkeypatch.setattr("tiejun.engines.workbooks.subprocess.run", run_blind)

    assert [found.split(":")[0] for found in not_refused([name], tmp_path)] == [name]


def test_a_cell_in_the_last_row_is_read_in_bounded_memory(tmp_path: Path) -> None:
    (tmp_path / "in.xlsx").write_bytes(workbook({(0, 0): "name", (1048575, 0): "x"}))

    assert convert(tmp_path / "in.xlsx", tmp_path / "out.csv").rows == 2


def test_numbers_keep_their_digits_and_formulas_give_their_value(tmp_path: Path) -> None:
    (tmp_path / "in.xlsx").write_bytes(SMALL)

    convert(tmp_path / "in.xlsx", tmp_path / "out.csv")

    assert (tmp_path / "out.csv").read_bytes() == b"name,phone\r\nA,13800000000\r\n"
