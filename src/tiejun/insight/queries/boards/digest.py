"""What the morning digest tells: the last working day's numbers beside the usual, and the answers of the board that need somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.engines.control import signal
from tiejun.foundation.times import business_day
from tiejun.insight.queries.boards import role_board
from tiejun.insight.queries.facts import Asked, Facts
from tiejun.insight.queries.links import days_compared, link_sums
from tiejun.insight.queries.metrics import entries_of_measures
from tiejun.insight.rules.boards import BoardOf, Verdict
from tiejun.insight.rules.links import MONEY, Measure

if TYPE_CHECKING:
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.engines.control import Signal
    from tiejun.insight.queries.boards import RoleBoard
    from tiejun.insight.queries.boards.answers import Answer

TOLD: dict[BoardOf, tuple[Measure, ...]] = {
    BoardOf.CEO: (
        Measure.SIGNED_MONEY, Measure.COLLECTED_MONEY, Measure.SIGNED, Measure.OPENED, Measure.VISITS, Measure.EFFECTIVE,
    ),
    BoardOf.MARKETING: (Measure.ENTERED, Measure.HIGH, Measure.TAKEN, Measure.GIVEN_UP),
    BoardOf.SALES: (
        Measure.VISITS, Measure.EFFECTIVE, Measure.NEW_EFFECTIVE, Measure.OPENED, Measure.SIGNED, Measure.SIGNED_MONEY,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DigestLine:
    """A number of the last working day; `usual`: the mean of the working days before it, None where there are none; `signal`: how it lies outside its limits."""

    measure: Measure
    name: str
    metric: str
    value: int
    usual: float | None
    signal: Signal | None

    @property
    def is_money(self) -> bool:
        return self.measure in MONEY


@dataclass(frozen=True, slots=True)
class Digest:
    """The digest of a morning: of `day`, None where no working day has passed; `watched`: the board's answers that need somebody."""

    board: RoleBoard
    day: date | None
    lines: list[DigestLine]
    watched: list[Answer]

    @property
    def is_empty(self) -> bool:
        return not any(line.value for line in self.lines)

    @property
    def moved(self) -> list[DigestLine]:
        """The numbers that lie outside what is usual."""
        return [line for line in self.lines if line.signal is not None]


def digest(scope: Scope, board: BoardOf, *, now: datetime, currency: str = "CNY") -> Digest:
    """Return the morning digest of a board, within reach; raises as `role_board`."""
    found = role_board(scope, board, now=now, currency=currency)
    today = business_day(now, scope.zone)
    days = days_compared(scope, today=today, now=now)
    if not days:
        return Digest(found, None, [], _watched(found))
    asked = Asked(days[0], today, None, currency)
    sums = link_sums(scope, Facts(scope, now), asked, by=("day",), only=TOLD[board]).measures
    known = entries_of_measures(scope)
    lines = []
    for measure in TOLD[board]:
        counted = [(day, sums[measure][day]) for day in days]
        before = [count for _day, count in counted[:-1]]
        lines.append(
            DigestLine(
                measure=measure,
                name=known[measure].name,
                metric=known[measure].key,
                value=counted[-1][1],
                usual=sum(before) / len(before) if before else None,
                signal=signal(counted),
            )
        )
    return Digest(found, days[-1], lines, _watched(found))


def _watched(found: RoleBoard) -> list[Answer]:
    return [one for one in found.answers if one.verdict is Verdict.WATCH]
