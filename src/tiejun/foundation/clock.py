"""The business clock: what modules do at which business time, in order, once per unit and business day.

The registry lives here; `operations` finds what is due, unit by unit, and runs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.refusals import Words


@dataclass(frozen=True, slots=True)
class Occasion:
    """One due event: the scope is the system's for this unit; `due_at` is the time the work counts for."""

    scope: Scope
    unit_id: UUID
    business_day: date
    due_at: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """An event of the clock: its key, the policy key of its local time, its place in the order of the day.

    `follows` names the event that must have succeeded for the same unit and business day; `on_days_off` says whether it
    also runs on days without work; `for_company` runs once for the whole company instead of once per group. `run` returns
    counts for the run page and is safe to run twice. With `in_steps` it works outside a transaction, in many short ones of
    its own, and its success is noted afterwards: for work that may not hold its locks to the end.
    """

    key: str
    time_key: str
    position: int
    follows: str | None
    on_days_off: bool
    run: Callable[[Occasion], dict[str, Any]]
    for_company: bool = False
    in_steps: bool = False


_EVENTS: dict[str, ClockEvent] = {}
_WORDS: dict[str, Words] = {}


def at_clock(
    key: str,
    *,
    time_key: str,
    position: int,
    follows: str | None = None,
    on_days_off: bool = True,
    for_company: bool = False,
    in_steps: bool = False,
) -> Callable[[Callable[[Occasion], dict[str, Any]]], Callable[[Occasion], dict[str, Any]]]:
    """Register a function of a `jobs.py` as an event of the business clock (`key`: module.event)."""

    def decorate(function: Callable[[Occasion], dict[str, Any]]) -> Callable[[Occasion], dict[str, Any]]:
        _EVENTS[key] = ClockEvent(key, time_key, position, follows, on_days_off, function, for_company, in_steps)
        return function

    return decorate


def events() -> tuple[ClockEvent, ...]:
    """Return the registered events in the order of the day."""
    return tuple(sorted(_EVENTS.values(), key=lambda event: (event.position, event.key)))


def words_of(key: str) -> str:
    """Return the name of an event in the active language; its key where no words are registered."""
    return str(_WORDS.get(key, key))


def register(words: Mapping[str, Words]) -> None:
    """Register the names of events (key → words); called once by each module's `texts.py`."""
    _WORDS.update(words)
