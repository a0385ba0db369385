"""Server CPU per request of several cases, measured by turns in one run so that the machine's mood is everybody's."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.meters import cpu_seconds

WARM_UP, ROUNDS, PER_ROUND = 60, 12, 40


@dataclass(frozen=True)
class Case:
    """One kind of request: `ask(n)` sends the n-th one; `pids` are the roots of all processes that may work for it."""

    name: str
    ask: Callable[[int], object]
    pids: tuple[int, ...]


def cpu_ms(cases: list[Case], *, rounds: int = ROUNDS, per_round: int = PER_ROUND) -> dict[str, float]:
    """The median over the rounds of each case's CPU per request, in milliseconds."""
    for case in cases:
        for n in range(WARM_UP):
            case.ask(n)
    measured: dict[str, list[float]] = {case.name: [] for case in cases}
    for turn in range(rounds):
        for case in cases:
            before = cpu_seconds(*case.pids)
            for n in range(per_round):
                case.ask(WARM_UP + turn * per_round + n)
            measured[case.name].append((cpu_seconds(*case.pids) - before) / per_round * 1000)
    return {name: statistics.median(values) for name, values in measured.items()}
