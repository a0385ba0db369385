"""A share of cases with its interval (Wilson 1927), which holds for few cases too."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval, all from 0 to 1; `value` is None without cases."""

    hits: int
    cases: int
    value: float | None
    low: float
    high: float

    @property
    def percent(self) -> float:
        return 100 * (self.value or 0.0)

    @property
    def low_percent(self) -> float:
        return 100 * self.low

    @property
    def width_percent(self) -> float:
        return 100 * (self.high - self.low)


def share_of(hits: int, cases: int) -> Share:
    """Return hits of cases with the interval of Wilson (1927), which stays honest for few cases and near 0 and 1."""
    if cases <= 0:
        return Share(hits, cases, None, 0.0, 1.0)
    part = min(1.0, hits / cases)
    spread = Z_95 * math.sqrt(part * (1 - part) / cases + Z_95**2 / (4 * cases**2))
    middle, scale = part + Z_95**2 / (2 * cases), 1 + Z_95**2 / cases
    return Share(hits, cases, part, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))
