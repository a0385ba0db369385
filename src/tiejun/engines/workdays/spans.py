"""Two months side by side: a running one is compared with as many working days of the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Span:
    """A month's days as compared: from its first day to the one after its last, and the day that has as many working days before it."""

    first: date
    after: date
    so_far: date


def months_compared(
    first: date, other: date, today: date, workdays: Callable[[date], Sequence[date]]
) -> tuple[Span, Span]:
    """Return the month that begins on `first` and the one it is compared with, which begins on `other`.

    `workdays`: the working days of a day's month, in order. While the month runs, `so_far` of the other one is its day behind as many working
    days as were worked by `today`; of a month that is over, or has as many as the other one in all, both count whole.
    """
    after, other_after = _next(first), _next(other)
    worked = sum(day <= today for day in workdays(first))
    before = workdays(other)
    is_over = today >= after or worked >= len(before)
    return Span(first, after, after), Span(other, other_after, other_after if is_over else before[worked])


def _next(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
