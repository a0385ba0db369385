"""People as the list, the person page and the search show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.foundation import crypto, keyset
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.org.models import Leave, Person, Position, Unit

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope

PAGE_SIZE = 40
DIGITS_OF_PHONE = 4


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the list is cut to; `state` is present or left, `text` a part of the name, initials, staff number or last four digits."""

    text: str = ""
    unit_id: UUID | None = None
    role: Role | None = None
    state: str = "present"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list; `phone` is masked, `away` is the part of today's leave or empty."""

    person_id: UUID
    name: str
    staff_number: str
    role: Role | None
    unit_id: UUID | None
    unit_name: str
    phone: str
    away: str
    left_on: date | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    lines: list[PersonLine]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True, slots=True)
class Tenure:
    """A role at a unit over time; `leader` led the unit when the tenure was newest (its last day, or today)."""

    position_id: UUID
    role: Role
    unit_id: UUID
    unit_name: str
    starts_on: date
    ends_on: date | None
    is_primary: bool
    is_acting: bool
    is_current: bool
    leader: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A person's page; `phone` is in full only within the reach of SEE_STAFF_PHONE, else masked."""

    person_id: UUID
    name: str
    staff_number: str
    email: str
    phone: str
    joined_on: date
    left_on: date | None
    version: int
    role: Role | None
    unit_id: UUID | None
    unit_name: str
    tenures: list[Tenure]


def people_page(
    scope: Scope, wanted: PeopleFilter, *, cursor: str | None = None, size: int = PAGE_SIZE, now: datetime
) -> PeoplePage:
    """Return the people within reach, by initials."""
    scope.require(Ability.VIEW_PEOPLE)
    today = local_date(now, scope.zone)
    rows = _matching(_within(scope, today, wanted), wanted.text)
    page = keyset.page(rows, order=["name_initials", "id"], cursor=cursor, size=size)
    return PeoplePage(_lines(scope, page.rows, today), page.next_cursor, page.previous_cursor)


def search(scope: Scope, text: str, limit: int) -> list[PersonLine]:
    """Return people for the palette: a part of the name, its initials, the staff number or the last four digits of the phone."""
    if not scope.can(Ability.VIEW_PEOPLE) or not text.strip() or scope.at is None:
        return []
    today = local_date(scope.at, scope.zone)
    rows = _matching(_within(scope, today, PeopleFilter()), text).order_by("name_initials", "id")[:limit]
    return _lines(scope, list(rows), today)


def profile(scope: Scope, person_id: UUID, *, now: datetime) -> Profile:
    """Return a person's page: oneself, or somebody who is or was within reach. Raises `NotFound`."""
    today = local_date(now, scope.zone)
    ever = Position.objects.within(scope, Ability.VIEW_PEOPLE).filter(person_id=person_id)
    sees_all = scope.covers(Ability.VIEW_PEOPLE, owner_id=None, unit_id=None)
    if person_id != scope.person_id and not sees_all and not ever.exists():
        raise NotFound
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound
    tenures = _tenures(person_id, today)
    current = [row for row in tenures if row.is_current]
    now_held = next((row for row in current if row.is_primary), current[0] if current else None)
    seen = scope.covers(Ability.SEE_STAFF_PHONE, owner_id=person_id, unit_id=now_held.unit_id if now_held else None)
    return Profile(
        person_id=person.pk,
        name=person.name,
        staff_number=person.staff_number,
        email=person.email,
        phone=crypto.unseal(person.phone_cipher) if seen else _masked(person.phone_last4),
        joined_on=person.joined_on,
        left_on=person.left_on,
        version=person.version,
        role=now_held.role if now_held else None,
        unit_id=now_held.unit_id if now_held else None,
        unit_name=now_held.unit_name if now_held else "",
        tenures=tenures,
    )


def _within(scope: Scope, today: date, wanted: PeopleFilter) -> QuerySet[Person]:
    held = Position.objects.within(scope, Ability.VIEW_PEOPLE).filter(person=OuterRef("pk"))
    if wanted.state == "left":
        rows = Person.objects.filter(left_on__isnull=False)
    else:
        rows, held = Person.objects.filter(left_on=None), held.on(today)
    if wanted.unit_id:
        below = Unit.objects.filter(path__contains=str(wanted.unit_id)).values("pk")
        held = held.filter(unit_id__in=below)
    if wanted.role:
        held = held.filter(role=wanted.role)
    narrowed = wanted.unit_id or wanted.role or not scope.covers(Ability.VIEW_PEOPLE, owner_id=None, unit_id=None)
    return rows.filter(Exists(held)) if narrowed else rows


def _matching(rows: QuerySet[Person], text: str) -> QuerySet[Person]:
    text = text.strip()
    if not text:
        return rows
    found = Q(name__icontains=text) | Q(name_initials__startswith=text.lower()) | Q(staff_number__iexact=text)
    if text.isdigit() and len(text) == DIGITS_OF_PHONE:
        found |= Q(phone_last4=text)
    return rows.filter(found)


def _lines(scope: Scope, persons: list[Person], today: date) -> list[PersonLine]:  # noqa: ARG001 -- the rows were read in the scope
    ids = [row.pk for row in persons]
    places: dict[Any, Position] = {}
    for position in Position.objects.on(today).filter(person_id__in=ids).select_related("unit"):
        places.setdefault(position.person_id, position)
    away = dict(
        Leave.objects.filter(
            person_id__in=ids, cancelled_at=None, starts_on__lte=today, ends_on__gte=today
        ).values_list("person_id", "part")
    )
    return [_line(row, places.get(row.pk), away.get(row.pk, "")) for row in persons]


def _line(row: Person, place: Position | None, away: str) -> PersonLine:
    return PersonLine(
        person_id=row.pk,
        name=row.name,
        staff_number=row.staff_number,
        role=Role(place.role) if place else None,
        unit_id=place.unit_id if place else None,
        unit_name=place.unit.name if place else "",
        phone=_masked(row.phone_last4),
        away=away,
        left_on=row.left_on,
    )


def _masked(last4: str) -> str:
    return f"\N{BULLET}\N{BULLET}\N{BULLET}\N{BULLET} {last4}" if last4 else ""


def _tenures(person_id: UUID, today: date) -> list[Tenure]:
    rows = list(
        Position.objects.filter(person_id=person_id).select_related("unit").order_by("-starts_on", "-is_primary")
    )
    leaders = list(
        Position.objects.filter(
            unit_id__in={row.unit_id for row in rows}, role__in=["SUPERVISOR", "REGIONAL_MANAGER", "SALES_HEAD"]
        )
        .select_related("person")
        .order_by("-is_acting", "-starts_on")
    )
    return [_tenure(row, leaders, today) for row in rows]


def _tenure(row: Position, leaders: list[Position], today: date) -> Tenure:
    day = max(row.starts_on, min(today, row.ends_on or today))
    led = (other for other in leaders if other.unit_id == row.unit_id and other.person_id != row.person_id)
    leader = next(
        (
            other.person.name
            for other in led
            if other.starts_on <= day and (other.ends_on is None or other.ends_on >= day)
        ),
        "",
    )
    return Tenure(
        position_id=row.pk,
        role=Role(row.role),
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        is_primary=row.is_primary,
        is_acting=row.is_acting,
        is_current=row.starts_on <= today and (row.ends_on is None or row.ends_on >= today),
        leader=leader,
    )
