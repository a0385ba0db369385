"""One min-cost flow: lead → person → done, with soft floors as cheaper first places."""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from tiejun.engines.assignment.candidates import Flags, Floats, Pairs, Whole
from tiejun.engines.assignment.problem import Problem

# A floor's place is worth this many times the dearest pair, so that a list is filled before its value is bettered.
FLOOR_TIMES = 4
FRESH_TIMES = 2


@dataclass(frozen=True, slots=True)
class Network:
    """The pairs of a night as a network: the first arcs are the pairs, in their order."""

    problem: Problem
    pairs: Pairs
    fresh: Flags
    with_floors: bool = True

    def solved(self, charges: Floats | None = None) -> Whole:
        """Return the places of the chosen pairs, of greatest value less `charges` per pair plus the rewards of floors."""
        pairs, count = self.pairs, len(self.problem.leads)
        if not len(pairs.lead):
            return np.zeros(0, dtype=np.int64)
        value = pairs.value if charges is None else np.rint(pairs.value - charges).astype(np.int64)
        top = int(np.abs(value).max()) + 1
        flow = SimpleMinCostFlow()
        heads = count + pairs.rep
        newcomers = {at: number for number, at in enumerate(self._newcomers())}
        door = np.full(len(self.problem.reps), -1, dtype=np.int64)
        for at, number in newcomers.items():
            door[at] = count + len(self.problem.reps) + number
        through = self.fresh[pairs.lead] & (door[pairs.rep] >= 0)
        heads = np.where(through, door[pairs.rep], heads)
        _arcs(flow, pairs.lead, heads, np.ones(len(heads), dtype=np.int64), -value)
        self._places(flow, top, newcomers, done=count + len(self.problem.reps) + len(newcomers))
        if flow.solve() != SimpleMinCostFlow.OPTIMAL:
            raise ArithmeticError("the network of a night always has a flow")
        taken = flow.flows(np.arange(len(pairs.lead), dtype=np.int32))
        return np.flatnonzero(np.asarray(taken) > 0).astype(np.int64)

    def _newcomers(self) -> list[int]:
        if not self.with_floors:
            return []
        return [at for at, rep in enumerate(self.problem.reps) if rep.room > 0 and rep.fresh_wanted > 0]

    def _places(self, flow: SimpleMinCostFlow, top: int, newcomers: dict[int, int], *, done: int) -> None:
        """Add the places of the lists, the way past them, and what flows."""
        count = len(self.problem.leads)
        arcs: list[tuple[int, int, int, int]] = []
        for at, rep in enumerate(self.problem.reps):
            wanted = min(rep.wanted, rep.room) if self.with_floors else 0
            arcs += [(count + at, done, wanted, -FLOOR_TIMES * top), (count + at, done, rep.room - wanted, 0)]
            if at in newcomers:
                door, fresh = count + len(self.problem.reps) + newcomers[at], min(rep.fresh_wanted, rep.room)
                arcs += [(door, count + at, fresh, -FRESH_TIMES * top), (door, count + at, rep.room - fresh, 0)]
        kept = np.array([arc for arc in arcs if arc[2] > 0], dtype=np.int64).reshape(-1, 4)
        _arcs(flow, kept[:, 0], kept[:, 1], kept[:, 2], kept[:, 3])
        free = np.unique(self.pairs.lead)
        ones = np.ones(len(free), dtype=np.int64)
        _arcs(flow, free, np.full(len(free), done, dtype=np.int64), ones, np.zeros(len(free), dtype=np.int64))
        flow.set_nodes_supplies(free.astype(np.int32), ones)
        flow.set_node_supply(done, -len(free))


def _arcs(flow: SimpleMinCostFlow, tails: Whole, heads: Whole, room: Whole, costs: Whole) -> None:
    flow.add_arcs_with_capacity_and_unit_cost(tails.astype(np.int32), heads.astype(np.int32), room, costs)
