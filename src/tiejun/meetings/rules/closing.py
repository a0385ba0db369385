"""What a meeting has brought when it ends, and its hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.meetings.rules import Kind, Missing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Brought:
    """What a meeting has so far: `shares` by small group, drills revealed, outcomes (decisions and actions), items left."""

    was_held: bool
    shares: Sequence[int]
    drills: int
    outcomes: int
    items_left: int


def missing(kind: Kind, brought: Brought, *, shares_least: int) -> list[Missing]:
    """Return what a meeting lacks (domain 6.11): an evening has three shares in each group, a drill, and an outcome."""
    if not brought.was_held:
        return [Missing.NOT_HELD]
    lacking = []
    if kind is Kind.EVENING:
        if any(count < shares_least for count in brought.shares):
            lacking.append(Missing.SHARES)
        if not brought.drills:
            lacking.append(Missing.DRILL)
        if not brought.outcomes:
            lacking.append(Missing.OUTCOME)
    if brought.items_left:
        lacking.append(Missing.AGENDA)
    return lacking


def needs_reason(lacking: Sequence[Missing]) -> bool:
    """Tell whether a person who closes the meeting must say why: what is left of the agenda is carried without a word."""
    return any(one is not Missing.AGENDA for one in lacking)


def part_ends(opened_at: datetime, minutes: int, parts: Sequence[int]) -> list[datetime]:
    """Return when each part of a meeting ends, by its shares of the hour in percent."""
    total, passed, ends = sum(parts) or 1, 0, []
    for part in parts:
        passed += part
        ends.append(opened_at + timedelta(seconds=round(minutes * 60 * passed / total)))
    return ends


def part_now(ends: Sequence[datetime], now: datetime) -> int:
    """Return the number of the part that should run now; the last one goes on."""
    return next((number for number, end in enumerate(ends) if now < end), len(ends) - 1)
