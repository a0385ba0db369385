"""Groups and their people for the forecast: who leads here, who is there on which days of the week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.workdays.calendar import add_workdays, workdays_in
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.worktime import calendar_of, known
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.workdays.calendar import WorkCalendar
    from tiejun.foundation.policies import PolicyBook
    from tiejun.org.models import Unit
    from tiejun.org.queries import TeamMember


def groups_in_reach(scope: Scope, ability: Ability) -> list[Unit]:
    """Return the open groups that the asker reaches with an ability beyond the own person, by path."""
    return [
        unit
        for unit in org.all_units(scope)
        if unit.kind == "GROUP" and scope.covers(ability, owner_id=None, unit_id=unit.pk)
    ]


def group_in_reach(scope: Scope, ability: Ability, unit_id: UUID | None) -> Unit:
    """Return one group in reach, the first without `unit_id`; raises `NotFound`."""
    for unit in groups_in_reach(scope, ability):
        if unit_id is None or unit.pk == unit_id:
            return unit
    raise NotFound


def reps_of(scope: Scope, unit_id: UUID, ability: Ability, *, on: date) -> list[TeamMember]:
    """Return the representatives of a group on a day, within reach, by name."""
    return org.members_in_reach(scope, ability, on=on, unit_id=unit_id)


@dataclass(frozen=True, slots=True)
class Presence:
    """The working days of a span on which somebody is there; half days count."""

    days: tuple[date, ...]

    def count(self) -> int:
        return len(self.days)

    def left(self, day: date) -> int:
        """Count the days from `day` on."""
        return sum(one >= day for one in self.days)


def presence(
    scope: Scope, person_ids: Iterable[UUID], *, first: date, last: date, calendar: WorkCalendar
) -> dict[UUID, Presence]:
    """Return on which working days of a span each person is there, in one query."""
    persons = list(person_ids)
    days = known(lambda announced: workdays_in(first, last, announced), calendar)
    away: dict[UUID, set[date]] = defaultdict(set)
    for span in org.leave_between(scope, persons, first=first, last=last):
        if span.part == "FULL":
            away[span.person_id] |= {day for day in days if span.starts_on <= day <= span.ends_on}
    return {person_id: Presence(tuple(day for day in days if day not in away[person_id])) for person_id in persons}


def week_of(scope: Scope, day: date) -> tuple[date, date]:  # noqa: ARG001 -- a calendar is no secret
    """Return Monday and Sunday of a day's ISO week."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def workday_after(scope: Scope, day: date, count: int, *, book: PolicyBook, chain: Sequence[UUID]) -> date:  # noqa: ARG001 -- a calendar is no secret
    """Return the `count`-th working day after a day (before it when negative)."""
    return known(lambda announced: add_workdays(day, count, announced), calendar_of(book, chain))
