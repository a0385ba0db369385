"""Tables as files for spreadsheet programs: CSV that Excel reads in any language, and plain XLSX workbooks.

Both take rows of `str`, `int`, `float`, `Decimal`, `date`, naive `datetime` or None, batch by batch, and hold one batch at a time. A text stays a
text: in a workbook by its type, in CSV the caller's texts must have been made inert before. Source: ECMA-376 (Office Open XML), the smallest workbook of it.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import IO

Cell = str | int | float | Decimal | date | None
LONGEST_CELL, LONGEST_NAME = 32_767, 31
# Characters that XML 1.0 cannot hold.
_FOREIGN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BAD_IN_NAME = re.compile(r"[\[\]:*?/\\']")
_SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>'
    ),
    # Cell formats: 0 plain, 1 bold (the header), 2 a date, 3 a date with the time of day.
    "xl/styles.xml": (
        f'<styleSheet {_SPACE}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
        '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="4"><xf xfId="0"/><xf fontId="1" applyFont="1" xfId="0"/><xf numFmtId="164" applyNumberFormat="1" xfId="0"/>'
        '<xf numFmtId="165" applyNumberFormat="1" xfId="0"/></cellXfs></styleSheet>'
    ),
}
_FIRST_DAY = date(1899, 12, 30).toordinal()  # serial 0 of the program's calendar
_QUICK = 1  # deflate's level: a third of the time for a tenth more bytes


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield a table as CSV in UTF-8 with a byte order mark, line by line."""
    yield "\ufeff" + _line(header)
    for row in rows:
        yield _line(row)


def write_csv(target: IO[bytes], header: Sequence[str], batches: Iterable[Iterable[Sequence[Cell]]]) -> None:
    """Write a table as CSV in UTF-8 with a byte order mark into an open binary file, which stays open."""
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    for batch in batches:
        writer.writerows(batch)
    text.detach()


def workbook(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, name: str) -> bytes:
    """Return a table as an XLSX workbook of one sheet with a frozen header; texts are cut at what a cell holds."""
    target = io.BytesIO()
    write_workbook(target, header, [rows], name=name)
    return target.getvalue()


def write_workbook(
    target: IO[bytes],
    header: Sequence[str],
    batches: Iterable[Iterable[Sequence[Cell]]],
    *,
    name: str,
    footer: str = "",
) -> None:
    """Write a table as such a workbook into an open binary file; `footer` is printed at the foot of each page."""
    sheet = _BAD_IN_NAME.sub(" ", _clean(name)).strip()[:LONGEST_NAME] or "1"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_QUICK) as book:
        for path, text in _PARTS.items():
            book.writestr(path, _HEAD + text)
        book.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook {_SPACE} xmlns:r="{_RELATIONS}"><sheets>'
            f'<sheet name="{escape(sheet, {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(
                f'{_HEAD}<worksheet {_SPACE}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
                'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'.encode()
            )
            part.write(f"<row>{''.join(_text(words, 1) for words in header)}</row>".encode())
            for batch in batches:
                # One write and one compression for all rows of a batch.
                part.write("".join(_row(row) for row in batch).encode())
            part.write(f"</sheetData>{_footer(footer)}</worksheet>".encode())


def _footer(words: str) -> str:
    # An ampersand begins a code of the program in a footer; two are one.
    text = escape(_clean(words).replace("&", "&&"))
    return f"<headerFooter><oddFooter>&amp;C{text}</oddFooter></headerFooter>" if words else ""


def _line(cells: Iterable[Cell]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _row(row: Iterable[Cell]) -> str:
    return f"<row>{''.join([_cell(cell) for cell in row])}</row>"


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<c/>"
    if isinstance(cell, str):
        return _text(cell, 0) if cell else "<c/>"
    if isinstance(cell, datetime):
        days = cell.toordinal() - _FIRST_DAY + (cell.hour * 60 + cell.minute) / 1440
        return f'<c s="3"><v>{days:.6f}</v></c>'
    if isinstance(cell, date):
        return f'<c s="2"><v>{cell.toordinal() - _FIRST_DAY}</v></c>'
    return f"<c><v>{cell}</v></c>"


def _text(words: str, style: int) -> str:
    return (
        f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{escape(_clean(words)[:LONGEST_CELL])}</t></is></c>'
    )


def _clean(words: str) -> str:
    return _FOREIGN.sub("\ufffd", words)
