"""What other modules say in the report of a day: each registers its part once, and the report asks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope

    Builder = Callable[["Scope", "UUID", "date", "datetime"], dict[str, Any]]
    Presenter = Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report of a group's day, for whoever has `ability` there.

    `kept` gives what was done as plain JSON values; closing the report freezes it. `ahead` gives what is not over: it is asked
    anew by each reader, within the reader's own reach, and never kept. `present` makes the context of `template` of both.
    """

    key: str
    ability: Ability
    template: str
    kept: Builder
    ahead: Builder
    present: Presenter


_SECTIONS: dict[str, Section] = {}


def register_section(section: Section) -> Section:
    """Register a part of the report; called once by its module when it is loaded."""
    _SECTIONS[section.key] = section
    return section


def report_sections() -> list[Section]:
    """Return the parts of the report by key."""
    return [_SECTIONS[key] for key in sorted(_SECTIONS)]
