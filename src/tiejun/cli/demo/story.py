"""Forty working days of the demo company, lived through the product's own actions with the clock as an argument."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from django.db import connection

from tiejun.access.scope import Scope
from tiejun.cli.demo import company as demo_company
from tiejun.cli.demo.company import SYSTEM, ZONE, DemoLogin, DemoStaff
from tiejun.cli.demo.deals import Money
from tiejun.cli.demo.life import Life
from tiejun.cli.demo.names import words
from tiejun.cli.demo.supply import Supply
from tiejun.engines.workdays.calendar import WorkCalendar, is_workday
from tiejun.foundation.events import held_back
from tiejun.foundation.times import at_local, business_day
from tiejun.operations.actions import policies as policy_actions
from tiejun.org.queries import unit_chain
from tiejun.visits.actions.day_locks import hard_lock_day, soft_lock_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FIRST_SUPPLY = 4200
DAILY_SUPPLY = 45


def build(*, seed: int, days: int, now: datetime, report: Callable[[str], None]) -> list[DemoLogin]:
    """Build the demo company in an empty database, up to `now`; returns its logins. The same seed and day give the same story."""
    _be_quick()
    random = Random(seed)
    today = business_day(now, ZONE)
    past = list(islice(_workdays_before(today), days))[::-1]
    with held_back() as events:
        report("Founding the company …")
        staff, logins = demo_company.found(random, first_day=past[0], today=today)
        _open_today(today, now)
        supply = Supply(random, past[0])
        supply.bring(FIRST_SUPPLY, at_local(past[0] - timedelta(days=1), "15:00", ZONE))
        lives = [Life(rep, Random(f"{seed}-{rep.name}"), supply) for rep in staff.reps]
        money = Money(staff, Random(f"{seed}-money"))
        for number, day in enumerate([*past, today], 1):
            if number % 5 == 1 or day == today:
                report(f"Day {number} of {len(past) + 1}: {day.isoformat()} …")
            supply.bring(DAILY_SUPPLY, at_local(day, "07:00", ZONE))
            _live(staff, lives, money, events, day, now, is_recent=number > days - 5)
    return logins


def _be_quick() -> None:
    # The demo can be built again: it need not wait for the disk at each of its thousands of commits.
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def _workdays_before(today: date) -> Iterator[date]:
    calendar = WorkCalendar()
    day = today
    while True:
        day -= timedelta(days=1)
        if is_workday(day, calendar):
            yield day


def _open_today(today: date, now: datetime) -> None:
    """The demo is looked at on any day: a day off is declared a working day, openly, by policy."""
    days = [day for day in (today, today + timedelta(days=1)) if not is_workday(day, WorkCalendar())]
    if days:
        value = {day.isoformat(): words()["demo_day"] for day in days}
        at = now - timedelta(days=30)
        draft = policy_actions.draft_policy(
            SYSTEM, key="calendar.extra_workdays", value=value, unit_id=None, valid_from=None, reason=words()["demo_day"], now=at
        )
        policy_actions.put_in_force(SYSTEM, version_id=draft.pk, now=at)


def _live(
    staff: DemoStaff, lives: list[Life], money: Money, events: list[object], day: date, now: datetime, *, is_recent: bool
) -> None:
    """One day for everybody, up to `now`."""
    for life in lives:
        if day >= life.rep.joined_on:
            life.live(day, now, plans=is_recent)
    money.follow(events, day, now)
    events.clear()
    soft_at, hard_at = at_local(day, "18:30", ZONE), at_local(day, "26:00", ZONE)
    for unit_id in staff.groups:
        scope = Scope.system("demo", unit_chain=unit_chain(SYSTEM, unit_id))
        if soft_at <= now:
            soft_lock_day(scope, unit_id=unit_id, business_day=day, soft_at=soft_at, now=soft_at)
        if hard_at <= now:
            hard_lock_day(scope, unit_id=unit_id, business_day=day, soft_at=soft_at, hard_at=hard_at, now=hard_at)
