"""What the policies ask of a unit's meetings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.engines.workdays.calendar import is_workday
from tiejun.foundation import policies
from tiejun.foundation.times import at_local
from tiejun.foundation.worktime import calendar_of, known, next_workday_of
from tiejun.meetings.rules import Kind
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.policies import PolicyBook

TIME_KEYS = {Kind.BRIEFING: "clock.briefing", Kind.EVENING: "clock.evening_meeting"}
DAY_KEYS = {Kind.BRIEFING: "meetings.briefing_weekdays", Kind.EVENING: "meetings.evening_weekdays"}
LEAST_MINUTES = 5


@dataclass(frozen=True, slots=True)
class MeetingPolicy:
    """The numbers of a unit's meetings in force at an instant, and its clock as functions of a day."""

    book: PolicyBook
    chain: tuple[UUID, ...]
    zone: str

    def number(self, key: str) -> int:
        """Return an integer of the group `meetings`."""
        return self.book.integer(f"meetings.{key}", self.chain)

    @property
    def time_plan(self) -> list[int]:
        """The parts of an evening meeting in percent: agenda, shares, drill, outcome."""
        return list(self.book.integers("meetings.time_plan", self.chain))

    def is_held(self, kind: Kind, day: date) -> bool:
        """Tell whether the unit meets on a day."""
        works = known(lambda calendar: is_workday(day, calendar), calendar_of(self.book, self.chain))
        return works and day.weekday() in self.book.integers(DAY_KEYS[kind], self.chain)

    def planned_at(self, kind: Kind, day: date) -> datetime:
        """Return when a meeting begins."""
        return at_local(day, self.book.text(TIME_KEYS[kind], self.chain), self.zone)

    def minutes(self, kind: Kind, day: date) -> int:
        """Return a meeting's time box: an evening's by policy, a briefing's until the departure."""
        if kind is Kind.EVENING:
            longest = self.number("longest_minutes")
            return min(self.book.integer("clock.meeting_minutes", self.chain), longest)
        until = at_local(day, self.book.text("clock.departure", self.chain), self.zone) - self.planned_at(kind, day)
        return max(LEAST_MINUTES, int(until.total_seconds()) // 60)

    def next_day(self, day: date) -> date:
        """Return the next working day."""
        return next_workday_of(day, calendar_of(self.book, self.chain))


def meeting_policy(scope: Scope, unit_id: UUID, *, zone: str, now: datetime) -> MeetingPolicy:
    """Return the policy of a unit's meetings in force at an instant; raises `NotFound` for an unknown unit."""
    return MeetingPolicy(policies.book(now), org.unit_chain(scope, unit_id), zone)
