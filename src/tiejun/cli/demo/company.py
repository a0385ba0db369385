"""The demo company's people and reference data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.cli.demo.names import mobile, words
from tiejun.foundation.times import at_local
from tiejun.org.actions import logins, people, reference, units
from tiejun.org.queries import scope_of_person

if TYPE_CHECKING:
    from random import Random
    from uuid import UUID

PASSWORD = "tiejun-demo"  # noqa: S105 -- the demo company's own, shown on its sign-in page
ZONE = "Asia/Shanghai"
TRIAL = "TASTE"
CITY_CODE = "330100"
SYSTEM = Scope.system("demo")
VISITS_A_DAY = 7.9  # of the diligent


@dataclass(frozen=True, slots=True)
class Rep:
    """A demo representative: how skilled (0 to 1), how diligent (share of the floor), and whether they invent visits."""

    person_id: UUID
    name: str
    unit_id: UUID
    home_district: str
    joined_on: date
    skill: float
    diligence: float
    invents: bool

    def scope(self, at: datetime) -> Scope:
        """Return the rep's own scope as of an instant."""
        return scope_of_person(self.person_id, at=at, origin="demo")


@dataclass(frozen=True, slots=True)
class DemoStaff:
    """Who works at the demo company."""

    company_id: UUID
    groups: tuple[UUID, ...]
    reps: tuple[Rep, ...]
    supervisors: tuple[UUID, ...]
    persons: dict[Role, UUID]


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """One login of the demo, for the terminal and the sign-in page."""

    role: str
    login: str
    password: str
    name: str


def found(random: Random, *, first_day: date, today: date) -> tuple[DemoStaff, list[DemoLogin]]:
    """Found the company: units, reference data, persons with dated positions, one login per role."""
    now = at_local(first_day - timedelta(days=1), "10:00", ZONE)
    names = words()
    company = units.found_company(SYSTEM, name=names["company"]["name"], zone=ZONE, now=now)
    region = units.add_unit(
        SYSTEM, name=names["units"]["region"], kind="REGION", parent_id=company.pk, city_code=CITY_CODE, now=now
    )
    groups = tuple(
        units.add_unit(SYSTEM, name=name, kind="GROUP", parent_id=region.pk, city_code=CITY_CODE, now=now).pk
        for name in names["units"]["groups"]
    )
    _reference()
    reps = tuple(_reps(random, groups, today))
    supervisors = tuple(
        _join(random, name, unit_id, Role.SUPERVISOR, today - timedelta(days=900))
        for name, unit_id in zip(names["staff"]["supervisor"], groups, strict=True)
    )
    persons: dict[Role, UUID] = {}
    for role in Role:
        if role not in (Role.REP, Role.SUPERVISOR):
            unit_id = region.pk if role is Role.REGIONAL_MANAGER else company.pk
            persons[role] = _join(random, names["staff"][role.lower()], unit_id, role, today - timedelta(days=1200))
    staff = DemoStaff(company.pk, groups, reps, supervisors, persons)
    return staff, list(_logins(staff, now))


def _reference() -> None:
    names = words()
    for code, name, name_en in names["segments"]:
        reference.set_segment(SYSTEM, code=code, name=name, name_en=name_en)
    for code, name, name_en, price in names["product_lines"]:
        reference.set_product_line(
            SYSTEM, code=code, name=name, name_en=name_en, list_price_minor=price, is_trial=code == TRIAL
        )


def _join(random: Random, name: str, unit_id: UUID, role: Role, joined_on: date) -> UUID:
    now = at_local(joined_on, "09:00", ZONE)
    person = people.add_person(
        SYSTEM, name=name, unit_id=unit_id, role=role, joined_on=joined_on, phone=mobile(random), now=now
    )
    return person.pk


def _reps(random: Random, groups: tuple[UUID, ...], today: date) -> list[Rep]:
    names = words()["staff"]["rep"]
    districts = list(words()["districts"])
    reps = []
    for number, name in enumerate(names):
        # The star, two who struggle in their first weeks, and one who invents visits.
        star, fresh, invents = number == 0, number in (7, 15), number == 18
        days = 1400 if star else 25 if fresh else int(random.triangular(60, 1600, 400))
        skill = 0.9 if star else 0.2 if fresh else random.uniform(0.35, 0.7)
        diligence = 1.05 if star else 0.72 if fresh else random.uniform(0.82, 1.02)
        unit_id = groups[number % len(groups)]
        joined_on = today - timedelta(days=days)
        person_id = _join(random, name, unit_id, Role.REP, joined_on)
        home = districts[(number % len(groups)) * 2 % len(districts)] if number % 2 else random.choice(districts)
        reps.append(Rep(person_id, name, unit_id, home, joined_on, skill, diligence, invents))
    return reps


def _logins(staff: DemoStaff, now: datetime) -> list[DemoLogin]:
    names = words()["staff"]
    wanted = [
        (Role.REP, "rep", staff.reps[0].person_id, names["rep"][0]),
        (Role.SUPERVISOR, "supervisor", staff.supervisors[0], names["supervisor"][0]),
        *(
            (role, role.lower().replace("_", "-"), person_id, names[role.lower()])
            for role, person_id in staff.persons.items()
        ),
        (Role.REP, "newcomer", staff.reps[7].person_id, names["rep"][7]),
    ]
    made = []
    for role, username, person_id, name in wanted:
        logins.create_login(
            SYSTEM,
            person_id=person_id,
            username=username,
            password=PASSWORD,
            must_change_password=False,
            is_demo=True,
            now=now,
        )
        made.append(DemoLogin(role.value, username, PASSWORD, name))
    return made
