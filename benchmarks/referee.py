"""An exact second opinion on an assignment: the same problem as a linear programme in HiGHS.

The matrix is totally unimodular, so the linear optimum is whole. It shares no code with the engine's flow; what it is
given are the candidate pairs with their values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tiejun.engines.assignment.problem import Answer, Problem

FLOOR_TIMES, FRESH_TIMES = 4, 2  # what a floor's place is worth, in dearest pairs


@dataclass(frozen=True, slots=True)
class Verdict:
    """`objective`: value plus rewards of floors at the optimum; `value`: the value alone."""

    objective: float
    value: float


def optimum(problem: Problem, pairs: Sequence[tuple[int, int, int]], *, with_floors: bool = True) -> Verdict:
    """Return the best that pairs (lead, person, value) allow, floors rewarded as the engine rewards them."""
    lead, rep, value = (np.array(column, dtype=np.int64) for column in zip(*pairs, strict=True))
    people, top = problem.reps, int(np.abs(value).max()) + 1
    fresh = np.array([row.is_fresh for row in problem.leads])
    wanted = np.array([min(row.wanted, row.room) if with_floors else 0 for row in people], dtype=float)
    fresh_wanted = np.array([min(row.fresh_wanted, row.room) if with_floors else 0 for row in people], dtype=float)
    count, persons, edges = len(problem.leads), len(people), len(value)
    costs = np.concatenate(
        [value.astype(float), np.full(persons, FLOOR_TIMES * top), np.full(persons, FRESH_TIMES * top)]
    )
    upper = np.concatenate([np.ones(edges), wanted, fresh_wanted])
    rows = [
        (lead, np.arange(edges), 1.0),
        (count + rep, np.arange(edges), 1.0),
        (count + persons + rep, np.arange(edges), -1.0),
        (count + 2 * persons + rep[fresh[lead]], np.arange(edges)[fresh[lead]], -1.0),
        (count + persons + np.arange(persons), edges + np.arange(persons), 1.0),
        (count + 2 * persons + np.arange(persons), edges + persons + np.arange(persons), 1.0),
    ]
    right = np.concatenate([np.ones(count), [float(row.room) for row in people], np.zeros(2 * persons)])
    solution = _solved(costs, upper, right, rows)
    return Verdict(float(costs @ solution), float(value @ solution[:edges]))


def _solved(
    costs: np.ndarray, upper: np.ndarray, right: np.ndarray, rows: list[tuple[np.ndarray, np.ndarray, float]]
) -> np.ndarray:
    row = np.concatenate([part[0] for part in rows])
    column = np.concatenate([part[1] for part in rows])
    sign = np.concatenate([np.full(len(part[0]), part[2]) for part in rows])
    matrix = csr_array((sign, (row, column)), shape=(len(right), len(costs)))
    bounds = np.column_stack([np.zeros(len(costs)), upper])
    found = linprog(-costs, A_ub=matrix, b_ub=right, bounds=bounds, method="highs")
    if not found.success:
        raise ArithmeticError("the referee found no optimum")
    return np.asarray(found.x)


def objective_of(problem: Problem, answer: Answer, values: Iterable[int]) -> float:
    """Return what an answer is worth by the referee's measure; `values` of all candidate pairs give the rewards."""
    top = max(abs(value) for value in values) + 1
    people = {row.key: row for row in problem.reps}
    total = float(sum(pick.value_minor for pick in answer.picks))
    for share in answer.shares:
        person = people[share.rep]
        total += FLOOR_TIMES * top * min(share.given, person.wanted, person.room)
        total += FRESH_TIMES * top * min(share.fresh, person.fresh_wanted, person.room)
    return total


def greedy(problem: Problem, pairs: Sequence[tuple[int, int, int]]) -> int:
    """Return the value that dealing out the dearest pair first reaches; it knows no floors."""
    room = [row.room for row in problem.reps]
    taken: set[int] = set()
    total = 0
    for lead, rep, value in sorted(pairs, key=lambda pair: -pair[2]):
        if value > 0 and lead not in taken and room[rep]:
            taken.add(lead)
            room[rep] -= 1
            total += value
    return total
