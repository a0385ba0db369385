"""The demo's closed days, summed up for the boards, and its anomalies: found on the last mornings; the older ones answered, one in hand, the newest still nobody's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.cli.demo.company import ZONE
from tiejun.cli.demo.names import words
from tiejun.engines.workdays.calendar import WorkCalendar, next_workday
from tiejun.foundation.clock import Occasion
from tiejun.foundation.times import at_local
from tiejun.insight.actions.anomalies import Plan, act_on_anomaly, close_anomaly
from tiejun.insight.jobs import find_anomalies, sum_up
from tiejun.insight.queries.anomalies import anomaly_page, group_choices, owner_choices
from tiejun.org.queries import scope_of_person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from tiejun.cli.demo.company import DemoStaff
    from tiejun.insight.models import Anomaly

HANDED_ON = ("ORDERS", "PERFORMANCE", "COLLECTION")


def watch_links(staff: DemoStaff, days: Sequence[date], today: date, now: datetime) -> None:
    """Let the clock look at the links on the mornings of `days` and of today; the head of sales deals with what it finds.

    What was found before the last of `days` is answered the same morning, what that day brought is in hand, today's is nobody's yet.
    """
    scope = Scope.system("insight.anomalies", zone=ZONE)
    for place, day in enumerate((*days, today)):
        at = at_local(day, "07:30", ZONE)
        if at > now:
            return
        find_anomalies(Occasion(scope, staff.company_id, day, at, at))
        if day == today:
            return
        head = scope_of_person(staff.persons[Role.SALES_HEAD], at=at, origin="demo")
        for row in anomaly_page(head, size=100).rows:
            if row.owner_id is None:
                _deal_with(head, row, is_done=place < len(days) - 1, now=at + timedelta(hours=2), present=now)


def sum_days_up(staff: DemoStaff, day: date, now: datetime) -> None:
    """Roll the closed days up, as each night does; `day`: the last of them."""
    sum_up(Occasion(Scope.system("insight.facts", zone=ZONE), staff.company_id, day, now, now))


def _deal_with(head: Scope, row: Anomaly, *, is_done: bool, now: datetime, present: datetime) -> None:
    """Agree on an action about an anomaly, and answer it the same evening; one in hand stands on the coming agenda."""
    told = words()["anomalies"]["money" if row.link in HANDED_ON else "leads"]
    reason, action, done, outcome = told[row.side]
    at = now if is_done else present
    groups = group_choices(head, row)
    owners = [person_id for person_id, _name in owner_choices(head, row, now=at)]
    due_on = next_workday(at.date(), WorkCalendar())
    plan = Plan(reason, owners[0], action, due_on, None if is_done else groups[0].pk)
    acted = act_on_anomaly(head, anomaly_id=row.pk, version=row.version, plan=plan, now=at)
    if is_done:
        evening = at + timedelta(hours=8)
        close_anomaly(head, anomaly_id=row.pk, version=acted.version, done=done, outcome=outcome, now=evening)
