"""Territories of the demo's groups, and the list that everybody finds this morning."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tiejun.access.scope import Scope
from tiejun.cli.demo.company import SYSTEM, ZONE, DemoStaff
from tiejun.cli.demo.names import words
from tiejun.foundation.clock import Occasion
from tiejun.foundation.times import at_local
from tiejun.insight.jobs import refresh_scores
from tiejun.operations.jobs import allot
from tiejun.org.actions import territories
from tiejun.org.actions.territories import Coverage

if TYPE_CHECKING:
    from tiejun.org.models import Territory

SHARED = 4  # districts of one group, so that neighbours overlap


def draw_territories(staff: DemoStaff, first_day: date) -> None:
    """Give each group its districts, and each of its representatives the group's territory."""
    districts, names = list(words()["districts"]), words()["units"]["groups"]
    for number, unit_id in enumerate(staff.groups):
        mine = [districts[(2 * number + step) % len(districts)] for step in range(SHARED)]
        made: Territory = territories.make_territory(
            SYSTEM, name=names[number], unit_id=unit_id, coverage=Coverage(district_codes=tuple(mine))
        )
        for rep in staff.reps:
            if rep.unit_id == unit_id:
                starts_on = max(first_day, rep.joined_on)
                territories.assign_territory(SYSTEM, territory_id=made.pk, person_id=rep.person_id, starts_on=starts_on)


def fill_lists(staff: DemoStaff, today: date, now: datetime) -> None:
    """Score the leads and fill this morning's lists as the night does."""
    at = min(now, at_local(today, "03:00", ZONE))
    scorer = Scope.system("insight.scores", unit_chain=[staff.company_id], zone=ZONE)
    refresh_scores(Occasion(scorer, staff.company_id, today - timedelta(days=1), at, at))
    scope = Scope.system("operations.allotment", unit_chain=[staff.company_id], zone=ZONE)
    allot(Occasion(scope, staff.company_id, today - timedelta(days=1), at, at))
