"""The demo's anomalies: found on the last mornings; the older ones answered, one in hand, the newest still nobody's."""

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
from tiejun.insight.jobs import find_anomalies
from tiejun.insight.queries.anomalies import anomaly_page, group_choices, owner_choices
from tiejun.org.queries import scope_of_person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from tiejun.cli.demo.company import DemoStaff
    from tiejun.insight.models import Anomaly

LEFT_OPEN = 2


def watch_links(staff: DemoStaff, days: Sequence[date], today: date, now: datetime) -> None:
    """Let the clock look at the links on the mornings of `days` and of today, and the head of sales deal with most of what it finds."""
    scope = Scope.system("insight.anomalies", zone=ZONE)
    for day in (*days, today):
        at = at_local(day, "07:30", ZONE)
        if at <= now:
            find_anomalies(Occasion(scope, staff.company_id, day, at, at))
    head = scope_of_person(staff.persons[Role.SALES_HEAD], at=now, origin="demo")
    found = anomaly_page(head, size=100).rows
    for place, row in enumerate(found[LEFT_OPEN:]):
        _deal_with(head, row, is_done=place > 0, place=place, now=now)


def _deal_with(head: Scope, row: Anomaly, *, is_done: bool, place: int, now: datetime) -> None:
    """Agree on an action on a past evening, or this one; an older one is answered two days later."""
    reason, action, done, outcome = words()["anomalies"][place % len(words()["anomalies"])]
    at = row.raised_at + timedelta(hours=2) if is_done else now
    groups = group_choices(head, row)
    owners = [person_id for person_id, _name in owner_choices(head, row, now=at)]
    due_on = next_workday(at.date(), WorkCalendar())
    plan = Plan(reason, owners[place % len(owners)], action, due_on, None if is_done else groups[0].pk)
    acted = act_on_anomaly(head, anomaly_id=row.pk, version=row.version, plan=plan, now=at)
    if is_done:
        close_anomaly(
            head,
            anomaly_id=row.pk,
            version=acted.version,
            done=done,
            outcome=outcome,
            now=min(now, at + timedelta(days=2)),
        )
