"""What a value of a custom field may be, how a text becomes one, and by what a list can be cut."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

from tiejun.engines.tabular.values import Unreadable, parse_date
from tiejun.foundation.refusals import Refusal as RefusalList

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Value = str | int | float | bool

LONGEST_TEXT = 500
LARGEST = Decimal(10) ** 13
SMALLEST_STEP = Decimal("0.0001")
MOST_CHOICES = 60
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
PREFIX, START, END = "f.", ".from", ".to"
_NO_KEY = re.compile(r"[^a-z0-9]+")
KEY_LENGTH = 30


class Subject(StrEnum):
    """Of what a field is."""

    LEAD = "LEAD"
    CUSTOMER = "CUSTOMER"


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "TEXT"
    NUMBER = "NUMBER"
    DATE = "DATE"
    CHOICE = "CHOICE"
    YES_NO = "YES_NO"


class Refusal(RefusalList):
    """Why a field cannot be defined so, and why it cannot be written."""

    NAME_TAKEN = "NAME_TAKEN"
    TOO_MANY_FIELDS = "TOO_MANY_FIELDS"
    CHOICES_MISSING = "CHOICES_MISSING"
    TOO_MANY_CHOICES = "TOO_MANY_CHOICES"
    CHOICES_ALIKE = "CHOICES_ALIKE"
    CHOICE_UNKNOWN = "CHOICE_UNKNOWN"
    BOUNDS_CROSS = "BOUNDS_CROSS"


class Fault(StrEnum):
    """Why a text is no value of a field."""

    TOO_LONG = "TOO_LONG"
    NOT_A_NUMBER = "NOT_A_NUMBER"
    TOO_SMALL = "TOO_SMALL"
    TOO_LARGE = "TOO_LARGE"
    NOT_A_DATE = "NOT_A_DATE"
    NO_SUCH_CHOICE = "NO_SUCH_CHOICE"
    NOT_YES_OR_NO = "NOT_YES_OR_NO"
    NO_SUCH_FIELD = "NO_SUCH_FIELD"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers of a field; a retired one is offered no more and goes on being read."""

    key: str
    name: str
    name_en: str = ""
    is_retired: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as the column keeps it."""
        return {"key": self.key, "name": self.name, "name_en": self.name_en, "is_retired": self.is_retired}


@dataclass(frozen=True, slots=True)
class FieldTerms:
    """A field as its values obey it; `measure`: the unit a number is told in."""

    id: Any
    subject: str
    key: str
    kind: str
    name: str
    name_en: str = ""
    hint: str = ""
    measure: str = ""
    choices: tuple[Choice, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    is_open: bool = False
    is_retired: bool = False
    version: int = 1

    def choice(self, key: object) -> Choice | None:
        """Return the choice of a key, the retired ones included."""
        return next((choice for choice in self.choices if choice.key == key), None)


class Unfit(Exception):
    """A text is no value of its field; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def read(terms: FieldTerms, given: object) -> Value | None:
    """Return what a typed text, a cell or a program's value means for a field, None for nothing; raises `Unfit`."""
    if isinstance(given, str):
        given = unicodedata.normalize("NFKC", given) if terms.kind != Kind.TEXT else given
        given = given.strip()
    if given is None or given == "":
        return None
    match terms.kind:
        case Kind.NUMBER:
            return _number(terms, given)
        case Kind.DATE:
            return _date(given)
        case Kind.CHOICE:
            return _choice(terms, given)
        case Kind.YES_NO:
            return _yes_or_no(given)
        case _:
            return _text(given)


def _text(given: object) -> str:
    text = str(given).replace("\x00", "")
    if len(text) > LONGEST_TEXT:
        raise Unfit(Fault.TOO_LONG)
    return text


def _number(terms: FieldTerms, given: object) -> int | float:
    if isinstance(given, bool):
        raise Unfit(Fault.NOT_A_NUMBER)
    text = str(given).replace(",", "").removesuffix(terms.measure or "\x00").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unfit(Fault.NOT_A_NUMBER) from None
    if not number.is_finite():
        raise Unfit(Fault.NOT_A_NUMBER)
    if abs(number) >= LARGEST or (terms.most is not None and number > terms.most):
        raise Unfit(Fault.TOO_LARGE)
    if terms.least is not None and number < terms.least:
        raise Unfit(Fault.TOO_SMALL)
    number = number.quantize(SMALLEST_STEP)
    return int(number) if number == number.to_integral_value() else float(number)


def _date(given: object) -> str:
    try:
        day = given if type(given) is date else parse_date(str(given))
    except Unreadable:
        day = None
    if day is None or not EARLIEST <= day < LATEST:
        raise Unfit(Fault.NOT_A_DATE)
    return day.isoformat()


def _choice(terms: FieldTerms, given: object) -> str:
    said = str(given).casefold()
    for choice in terms.choices:
        names = (choice.key, choice.name.casefold(), choice.name_en.casefold())
        if said in names and not choice.is_retired:
            return choice.key
    raise Unfit(Fault.NO_SUCH_CHOICE)


def _yes_or_no(given: object) -> bool:
    if isinstance(given, bool):
        return given
    answer = _answers().get(str(given).casefold())
    if answer is None:
        raise Unfit(Fault.NOT_YES_OR_NO)
    return answer


@cache
def _answers() -> dict[str, bool]:
    words = json.loads(files("tiejun.fields").joinpath("data/answers.json").read_bytes())
    return {word: said == "yes" for said, spellings in words.items() for word in spellings}


def written(
    fields: Iterable[FieldTerms], before: Mapping[str, Value] | None, given: Mapping[str, object]
) -> tuple[dict[str, Value] | None, dict[str, Fault]]:
    """Return all values of a record after some were written (None: none is left), and what is wrong with those that were not.

    What is not `given` stays, a value of a retired field too; an empty one takes the value out. A value that is given as it
    stands is left alone, even where the field allows it no more.
    """
    known = {terms.key: terms for terms in fields if not terms.is_retired}
    after, faults = dict(before or {}), dict[str, Fault]()
    for key, raw in given.items():
        if key in after and raw == after[key] and type(raw) is type(after[key]):
            continue
        if key not in known:
            faults[key] = Fault.NO_SUCH_FIELD
            continue
        try:
            value = read(known[key], raw)
        except Unfit as unfit:
            faults[key] = unfit.fault
            continue
        if value is None:
            after.pop(key, None)
        else:
            after[key] = value
    return after or None, faults


def differences(
    before: Mapping[str, Value] | None, after: Mapping[str, Value] | None
) -> dict[str, tuple[Value | None, Value | None]]:
    """Return what changed between two states of a record, by key: what it was and what it became."""
    was, became = before or {}, after or {}
    changed = sorted(key for key in {*was, *became} if was.get(key) != became.get(key))
    return {key: (was.get(key), became.get(key)) for key in changed}


def joined(survivor: Mapping[str, Value] | None, absorbed: Mapping[str, Value] | None) -> dict[str, Value] | None:
    """Return the values of two records that are one: the survivor's, and what only the other one knows."""
    return {**(absorbed or {}), **(survivor or {})} or None


def mark(values: Mapping[str, Value] | None) -> str:
    """Return a short mark of what stands in a record, so that a form can tell whether a colleague wrote meanwhile."""
    return sha256(json.dumps(values or {}, sort_keys=True).encode()).hexdigest()[:16]


def opened(fields: Iterable[FieldTerms], values: Mapping[str, Value] | None) -> dict[str, Value]:
    """Return those values that may be seen before somebody claims the lead."""
    if not values:
        return {}
    keys = {terms.key for terms in fields if terms.is_open and not terms.is_retired}
    return {key: value for key, value in values.items() if key in keys}


# -- cutting a list ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Cut:
    """A condition of a list on one field: `part` of a text, one value, or from `least` to `most` of numbers and days."""

    terms: FieldTerms
    part: str = ""
    value: Value | None = None
    least: Value | None = None
    most: Value | None = None


def field_filters(pairs: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """Return that part of an address which cuts by custom fields."""
    return {name: str(value) for name, value in pairs if name.startswith(PREFIX) and value}


def cuts(fields: Iterable[FieldTerms], given: Mapping[str, str]) -> tuple[Cut, ...]:
    """Return the conditions that an address carries (`f.size.from=20`); what cannot be read does not cut."""
    found = []
    for terms in fields:
        name = f"{PREFIX}{terms.key}"
        if terms.kind == Kind.TEXT:
            part = given.get(name, "").strip()[:100].replace("\x00", "")
            cut = Cut(terms, part=part) if part else None
        elif terms.kind in (Kind.NUMBER, Kind.DATE):
            bare = _unbounded(terms)
            least, most = _readable(bare, given.get(name + START, "")), _readable(bare, given.get(name + END, ""))
            cut = Cut(terms, least=least, most=most) if least is not None or most is not None else None
        else:
            value = _readable(_unretired(terms), given.get(name, ""))
            cut = Cut(terms, value=value) if value is not None else None
        if cut is not None:
            found.append(cut)
    return tuple(found)


def _unbounded(terms: FieldTerms) -> FieldTerms:
    return FieldTerms(terms.id, terms.subject, terms.key, terms.kind, terms.name, measure=terms.measure)


def _unretired(terms: FieldTerms) -> FieldTerms:
    choices = tuple(Choice(choice.key, choice.name, choice.name_en) for choice in terms.choices)
    return FieldTerms(terms.id, terms.subject, terms.key, terms.kind, terms.name, choices=choices)


def _readable(terms: FieldTerms, text: str) -> Value | None:
    try:
        return read(terms, text)
    except Unfit:
        return None


# -- defining fields ---------------------------------------------------------------------------------------------------
def key_for(name: str, taken: Iterable[str]) -> str:
    """Return the key of a new field or choice: its Latin letters and digits, with a number where that is taken or empty."""
    used = set(taken)
    plain = _NO_KEY.sub("_", name.casefold()).strip("_")[: KEY_LENGTH - 4].rstrip("_")
    if not plain or not plain[0].isalpha():
        plain = f"field_{plain}".rstrip("_")
    key, number = plain, 2
    while key in used:
        key, number = f"{plain}_{number}", number + 1
    return key


class Answer(NamedTuple):
    """A choice as somebody wishes it; `key` says which of the present ones it is, under whatever name, empty = by its name."""

    name: str
    name_en: str = ""
    key: str = ""


def why_not_answers(before: Iterable[Choice], answers: Sequence[Answer]) -> Refusal | None:
    """Return why a field cannot offer these: a key that none has, or one name (or key) for two of them."""
    named = {answer.key: answer.name for answer in answers if answer.key}
    keyed = [answer for answer in answers if answer.key]
    others = {answer.name for answer in answers if not answer.key}
    if not named.keys() <= {choice.key for choice in before}:
        return Refusal.CHOICE_UNKNOWN
    is_alike = len(keyed) > len(set(named.values())) or not others.isdisjoint(named.values())
    return Refusal.CHOICES_ALIKE if is_alike else None


def choices_after(before: Sequence[Choice], answers: Iterable[Answer]) -> tuple[Choice, ...]:
    """Return the choices of a field that shall offer these answers, in their order; `why_not_answers` has been asked.

    An answer whose key or name was there keeps its key, so that what was written goes on, under the new name; what is
    missing now is retired, behind the others.
    """
    wanted = list(answers)
    used = {choice.key for choice in before}
    # A name whose key is taken by a renamed answer is free for a new one.
    by_name = {choice.name: choice.key for choice in before if choice.key not in {one.key for one in wanted}}
    offered: dict[str, Choice] = {}
    for name, name_en, given in wanted:
        if name in offered:
            continue
        key = given or by_name.get(name) or key_for(name_en or name, used)
        used.add(key)
        offered[name] = Choice(key, name, name_en)
    kept = {choice.key for choice in offered.values()}
    left = [Choice(one.key, one.name, one.name_en, is_retired=True) for one in before if one.key not in kept]
    return (*offered.values(), *left)


def why_not_define(
    kind: str, choices: Sequence[Choice], least: Decimal | None, most: Decimal | None, *, count: int, limit: int
) -> Refusal | None:
    """Return why a field cannot be so. `count`: fields of this subject in use besides it; `limit`: how many there may be."""
    offered = [choice for choice in choices if not choice.is_retired]
    if count >= limit:
        return Refusal.TOO_MANY_FIELDS
    if kind == Kind.CHOICE and not offered:
        return Refusal.CHOICES_MISSING
    if len(offered) > MOST_CHOICES:
        return Refusal.TOO_MANY_CHOICES
    if least is not None and most is not None and least > most:
        return Refusal.BOUNDS_CROSS
    return None
