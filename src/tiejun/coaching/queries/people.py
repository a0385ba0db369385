"""Who may be accompanied, on which days, and by which policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.coaching.rules.plans import DayFacts
from tiejun.engines.workdays.calendar import is_workday
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import at_local, business_day
from tiejun.foundation.worktime import calendar_of, known
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope
    from tiejun.coaching.models import CoachingPlan
    from tiejun.engines.workdays.calendar import WorkCalendar
    from tiejun.foundation.policies import PolicyBook
    from tiejun.org.queries import TeamMember


@dataclass(frozen=True, slots=True)
class CoachingPolicy:
    """The numbers of accompanied visits of a unit, and its clock."""

    book: PolicyBook
    chain: tuple[UUID, ...]
    zone: str

    def number(self, name: str) -> int:
        """Return a whole number of the policies `coaching.*`."""
        return self.book.integer(f"coaching.{name}", self.chain)

    @property
    def calendar(self) -> WorkCalendar:
        return calendar_of(self.book, self.chain)

    def hard_at(self, day: date) -> datetime:
        """Return when a business day is locked for everybody."""
        return at_local(day, self.book.text("clock.hard_lock", self.chain), self.zone)

    def summary_due(self, day: date) -> datetime:
        """Return when the summary of a day is due."""
        return at_local(day, self.book.text("coaching.summary_due", self.chain), self.zone)

    def is_workday(self, day: date) -> bool:
        return known(lambda calendar: is_workday(day, calendar), self.calendar)


def policy_of(scope: Scope, unit_id: UUID, now: datetime) -> CoachingPolicy:
    """Return the policy of a unit in force at an instant."""
    return CoachingPolicy(policies.book(now), org.unit_chain(scope, unit_id), scope.zone)


def member_in_reach(scope: Scope, person_id: UUID, day: date, ability: Ability) -> TeamMember:
    """Return a representative within reach of an ability on a day, the asker too; raises `NotFound`."""
    unit_id = org.unit_of_person(scope, person_id, on=day)
    if not scope.covers(ability, owner_id=person_id, unit_id=unit_id):
        raise NotFound
    for member in org.members_in_reach(scope, ability, on=day, unit_id=unit_id):
        if member.person_id == person_id:
            return member
    raise NotFound


def day_facts(scope: Scope, member: TeamMember, day: date, policy: CoachingPolicy, now: datetime) -> DayFacts:
    """Return what the rules ask of a person's day."""
    away = org.leave_between(scope, [member.person_id], first=day, last=day)
    return DayFacts(
        is_self=member.person_id == scope.person_id,
        is_gone=org.is_gone(scope, member.person_id, on=business_day(now, scope.zone)),
        is_away=any(span.part == "FULL" for span in away),
        is_workday=policy.is_workday(day),
        day=day,
        today=business_day(now, scope.zone),
    )


def calendar_without_leave(scope: Scope, person_id: UUID, day: date, policy: CoachingPolicy) -> WorkCalendar:
    """Return the working days of a person around a day, whole days of leave taken out."""
    spans = org.leave_between(scope, [person_id], first=day, last=day + timedelta(days=120))
    leave = [(span.starts_on, span.ends_on) for span in spans if span.part == "FULL"]
    return calendar_of(policy.book, policy.chain, leave)


def may_summarise(scope: Scope, plan: CoachingPlan, now: datetime) -> bool:
    """Tell whether the asker writes the summary of a day: its coach, or who leads now where the coach cannot (rule 25)."""
    if plan.person_id == scope.person_id:
        return False
    if plan.coach_id == scope.person_id or stands_in(scope, plan.unit_id):
        return True
    today = business_day(now, scope.zone)
    away = any(span.part == "FULL" for span in org.leave_between(scope, [plan.coach_id], first=today, last=today))
    return away or org.is_gone(scope, plan.coach_id, on=today)


def stands_in(scope: Scope, unit_id: UUID) -> bool:
    """Tell whether the asker stands in for the leader of a unit."""
    return any(grant.is_acting and unit_id in grant.unit_ids for grant in scope.grants)
