"""How far back in time so many companies lie, by the statistics that PostgreSQL keeps of their identifiers.

The index of grams holds the beginnings of each company's identifier too (`foundation.ids`), so it can be asked for those alone that
were made in a stretch of time: of a thousand companies that are called so, it brings the newest hundred.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.foundation.ids import PREFIX_STEP_MS, made_at_ms, prefixes_between

if TYPE_CHECKING:
    from uuid import UUID

_AHEAD_MS = 1 << 36  # two years: so far may a clock be ahead of the newest company that the statistics know
_LONGEST_MS = 100 << 32  # a hundred of the shortest beginnings, fourteen years


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time as the beginnings of all identifiers made in it, and about how many `companies` it holds."""

    beginnings: list[str]
    companies: float


@dataclass(frozen=True, slots=True)
class Ages:
    """`moments` (ms since 1970) cut the companies that the statistics know into parts of `each`; `fresh`: about how many came since."""

    moments: tuple[int, ...] = ()
    each: float = 0.0
    fresh: float = 0.0

    def stretch(self, start: UUID | None, companies: float, *, upwards: bool) -> Stretch | None:
        """Return the stretch from a company on (None: from the newest) that holds about so many or more; None where there is none.

        How the fresh ones are spread is not known: all of them are taken, or none.
        """
        if not self.moments:
            return None
        known = self.each * (len(self.moments) - 1)
        newest = self.moments[-1] + _AHEAD_MS
        here = made_at_ms(start) if start else newest
        place = self._place(here)
        if upwards:
            low, high = place, place + companies
            first, last = here, self._moment(high)
        else:
            low, high = (place if start else known + self.fresh) - companies, place
            first, last = self._moment(low), here
            low = min(low, self._place(first // PREFIX_STEP_MS * PREFIX_STEP_MS))  # many more, where many came at once
        if high >= known:
            high, last = known + self.fresh, newest
        if low <= 0 or last - first > _LONGEST_MS:
            return None
        return Stretch(prefixes_between(first, last), high - low)

    def _place(self, moment: int) -> float:
        """Return how many of the known companies were made before a moment."""
        after = bisect_left(self.moments, moment)
        if after in (0, len(self.moments)):
            return self.each * max(after - 1, 0)
        begin, end = self.moments[after - 1 : after + 1]
        return self.each * (after - 1 + (moment - begin) / (end - begin))

    def _moment(self, place: float) -> int:
        part = min(max(int(place // self.each), 0), len(self.moments) - 2)
        begin, end = self.moments[part : part + 2]
        return begin + int((end - begin) * min(max(place / self.each - part, 0.0), 1.0))


UNKNOWN_AGES = Ages()
