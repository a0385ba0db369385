"""Units, persons, positions and logins for tests: plain functions on real models."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import TYPE_CHECKING

from tiejun.access.roles import Role
from tiejun.engines.names.pinyin import pinyin_initials
from tiejun.foundation.ids import new_id
from tiejun.org.models import Leave, Login, Person, Position, Unit
from tiejun.org.queries import scope_of_person

if TYPE_CHECKING:
    from tiejun.access.scope import Scope

NOW = datetime(2026, 3, 11, 2, 0, tzinfo=UTC)  # Wednesday, 10:00 in Shanghai
JOINED_ON = date(2024, 3, 1)
PASSWORD = "Morning-rain-82"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Tree:
    """A company with one region of two groups."""

    company: Unit
    region: Unit
    group: Unit
    other_group: Unit


def make_unit(
    name: str = "", *, kind: Unit.Kind = Unit.Kind.GROUP, parent: Unit | None = None, city_code: str = "330100"
) -> Unit:
    """Make a unit; without a parent it hangs under the company, which is made when there is none."""
    if kind is not Unit.Kind.COMPANY and parent is None:
        parent = Unit.objects.filter(kind=Unit.Kind.COMPANY).first() or make_unit("Tieyi", kind=Unit.Kind.COMPANY)
    unit_id = new_id()
    path = f"{parent.path}/{unit_id}" if parent else str(unit_id)
    return Unit.objects.create(
        id=unit_id, name=name or f"Unit {next(_numbers)}", kind=kind, parent=parent, path=path, city_code=city_code
    )


def make_company_tree() -> Tree:
    """Make company → region → two groups."""
    company = make_unit("Tieyi", kind=Unit.Kind.COMPANY)
    region = make_unit("East", kind=Unit.Kind.REGION, parent=company)
    return Tree(company, region, make_unit("East 1", parent=region), make_unit("East 2", parent=region))


def make_person(
    *,
    name: str = "",
    role: Role | None = Role.REP,
    unit: Unit | None = None,
    starts_on: date = JOINED_ON,
    ends_on: date | None = None,
) -> Person:
    """Make a person with a primary position (none when `role` is None)."""
    number = next(_numbers)
    name = name or f"Person {number}"
    person = Person.objects.create(
        name=name,
        name_initials=pinyin_initials(name),
        staff_number=f"T{number:05}",
        joined_on=starts_on,
        first_field_on=starts_on,
    )
    if role is not None:
        make_position(person, role=role, unit=unit or make_unit(), starts_on=starts_on, ends_on=ends_on)
    return person


def make_position(
    person: Person,
    *,
    role: Role,
    unit: Unit,
    starts_on: date = JOINED_ON,
    ends_on: date | None = None,
    is_primary: bool = True,
    is_acting: bool = False,
) -> Position:
    """Give a person a position."""
    return Position.objects.create(
        person=person,
        role=role,
        unit=unit,
        starts_on=starts_on,
        ends_on=ends_on,
        is_primary=is_primary,
        is_acting=is_acting,
    )


def make_leave(
    person: Person,
    *,
    unit: Unit,
    starts_on: date,
    ends_on: date | None = None,
    part: Leave.Part = Leave.Part.FULL,
    kind: Leave.Kind = Leave.Kind.ANNUAL,
) -> Leave:
    """Put a person on leave; without `ends_on` for one day."""
    return Leave.objects.create(
        person=person,
        unit=unit,
        kind=kind,
        part=part,
        starts_on=starts_on,
        ends_on=ends_on or starts_on,
        recorded_at=NOW,
    )


def make_login(person: Person, *, username: str = "", password: str = PASSWORD, at: datetime = NOW) -> Login:
    """Give a person a login with the password `PASSWORD`."""
    login = Login(person=person, username=username or f"user{next(_numbers)}", date_joined=at)
    login.set_password(password)
    login.save()
    return login


def scope_for(person: Person, at: datetime = NOW) -> Scope:
    """Build the scope of a person as the middleware does."""
    login_id = Login.objects.filter(person=person).values_list("pk", flat=True).first()
    return scope_of_person(person.pk, at=at, origin="web", login_id=login_id)
