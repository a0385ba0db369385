from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import get_language

from tiejun.access.abilities import Ability
from tiejun.access.roles import SECOND_FACTOR_ROLES, Role
from tiejun.access.scope import Grant, Scope
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.statements import asked
from tiejun.foundation.worktime import calendar_of, hours_of
from tiejun.org.models import Leave, Login, Person, Position, ProductLine, Unit
from tiejun.org.rules import WorkingTime, pause_of_half_day, spans_of_leave

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the scope, and what the shell shows of the person; `role` is None without a position."""

    scope: Scope
    name: str
    role: Role | None


def scope_of_login(login: Login, *, at: datetime, origin: str, request_id: str = "") -> Scope:
    """Build the scope of a login as of an instant; deactivated, without a person or a position it can do nothing."""
    return asker_of_login(login, at=at, origin=origin, request_id=request_id).scope


def asker_of_login(login: Login, *, at: datetime, origin: str, request_id: str = "") -> Asker:
    """Build the scope of a login with the name and role that the pages show."""
    if login.person_id is None or not login.is_active:
        return Asker(
            Scope(actor=login.username, login_id=login.pk, at=at, origin=origin, request_id=request_id),
            login.username,
            None,
        )
    return _asker(login.person_id, at=at, origin=origin, login_id=login.pk, request_id=request_id)


def scope_of_person(
    person_id: UUID, *, at: datetime, origin: str, login_id: UUID | None = None, request_id: str = ""
) -> Scope:
    """Build the scope of a person as of an instant (used by sign-in, tokens and jobs that act for somebody)."""
    return _asker(person_id, at=at, origin=origin, login_id=login_id, request_id=request_id).scope


# One statement for every request: the positions held on the company's day, each with its unit's path and all that is below.
_POSITIONS = """
    SELECT p.role, p.unit_id, p.is_acting, p.is_primary, person.name, u.path, u.zone,
           ARRAY(SELECT b.id FROM org_unit b WHERE b.path = u.path OR starts_with(b.path, u.path || '/'))
    FROM org_position p
    JOIN org_unit u ON u.id = p.unit_id
    JOIN org_person person ON person.id = p.person_id
    CROSS JOIN (
        SELECT (%(at)s AT TIME ZONE COALESCE((SELECT zone FROM org_unit WHERE kind = 'COMPANY'), 'Asia/Shanghai'))::date AS day
    ) company
    WHERE p.person_id = %(person)s AND p.starts_on <= company.day AND (p.ends_on IS NULL OR p.ends_on >= company.day)
    ORDER BY p.is_primary DESC, p.starts_on
"""


def _asker(person_id: UUID, *, at: datetime, origin: str, login_id: UUID | None, request_id: str) -> Asker:
    rows = asked(_POSITIONS, {"at": at, "person": person_id})
    name, path, zone = rows[0][4:7] if rows else ("", "", "Asia/Shanghai")
    chain = tuple(UUID(part) for part in reversed(path.split("/"))) if path else ()
    grants = tuple(
        Grant(Role(role), unit_id, frozenset(below), is_acting) for role, unit_id, is_acting, _, _, _, _, below in rows
    )
    scope = Scope(
        actor=str(person_id),
        person_id=person_id,
        login_id=login_id,
        unit_id=chain[0] if chain else None,
        unit_chain=chain,
        grants=grants,
        zone=zone,
        at=at,
        origin=origin,
        request_id=request_id,
        roles=frozenset(grant.role for grant in grants),
    )
    return Asker(scope, name, grants[0].role if grants else None)


def _chain(unit: Unit | None, units: dict[UUID, Unit]) -> tuple[UUID, ...]:
    chain = []
    while unit is not None:
        chain.append(unit.pk)
        unit = units[unit.parent_id] if unit.parent_id else None
    return tuple(chain)


def all_units(scope: Scope) -> list[Unit]:  # noqa: ARG001 -- units are no secret inside the company
    """Return all units that are open, parents before children."""
    return list(Unit.objects.filter(closed_on=None).order_by("path"))


def unit_chain(scope: Scope, unit_id: UUID) -> tuple[UUID, ...]:  # noqa: ARG001 -- units are no secret inside the company
    """Return a unit's ids from itself up to the company (what policies are looked up with); raises `NotFound`."""
    units = {unit.pk: unit for unit in Unit.objects.all()}
    if unit_id not in units:
        raise NotFound
    return _chain(units[unit_id], units)


def unit_chains(scope: Scope, unit_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID, ...]]:  # noqa: ARG001 -- units are no secret inside the company
    """Return the chains of several units in one query, each from itself up to the company."""
    units = {unit.pk: unit for unit in Unit.objects.all()}
    return {unit_id: _chain(units[unit_id], units) for unit_id in set(unit_ids)}


def company_id(scope: Scope) -> UUID:  # noqa: ARG001 -- units are no secret inside the company
    """Return the root of the tree; raises `NotFound` before a company was founded."""
    found = Unit.objects.filter(parent=None).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound
    return found


def company_zone(scope: Scope) -> str:
    """Return the time zone that the days of the whole company are of, the asker's own before one was founded."""
    return Unit.objects.filter(parent=None).values_list("zone", flat=True).first() or scope.zone


# Asked by each of the hundreds of short transactions of a night.
_AT_WORK = """
    SELECT p.person_id FROM org_position p JOIN org_person o ON o.id = p.person_id
    WHERE p.person_id = ANY(%(persons)s) AND p.role = 'REP' AND o.left_on IS NULL
      AND p.starts_on <= %(on)s AND (p.ends_on IS NULL OR p.ends_on >= %(on)s)
      AND NOT EXISTS (SELECT FROM org_login l WHERE l.person_id = p.person_id AND NOT l.is_active)
      AND NOT EXISTS (SELECT FROM org_leave a WHERE a.person_id = p.person_id AND a.cancelled_at IS NULL AND a.part = 'FULL'
                                                AND a.starts_on <= %(on)s AND a.ends_on >= %(on)s)
"""


def at_work(scope: Scope, person_ids: Iterable[UUID], *, on: date) -> set[UUID]:  # noqa: ARG001 -- asked by the runs for people of their reach
    """Return which of these persons sell on a day: a representative's position, not left, no whole day away, no closed login."""
    return {row[0] for row in asked(_AT_WORK, {"persons": list(person_ids), "on": on})}


def headcount(scope: Scope, *, on: date) -> int:  # noqa: ARG001 -- a number that the clock goes by
    """Return how many people hold a position on a day."""
    return Position.objects.on(on).filter(person__left_on=None).values("person").distinct().count()


def is_gone(scope: Scope, person_id: UUID, *, on: date) -> bool:  # noqa: ARG001 -- asked before something is published in the person's name
    """Tell whether a person holds no position on a day, has left, or has a closed login."""
    holds = Position.objects.on(on).filter(person=person_id, person__left_on=None).exists()
    return not holds or Login.objects.filter(person=person_id, is_active=False).exists()


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A person in a role at a unit on a day; `leave_part` is FULL, MORNING, AFTERNOON or empty."""

    person_id: UUID
    name: str
    staff_number: str
    unit_id: UUID
    unit_name: str
    role: Role
    joined_on: date
    first_field_on: date | None
    leave_part: str


def members_in_reach(
    scope: Scope, ability: Ability, *, on: date, role: Role = Role.REP, unit_id: UUID | None = None
) -> list[TeamMember]:
    """Return who holds a role on a day within the reach of an ability, by unit and name, with their leave that day.

    `unit_id` narrows to the positions of one unit.
    """
    rows = Position.objects.on(on).within(scope, ability).filter(role=role)
    away = Leave.objects.filter(cancelled_at=None, starts_on__lte=on, ends_on__gte=on)
    if unit_id is not None:
        rows = rows.filter(unit=unit_id)
        away = away.filter(person__in=rows.order_by().values("person"))
    leaves = dict(away.values_list("person_id", "part"))
    return [
        TeamMember(
            person_id=row.person_id,
            name=row.person.name,
            staff_number=row.person.staff_number,
            unit_id=row.unit_id,
            unit_name=row.unit.name,
            role=Role(row.role),
            joined_on=row.person.joined_on,
            first_field_on=row.person.first_field_on,
            leave_part=leaves.get(row.person_id, ""),
        )
        for row in rows.select_related("person", "unit").order_by("unit__path", "person__name_initials", "person_id")
    ]


def person_in_reach(scope: Scope, person_id: UUID, ability: Ability, *, on: date) -> Person:
    """Return a person whose position on a day is within reach of the ability (or oneself); raises `NotFound`."""
    if (
        person_id != scope.person_id
        and not Position.objects.on(on).within(scope, ability).filter(person_id=person_id).exists()
    ):
        raise NotFound
    return Person.objects.get(pk=person_id)


def joined_on_of_asker(scope: Scope) -> date:
    """Return the day on which the asker joined; raises `LookupError` for a job."""
    joined_on: date
    ((joined_on,),) = asked("SELECT joined_on FROM org_person WHERE id = %(person)s", {"person": scope.own_id})
    return joined_on


def unit_of_person(scope: Scope, person_id: UUID, *, on: date) -> UUID:  # noqa: ARG001 -- no more than the phone book
    """Return the unit of a person's primary position on a day; raises `NotFound` when there is none."""
    row = Position.objects.on(on).filter(person_id=person_id, is_primary=True).values_list("unit_id", flat=True).first()
    if row is None:
        raise NotFound
    return row


def leader_of(scope: Scope, unit_id: UUID, *, on: date) -> UUID | None:  # noqa: ARG001 -- no more than the phone book
    """Return who leads a unit on a day, an acting leader before the regular one; None when nobody does."""
    rows = Position.objects.on(on).filter(unit_id=unit_id, role__in=["SUPERVISOR", "REGIONAL_MANAGER", "SALES_HEAD"])
    return rows.order_by("-is_acting", "-starts_on").values_list("person_id", flat=True).first()


def names_of(scope: Scope, person_ids: Iterable[UUID | None]) -> dict[UUID, str]:  # noqa: ARG001 -- no more than the phone book
    """Return the names of persons by id, in one query."""
    wanted = {person_id for person_id in person_ids if person_id is not None}
    return dict(Person.objects.filter(pk__in=wanted).values_list("pk", "name"))


def product_lines(scope: Scope) -> list[ProductLine]:  # noqa: ARG001 -- what the company sells is no secret inside it
    """Return all product lines, those still sold first, by code."""
    return list(ProductLine.objects.order_by("-is_sold", "code"))


def product_line(scope: Scope, product_line_id: UUID) -> ProductLine:
    """Return a product line for who manages what is sold; raises `NotFound`."""
    scope.require(Ability.MANAGE_REFERENCE)
    row = ProductLine.objects.filter(pk=product_line_id).first()
    if row is None:
        raise NotFound
    return row


def product_line_names(scope: Scope) -> dict[UUID, str]:
    """Return the names of all product lines in the reader's language."""
    is_english = (get_language() or "").startswith("en")
    return {line.pk: line.name_en if is_english and line.name_en else line.name for line in product_lines(scope)}


def needs_second_factor(scope: Scope) -> bool:
    """Tell whether one of the person's roles needs a second factor at sign-in."""
    return not scope.roles.isdisjoint(SECOND_FACTOR_ROLES)


@dataclass(frozen=True, slots=True)
class LeaveSpan:
    """Days away of a person, both ends included; `part` is FULL, MORNING or AFTERNOON."""

    person_id: UUID
    starts_on: date
    ends_on: date
    part: str


def leave_between(scope: Scope, person_ids: Iterable[UUID], *, first: date, last: date) -> list[LeaveSpan]:  # noqa: ARG001 -- days away are no secret inside the company
    """Return the leave of persons that touches the days from `first` to `last`, by person and day, in one query."""
    rows = Leave.objects.filter(
        person_id__in=list(person_ids), cancelled_at=None, starts_on__lte=last, ends_on__gte=first
    )
    found = rows.order_by("person_id", "starts_on", "part").values_list("person_id", "starts_on", "ends_on", "part")
    return [LeaveSpan(*row) for row in found]


def working_calendar(scope: Scope, unit_id: UUID, *, at: datetime, person_id: UUID | None = None) -> WorkingTime:
    """Return the working time of a unit by the policies of an instant, without a person's leave when one is named.

    Its questions refuse with YEAR_NOT_ANNOUNCED for a year whose days off are not known. Raises `NotFound` for the unit.
    """
    chain = unit_chain(scope, unit_id)
    book = policies.book(at)
    zone = Unit.objects.values_list("zone", flat=True).get(pk=unit_id)
    hours = hours_of(book, chain, zone)
    spans = leave_between(scope, [person_id], first=date.min, last=date.max) if person_id else []
    whole, half = spans_of_leave((row.starts_on, row.ends_on, row.part) for row in spans)
    pauses = tuple(pause_of_half_day(day, part, hours) for day, part in half)
    return WorkingTime(calendar_of(book, chain).without(whole), hours, pauses)
