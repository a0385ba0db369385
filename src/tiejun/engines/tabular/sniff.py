"""What a file is, from its first bytes: kind, encoding, delimiter."""

import codecs
import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

DELIMITERS = (",", "\t", ";", "|")

_MOST_CONTROLS = 0.01
_LEAST_ZERO_SHARE = 0.3
_MOST_OTHER_ZEROS = 0.25
_PRINTABLE_CONTROLS = frozenset(b"\t\n\r\x0b\x0c\x1a\x1b")


class FileKind(StrEnum):
    """What the first bytes say a file is. A ZIP is only perhaps an XLSX: the reader looks inside."""

    EMPTY = "EMPTY"
    TEXT = "TEXT"
    ZIP = "ZIP"
    XLS = "XLS"
    MARKUP = "MARKUP"
    FOREIGN = "FOREIGN"  # a known format that is no table
    BINARY = "BINARY"


_SIGNATURES = {
    FileKind.ZIP: (b"PK\x03\x04", b"PK\x05\x06"),
    FileKind.XLS: (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    FileKind.FOREIGN: (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b"),
}
_MARKUP = (b"<html", b"<!doctype", b"<?xml", b"<table")


class EncodingReason(StrEnum):
    """Why an encoding was chosen."""

    BYTE_ORDER_MARK = "BYTE_ORDER_MARK"
    ZERO_BYTES = "ZERO_BYTES"
    VALID_UTF8 = "VALID_UTF8"
    VALID_GB18030 = "VALID_GB18030"


@dataclass(frozen=True, slots=True)
class Encoding:
    """``codec``: a Python codec name that also drops the byte order mark; ``reason``: why it."""

    codec: str
    reason: EncodingReason


def file_kind(head: bytes) -> FileKind:
    """What a file is, from its first kilobytes. HTML tables saved as .xls come out as MARKUP."""
    if not head.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        return FileKind.EMPTY
    signed = next((kind for kind, signatures in _SIGNATURES.items() if head.startswith(signatures)), None)
    if signed:
        return signed
    if head.removeprefix(codecs.BOM_UTF8).lstrip()[:16].lower().startswith(_MARKUP):
        return FileKind.MARKUP
    return FileKind.TEXT if sniff_encoding(head) else FileKind.BINARY


def sniff_encoding(sample: bytes) -> Encoding | None:
    """The encoding of a text, from a sample of its bytes, or None when it is no text.

    The sample may end within a character. It should be large (64 kB or more): a file whose
    sample is plain ASCII is taken as UTF-8, and a reader that meets other bytes later tries
    GB18030, which holds GBK and GB2312, once from the start.
    """
    if sample.startswith(codecs.BOM_UTF8):
        return Encoding("utf-8-sig", EncodingReason.BYTE_ORDER_MARK)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return Encoding("utf-16", EncodingReason.BYTE_ORDER_MARK)
    wide = _utf16_without_mark(sample)
    if wide:
        return Encoding(wide, EncodingReason.ZERO_BYTES)
    if _has_controls(sample):
        return None
    tried = (("utf-8", EncodingReason.VALID_UTF8), ("gb18030", EncodingReason.VALID_GB18030))
    return next((Encoding(codec, reason) for codec, reason in tried if _decodes(sample, codec)), None)


def sniff_delimiter(lines: Sequence[str]) -> str:
    """The delimiter of a text table: the one that cuts most lines into the same number of cells.

    ``lines`` are the first lines of the file, without the one that may be cut off. A comma
    when nothing speaks for another.
    """
    filled = [line for line in lines if line.strip()]
    scores = {delimiter: _evenness(filled, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: scores[delimiter])


def _evenness(lines: list[str], delimiter: str) -> tuple[float, int]:
    """Share of lines with the commonest number of cells (0 when that is one), and that number."""
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    [(width, often)] = widths.most_common(1)
    return (often / sum(widths.values()), width) if width > 1 else (0.0, width)


def _utf16_without_mark(sample: bytes) -> str | None:
    """Little- or big-endian UTF-16 by where the zero bytes of ASCII characters stand."""
    even, odd = sample[::2], sample[1::2]
    half = max(1, len(odd))
    low, high = even.count(0) / half, odd.count(0) / half
    # Some Chinese characters end in a zero byte themselves, the commonest of all, U+4E00, among them.
    if max(low, high) < _LEAST_ZERO_SHARE or min(low, high) > _MOST_OTHER_ZEROS * max(low, high):
        return None
    codec = "utf-16-le" if high > low else "utf-16-be"
    return codec if _decodes(sample, codec) else None


def _has_controls(sample: bytes) -> bool:
    controls = sum(count for byte, count in Counter(sample).items() if _is_control(byte))
    return b"\x00" in sample or controls > _MOST_CONTROLS * len(sample)


def _is_control(byte: int) -> bool:
    return byte < 0x20 and byte not in _PRINTABLE_CONTROLS


def _decodes(sample: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True
