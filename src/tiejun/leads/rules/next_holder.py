"""Who should hold a lead next: how well it fits what a colleague holds and wins, room, and a start for newcomers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from uuid import UUID

# A cell of the grid is a hundredth of a degree: about a kilometre, a walk between two doors.
CELLS_PER_DEGREE = 100
ENOUGH_NEAR, ENOUGH_WINS = 3, 3
SAME_DISTRICT = 0.4

Cell = tuple[int, int]


class Why(StrEnum):
    """A reason for which a colleague is proposed; each comes with a number."""

    NEAR = "NEAR"
    SAME_DISTRICT = "SAME_DISTRICT"
    WINS_INDUSTRY = "WINS_INDUSTRY"
    HAS_ROOM = "HAS_ROOM"
    NEWCOMER = "NEWCOMER"


@dataclass(frozen=True, slots=True)
class Weights:
    """How much nearness, won industry, room and being new count, in percent."""

    near: int
    industry: int
    room: int
    newcomer: int


@dataclass(frozen=True, slots=True)
class Place:
    """A lead as the choice sees it; `cell` is None without a position, `industry` empty when unknown."""

    lead_id: UUID
    pool_id: UUID
    cell: Cell | None
    district: str
    industry: str
    kept_away: frozenset[UUID] = frozenset()


@dataclass(slots=True)
class Colleague:
    """A representative who may receive leads: limits, what is held where, and what was won. `held` grows with each gift."""

    person_id: UUID
    unit_id: UUID
    cap: int
    held: int
    is_new: bool
    pools: frozenset[UUID]
    cells: Counter[Cell] = field(default_factory=Counter)
    districts: Counter[str] = field(default_factory=Counter)
    wins: Counter[str] = field(default_factory=Counter)

    @property
    def room(self) -> int:
        """Return how many more leads fit."""
        return max(0, self.cap - self.held)


@dataclass(frozen=True, slots=True)
class Choice:
    """The colleague a lead goes to, with a score from 0 to 100 and the reasons with their numbers."""

    person_id: UUID
    score: float
    reasons: tuple[tuple[str, int], ...]


def cell_of(latitude: float | None, longitude: float | None) -> Cell | None:
    """Return the cell of a position, None without one."""
    if latitude is None or longitude is None:
        return None
    return int(latitude * CELLS_PER_DEGREE), int(longitude * CELLS_PER_DEGREE)


def best_colleague(place: Place, colleagues: Iterable[Colleague], weights: Weights) -> Choice | None:
    """Return who should hold a lead next, None when nobody can; the same facts give the same answer.

    Nobody over the cap, outside the lead's pool, or kept away (cooling down, or held it before) is chosen. Of two equal ones the one
    with more room, then the smaller id.
    """
    fits = [
        (fit(place, colleague, weights), colleague)
        for colleague in colleagues
        if colleague.room and place.pool_id in colleague.pools and colleague.person_id not in place.kept_away
    ]
    if not fits:
        return None
    (score, reasons), best = min(fits, key=lambda pair: (-pair[0][0], -pair[1].room, pair[1].person_id))
    return Choice(best.person_id, score, reasons)


def fit(place: Place, colleague: Colleague, weights: Weights) -> tuple[float, tuple[tuple[str, int], ...]]:
    """Return how well a lead fits a colleague, from 0 to 100 for weights that sum to 100, and why."""
    near = _near(place.cell, colleague.cells)
    in_district = colleague.districts[place.district] if place.district else 0
    nearness = min(1.0, near / ENOUGH_NEAR) if near else SAME_DISTRICT if in_district else 0.0
    won = colleague.wins[place.industry] if place.industry else 0
    room = colleague.room / colleague.cap if colleague.cap else 0.0
    score = (
        weights.near * nearness
        + weights.industry * min(1.0, won / ENOUGH_WINS)
        + weights.room * room
        + weights.newcomer * colleague.is_new
    )
    reasons = (
        (Why.NEAR, near),
        (Why.SAME_DISTRICT, 0 if near else in_district),
        (Why.WINS_INDUSTRY, won),
        (Why.NEWCOMER, int(colleague.is_new)),
        (Why.HAS_ROOM, colleague.room),
    )
    return round(score, 2), tuple((why.value, number) for why, number in reasons if number)


def _near(cell: Cell | None, cells: Counter[Cell]) -> int:
    if cell is None:
        return 0
    return sum(cells[cell[0] + north, cell[1] + east] for north in (-1, 0, 1) for east in (-1, 0, 1))


def proposed(places: Iterable[Place], colleagues: Collection[Colleague], weights: Weights) -> dict[UUID, Choice]:
    """Choose for several leads, one after the other: what somebody is given counts against the room for the next one."""
    chosen = {}
    by_id = {colleague.person_id: colleague for colleague in colleagues}
    for place in places:
        choice = best_colleague(place, colleagues, weights)
        if choice is not None:
            by_id[choice.person_id].held += 1
            chosen[place.lead_id] = choice
    return chosen
