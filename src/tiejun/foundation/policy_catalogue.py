"""The catalogue of policy keys: every number of the product, its kind, its three profiles and where it comes from."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

LONGEST_TEXT = 2_000
PROFILES = ("light", "standard", "iron")
_CLOCK = re.compile(r"(4[0-7]|[0-3][0-9]):[0-5][0-9]")  # up to the end of the next day


class Kind(StrEnum):
    INTEGER = "integer"
    DECIMAL = "decimal"
    TIME = "time"
    TEXT = "text"
    CHOICE = "choice"
    INTEGERS = "integers"
    MAPPING = "mapping"


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """One key: `profiles` holds the value of light, standard and iron; `measure` is the unit of measurement."""

    key: str
    kind: Kind
    profiles: dict[str, Any]
    measure: str
    source: str
    group: str
    is_sensitive: bool
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]
    length: int | None = None

    def fault(self, value: Any) -> str | None:
        """Return why a value is not allowed (TYPE, RANGE, CHOICE, LENGTH), or None."""
        if not _fits(self.kind, value):
            return "TYPE"
        if self.kind is Kind.CHOICE and value not in self.choices:
            return "CHOICE"
        numbers = value if isinstance(value, list) else [value] if isinstance(value, int | float) else []
        if self.length is not None and len(value) != self.length:
            return "LENGTH"
        for number in numbers:
            if (self.minimum is not None and number < self.minimum) or (
                self.maximum is not None and number > self.maximum
            ):
                return "RANGE"
        return None


def _fits(kind: Kind, value: Any) -> bool:
    if kind is Kind.TIME:
        return isinstance(value, str) and bool(_CLOCK.fullmatch(value))
    whole = isinstance(value, int) and not isinstance(value, bool)
    return {
        Kind.INTEGER: whole,
        Kind.DECIMAL: whole or (isinstance(value, float) and isfinite(value)),
        Kind.TEXT: isinstance(value, str) and "\x00" not in value and len(value) <= LONGEST_TEXT,
        Kind.CHOICE: isinstance(value, str),
        Kind.INTEGERS: isinstance(value, list)
        and all(isinstance(item, int) and not isinstance(item, bool) for item in value),
        Kind.MAPPING: isinstance(value, dict)
        and all(isinstance(key, str) and isinstance(item, str) for key, item in value.items()),
    }[kind]


@cache
def catalogue() -> dict[str, PolicyKey]:
    """Return all keys, by name, in the order of the file."""
    with (Path(__file__).parent / "policies.toml").open("rb") as file:
        tables = tomllib.load(file)
    keys = {}
    for group, entries in tables.items():
        for name, entry in entries.items():
            key = f"{group}.{name}"
            default = entry.get("value")
            keys[key] = PolicyKey(
                key=key,
                kind=Kind(entry["kind"]),
                profiles={profile: entry.get(profile, default) for profile in PROFILES},
                measure=entry.get("measure", ""),
                source=entry.get("source", ""),
                group=group,
                is_sensitive=entry.get("sensitive", False),
                minimum=entry.get("minimum"),
                maximum=entry.get("maximum"),
                choices=tuple(entry.get("choices", ())),
                length=entry.get("length"),
            )
    return keys
