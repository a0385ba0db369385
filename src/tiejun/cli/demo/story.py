"""Forty working days of the demo company, lived through the product's own actions with the clock as an argument."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from importlib import import_module
from itertools import islice, pairwise
from random import Random
from typing import TYPE_CHECKING

from django.db import transaction

from tiejun.access.scope import Scope
from tiejun.cli.demo import company as demo_company
from tiejun.cli.demo.allotments import draw_territories, fill_lists
from tiejun.cli.demo.anomalies import sum_days_up, watch_links
from tiejun.cli.demo.canvass import canvass, found_buildings, report_buildings
from tiejun.cli.demo.checks import Checks
from tiejun.cli.demo.coaching import Accompanied
from tiejun.cli.demo.commitments import Promises
from tiejun.cli.demo.company import SYSTEM, ZONE, DemoLogin, DemoStaff
from tiejun.cli.demo.crews import Crews, Task, be_quick
from tiejun.cli.demo.duplicates import bring_duplicates
from tiejun.cli.demo.evenings import close_forecasts, live_evenings
from tiejun.cli.demo.exchanges import live_exchanges
from tiejun.cli.demo.fields import define_fields, fill_in
from tiejun.cli.demo.files import bring_file
from tiejun.cli.demo.finance import read_the_bank
from tiejun.cli.demo.leavers import let_one_leave
from tiejun.cli.demo.lives import Lives
from tiejun.cli.demo.marketing import bring_marketing
from tiejun.cli.demo.meetings import hold_meetings, hold_talks
from tiejun.cli.demo.names import words
from tiejun.cli.demo.night import live_night, tell
from tiejun.cli.demo.reports import arrange_mails, keep_reports, take_out, wish_digests
from tiejun.cli.demo.reviews import review_deals
from tiejun.cli.demo.scripts import write_scripts
from tiejun.cli.demo.skills import rate_skills
from tiejun.cli.demo.supply import Supply
from tiejun.cli.demo.views import draw_boundary, keep_views
from tiejun.engines.workdays.calendar import WorkCalendar, is_workday, next_workday
from tiejun.foundation.events import held_back
from tiejun.foundation.times import at_local, business_day
from tiejun.operations.actions import policies as policy_actions
from tiejun.org.queries import unit_chain
from tiejun.visits.actions.day_locks import hard_lock_day, soft_lock_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tiejun.org.models import Building

FIRST_SUPPLY = 4200
DAILY_SUPPLY = 45
KEPT_IN_POOL = 0.35
PLANNED_DAYS = 1
# The company came to the product this many working days ago; what lies before was brought in.
LIVED_DAYS = 1
CHECKED_DAYS = 24
WATCHED_DAYS = 10
GOAL = 5  # deals a month


def build(*, seed: int, days: int, now: datetime, report: Callable[[str], None]) -> list[DemoLogin]:
    """Build the demo company in an empty database, up to `now`; returns its logins. The same seed and day give the same story."""
    be_quick()
    random, today = Random(seed), business_day(now, ZONE)
    past = list(islice(_workdays_before(today), days))[::-1]
    report("Founding the company …")
    with held_back():
        staff, logins = demo_company.found(random, first_day=past[0], today=today)
        _prepare(staff, past[0], today, now)
        supply = Supply(random, past[0])
        cards = supply.bring(FIRST_SUPPLY, at_local(past[0] - timedelta(days=1), "15:00", ZONE))
        buildings = found_buildings()
        first_check = past[-min(CHECKED_DAYS, days)]
        checks = Checks(staff, Random(f"{seed}-checks"), past[0] - timedelta(days=400), first_day=first_check)
    crews = Crews(staff, seed)
    talks, unsettled = Random(f"{seed}-evenings"), None
    for number, (day, upcoming) in enumerate(pairwise([*past, today, next_workday(today, WorkCalendar())]), 1):
        if number % 4 == 1 or day == today:
            report(f"Day {number} of {len(past) + 1}: {day.isoformat()} …")
        with held_back():
            if day == today:
                fill_lists(staff, today, now)
            cards += supply.bring(DAILY_SUPPLY, min(now, at_local(day, "07:00", ZONE)))
        given, cards = [card for card in cards if random.random() >= KEPT_IN_POOL], []
        is_recent, is_past = number > days - PLANNED_DAYS, number <= days - LIVED_DAYS
        with crews.living(Task(day, upcoming, now, is_recent, is_past, day == today, given)):
            if unsettled is not None:
                _settle(staff, checks, unsettled, now)
            elif number == 1:
                # Takes seconds, which the first question for an address would cost while all wait.
                import_module("tiejun.urls")
        unsettled = day if number < days - LIVED_DAYS else None
        if is_past and unsettled is None:
            _settle(staff, checks, day, now)
        elif not is_past:
            _end(staff, talks, checks, day, now, is_recent=is_recent)
    walk = partial(_walk, staff, Random(f"{seed}-coaching"), past, now)
    with crews.doing(walk, partial(_talk, staff, buildings, Random(f"{seed}-promises"), past, now)):
        _bring_records(staff, supply, now)
    crews.dismiss()
    _bring_the_rest(staff, past, now)
    return logins


def _bring_records(staff: DemoStaff, supply: Supply, now: datetime) -> None:
    """A file, marketing's records, doubled companies, reviews of deals, the bank's statement, customers for life."""
    with held_back():
        bring_file(staff, supply, now)
        bring_marketing(staff, supply, now)
        bring_duplicates(now)
        review_deals(staff, Random("reviews"), now)
        read_the_bank(staff, now)
        Lives(staff, Random("lives"), now).live()


def _walk(staff: DemoStaff, random: Random, past: list[date], now: datetime) -> None:
    """Whom the supervisors went along with, and what they saw them able to do."""
    Accompanied(staff, random, past, now).live()
    rate_skills(staff, random, past, now)


def _talk(staff: DemoStaff, buildings: list[Building], random: Random, past: list[date], now: datetime) -> None:
    """Who knocked at the doors of yesterday and today, the meetings of the last days, and what was promised all along."""
    canvass(staff, buildings, [past[-1], business_day(now, ZONE)], now)
    report_buildings(staff, now)
    hold_meetings(staff, Random("meetings"), past[-2:], business_day(now, ZONE), now)
    hold_talks(staff, Random("talks"), now)
    Promises(staff, random, first_day=past[0], now=now).make()


def _settle(staff: DemoStaff, checks: Checks, day: date, now: datetime) -> None:
    """Lock a day that was brought in and let the inspectors work; the next one may be brought in meanwhile."""
    _lock(staff, day, now)
    _check(checks, day, now, is_recent=False)


def _check(checks: Checks, day: date, now: datetime, *, is_recent: bool) -> None:
    if day >= checks.first_day:
        with held_back():
            checks.live(day, now, is_recent=is_recent)


def _bring_the_rest(staff: DemoStaff, past: list[date], now: datetime) -> None:
    """What people exchange today, and what each keeps for oneself."""
    live_exchanges(staff, now)
    with held_back():
        let_one_leave(staff, now)
        keep_views(staff, now)
        fill_in(staff, Random(str(now.date())), now)
        draw_boundary(staff)
        take_out(staff, now)
        keep_reports(staff, now)
        arrange_mails(staff, now)
        sum_days_up(staff, past[-1], now)
        watch_links(staff, past[-WATCHED_DAYS:], business_day(now, ZONE), now)
        wish_digests(staff, now)


def _end(staff: DemoStaff, talks: Random, checks: Checks, day: date, now: datetime, *, is_recent: bool) -> None:
    """The evening's talks, the lock, the night, the inspectors' work."""
    with held_back():
        live_evenings(staff, talks, day, now)
    _lock(staff, day, now)
    close_forecasts(staff, day, now)
    with held_back() as events:
        live_night(staff, day, now)
    with transaction.atomic():
        tell(events)
    _check(checks, day, now, is_recent=is_recent)


def _workdays_before(today: date) -> Iterator[date]:
    calendar = WorkCalendar()
    day = today
    while True:
        day -= timedelta(days=1)
        if is_workday(day, calendar):
            yield day


def _prepare(staff: DemoStaff, first_day: date, today: date, now: datetime) -> None:
    _open_today(today, now)
    draw_territories(staff, first_day)
    define_fields(staff, first_day)
    write_scripts(staff, first_day)


def _open_today(today: date, now: datetime) -> None:
    """The demo is looked at on any day: a day off is declared a working day, openly, by policy. What it sells is dear and sells seldom."""
    _put_in_force("golden.monthly_deals_goal", GOAL, words()["demo_goal"], now)
    days = [day for day in (today, today + timedelta(days=1)) if not is_workday(day, WorkCalendar())]
    if days:
        _put_in_force(
            "calendar.extra_workdays", {day.isoformat(): words()["demo_day"] for day in days}, words()["demo_day"], now
        )


def _put_in_force(key: str, value: object, reason: str, now: datetime) -> None:
    at = now - timedelta(days=30)
    draft = policy_actions.draft_policy(
        SYSTEM, key=key, value=value, unit_id=None, valid_from=None, reason=reason, now=at
    )
    policy_actions.put_in_force(SYSTEM, version_id=draft.pk, now=at)


def _lock(staff: DemoStaff, day: date, now: datetime) -> None:
    soft_at, hard_at = at_local(day, "18:30", ZONE), at_local(day, "26:00", ZONE)
    for unit_id in staff.groups:
        scope = Scope.system("demo", unit_chain=unit_chain(SYSTEM, unit_id))
        if soft_at <= now:
            soft_lock_day(scope, unit_id=unit_id, business_day=day, soft_at=soft_at, now=soft_at)
        if hard_at <= now:
            hard_lock_day(scope, unit_id=unit_id, business_day=day, soft_at=soft_at, hard_at=hard_at, now=hard_at)
