"""What goes into a forecast of counts and what comes out, apart from the arithmetic: who only reads a forecast loads no numpy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """What made a forecast what it is."""

    NO_HISTORY = "NO_HISTORY"
    FEW_DEALS = "FEW_DEALS"
    OWN_HISTORY = "OWN_HISTORY"
    GROUP_RISING = "GROUP_RISING"
    GROUP_FALLING = "GROUP_FALLING"
    NO_DAYS = "NO_DAYS"


@dataclass(frozen=True, slots=True)
class History:
    """A person's counts per period, the oldest first, and on how many working days of each period they were there."""

    key: str
    counts: tuple[int, ...]
    days: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a person will bring in the days ahead: mean, and the interval of 80 %.

    ``own_share``: how much of the rate is the own history (0: the group's alone); ``rate``: deals per working day.
    """

    key: str
    mean: float
    low: int
    high: int
    rate: float
    own_share: float
    reasons: tuple[Reason, ...]
