"""Checks of whether a point is used in real selling: on which days, by whom, until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.coaching.rules import ANSWERS, CheckState, PointState, Refusal
from tiejun.engines.workdays.calendar import add_workdays

if TYPE_CHECKING:
    from datetime import date

    from tiejun.engines.workdays.calendar import WorkCalendar


def check_days(day: date, count: int, calendar: WorkCalendar) -> list[date]:
    """Return the `count` working days after an accompanied visit; `calendar` without the person's leave."""
    return [add_workdays(day, number, calendar) for number in range(1, count + 1)]


def why_not_settle(state: str, *, due_on: date, today: date, is_self: bool) -> Refusal | None:
    """Say why a check cannot be answered: not before its day, not by the person, once. A missed one can be made up for."""
    if is_self:
        return Refusal.NOT_ONES_OWN_CHECK
    if due_on > today:
        return Refusal.CHECK_NOT_DUE
    return None if state in (CheckState.DUE, CheckState.MISSED) else Refusal.CHECK_SETTLED


def point_after(used: int, needed: int) -> PointState:
    """Return a point's state after a check: used often enough it is mastered."""
    return PointState.MASTERED if used >= needed else PointState.PRACTISING


@dataclass(frozen=True, slots=True)
class Application:
    """How often a point was used (M-C3): applied of checked; checks without a chance count for nothing."""

    used: int
    not_used: int
    waiting: int

    @property
    def checked(self) -> int:
        return self.used + self.not_used

    @property
    def share(self) -> float | None:
        """Applied / checked, None before the first answer."""
        return self.used / self.checked if self.checked else None


def application(counts: dict[str, int]) -> Application:
    """Sum the checks of points up, by state."""
    waiting = counts.get(CheckState.DUE, 0) + counts.get(CheckState.MISSED, 0)
    return Application(counts.get(CheckState.USED, 0), counts.get(CheckState.NOT_USED, 0), waiting)


def is_answer(state: str) -> bool:
    """Tell whether a state is an answer that somebody can give."""
    return state in ANSWERS
