"""Evening out by exchange: a dear lead of the richest list for a cheap one of the poorest, at the least loss of value.

Prices alone cannot part people who are worth the same to a lead: the flow gives all to one or all to the other. Exchanges
can, one by one; each keeps the length of both lists, every rule of the pairs, and a newcomer's fresh leads.
"""

from collections import defaultdict

import numpy as np

from tiejun.engines.assignment.candidates import Flags, Floats, Pairs, Whole
from tiejun.engines.assignment.measures import gini
from tiejun.engines.assignment.problem import Problem

PARTNERS = 6  # how many of the poorest are tried for the richest before it is left as it is


class Exchange:
    """An assignment on its way to evenness; `worths`: of each person's whole list."""

    def __init__(self, night: Problem, pairs: Pairs, fresh: Flags, chosen: Whole, worths: Floats) -> None:
        self.night, self.pairs, self.fresh, self.worths = night, pairs, fresh, worths.copy()
        self.count = len(night.leads)
        codes = pairs.rep * self.count + pairs.lead
        self.order = np.argsort(codes)
        self.codes = codes[self.order]
        self.lists: dict[int, list[int]] = defaultdict(list)
        for at in chosen.tolist():
            self.lists[int(pairs.rep[at])].append(at)
        self.minds_fresh = np.array([rep.fresh_wanted > 0 for rep in night.reps])

    def chosen(self) -> Whole:
        """Return the places of the pairs as they stand."""
        return np.array(sorted(at for mine in self.lists.values() for at in mine), dtype=np.int64)

    def evened(self, bound: float) -> bool:
        """Exchange until the bound holds; False when no exchange helps any more."""
        stuck: set[int] = set()
        looks = 1 + len(self.night.reps) // 32
        for step in range(40 * len(self.night.reps)):
            if step % looks == 0 and gini(self.worths.tolist()) <= bound:
                return True
            ranked = [at for at in np.argsort(-self.worths).tolist() if self.lists[at] and at not in stuck]
            if len(ranked) < 2:
                break
            rich = ranked[0]
            if not any(self._exchange(rich, poor) for poor in ranked[:0:-1][:PARTNERS]):
                stuck.add(rich)
        return gini(self.worths.tolist()) <= bound

    def _exchange(self, rich: int, poor: int) -> bool:
        gap = self.worths[rich] - self.worths[poor]
        mine, theirs = np.array(self.lists[rich]), np.array(self.lists[poor])
        dear, cheap = self.pairs.lead[mine], self.pairs.lead[theirs]
        moved = (self.pairs.worth[dear][:, None] - self.pairs.worth[cheap][None, :]).astype(np.float64)
        taken, given = self._places(poor, dear), self._places(rich, cheap)
        gain = np.minimum(moved, gap - moved)
        fits = (gain > 0) & (taken >= 0)[:, None] & (given >= 0)[None, :]
        if self.minds_fresh[rich] or self.minds_fresh[poor]:
            fits &= self.fresh[dear][:, None] == self.fresh[cheap][None, :]
        if not fits.any():
            return False
        value = self.pairs.value
        loss = (value[mine] - value[taken])[:, None] + (value[theirs] - value[given])[None, :]
        price = np.where(fits, loss / np.maximum(gain, 1.0), np.inf)
        a, b = np.unravel_index(int(np.argmin(price)), price.shape)
        self.lists[rich][int(a)], self.lists[poor][int(b)] = int(given[b]), int(taken[a])
        self.worths[rich] -= moved[a, b]
        self.worths[poor] += moved[a, b]
        return True

    def _places(self, rep: int, leads: Whole) -> Whole:
        """Return where a person's pairs with leads stand; -1 where there is no such pair."""
        wanted = rep * self.count + leads
        found = np.minimum(np.searchsorted(self.codes, wanted), len(self.codes) - 1)
        return np.where(self.codes[found] == wanted, self.order[found], -1)
