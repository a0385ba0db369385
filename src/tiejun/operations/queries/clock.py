"""The business clock: what must be planned and started now, and what the page of runs shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.engines.workdays.calendar import is_workday
from tiejun.foundation import clock, keyset, policies
from tiejun.foundation.models import ClockRun
from tiejun.foundation.refusals import NotFound, words_of_code
from tiejun.foundation.times import at_local, business_day
from tiejun.foundation.worktime import calendar_of, known
from tiejun.operations import rules
from tiejun.operations.models import ClockUnit
from tiejun.operations.texts.outcomes import counted
from tiejun.org.queries import all_units

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.clock import ClockEvent
    from tiejun.foundation.policies import PolicyBook
    from tiejun.foundation.refusals import Words


@dataclass(frozen=True, slots=True)
class ClockedUnit:
    """A unit that the clock runs for: groups, and the company for events of its own."""

    id: UUID
    name: str
    zone: str
    chain: tuple[UUID, ...]
    is_company: bool

    def keeps(self, event: ClockEvent) -> bool:
        """Tell whether an event runs for this unit."""
        return event.for_company is self.is_company


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run that must be made."""

    unit_id: UUID
    event: str
    business_day: date
    position: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """What the clock has to do now: units to begin with, runs to make or to move, runs to hand to a worker in this order."""

    new_units: dict[UUID, date]
    planned: dict[UUID, date]
    missing: list[NewRun]
    moved: dict[UUID, datetime]
    ready: list[UUID]

    @property
    def has_work(self) -> bool:
        return bool(self.new_units or self.planned or self.missing or self.moved or self.ready)


class Books:
    """The policies of each instant that is asked for, read once."""

    def __init__(self) -> None:
        self.at = cache(policies.book)


def clocked_units(scope: Scope) -> list[ClockedUnit]:
    """Return the open units of the clock: the company first, then the groups."""
    found = []
    for unit in all_units(scope):
        if unit.kind in ("COMPANY", "GROUP"):
            ids = [type(unit.pk)(part) for part in unit.path.split("/")]
            found.append(ClockedUnit(unit.pk, unit.name, unit.zone, tuple(reversed(ids)), unit.kind == "COMPANY"))
    return found


def tick(scope: Scope, *, now: datetime) -> Tick:
    """Return what the clock has to do at this moment; reads only."""
    scope.require(Ability.RUN_CLOCK)
    units = clocked_units(scope)
    books = Books()
    known_units = {row.unit_id: row for row in ClockUnit.objects.all()}
    rows = list(ClockRun.objects.exclude(status="DONE").order_by("business_day", "position", "event", "unit_id"))
    new_units, planned, missing = {}, {}, []
    present = _present(units, now)
    for unit in units:
        today = business_day(now, unit.zone)
        row = known_units.get(unit.id)
        if row is None:
            new_units[unit.id] = today
        elif row.planned_on < today:
            planned[unit.id] = today
        days = [today] if row is None else rules.days_to_plan(min(row.planned_on, today - timedelta(days=1)), today)
        missing += [
            run
            for day in days
            for run in _runs_of(unit, day, books, now)
            if (run.unit_id, run.event, day) not in present
        ]
    moved = _moved(rows, units, books, now)
    return Tick(
        new_units, planned, missing, moved, _ready([_facts(row, moved.get(row.pk)) for row in rows], units, books, now)
    )


def _present(units: Iterable[ClockedUnit], now: datetime) -> set[tuple[UUID, str, date]]:
    oldest = min((business_day(now, unit.zone) for unit in units), default=now.date())
    first = oldest - timedelta(days=rules.LONGEST_CATCH_UP_DAYS)
    return set(ClockRun.objects.filter(business_day__gte=first).values_list("unit_id", "event", "business_day"))


def _runs_of(unit: ClockedUnit, day: date, books: Books, now: datetime) -> list[NewRun]:
    book = books.at(_policy_moment(unit, day, now))
    worked = _is_worked(unit, day, book)
    return [
        NewRun(unit.id, event.key, day, event.position, _due(unit, event, day, book))
        for event in clock.events()
        if unit.keeps(event) and (worked or event.on_days_off)
    ]


def _is_worked(unit: ClockedUnit, day: date, book: PolicyBook) -> bool:
    return known(lambda calendar: is_workday(day, calendar), calendar_of(book, unit.chain))


def _due(unit: ClockedUnit, event: ClockEvent, day: date, book: PolicyBook) -> datetime:
    return at_local(day, book.text(event.time_key, unit.chain), unit.zone)


def _policy_moment(unit: ClockedUnit, day: date, now: datetime) -> datetime:
    # A missed day keeps the policy it ended with; today follows what is in force now.
    return min(now, at_local(day, "26:00", unit.zone))


def _moved(rows: Iterable[ClockRun], units: Iterable[ClockedUnit], books: Books, now: datetime) -> dict[UUID, datetime]:
    by_id = {unit.id: unit for unit in units}
    events = {event.key: event for event in clock.events()}
    moved = {}
    for row in rows:
        unit, event = by_id.get(row.unit_id), events.get(row.event)
        if unit is None or event is None or row.status != "DUE":
            continue
        due_at = _due(unit, event, row.business_day, books.at(_policy_moment(unit, row.business_day, now)))
        if due_at != row.due_at:
            moved[row.pk] = due_at
    return moved


def _ready(runs: list[rules.Run], units: Iterable[ClockedUnit], books: Books, now: datetime) -> list[UUID]:
    units_by_id = {unit.id: unit for unit in units}
    events = {event.key: event for event in clock.events()}
    in_chain = rules.chained(events.values())
    related = _related_units(units_by_id.values())
    ready = []
    for run in runs:
        unit, event = units_by_id.get(run.unit_id), events.get(run.event)
        if unit is None or event is None:
            continue
        numbers = {
            name: books.at(now).integer(f"clock.{name}", unit.chain) for name in ("retry_minutes", "stuck_minutes")
        }
        most = books.at(now).integer("clock.attempts_max", unit.chain)
        if not rules.may_start(run, now=now, most_attempts=most, **numbers):
            continue
        if not rules.blocker_of(
            run, runs, follows=event.follows, is_chained=run.event in in_chain, related=related[run.unit_id]
        ):
            ready.append(run.id)
    return ready


def _related_units(units: Iterable[ClockedUnit]) -> dict[UUID, frozenset[UUID]]:
    """Return for each unit itself, those above and those below it."""
    units = tuple(units)
    return {
        unit.id: frozenset(unit.chain) | frozenset(other.id for other in units if unit.id in other.chain)
        for unit in units
    }


def _facts(row: ClockRun, due_at: datetime | None = None) -> rules.Run:
    run = rules.Run(
        row.pk,
        row.unit_id,
        row.event,
        row.business_day,
        row.position,
        row.due_at,
        row.status,
        row.attempts,
        row.finished_at,
        row.started_at,
    )
    return replace(run, due_at=due_at) if due_at else run


def waits_for(scope: Scope, run_id: UUID) -> str | None:
    """Return the key of the event that a run waits for, or None; raises `NotFound`."""
    scope.require(Ability.VIEW_RUNS)
    row = ClockRun.objects.filter(pk=run_id).first()
    if row is None:
        raise NotFound
    related = _related_units(clocked_units(scope)).get(row.unit_id, frozenset({row.unit_id}))
    unfinished = ClockRun.objects.exclude(status="DONE").filter(unit_id__in=related, business_day__lte=row.business_day)
    event = next((event for event in clock.events() if event.key == row.event), None)
    if event is None:
        return None
    others = [_facts(other) for other in unfinished.order_by("business_day", "position")]
    chained = event.key in rules.chained(clock.events())
    blocker = rules.blocker_of(_facts(row), others, follows=event.follows, is_chained=chained, related=related)
    return blocker.event if blocker else None


# -- what the pages show ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ClockLine:
    """One event of a unit's day. `state`: PLANNED, DUE, RUNNING, DONE, FAILED, BLOCKED; `outcome` counts by name.

    `told`: what failed in a sentence, where the work itself could say it; `error` is for who reads code.
    """

    event: str
    name: str
    state: str
    due_at: datetime
    run_id: UUID | None
    finished_at: datetime | None
    attempts: int
    outcome: dict[str, Any]
    error: str
    told: str
    waits_for: str

    @property
    def counts(self) -> list[tuple[Words, object]]:
        """Return what it counted, in the reader's words."""
        return counted(self.outcome)


@dataclass(frozen=True, slots=True)
class UnitDay:
    """A unit's clock on one business day."""

    unit: ClockedUnit
    day: date
    is_worked: bool
    lines: list[ClockLine]
    done: int
    failed: int
    next_line: ClockLine | None


def clock_days(scope: Scope, *, now: datetime, unit_id: UUID | None = None, day: date | None = None) -> list[UnitDay]:
    """Return the clock of every unit, or of one, on a business day (today by default); raises `NotFound` for a strange unit."""
    scope.require(Ability.VIEW_RUNS)
    units = [unit for unit in clocked_units(scope) if unit_id in (None, unit.id)]
    if unit_id is not None and not units:
        raise NotFound
    books = Books()
    days = {unit.id: day or business_day(now, unit.zone) for unit in units}
    rows = ClockRun.objects.filter(unit_id__in=days, business_day__in=set(days.values())).order_by("position")
    by_unit: dict[UUID, dict[str, ClockRun]] = {}
    for row in rows:
        if row.business_day == days[row.unit_id]:
            by_unit.setdefault(row.unit_id, {})[row.event] = row
    return [_unit_day(unit, days[unit.id], by_unit.get(unit.id, {}), books, now) for unit in units]


def _unit_day(unit: ClockedUnit, day: date, rows: dict[str, ClockRun], books: Books, now: datetime) -> UnitDay:
    book = books.at(_policy_moment(unit, day, now))
    follows = {event.key: event.follows for event in clock.events()}
    due = {run.event: run.due_at for run in _runs_of(unit, day, books, now)}
    keys = sorted({*due, *rows}, key=lambda key: (rows[key].due_at if key in rows else due[key], key))
    lines = [_line(key, rows.get(key), due.get(key), rows.get(follows.get(key) or ""), now) for key in keys]
    return UnitDay(
        unit=unit,
        day=day,
        is_worked=_is_worked(unit, day, book),
        lines=lines,
        done=sum(line.state == "DONE" for line in lines),
        failed=sum(line.state == "FAILED" for line in lines),
        next_line=next((line for line in lines if line.state in ("PLANNED", "DUE", "RUNNING")), None),
    )


def _line(key: str, row: ClockRun | None, due_at: datetime | None, before: ClockRun | None, now: datetime) -> ClockLine:
    if row is None:
        assert due_at is not None
        return ClockLine(key, clock.words_of(key), "PLANNED", due_at, None, None, 0, {}, "", "", "")
    state = str(row.status)
    waits = before is not None and before.status != "DONE"
    if state == "DUE":
        state = "PLANNED" if row.due_at > now else "BLOCKED" if waits else "DUE"
    waits_for = clock.words_of(before.event) if waits and before is not None else ""
    return ClockLine(
        key,
        clock.words_of(key),
        state,
        row.due_at,
        row.pk,
        row.finished_at,
        row.attempts,
        dict(row.outcome),
        row.error,
        words_of_code(key.partition(".")[0], row.error),
        waits_for,
    )


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in the list of all runs."""

    id: UUID
    event: str
    name: str
    unit_id: UUID
    unit_name: str
    business_day: date
    due_at: datetime
    status: str
    finished_at: datetime | None
    attempts: int
    outcome: dict[str, Any]
    error: str

    @property
    def counts(self) -> list[tuple[Words, object]]:
        """Return what it counted, in the reader's words."""
        return counted(self.outcome)


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which runs to list; empty values do not filter."""

    status: str = ""
    event: str = ""
    unit_id: UUID | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class RunPage:
    """A page of runs, the latest first."""

    rows: list[RunRow]
    next_cursor: str | None
    previous_cursor: str | None


def runs_page(scope: Scope, wanted: RunFilter, *, cursor: str | None = None, size: int = 50) -> RunPage:
    """Return runs of the clock, the latest first."""
    scope.require(Ability.VIEW_RUNS)
    condition = Q()
    for name, value in (
        ("status", wanted.status), ("event", wanted.event), ("unit_id", wanted.unit_id), ("business_day", wanted.day)
    ):  # fmt: skip
        if value:
            condition &= Q(**{name: value})
    names = {unit.id: unit.name for unit in clocked_units(scope)}
    page = keyset.page(ClockRun.objects.filter(condition), order=["-due_at", "-id"], cursor=cursor, size=size)
    rows = [
        RunRow(
            id=row.pk,
            event=row.event,
            name=clock.words_of(row.event),
            unit_id=row.unit_id,
            unit_name=names.get(row.unit_id, ""),
            business_day=row.business_day,
            due_at=row.due_at,
            status=row.status,
            finished_at=row.finished_at,
            attempts=row.attempts,
            outcome=dict(row.outcome),
            error=row.error,
        )
        for row in page.rows
    ]
    return RunPage(rows, page.next_cursor, page.previous_cursor)
