"""Tonight's answer: exact on its candidates, then evened out towards the bound on Gini, with what both cost."""

from collections import Counter
from dataclasses import replace
from random import Random

import numpy as np

from tiejun.engines.assignment.candidates import Pairs, Whole, candidate_pairs
from tiejun.engines.assignment.exchanging import Exchange
from tiejun.engines.assignment.flow import Network
from tiejun.engines.assignment.measures import gini
from tiejun.engines.assignment.problem import Answer, Figures, Pick, Problem, Rep, Share
from tiejun.engines.assignment.reasons import Reasons

STEP = 0.3  # how strongly a list above the mean is charged per share above it, less in each round
MOST_CHARGE = 0.9


def solved(problem: Problem) -> Answer:
    """Return who gets what: the greatest expected value under the rules, the same for the same problem.

    Each list is first filled to its minimum, a newcomer's first with fresh leads, both as far as there are leads (what is
    missing stands in the shares). When the worth of the lists is less even than `gini_most`, full lists are charged and the
    night is solved again, up to `rounds` times; where prices do not reach the bound, single leads are exchanged.
    """
    night = _shuffled(problem)
    pairs = candidate_pairs(night)
    fresh = np.array([lead.is_fresh for lead in night.leads], dtype=np.bool_)
    network = Network(night, pairs, fresh)
    first = network.solved()
    chosen, before, after, rounds = _evened(night, network, first)
    value = _value(pairs, chosen)
    free = replace(network, with_floors=False).solved()
    figures = Figures(
        value_minor=value,
        without_floors_minor=max(_value(pairs, free), value),
        without_fairness_minor=_value(pairs, first),
        gini=round(after, 6),
        gini_before=round(before, 6),
        is_fair=after <= problem.weights.gini_most,
        rounds=rounds,
        pairs=len(pairs.lead),
    )
    return _answer(problem, night, pairs, chosen, figures)


def _shuffled(problem: Problem) -> Problem:
    """Order leads and people by lot, so that nobody wins every tie by name; the lot is the seed's."""
    lot = Random(problem.seed)  # noqa: S311 -- repeatable, not secret
    leads = sorted(problem.leads, key=lambda lead: lead.key)
    reps = sorted(problem.reps, key=lambda rep: rep.key)
    lot.shuffle(leads)
    lot.shuffle(reps)
    return replace(problem, leads=tuple(leads), reps=tuple(reps))


def _evened(night: Problem, network: Network, first: Whole) -> tuple[Whole, float, float, int]:
    """Charge lists above the mean and reward those below, until they are even enough."""
    bound = night.weights.gini_most
    worths = _worths(night, network.pairs, first)
    before = gini(worths.tolist())
    best, reached = first, before
    charge, rounds, chosen = np.zeros(len(night.reps)), 0, first
    while before > bound and rounds < night.weights.rounds:
        mean = float(worths.mean()) or 1.0
        step = STEP * (worths - mean) / mean / (1 + rounds)
        charge = np.clip(charge + step, -MOST_CHARGE, MOST_CHARGE)
        chosen = network.solved(charge[network.pairs.rep] * network.pairs.worth[network.pairs.lead])
        worths, rounds = _worths(night, network.pairs, chosen), rounds + 1
        now = gini(worths.tolist())
        if _is_better(now, _value(network.pairs, chosen), reached, _value(network.pairs, best), bound):
            best, reached = chosen, now
        if now <= bound:
            break
    if reached > bound and night.weights.rounds:
        exchange = Exchange(night, network.pairs, network.fresh, best, _worths(night, network.pairs, best))
        exchange.evened(bound)
        best = exchange.chosen()
        reached = gini(_worths(night, network.pairs, best).tolist())
    return best, before, reached, rounds


def _is_better(now: float, value: int, reached: float, best_value: int, bound: float) -> bool:
    if now <= bound and reached <= bound:
        return value > best_value
    return now < reached


def _worths(night: Problem, pairs: Pairs, chosen: Whole) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    kept = np.array([rep.kept_worth_minor for rep in night.reps], dtype=np.float64)
    given = np.bincount(pairs.rep[chosen], weights=pairs.worth[pairs.lead[chosen]], minlength=len(night.reps))
    return kept + given


def _value(pairs: Pairs, chosen: Whole) -> int:
    return int(pairs.value[chosen].sum())


def _answer(problem: Problem, night: Problem, pairs: Pairs, chosen: Whole, figures: Figures) -> Answer:
    usual = sum(lead.chance for lead in problem.leads) / max(1, len(problem.leads))
    told = {rep.key: Reasons(rep, problem.weights, usual) for rep in problem.reps}
    picks: dict[str, list[Pick]] = {rep.key: [] for rep in problem.reps}
    fresh: Counter[str] = Counter()
    for at in chosen.tolist():
        lead, rep = night.leads[pairs.lead[at]], night.reps[pairs.rep[at]]
        minutes = int(pairs.minutes[at])
        way = minutes if minutes >= 0 else None
        fresh[rep.key] += lead.is_fresh
        picks[rep.key].append(
            Pick(lead.key, rep.key, lead.worth_minor, int(pairs.value[at]), way, told[rep.key].of(lead, way))
        )
    for mine in picks.values():
        mine.sort(key=lambda pick: (-pick.value_minor, pick.lead))
    shares = tuple(_share(rep, picks[rep.key], fresh[rep.key]) for rep in problem.reps)
    return Answer(tuple(pick for rep in problem.reps for pick in picks[rep.key]), shares, figures)


def _share(rep: Rep, picks: list[Pick], fresh: int) -> Share:
    return Share(
        rep=rep.key,
        given=len(picks),
        short=max(0, min(rep.wanted, rep.room) - len(picks)),
        fresh=fresh,
        fresh_short=max(0, min(rep.fresh_wanted, rep.room) - fresh),
        worth_minor=rep.kept_worth_minor + sum(pick.worth_minor for pick in picks),
        value_minor=sum(pick.value_minor for pick in picks),
    )
