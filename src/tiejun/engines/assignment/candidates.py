"""Which pairs of lead and person come into question, and what each is worth: numpy, in blocks of people."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tiejun.engines.assignment.problem import Patch, Problem, Rep
from tiejun.engines.geo import DETOUR_FACTOR

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Merits: TypeAlias = npt.NDArray[np.float32]

BLOCK = 128
KM_PER_DEGREE = 111.195  # mean radius of the earth times one degree
NOT_ALLOWED = np.float32(-1e18)
MOST_MINUTES = 120.0
SPREAD = 5  # people by lot for each lead, so that no list depends on the favourites alone


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidates as columns: index of lead and of person, value and minutes (-1 where not known); worth by lead."""

    lead: Whole
    rep: Whole
    value: Whole
    minutes: Whole
    worth: Whole


class _Columns:
    """The leads as columns."""

    def __init__(self, problem: Problem) -> None:
        leads = problem.leads
        self.worth = np.array([lead.worth_minor for lead in leads], dtype=np.int64)
        self.exact = np.array([lead.chance * lead.deal_minor for lead in leads], dtype=np.float64)
        placed = [(lead.lng, lead.lat) for lead in leads if lead.lng is not None and lead.lat is not None]
        self.middle = sum(lat for _lng, lat in placed) / len(placed) if placed else 0.0
        self.x, self.y = self.plane(
            np.array([np.nan if lead.lng is None else lead.lng for lead in leads], dtype=np.float64),
            np.array([np.nan if lead.lat is None else lead.lat for lead in leads], dtype=np.float64),
        )
        self.industry, self.industries = _codes([lead.industry for lead in leads])
        self.place = {lead.key: at for at, lead in enumerate(leads)}
        self.pool, self.pools = _codes([lead.pool for lead in leads])
        self.district, self.districts = _codes([lead.district for lead in leads])
        self.building, self.buildings = _codes([lead.building for lead in leads])
        self.segment, self.segments = _codes([lead.segment for lead in leads])
        self.known: dict[Any, Flags] = {}

    def plane(self, lng: Floats, lat: Floats) -> tuple[Floats, Floats]:
        """Return kilometres east and north: within a city the earth is flat to one part in a thousand."""
        return lng * (KM_PER_DEGREE * float(np.cos(np.radians(self.middle)))), lat * KM_PER_DEGREE

    def allowed(self, rep: Rep) -> Flags:
        """Return which leads a person may be given: pools and territories, remembered for those who share them."""
        terms = (rep.pools, rep.patches)
        if terms not in self.known:
            within = _one_of(self.pool, self.pools, rep.pools)
            if rep.patches:
                within &= np.logical_or.reduce([self._holds(patch) for patch in rep.patches])
            self.known[terms] = within
        mask = self.known[terms]
        if rep.barred:
            mask = mask.copy()
            mask[[self.place[key] for key in rep.barred if key in self.place]] = False
        return mask

    def _holds(self, patch: Patch) -> Flags:
        here = _one_of(self.district, self.districts, patch.districts)
        here |= _one_of(self.building, self.buildings, patch.buildings)
        if not (patch.districts or patch.buildings):
            here[:] = True
        if patch.segments:
            here &= _one_of(self.segment, self.segments, patch.segments)
        return here


def _codes(names: list[str]) -> tuple[Whole, dict[str, int]]:
    numbers = {name: at for at, name in enumerate(sorted(set(names)))}
    return np.array([numbers[name] for name in names], dtype=np.int64), numbers


def _one_of(codes: Whole, numbers: dict[str, int], wanted: frozenset[str]) -> Flags:
    table = np.zeros(len(numbers) + 1, dtype=np.bool_)
    table[[numbers[name] for name in wanted if name in numbers]] = True
    return table[codes]


def candidate_pairs(problem: Problem) -> Pairs:
    """Return the candidates of a night with their values (chance × deal × own factor − travel), in whole minor units."""
    columns = _Columns(problem)
    open_reps = [at for at, rep in enumerate(problem.reps) if rep.room > 0]
    if not open_reps or not problem.leads:
        empty = np.zeros(0, dtype=np.int64)
        return Pairs(empty, empty, empty, empty, columns.worth)
    if len(open_reps) * len(problem.leads) <= problem.weights.all_pairs:
        found = [_every(problem, columns, at) for at in open_reps]
        return _joined(found, columns.worth)
    return _sparse(problem, columns, open_reps)


def _every(problem: Problem, columns: _Columns, at: int) -> tuple[Whole, Whole, Whole, Whole]:
    return _some(problem, columns, at, np.flatnonzero(columns.allowed(problem.reps[at])).astype(np.int64))


def _some(problem: Problem, columns: _Columns, at: int, leads: Whole) -> tuple[Whole, Whole, Whole, Whole]:
    value, minutes = _valued(problem, columns, problem.reps[at], leads)
    known = np.where(np.isnan(minutes), -1.0, minutes)
    return leads, np.full(len(leads), at, dtype=np.int64), np.rint(value).astype(np.int64), known.astype(np.int64)


def _valued(problem: Problem, columns: _Columns, rep: Rep, leads: Whole) -> tuple[Floats, Floats]:
    """Return value and minutes of some leads for one person."""
    weights = problem.weights
    factors = np.ones(len(columns.industries))
    for name, factor in rep.factors.items():
        if name in columns.industries:
            factors[columns.industries[name]] = factor
    minutes = _minutes(columns, rep, leads, weights.speed_kmh)
    way = np.where(np.isnan(minutes), float(weights.unknown_minutes), minutes)
    value: Floats = columns.exact[leads] * factors[columns.industry[leads]] - way * weights.minute_minor
    return value, minutes


def _minutes(columns: _Columns, rep: Rep, leads: Whole, speed_kmh: float) -> Floats:
    """Return whole minutes from the nearest anchor; not a number where either place is unknown."""
    if not rep.anchors:
        return np.full(len(leads), np.nan)
    x, y = columns.x[leads], columns.y[leads]
    xs, ys = columns.plane(np.array([a.lng for a in rep.anchors]), np.array([a.lat for a in rep.anchors]))
    nearest = np.full(len(x), np.inf)
    for east, north in zip(xs.tolist(), ys.tolist(), strict=True):
        np.minimum(nearest, (x - east) ** 2 + (y - north) ** 2, out=nearest)
    minutes: Floats = np.minimum(np.rint(np.sqrt(nearest) * (DETOUR_FACTOR / speed_kmh * 60)), MOST_MINUTES)
    minutes[np.isnan(x)] = np.nan
    return minutes


def _sparse(problem: Problem, columns: _Columns, open_reps: list[int]) -> Pairs:
    """Keep each person's best, and for each lead those for whom it stands out most, with a few by lot.

    A person's own measure is the value that fills the room: what lies far above it there is given up only with loss, so
    the pairs of an optimum are found with people's prices and not among the favourites of all.
    """
    weights, count = problem.weights, len(problem.leads)
    chance = np.random.default_rng(problem.seed)
    by_lot = -(-SPREAD * count // len(open_reps))
    best = np.full((count, weights.per_lead), NOT_ALLOWED, dtype=np.float32)
    best_rep = np.full((count, weights.per_lead), -1, dtype=np.int64)
    codes: list[Whole] = []
    for start in range(0, len(open_reps), BLOCK):
        block = open_reps[start : start + BLOCK]
        merits = np.full((len(block), count), NOT_ALLOWED, dtype=np.float32)
        for number, at in enumerate(block):
            allowed = np.flatnonzero(columns.allowed(problem.reps[at])).astype(np.int64)
            if not len(allowed):
                continue
            value, _way = _valued(problem, columns, problem.reps[at], allowed)
            own, price = _own_best(value, problem.reps[at].room, weights.per_rep)
            merits[number, allowed] = value - price
            drawn = allowed[chance.integers(0, len(allowed), min(by_lot, len(allowed)))]
            codes += [at * count + allowed[own], at * count + drawn]
        best, best_rep = _merged(best, best_rep, np.ascontiguousarray(merits.T), np.array(block, dtype=np.int64))
    leads, places = np.nonzero(best_rep >= 0)
    codes.append(best_rep[leads, places] * count + leads)
    return _joined([_some(problem, columns, at, mine) for at, mine in _grouped(codes, count)], columns.worth)


def _own_best(value: Floats, room: int, per_rep: int) -> tuple[Whole, float]:
    """Return the places of a person's best leads, and the value of the last that fills the room."""
    top = min(max(per_rep, room), len(value))
    own = np.argpartition(-value, top - 1)[:top].astype(np.int64)
    return own, float(np.sort(value[own])[::-1][min(room, top) - 1])


def _merged(kept: Merits, kept_rep: Whole, merits: Merits, block: Whole) -> tuple[Merits, Whole]:
    """Keep each lead's best of those kept and of a further block of people."""
    size = kept.shape[1]
    merits = np.concatenate([kept, merits], axis=1)
    order = np.argpartition(-merits, size - 1, axis=1)[:, :size]
    top = np.take_along_axis(merits, order, axis=1)
    former = np.take_along_axis(kept_rep, np.minimum(order, size - 1), axis=1)
    reps = np.where(order < size, former, block[np.maximum(order - size, 0)])
    return top, np.where(top > NOT_ALLOWED, reps, -1)


def _grouped(codes: list[Whole], count: int) -> list[tuple[int, Whole]]:
    """Return the chosen pairs (person × count + lead) as ascending leads by person, each pair once."""
    every = np.sort(np.concatenate(codes))
    every = every[np.concatenate([[True], every[1:] != every[:-1]])]
    edges = np.flatnonzero(np.diff(every // count)) + 1
    return [(int(part[0] // count), part % count) for part in np.split(every, edges) if len(part)]


def _joined(found: list[tuple[Whole, Whole, Whole, Whole]], worth: Whole) -> Pairs:
    lead, rep, value, minutes = (np.concatenate(column) for column in zip(*found, strict=True))
    return Pairs(lead, rep, value, minutes, worth)
