"""The checks of an evening: which points must be asked for, person by person, with the customers of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.coaching.models import ApplicationCheck
from tiejun.coaching.queries import people
from tiejun.coaching.queries.desk import groups_led
from tiejun.coaching.rules import CheckState
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.org import queries as org
from tiejun.visits.queries.days import day_counts

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Unit

MADE_UP_FOR = timedelta(days=7)  # a missed check can be answered for a week, after that nobody remembers


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check with its point and person; `visits` of the day, 0: no chance to use it."""

    check: ApplicationCheck
    name: str
    visits: int
    used: int
    needed: int


@dataclass(frozen=True, slots=True)
class ChecksPage:
    """A group's checks: of today, missed ones of the last week, and what was answered today."""

    unit: Unit
    units: list[Unit]
    today: date
    due: list[CheckLine]
    missed: list[CheckLine]
    answered: list[CheckLine]


def checks_page(scope: Scope, *, unit_id: UUID | None = None, now: datetime) -> ChecksPage:
    """Return the checks of a group within reach up to today, in a fixed number of queries; raises `NotFound`."""
    scope.require(Ability.COACH)
    units = groups_led(scope, Ability.COACH)
    unit = next((one for one in units if unit_id in (None, one.pk)), None)
    if unit is None:
        raise NotFound
    today = business_day(now, scope.zone)
    needed = people.policy_of(scope, unit.pk, now).number("used_times")
    rows = (
        ApplicationCheck.objects.within(scope, Ability.COACH)
        .filter(unit=unit.pk, due_on__gte=today - MADE_UP_FOR, due_on__lte=today)
        .exclude(person=scope.person_id)
        .exclude(state=CheckState.LIFTED)
        .select_related("point")
    )
    found = list(rows.order_by("due_on", "person__name_initials", "point__opened_at"))
    persons = {row.person_id for row in found}
    names = org.names_of(scope, persons)
    counts = day_counts(scope, persons, today, now=now)
    lines = [
        CheckLine(
            check=row,
            name=names[row.person_id],
            visits=counts[row.person_id].restated_visits if row.due_on == today else 0,
            used=row.point.used,
            needed=needed,
        )
        for row in found
    ]
    return ChecksPage(
        unit=unit,
        units=units,
        today=today,
        due=[line for line in lines if line.check.state == CheckState.DUE],
        missed=[line for line in lines if line.check.state == CheckState.MISSED],
        answered=[line for line in lines if line.check.due_on == today and line.check.settled_at],
    )


def check_in_reach(scope: Scope, check_id: UUID) -> ApplicationCheck:
    """Return a check within reach that the asker may answer; raises `NotFound`."""
    scope.require(Ability.COACH)
    rows = ApplicationCheck.objects.within(scope, Ability.COACH).exclude(person=scope.person_id)
    row = rows.filter(pk=check_id).first()
    if row is None:
        raise NotFound
    return row
