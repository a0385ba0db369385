"""What the policies ask of a person's field day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.engines.workdays.calendar import is_workday
from tiejun.foundation import policies
from tiejun.foundation.times import at_local
from tiejun.foundation.worktime import calendar_of, known
from tiejun.visits.rules.counting import Floor, floor_for
from tiejun.visits.rules.planning import Weights
from tiejun.visits.rules.timing import DayBounds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.policies import PolicyBook


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """The numbers of a unit's field day, and its clock as functions of a day."""

    book: PolicyBook
    chain: tuple[UUID, ...]
    zone: str
    tolerance: timedelta
    in_range_metres: int
    window_days: int
    window_version: UUID | None
    shape: tuple[int, int]
    max_stops: int
    half_day_at: str

    def bounds(self, day: date) -> DayBounds:
        """Return when a business day locks."""
        return DayBounds(day, self.moment(day, "clock.soft_lock"), self.moment(day, "clock.hard_lock"))

    def moment(self, day: date, key: str) -> datetime:
        """Return a clock key's moment on a day."""
        return at_local(day, self.book.text(key, self.chain), self.zone)

    def weights(self) -> Weights:
        """Return what visits are worth."""
        numbers, mapping = self.book.integer, self.book.mapping
        return Weights(
            deal_minor=numbers("lead.usual_deal_minor", self.chain),
            chances={name: float(share) for name, share in mapping("plan.sign_chance", self.chain).items()},
            urgency={name: float(factor) for name, factor in mapping("plan.urgency", self.chain).items()},
            visit_minor=numbers("plan.visit_minor", self.chain),
        )

    def midnight(self, day: date) -> datetime:
        """Return the start of a day by the calendar."""
        return at_local(day, "00:00", self.zone)

    def due_at(self, day: date) -> datetime:
        """Return when the plan of a day is due: on the evening before."""
        return self.moment(day - timedelta(days=1), "plan.due")

    def is_workday(self, day: date) -> bool:
        """Tell whether the unit works on a day."""
        return known(lambda calendar: is_workday(day, calendar), calendar_of(self.book, self.chain))

    def least_minutes(self, *, is_cold: bool) -> int:
        """Return how long a visit should last at least, in minutes."""
        return self.book.integer("visit.min_minutes_cold" if is_cold else "visit.min_minutes_other", self.chain)

    def floor(self, leave_part: str = "") -> Floor:
        """Return the day's floor, pro rata on a half day."""
        return floor_for(
            leave_part,
            visits=self.book.integer("visit.daily_floor", self.chain),
            effective_min=self.book.integer("visit.daily_effective_min", self.chain),
            effective_target=self.book.integer("visit.daily_effective_target", self.chain),
            noon=self.book.integer("visit.noon_floor", self.chain),
        )


def field_policy(scope: Scope, now: datetime, *, chain: Sequence[UUID] | None = None, zone: str = "") -> FieldPolicy:
    """Return the policy of the asker's unit (or of the unit whose chain is given) in force at an instant."""
    book = policies.book(now)
    units = tuple(scope.unit_chain if chain is None else chain)
    morning, afternoon = book.integers("plan.shape", units)
    return FieldPolicy(
        book=book,
        chain=units,
        zone=zone or scope.zone,
        tolerance=timedelta(minutes=book.integer("visit.clock_tolerance_minutes", units)),
        in_range_metres=book.integer("visit.in_range_metres", units),
        window_days=book.integer("effective_customer.window_days", units),
        window_version=book.find("effective_customer.window_days", units).version_id,
        shape=(morning, afternoon),
        max_stops=book.integer("plan.max_stops", units),
        half_day_at=book.text("visit.half_day_at", units),
    )
