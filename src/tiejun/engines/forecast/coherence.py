"""One tree of person-days whose sums agree exactly, from the day to the month and from the person to the company.

A forecast is kept in whole thousandths of a deal at the bottom; everything above is a sum of whole numbers, so that no
rounding can let two pages disagree.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence
    from datetime import date

K = TypeVar("K", bound="Hashable")
PARTS = 1000


def spread(total: float, days: Sequence[date], shares: Sequence[float] | None = None) -> dict[date, int]:
    """Spread an expected number of deals over days, in thousandths, by shares (equal ones without); the largest remainders first.

    The parts add up to ``round(total * 1000)``. Raises ValueError for days without shares or shares without weight.
    """
    if not days:
        return {}
    weights = list(shares) if shares is not None else [1.0] * len(days)
    if len(weights) != len(days) or sum(weights) <= 0 or min(weights) < 0:
        raise ValueError("each day has a share, and together they weigh something")
    whole = round(total * PARTS)
    exact = [whole * weight / sum(weights) for weight in weights]
    parts = [int(part) for part in exact]
    order = sorted(range(len(days)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: whole - sum(parts)]:
        parts[place] += 1
    return dict(zip(days, parts, strict=True))


def rolled_up(bottom: Mapping[tuple[K, date], int], above: Callable[[K], K | None]) -> Counter[tuple[K, date]]:
    """Sum person-days up a tree; ``above`` names what lies over a person or unit, None at the top."""
    sums: Counter[tuple[K, date]] = Counter()
    for (key, day), part in bottom.items():
        place: K | None = key
        while place is not None:
            sums[place, day] += part
            place = above(place)
    return sums
