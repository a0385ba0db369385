"""The demo's evenings: who must be talked to, the talks themselves, and the reports that close the days."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from tiejun.access.scope import Scope
from tiejun.cli.demo.commitments import said_visits
from tiejun.cli.demo.company import SYSTEM, ZONE
from tiejun.cli.demo.names import words
from tiejun.engines.workdays.calendar import WorkCalendar, next_workday
from tiejun.forecast.actions import daily, reports, reviews
from tiejun.forecast.actions.reviews import ReviewFacts
from tiejun.forecast.queries.evening import evening
from tiejun.forecast.queries.tomorrow import forecasts_on
from tiejun.forecast.rules import ReviewKind
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import at_local
from tiejun.org.queries import scope_of_person, unit_chain

IN_OWN_WORDS = 0.7  # the others leave the machine's draft as it is

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from random import Random
    from uuid import UUID

    from tiejun.cli.demo.company import DemoStaff, Rep
    from tiejun.forecast.queries.evening import QueueLine


@dataclass(frozen=True, slots=True)
class _Group:
    unit_id: UUID
    supervisor_id: UUID

    @property
    def clock(self) -> Scope:
        return Scope.system("demo", unit_chain=unit_chain(SYSTEM, self.unit_id), zone=ZONE)


def live_evenings(staff: DemoStaff, random: Random, day: date, now: datetime) -> None:
    """Live the evening of a day in each group, as far as its clock has come."""
    for unit_id, supervisor_id in zip(staff.groups, staff.supervisors, strict=True):
        _evening(_Group(unit_id, supervisor_id), staff.reps, random, day, now)


def _evening(group: _Group, reps: Sequence[Rep], random: Random, day: date, now: datetime) -> None:
    following = next_workday(day, WorkCalendar())
    opens, closes = at_local(day, "17:20", ZONE), at_local(day, "18:24", ZONE)
    if opens > now:
        return
    daily.draft_days(group.clock, unit_id=group.unit_id, day=following, now=opens - timedelta(minutes=8))
    for rep in reps:
        if rep.unit_id == group.unit_id and random.random() < IN_OWN_WORDS:
            _say(rep, following, random, opens - timedelta(minutes=random.randint(1, 7)))
    due_at = at_local(day, "18:25", ZONE)
    reviews.compute_evening(group.clock, unit_id=group.unit_id, day=day, due_at=due_at, now=opens)
    if closes > now:
        return
    scope = scope_of_person(group.supervisor_id, at=opens, origin="demo")
    lines = evening(scope, unit_id=group.unit_id, day=day, now=opens).lines
    for number, line in enumerate(lines):
        _talk(scope, line, random, day, opens + timedelta(minutes=22 + 4 * number))
    daily.submit_drafts(group.clock, unit_id=group.unit_id, day=following, now=at_local(day, "18:00", ZONE))
    report = evening(scope, unit_id=group.unit_id, day=day, now=closes).report
    assert report is not None
    note = random.choice(words()["talks"]["report"])
    reports.close_report(scope, unit_id=group.unit_id, day=day, version=report.version, note=note, now=closes)


def _say(rep: Rep, day: date, random: Random, now: datetime) -> None:
    """Say tomorrow in one's own words: the deals that were drafted, and as many visits as one makes."""
    drafted = forecasts_on(rep.scope(now), [rep.person_id], day, now=now)[rep.person_id]
    visits = said_visits(rep, random)
    effective = min(visits, max(1, round(visits * (0.1 + 0.25 * rep.skill))))
    numbers = replace(drafted.numbers, visits=visits, morning=min(3, visits), effective=effective)
    deals = [line.deal for line in drafted.lines]
    with suppress(Refused):  # on leave tomorrow
        daily.save_day(rep.scope(now), day=day, version=0, numbers=numbers, deals=deals, now=now)


def _talk(scope: Scope, line: QueueLine, random: Random, day: date, now: datetime) -> None:
    if line.review is None or line.state not in ("REQUIRED", "SUGGESTED"):
        return
    talks, version = words()["talks"], line.review.version
    if line.is_open and random.random() < 0.07:
        carry = partial(reviews.carry_review, scope, person_id=line.person_id, day=day, version=version)
        if _unless_refused(carry, reason=random.choice(talks["carry"]), now=now):
            return
    if not line.is_open and random.random() < 0.3:
        return
    facts = ReviewFacts(
        kind=ReviewKind(line.review.kind),
        findings=random.choice(talks["findings"]),
        agreed=random.choice(talks["agreed"]),
        itinerary=random.choice(talks["itinerary"]),
        itinerary_confirmed=True,
        backup_checked=random.random() < 0.75,
    )
    reviews.finish_review(scope, person_id=line.person_id, day=day, version=version, facts=facts, now=now)


def _unless_refused(step: partial[Any], *, reason: str, now: datetime) -> bool:
    try:
        step(reason=reason, now=now)
    except Refused:
        # Carried over yesterday already: tonight the talk happens.
        return False
    return True


def close_forecasts(staff: DemoStaff, day: date, now: datetime) -> None:
    """Judge the forecasts of a day at its lock."""
    locked = at_local(day, "18:30", ZONE)
    if locked > now:
        return
    for unit_id, supervisor_id in zip(staff.groups, staff.supervisors, strict=True):
        daily.close_days(_Group(unit_id, supervisor_id).clock, unit_id=unit_id, day=day, now=locked)
