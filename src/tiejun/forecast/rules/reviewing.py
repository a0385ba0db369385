"""Who must be reviewed tonight, in which order and for how long (domain 11, rule 7; G9, G10, G24)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tiejun.forecast.rules import Reason, ReviewKind, ReviewState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

SHORT_SHARE = 0.5  # a short review takes half the budget of a full one


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """The numbers of the must-review set: G10's multiplier, percentile and largest deal; minutes for a full review."""

    multiplier: float
    percentile: int
    large_deal_minor: int
    minutes: int
    per_week: int


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What the set asks about one person this evening.

    `median`: of the own daily forecasts in deals, last 20 working days; None without any. `present_days`: working days of
    this ISO week on which the person is there; `evenings_left`: of these today and later. `full_done`: full reviews this week.
    """

    person_id: UUID
    name: str
    is_away: bool = False
    missed_result: bool = False
    missed_process: bool = False
    deals: int = 0
    largest_minor: int = 0
    median: float | None = None
    without_backup: int = 0
    present_days: int = 5
    evenings_left: int = 1
    full_done: int = 0
    was_carried: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One line of the queue; `minutes`: its time box."""

    person_id: UUID
    state: ReviewState
    kind: ReviewKind
    reasons: tuple[Reason, ...] = field(default=())
    minutes: int = 0


def full_reviews_due(present_days: int, per_week: int) -> int:
    """Return the full reviews that are due this week (G9): one less than the days present, at most `per_week`.

    One for up to two days present, none for who is away all week.
    """
    if present_days <= 0 or per_week <= 0:
        return 0
    return 1 if present_days <= 2 else min(per_week, present_days - 1)


def percentile(values: Sequence[float], percent: int) -> float:
    """Return a percentile with linear interpolation; 0 for no values."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def is_high(facts: PersonFacts, team_percentile: float, policy: ReviewPolicy) -> bool:
    """Tell whether tomorrow's forecast is high (G10): against the own median and the team, or by one large deal."""
    if facts.largest_minor >= policy.large_deal_minor:
        return True
    if facts.deals <= 0:
        return False
    own = policy.multiplier * facts.median if facts.median is not None else 0.0
    return facts.deals >= max(own, team_percentile, 1.0)


def reasons_for(facts: PersonFacts, team_percentile: float, policy: ReviewPolicy) -> tuple[Reason, ...]:
    """Return why a person must be reviewed tonight, in the order of `Reason`; empty: no must."""
    debt = full_reviews_due(facts.present_days, policy.per_week) - facts.full_done
    holds = {
        Reason.CARRIED: facts.was_carried,
        Reason.MISSED_RESULT: facts.missed_result,
        Reason.HIGH: is_high(facts, team_percentile, policy),
        Reason.NO_BACKUP: facts.without_backup > 0,
        Reason.MISSED_PROCESS: facts.missed_process,
        # As many evenings are left as reviews are owed: it cannot wait.
        Reason.COVERAGE: 0 < debt >= facts.evenings_left,
    }
    return tuple(reason for reason in Reason if holds[reason])


def evening_set(people: Sequence[PersonFacts], policy: ReviewPolicy) -> list[Due]:
    """Return tonight's queue: the required ones by urgency, then as many suggested ones as spread the week's debt evenly.

    Who is away tonight and would be required is waived, and named.
    """
    typical = percentile([facts.deals for facts in people if not facts.is_away], policy.percentile)
    required: list[tuple[int, str, Due]] = []
    owing: list[tuple[int, int, str, PersonFacts]] = []
    for facts in people:
        reasons = reasons_for(facts, typical, policy)
        debt = full_reviews_due(facts.present_days, policy.per_week) - facts.full_done
        if reasons:
            required.append((list(Reason).index(reasons[0]), facts.name, _due(facts, reasons, debt, policy)))
        elif debt > 0 and not facts.is_away:
            owing.append((facts.evenings_left - debt, -debt, facts.name, facts))
    required.sort(key=lambda row: (row[2].state is ReviewState.WAIVED, row[0], row[1]))
    return [due for _, _, due in required] + _suggested(owing, policy)


def _due(facts: PersonFacts, reasons: tuple[Reason, ...], debt: int, policy: ReviewPolicy) -> Due:
    light = {Reason.MISSED_PROCESS, Reason.NO_BACKUP}
    kind = ReviewKind.SHORT if set(reasons) <= light and debt < facts.evenings_left else ReviewKind.FULL
    state = ReviewState.WAIVED if facts.is_away else ReviewState.REQUIRED
    return Due(facts.person_id, state, kind, reasons, minutes_for(kind, policy.minutes))


def _suggested(owing: list[tuple[int, int, str, PersonFacts]], policy: ReviewPolicy) -> list[Due]:
    wanted = math.ceil(sum(-debt / max(facts.evenings_left, 1) for _, debt, _, facts in owing))
    owing.sort(key=lambda row: row[:3])
    minutes = minutes_for(ReviewKind.FULL, policy.minutes)
    return [
        Due(facts.person_id, ReviewState.SUGGESTED, ReviewKind.FULL, (Reason.COVERAGE,), minutes)
        for _, _, _, facts in owing[:wanted]
    ]


def minutes_for(kind: ReviewKind, budget: int) -> int:
    """Return the time box of a review in minutes."""
    return budget if kind is ReviewKind.FULL else max(1, round(budget * SHORT_SHARE))
