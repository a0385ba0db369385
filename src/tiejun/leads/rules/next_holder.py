"""Who should hold a lead next: how well it fits what a colleague holds and wins, room, and a start for newcomers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Mapping, Sequence
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


class Place(NamedTuple):
    """A lead as the choice sees it; `cell` is None without a position, `industry` empty when unknown."""

    lead_id: UUID
    pool_id: UUID
    cell: Cell | None
    district: str
    industry: str


@dataclass(slots=True)
class Colleague:
    """A representative who may receive leads: limits, what is held where, and what was won. `held` grows with each gift.

    `around`: how many held companies lie in a cell or one beside it (see `holds_at`).
    """

    person_id: UUID
    unit_id: UUID
    cap: int
    held: int
    is_new: bool
    pools: frozenset[UUID]
    around: Counter[Cell] = field(default_factory=Counter)
    districts: Counter[str] = field(default_factory=Counter)
    wins: Counter[str] = field(default_factory=Counter)

    def holds_at(self, cell: Cell) -> None:
        """Note a held company: it is near to its own cell and to the eight around it."""
        for north in (-1, 0, 1):
            for east in (-1, 0, 1):
                self.around[cell[0] + north, cell[1] + east] += 1

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


def best_colleague(
    place: Place, colleagues: Iterable[Colleague], weights: Weights, kept_away: Container[UUID] = ()
) -> Choice | None:
    """Return who should hold a lead next, None when nobody can; the same facts give the same answer.

    Nobody over the cap, outside the lead's pool, or kept away (cooling down, or held it before) is chosen. Of two equal ones the one
    with more room, then the smaller id.
    """
    return _best(place, _ranked(colleagues, place.pool_id), weights, kept_away)


def _ranked(colleagues: Iterable[Colleague], pool_id: UUID) -> list[Colleague]:
    return sorted((row for row in colleagues if pool_id in row.pools), key=lambda row: row.person_id)


def _best(place: Place, ranked: Sequence[Colleague], weights: Weights, kept_away: Container[UUID]) -> Choice | None:
    best, highest, most_room = None, -1.0, 0
    for colleague in ranked:
        room = colleague.cap - colleague.held
        if room <= 0:
            continue
        found = fit(place, colleague, weights)
        is_better = found > highest or (found == highest and room > most_room)
        if is_better and colleague.person_id not in kept_away:
            best, highest, most_room = colleague, found, room
    return Choice(best.person_id, highest, reasons_for(place, best)) if best else None


def fit(place: Place, colleague: Colleague, weights: Weights) -> float:
    """Return how well a lead fits a colleague, from 0 to 100 for weights that sum to 100."""
    # Asked for each lead and colleague of a night. `get`: a Counter answers a missing key through a method in Python.
    near = colleague.around.get(place.cell, 0) if place.cell else 0
    won = colleague.wins.get(place.industry, 0) if place.industry else 0
    score = weights.newcomer * colleague.is_new + 0.0
    if near:
        score += weights.near * (near / ENOUGH_NEAR if near < ENOUGH_NEAR else 1.0)
    elif place.district and colleague.districts.get(place.district, 0):
        score += weights.near * SAME_DISTRICT
    if won:
        score += weights.industry * (won / ENOUGH_WINS if won < ENOUGH_WINS else 1.0)
    if colleague.held < colleague.cap:
        score += weights.room * (colleague.cap - colleague.held) / colleague.cap
    return round(score, 2)


def reasons_for(place: Place, colleague: Colleague) -> tuple[tuple[str, int], ...]:
    """Return why a lead fits a colleague, each reason with its number."""
    near = colleague.around[place.cell] if place.cell else 0
    reasons = (
        (Why.NEAR, near),
        (Why.SAME_DISTRICT, 0 if near else colleague.districts[place.district] if place.district else 0),
        (Why.WINS_INDUSTRY, colleague.wins[place.industry] if place.industry else 0),
        (Why.NEWCOMER, int(colleague.is_new)),
        (Why.HAS_ROOM, colleague.room),
    )
    return tuple((why.value, number) for why, number in reasons if number)


def proposed(
    places: Sequence[Place],
    colleagues: Collection[Colleague],
    weights: Weights,
    kept_away: Mapping[UUID, Container[UUID]] | None = None,
) -> dict[UUID, Choice]:
    """Choose for several leads, one after the other: what somebody is given counts against the room for the next one.

    `kept_away`: by lead, who may not hold it.
    """
    chosen = {}
    away = kept_away or {}
    by_id = {colleague.person_id: colleague for colleague in colleagues}
    of_pool = {pool_id: _ranked(colleagues, pool_id) for pool_id in {place.pool_id for place in places}}
    for place in places:
        choice = _best(place, of_pool[place.pool_id], weights, away.get(place.lead_id, ()))
        if choice is not None:
            by_id[choice.person_id].held += 1
            chosen[place.lead_id] = choice
    return chosen
