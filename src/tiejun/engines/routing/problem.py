"""A day to plan as plain values, and its answer with reasons. All times are minutes after midnight of the day."""

from dataclasses import dataclass
from enum import StrEnum

HOURS = 24
MOST_STOPS = 300
MOST_WINDOWS = 2


class MissingReason(StrEnum):
    """Why a required stop is not in the answer."""

    OUT_OF_HOURS = "OUT_OF_HOURS"  # alone it would not fit: too far, too long, or its windows lie outside the day
    CLASHES = "CLASHES"  # with another required stop it fits in no order
    DAY_IS_FULL = "DAY_IS_FULL"  # beside all the others it finds no room


@dataclass(frozen=True, slots=True)
class Stop:
    """A visit that may be made: ``minutes`` on the spot, worth ``value``; service starts within one of up to two windows."""

    key: str
    minutes: float
    value: float
    windows: tuple[tuple[float, float], ...] = ()
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Lunch:
    """A break of ``minutes`` that starts between ``earliest`` and ``latest``."""

    earliest: float
    latest: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A wish: so many visits that start before ``noon`` and so many after; each of them is worth ``bonus`` more.

    Each visit by which the day falls short of both together costs ``short``.
    """

    morning: int
    afternoon: int
    noon: float
    bonus: float
    short: float = 0.0


@dataclass(frozen=True, slots=True)
class Roads:
    """Minutes of driving at nominal speed from each place to each, rows and columns being the stops, the start, the finish.

    ``pace``: the share of the nominal speed in each of 24 hours; empty: the same all day. ``park`` minutes are added to
    each way longer than 0. A start or finish anywhere is a row or column of zeros.
    """

    drive: tuple[tuple[float, ...], ...]
    pace: tuple[float, ...] = ()
    park: float = 0.0


@dataclass(frozen=True, slots=True)
class Problem:
    """A day: which stops to make in which order so that they are worth the most between ``starts`` and ``ends``.

    ``minute`` is what each minute of an earlier end is worth, ``most`` the number of stops at most; ``rounds`` of search and ``seed`` make the answer repeatable.
    Raises ValueError for what is no day.
    """

    stops: tuple[Stop, ...]
    roads: Roads
    starts: float
    ends: float
    lunch: Lunch | None = None
    shape: Shape | None = None
    minute: float = 0.0
    most: int = MOST_STOPS
    seed: int = 1
    rounds: int = 0

    def __post_init__(self) -> None:
        size = len(self.stops) + 2
        if size - 2 > MOST_STOPS or len({stop.key for stop in self.stops}) < size - 2:
            raise ValueError(f"a day chooses from at most {MOST_STOPS} stops, each with its own key")
        if len(self.roads.drive) != size or any(len(row) != size for row in self.roads.drive):
            raise ValueError("roads lead from each stop, the start and the finish to each")
        if self.roads.pace and (len(self.roads.pace) != HOURS or min(self.roads.pace) <= 0):
            raise ValueError("a pace above 0 is needed for each of the 24 hours")
        if any(len(stop.windows) > MOST_WINDOWS or stop.minutes < 0 or stop.value < 0 for stop in self.stops):
            raise ValueError("a stop has at most two windows, and neither minutes nor value below 0")


@dataclass(frozen=True, slots=True)
class Missing:
    """A required stop that found no room: why, because of which other stop, and when it could start if its windows fell."""

    key: str
    reason: MissingReason
    other: str = ""
    could_start: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The chosen stops in order, what required is missing, the summed value; ``solver`` says how it was found."""

    order: tuple[str, ...]
    missing: tuple[Missing, ...]
    value: float
    solver: str
