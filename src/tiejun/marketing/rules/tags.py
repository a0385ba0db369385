"""Tag rules: conditions over the known fields of a record, each with the comparisons that make sense for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_CONDITIONS = 5


class Refusal(refusals.Refusal):
    """Why a rule or a tag is not possible."""

    NO_CONDITION = "NO_CONDITION"
    TOO_MANY_CONDITIONS = "TOO_MANY_CONDITIONS"
    FIELD_UNKNOWN = "FIELD_UNKNOWN"
    COMPARISON_UNFIT = "COMPARISON_UNFIT"
    VALUE_UNFIT = "VALUE_UNFIT"


class Kind(StrEnum):
    """What a field holds."""

    CHOICE = "CHOICE"
    TEXT = "TEXT"
    CODE = "CODE"
    NUMBER = "NUMBER"


FIELDS: dict[str, Kind] = {
    "source": Kind.CHOICE,
    "means": Kind.CHOICE,
    "intent": Kind.CHOICE,
    "channel": Kind.CHOICE,
    "company_name": Kind.TEXT,
    "industry": Kind.TEXT,
    "need": Kind.TEXT,
    "contact_title": Kind.TEXT,
    "district": Kind.CODE,
    "score": Kind.NUMBER,
}
COMPARISONS: dict[Kind, tuple[str, ...]] = {
    Kind.CHOICE: ("IS", "IS_NOT"),
    Kind.TEXT: ("CONTAINS", "CONTAINS_NOT"),
    Kind.CODE: ("IS", "BEGINS"),
    Kind.NUMBER: ("AT_LEAST", "AT_MOST"),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a field with a value; a number is written in digits."""

    field: str
    comparison: str
    value: str

    def as_json(self) -> dict[str, str]:
        """Return the condition as it is stored."""
        return {"field": self.field, "comparison": self.comparison, "value": self.value}


def read_conditions(rows: Sequence[Mapping[str, str]]) -> tuple[Condition, ...]:
    """Read stored conditions."""
    return tuple(Condition(row["field"], row["comparison"], row["value"]) for row in rows)


def why_not_conditions(conditions: Sequence[Condition]) -> Refusal | None:
    """Return what is wrong with the conditions of a rule, or None."""
    if not conditions:
        return Refusal.NO_CONDITION
    if len(conditions) > MOST_CONDITIONS:
        return Refusal.TOO_MANY_CONDITIONS
    for condition in conditions:
        kind = FIELDS.get(condition.field)
        if kind is None:
            return Refusal.FIELD_UNKNOWN
        if condition.comparison not in COMPARISONS[kind]:
            return Refusal.COMPARISON_UNFIT
        value = condition.value.strip()
        if not value or (kind is Kind.NUMBER and not (value.isascii() and value.isdigit())):
            return Refusal.VALUE_UNFIT
    return None


def meets(facts: Mapping[str, Any], conditions: Sequence[Condition]) -> bool:
    """Tell whether facts (field → text or number) meet every condition; a missing number meets none."""
    return bool(conditions) and all(_meets(facts, condition) for condition in conditions)


def _meets(facts: Mapping[str, Any], condition: Condition) -> bool:
    known, wanted = facts.get(condition.field), condition.value.strip()
    if FIELDS.get(condition.field) is Kind.NUMBER:
        if known is None:
            return False
        return int(known) >= int(wanted) if condition.comparison == "AT_LEAST" else int(known) <= int(wanted)
    text, sought = str(known or "").casefold(), wanted.casefold()
    match condition.comparison:
        case "IS":
            return text == sought
        case "IS_NOT":
            return text != sought
        case "BEGINS":
            return text.startswith(sought)
        case "CONTAINS":
            return sought in text
        case "CONTAINS_NOT":
            return sought not in text
    return False
