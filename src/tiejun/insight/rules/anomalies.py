"""Anomalies of the nine links: which are told, what explains them, what may be done about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.engines.control import RUN, Side
from tiejun.insight.rules.links import Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from tiejun.engines.control import Signal

NAMED = 3


class State(StrEnum):
    """An anomaly is RAISED with what explains it, ACTED on when somebody owns an action, CLOSED with an answer."""

    RAISED = "RAISED"
    ACTED = "ACTED"
    CLOSED = "CLOSED"


class Step(StrEnum):
    """What happened to an anomaly; SEEN_AGAIN: it was still so on a later day."""

    RAISED = "RAISED"
    SEEN_AGAIN = "SEEN_AGAIN"
    ACTED = "ACTED"
    CLOSED = "CLOSED"


class Part(StrEnum):
    """What a link's number is cut by to find what explains it."""

    UNIT = "UNIT"
    PERSON = "PERSON"
    SOURCE = "SOURCE"


PARTS: dict[Link, tuple[Part, ...]] = {
    Link.CAMPAIGNS: (Part.SOURCE, Part.UNIT),
    Link.LEADS: (Part.UNIT, Part.PERSON, Part.SOURCE),
    Link.INTENT: (Part.SOURCE, Part.UNIT),
    Link.CUSTOMERS: (Part.UNIT, Part.PERSON),
    Link.OPPORTUNITIES: (Part.UNIT, Part.PERSON),
    Link.ORDERS: (Part.UNIT, Part.PERSON, Part.SOURCE),
    Link.COLLECTION: (Part.UNIT, Part.PERSON, Part.SOURCE),
    Link.PERFORMANCE: (Part.UNIT, Part.PERSON, Part.SOURCE),
    Link.INSIGHT: (Part.UNIT, Part.PERSON),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A signal of a link at a unit; `currency` is empty where numbers are counted. `days`: the working days it was measured with."""

    unit_id: UUID
    link: Link
    currency: str
    signal: Signal
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one member (a unit, a person, a source) had on a day: cases, and their value (the cases again, or minor units)."""

    cases: int
    value: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A member that moved as the whole did: what was usual for it on that day, what came, over how many cases.

    `share_percent`: its part of the difference between what came and what was usual, in whole percent.
    """

    part: Part
    key: str
    name: str
    usual: float
    came: float
    cases: int
    share_percent: int


def explained(
    part: Part,
    cells: Mapping[str, Mapping[date, Cell]],
    *,
    found: Found,
    names: Mapping[str, str],
    least_cases: int,
) -> list[Finding]:
    """Return the members that explain a signal most, at most three, the largest first.

    `cells`: by member and day. What is usual for a member is its mean of the known days, scaled as the whole is to the weekday. A member with
    fewer than `least_cases` cases in all is not named: so few make no ranking. Empty where nobody moved with the whole.
    """
    known, signal = found.days[:-RUN], found.signal
    difference = signal.value - signal.limits.middle
    mean = sum(days[day].value for days in cells.values() for day in known if day in days) / len(known)
    if not difference or not mean:
        return []
    factor = signal.limits.middle / mean
    findings = []
    for key, days in cells.items():
        seen = [day for day in (*known, signal.day) if day in days]
        cases = sum(days[day].cases for day in seen)
        usual = factor * sum(days[day].value for day in known if day in days) / len(known)
        came = days[signal.day].value if signal.day in days else 0
        share = round(100 * (came - usual) / difference)
        if cases >= least_cases and share > 0 and key in names:
            findings.append(Finding(part, key, names[key], usual, came, cases, share))
    return sorted(findings, key=lambda one: (-one.share_percent, one.name, one.key))[:NAMED]


def told(found: Iterable[Found], paths: Mapping[UUID, Sequence[UUID]]) -> list[Found]:
    """Leave out what a unit above says already: the same link, currency and side; there the unit is what explains it.

    `paths`: for each unit the units from the top down to itself.
    """
    kept: dict[tuple[Link, str, Side, UUID], Found] = {}
    for one in sorted(found, key=lambda one: (len(paths[one.unit_id]), one.link, str(one.unit_id))):
        what = (one.link, one.currency, one.signal.side)
        if not any((*what, above) in kept for above in paths[one.unit_id]):
            kept[(*what, one.unit_id)] = one
    return list(kept.values())
