"""The chart of what was said and what came: zero-based bars with a mark for what was said, as lengths for an SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, TOP, BOTTOM = 460, 200, 16, 28
MOST_LABELS = 7


@dataclass(frozen=True, slots=True)
class Bar:
    """A period: the bar of what came, the mark of what was said; lengths in units of the drawing.

    Among many bars only some are labelled, the newest always.
    """

    label: str
    is_labelled: bool
    said: int
    came: int
    x: float
    width: float
    y: float
    height: float
    said_y: float
    middle: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with the lines of a scale that begins at zero."""

    bars: tuple[Bar, ...]
    ticks: tuple[tuple[float, int], ...]
    floor: float


def said_and_came(cases: Sequence[tuple[str, int, int]]) -> Chart:
    """Lay out cases (label, said, came), the oldest first."""
    floor = float(HEIGHT - BOTTOM)
    largest = max([1, *(max(said, came) for _, said, came in cases)])
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10**6) if largest / size <= 5)
    top = -(-largest // step) * step
    unit = (floor - TOP) / top
    slot = (WIDTH - 40) / max(len(cases), 1)
    stride = -(-len(cases) // MOST_LABELS)
    bars = tuple(
        Bar(
            label, (len(cases) - 1 - place) % stride == 0, said, came, round(36 + slot * (place + 0.22), 1), round(slot * 0.56, 1), round(floor - came * unit, 1),
            round(came * unit, 1), round(floor - said * unit, 1), round(36 + slot * (place + 0.5), 1),
        )
        for place, (label, said, came) in enumerate(cases)
    )  # fmt: skip
    ticks = tuple((round(floor - value * unit, 1), value) for value in range(0, top + 1, step))
    return Chart(bars, ticks, floor)
