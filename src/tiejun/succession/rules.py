"""Pure decisions of a hand-over."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID


class State(StrEnum):
    """OPEN while it is arranged, RUNNING while the worker is at it, DONE when nothing is left; LAPSED: the rest went to the pools."""

    OPEN = "OPEN"
    RUNNING = "RUNNING"
    DONE = "DONE"
    LAPSED = "LAPSED"


class Outcome(StrEnum):
    """What became of a company in a hand-over; WAITING: nothing yet."""

    WAITING = "WAITING"
    GIVEN = "GIVEN"
    POOLED = "POOLED"
    STAYED = "STAYED"


class Refusal(refusals.Refusal):
    NOTHING_HELD = "NOTHING_HELD"
    ALREADY_ARRANGED = "ALREADY_ARRANGED"
    NOT_OPEN = "NOT_OPEN"
    NOBODY_CHOSEN = "NOBODY_CHOSEN"
    NOT_A_COLLEAGUE = "NOT_A_COLLEAGUE"
    NOTHING_DECIDED = "NOTHING_DECIDED"


UNSETTLED = (Outcome.WAITING, Outcome.STAYED)
# A holding that went elsewhere after it was arranged stays there: no other run changes that.
WENT_ELSEWHERE = "NOT_HELD"


def why_not_change(state: str) -> Refusal | None:
    """Say why a hand-over cannot be arranged any more."""
    return None if state == State.OPEN else Refusal.NOT_OPEN


def why_not_choose(wanted: Collection[UUID], colleagues: Collection[UUID]) -> Refusal | None:
    """Say why these persons cannot take over: none chosen, or not all of them are within reach and at work."""
    if not wanted:
        return Refusal.NOBODY_CHOSEN
    return None if set(wanted) <= set(colleagues) else Refusal.NOT_A_COLLEAGUE


def state_after(outcomes: Iterable[tuple[str, str]]) -> State:
    """Return the state after a run by outcomes and why they stayed: done when nothing is left that could go still."""
    is_left = any(outcome in UNSETTLED and why != WENT_ELSEWHERE for outcome, why in outcomes)
    return State.OPEN if is_left else State.DONE


@dataclass(frozen=True, slots=True)
class Figures:
    """How many companies of a hand-over stand how."""

    total: int
    waiting: int
    given: int
    pooled: int
    stayed: int

    @property
    def settled(self) -> int:
        """How many are dealt with in the run that is under way."""
        return self.total - self.waiting


def figures_of(counts: Counter[str]) -> Figures:
    """Sum what stands in the rows up, by outcome."""
    return Figures(sum(counts.values()), *(counts[outcome.value] for outcome in Outcome))
