import codecs
import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engines.cases import cases, trial_file
from tiejun.engines.tabular.columns import find_header_row
from tiejun.engines.tabular.sniff import (
    Encoding,
    EncodingReason,
    FileKind,
    file_kind,
    sniff_delimiter,
    sniff_encoding,
)
from tiejun.engines.tabular.values import Unreadable, parse_amount, parse_date

TEXT: str = cases("tabular")["text"]


@pytest.mark.parametrize(
    ("codec", "expected"),
    [
        ("utf-8", Encoding("utf-8", EncodingReason.VALID_UTF8)),
        ("utf-8-sig", Encoding("utf-8-sig", EncodingReason.BYTE_ORDER_MARK)),
        ("utf-16", Encoding("utf-16", EncodingReason.BYTE_ORDER_MARK)),
        ("gbk", Encoding("gb18030", EncodingReason.VALID_GB18030)),
        ("gb18030", Encoding("gb18030", EncodingReason.VALID_GB18030)),
    ],
)
def test_encoding_of_a_text_is_found_even_when_cut_in_a_character(codec: str, expected: Encoding) -> None:
    written = TEXT.encode(codec)

    assert sniff_encoding(written) == expected
    assert sniff_encoding(written[:-2]) == expected
    assert written.decode(expected.codec) == TEXT


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_mark_is_seen_by_its_zero_bytes(codec: str) -> None:
    for text in ("name,phone\n" * 20, "统一,13800000001\n" * 20):
        assert sniff_encoding(text.encode(codec)) == Encoding(codec, EncodingReason.ZERO_BYTES)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", FileKind.EMPTY),
        (b"\xef\xbb\xbf\r\n  \t", FileKind.EMPTY),
        (TEXT.encode(), FileKind.TEXT),
        (b"PK\x03\x04\x14\x00", FileKind.ZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", FileKind.XLS),
        (b"%PDF-1.7", FileKind.FOREIGN),
        (b"\xef\xbb\xbf \n<HTML><table>", FileKind.MARKUP),
        (bytes(range(256)) * 8, FileKind.BINARY),
    ],
)
def test_kind_of_a_file_is_told_by_its_first_bytes(head: bytes, kind: FileKind) -> None:
    assert file_kind(head) is kind


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_delimiter_is_the_one_that_cuts_evenly(delimiter: str) -> None:
    lines = [delimiter.join(cells) for cells in (["a", "b", "c"], ["1,5", "2;3", "x"])]
    quoted = [f'"{line}"' if delimiter == "," else line for line in lines]
    rows = quoted if delimiter != "," else ["a,b,c", '"1,5",2;3,x', "7,8,9"]

    assert sniff_delimiter(rows) == delimiter


@pytest.mark.parametrize("lines", [[], [""], ["alone", "lines"]])
def test_comma_is_taken_when_nothing_speaks_for_another(lines: list[str]) -> None:
    assert sniff_delimiter(lines) == ","


@given(st.binary(max_size=200))
def test_any_bytes_can_be_looked_at(head: bytes) -> None:
    found = sniff_encoding(head)

    assert file_kind(head) in FileKind
    if found:
        codecs.getincrementaldecoder(found.codec)().decode(head, final=False)


@given(st.text(min_size=1, max_size=60), st.sampled_from(["utf-8", "utf-8-sig"]))
def test_utf8_text_is_never_taken_for_another(text: str, codec: str) -> None:
    found = sniff_encoding(text.encode(codec, "replace"))

    assert found is None or found.codec.startswith(("utf-8", "utf-16"))


@pytest.mark.parametrize(
    ("parts", "codec", "positions"),
    [
        (("enterprise-registration", "hangzhou.csv"), "utf-8", {"name": 0, "credit_code": 1}),
        (("listed-companies", "gbk_stock_basic_tushare_2021.csv"), "gb18030", {"industry": 4}),
    ],
)
def test_real_tables_are_understood(parts: tuple[str, str], codec: str, positions: dict[str, int]) -> None:
    head = trial_file(*parts).read_bytes()[:65536]

    found = sniff_encoding(head)
    assert found is not None
    lines = codecs.getincrementaldecoder(found.codec)().decode(head).splitlines()[:-1]
    header = find_header_row(csv.reader(lines, delimiter=sniff_delimiter(lines)))

    assert header is not None
    assert (found.codec, positions.items() <= header.positions.items()) == (codec, True)


def test_real_dates_and_capitals_are_all_read() -> None:
    path = trial_file("enterprise-registration", "hangzhou.csv")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))[1:]

    unreadable = []
    for row in rows:
        try:
            parse_date(row[2])
            parse_amount(row[4])
        except Unreadable as fault:
            unreadable.append(str(fault))

    assert unreadable == []
