"""Telephone numbers of mainland China as people type them: split, bring to one form, judge.

The normal forms: a mobile is eleven digits; a landline is ``area-number`` with the extension
after another dash; service numbers are ten digits (400, 800) or five to six (95...). Anything
else keeps its digits and is judged by ``phone_fault``.
"""

import json
import re
import unicodedata
from enum import StrEnum
from functools import cache
from importlib.resources import files

_COUNTRY = re.compile(r"^(?:(?:\+|00)86[\s-]*|86-)")
_SEPARATORS = re.compile(r"[;,/|\n]|(?<=\d{7})\s+(?=[+(]?\d)")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d", "-"))
_COMMAS = str.maketrans("\u3001\uff0c\uff1b", ",,;")
_REMARK = re.compile(r"\((?=[^)]*[^\d)\s-])[^)]*\)?")
_NUMBER = re.compile(r"\+?\d[\d\s()-]*|\(\d[\d\s()-]*")
_LEAST_DIGITS = 5

_MOBILE_LENGTH = 11
_MOBILE = re.compile(r"1[3-9]\d{9}")
_SERVICE = re.compile(r"(?:400|800)\d{7}")
_SHORT_SERVICE = re.compile(r"(?:95|96|12)\d{3,4}")
# Three-digit areas (010, 02x) have eight digits; the others seven or eight. No number begins
# with 0 or 1.
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})-?([2-9]\d{2,3}-?\d{4})(?:-(\d{1,8}))?")
_LOCAL = re.compile(r"([2-9]\d{6,7})(?:-(\d{1,8}))?")


class PhoneFault(StrEnum):
    """Why a telephone number cannot be right, or cannot be called as it stands."""

    EMPTY = "EMPTY"
    LENGTH = "LENGTH"
    UNKNOWN_FORM = "UNKNOWN_FORM"
    AREA_MISSING = "AREA_MISSING"


class PhoneKind(StrEnum):
    """What kind of number it is."""

    MOBILE = "MOBILE"
    LANDLINE = "LANDLINE"
    SERVICE = "SERVICE"


def split_phones(text: str, area: str = "") -> list[str]:
    """The numbers in a cell that may hold several, each in its normal form, each once.

    Remarks in brackets or behind a number are dropped. ``area`` (such as ``0571``) is put
    before landline numbers that lack one. A number that follows another as ``88551088,89`` is
    not guessed. Text without a number gives an empty list.
    """
    if _is_mobile(text):
        return [text]
    plain = _extension().sub("-", _plain(text))
    found: list[str] = []
    for piece in _SEPARATORS.split(_REMARK.sub(" ", plain)):
        match = _NUMBER.search(piece)
        if not match:
            continue
        number = normalise_phone(match[0], area)
        if sum(map(str.isdigit, number)) >= _LEAST_DIGITS and number not in found:
            found.append(number)
    return found


def normalise_phone(text: str, area: str = "") -> str:
    """One number in its normal form; what fits no form keeps its digits and dashes.

    Width, blanks, brackets, kinds of dashes and the country's +86 do not count. ``area`` is put
    before a landline number that lacks one.
    """
    if _is_mobile(text):
        return text
    plain = _extension().sub("-", _plain(text)).strip()
    bare = _COUNTRY.sub("", plain)
    digits = "".join(c for c in bare if "0" <= c <= "9")
    for whole in (_MOBILE, _SERVICE, _SHORT_SERVICE):
        if whole.fullmatch(digits):
            return digits
    dashed = re.sub(r"-{2,}", "-", re.sub(r"[()\s]+", "-", bare)).strip("-")
    dashed = "".join(c for c in dashed if c == "-" or "0" <= c <= "9")
    trunk = "0" if bare != plain and not digits.startswith("0") else ""
    landline = _landline(trunk + dashed) or _landline(trunk + digits)
    if landline:
        return landline
    local = _LOCAL.fullmatch(dashed)
    if local and area:
        return "-".join(filter(None, (area, *local.groups())))
    return dashed


def phone_kind(number: str) -> PhoneKind | None:
    """The kind of a number in its normal form, or None when it fits none."""
    if _MOBILE.fullmatch(number):
        return PhoneKind.MOBILE
    if _SERVICE.fullmatch(number) or _SHORT_SERVICE.fullmatch(number):
        return PhoneKind.SERVICE
    return PhoneKind.LANDLINE if _landline(number) else None


def phone_fault(number: str) -> PhoneFault | None:
    """What is wrong with a number in its normal form, or None.

    AREA_MISSING: it would do as a landline number if the area code were known.
    """
    if not number.strip():
        return PhoneFault.EMPTY
    if phone_kind(number):
        return None
    if _LOCAL.fullmatch(number):
        return PhoneFault.AREA_MISSING
    count = sum(map(str.isdigit, number))
    if number.startswith("1") and number.isdigit() and count != len("13800000000"):
        return PhoneFault.LENGTH
    return PhoneFault.UNKNOWN_FORM if 7 <= count <= 12 else PhoneFault.LENGTH


def _is_mobile(text: str) -> bool:
    # What most cells hold already stands in its normal form.
    return len(text) == _MOBILE_LENGTH and text.isascii() and _MOBILE.fullmatch(text) is not None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_COMMAS)).translate(_DASHES)


@cache
def _extension() -> re.Pattern[str]:
    content = files("tiejun.engines.data").joinpath("phone_words.json").read_bytes()
    words = map(re.escape, json.loads(content)["extension"])
    return re.compile(rf"\s*(?:{'|'.join(words)})\s*(?=\d)", re.IGNORECASE)


def _landline(dashed: str) -> str | None:
    """``area-number[-extension]`` when the text is a landline with its area, else None."""
    found = _LANDLINE.fullmatch(dashed)
    if not found:
        return None
    area, number, extension = found.groups()
    return "-".join(filter(None, (area, number.replace("-", ""), extension)))
