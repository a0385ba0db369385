"""Leave as the list and the calendar show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.engines.workdays.calendar import DayKind, YearNotAnnounced, day_kind
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.foundation.worktime import calendar_of
from tiejun.org.models import Leave, Position
from tiejun.org.rules import Refusal, why_not_from

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

SHOWN_AT_MOST = 200
DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True)
class LeaveLine:
    """A leave in a list; `refusal` says why it cannot be cancelled, None = it can."""

    leave_id: UUID
    person_id: UUID
    name: str
    unit_name: str
    kind: str
    part: str
    starts_on: date
    ends_on: date
    note: str
    is_own: bool
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the calendar; `kind` is None in a year whose days off are not announced; `away` are names with part."""

    day: date
    is_in_month: bool
    is_today: bool
    kind: DayKind | None
    away: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LeaveMonth:
    """A month of whole weeks, with the leave that touches it, and the first year that is not announced or None."""

    first: date
    previous: date
    following: date
    weeks: list[list[CalendarDay]]
    lines: list[LeaveLine]
    unannounced_year: int | None


def leave_month(scope: Scope, *, month: date, now: datetime) -> LeaveMonth:
    """Return the month of a date with who is away within reach, for calendar and list."""
    scope.require(Ability.VIEW_LEAVE)
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    start = first - timedelta(days=first.weekday())
    end = following + timedelta(days=-following.weekday() % DAYS_OF_WEEK - 1)
    lines = _lines(scope, start, end, now)
    today = local_date(now, scope.zone)
    calendar = calendar_of(policies.book(now), scope.unit_chain)
    days = []
    unannounced = None
    for offset in range((end - start).days + 1):
        day = start + timedelta(days=offset)
        try:
            kind: DayKind | None = day_kind(day, calendar)
        except YearNotAnnounced as gap:
            kind, unannounced = None, gap.year
        away = [(line.name, line.part) for line in lines if line.starts_on <= day <= line.ends_on]
        days.append(CalendarDay(day, first <= day < following, day == today, kind, away))
    weeks = [days[at : at + DAYS_OF_WEEK] for at in range(0, len(days), DAYS_OF_WEEK)]
    shown = [line for line in lines if line.ends_on >= first and line.starts_on < following]
    return LeaveMonth(first, (first - timedelta(days=1)).replace(day=1), following, weeks, shown, unannounced)


def leave_of_person(scope: Scope, person_id: UUID, *, since: date, now: datetime) -> list[LeaveLine]:
    """Return a person's leave that ends on or after a day, newest first, within reach."""
    rows = [line for line in _lines(scope, since, date.max, now, person_id) if line.person_id == person_id]
    return sorted(rows, key=lambda line: line.starts_on, reverse=True)


def _lines(scope: Scope, first: date, last: date, now: datetime, person_id: UUID | None = None) -> list[LeaveLine]:
    rows = Leave.objects.within(scope, Ability.VIEW_LEAVE).filter(
        cancelled_at=None, starts_on__lte=last, ends_on__gte=first
    )
    if person_id:
        rows = rows.filter(person_id=person_id)
    rows = rows.select_related("person", "unit").order_by("starts_on", "person__name_initials", "id")[:SHOWN_AT_MOST]
    back = policies.book(now).integer("org.backdate_days", scope.unit_chain)
    today = local_date(now, scope.zone)
    return [
        LeaveLine(
            leave_id=row.pk,
            person_id=row.person_id,
            name=row.person.name,
            unit_name=row.unit.name,
            kind=row.kind,
            part=row.part,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            note=row.note
            if row.person_id == scope.person_id
            or scope.covers(Ability.RECORD_LEAVE, owner_id=None, unit_id=row.unit_id)
            else "",
            is_own=row.person_id == scope.person_id,
            refusal=why_not_from(row.ends_on, today=today, backdate_days=back),
        )
        for row in rows
    ]


def people_for_leave(scope: Scope, *, now: datetime) -> list[tuple[UUID, str]]:
    """Return whose leave one may record: oneself first, then the people within reach, by unit and name."""
    scope.require(Ability.RECORD_LEAVE)
    today = local_date(now, scope.zone)
    rows = (
        Position.objects.on(today).within(scope, Ability.RECORD_LEAVE).filter(is_primary=True).select_related("person")
    )
    found = [(row.person_id, row.person.name) for row in rows.order_by("unit__path", "person__name_initials")]
    return sorted(found, key=lambda pair: pair[0] != scope.person_id)


def may_lead(scope: Scope, unit_id: UUID, *, now: datetime) -> list[tuple[UUID, str]]:
    """Return who could stand in for a unit's leader: reps and leaders of the company, not oneself, by name.

    Raises `NotFound` when the unit is out of reach.
    """
    scope.require(Ability.APPOINT_ACTING)
    if not scope.covers(Ability.APPOINT_ACTING, owner_id=None, unit_id=unit_id):
        raise NotFound
    today = local_date(now, scope.zone)
    rows = Position.objects.on(today).filter(
        is_primary=True, role__in=[Role.REP, Role.SUPERVISOR, Role.REGIONAL_MANAGER, Role.SALES_HEAD]
    )
    found = rows.exclude(person_id=scope.own_id).select_related("person", "unit").order_by("person__name_initials")
    return [
        (row.person_id, f"{row.person.name} ({row.unit.name})")
        for row in sorted(found, key=lambda row: row.unit_id != unit_id)
    ]
