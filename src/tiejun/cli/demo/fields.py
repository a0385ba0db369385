"""What the demo company wants to know besides: custom fields, filled in by imports and by hand."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.cli.demo.company import ZONE
from tiejun.customers.actions.fields import write_fields as write_company
from tiejun.customers.queries import company_in_reach
from tiejun.customers.queries.lists import CompanyFilters, companies_page
from tiejun.fields.actions import FieldWish, define_field, retire_field
from tiejun.fields.rules import Answer
from tiejun.foundation.times import at_local
from tiejun.leads.actions.fields import write_fields as write_lead
from tiejun.leads.queries.lists import LeadFilters, leads_page
from tiejun.org.queries import scope_of_person

if TYPE_CHECKING:
    from datetime import datetime
    from random import Random

    from tiejun.cli.demo.company import DemoStaff

KNOWN = 0.6
WRITERS, WRITTEN = 4, 3


@cache
def _words() -> dict[str, Any]:
    text: dict[str, Any] = json.loads(files("tiejun.cli.demo").joinpath("fields.json").read_text(encoding="utf-8"))
    return text


def define_fields(staff: DemoStaff, first_day: date) -> None:
    """Define the fields, as sales operations did before the first day; one of them proved to be of no use."""
    now = at_local(first_day - timedelta(days=3), "10:00", ZONE)
    scope = scope_of_person(staff.persons[Role.SALES_OPS], at=now, origin="demo")
    for number, given in enumerate(_words()["fields"]):
        words = {name: given[name] for name in ("name", "name_en", "measure", "least", "is_open") if name in given}
        wish = FieldWish(**words, choices=tuple(Answer(*answer) for answer in given.get("choices", ())))
        at = now + timedelta(minutes=number)
        row = define_field(scope, subject=given["subject"], kind=given["kind"], wish=wish, now=at)
        if row.name == _words()["retired"]:
            retire_field(scope, field_id=row.pk, now=at + timedelta(days=1))


def lead_values(random: Random) -> dict[str, Any] | None:
    """Return what a list says of a lead: nothing of some."""
    if random.random() > KNOWN:
        return None
    used = random.choices(["in_house", "a_competitor", "nothing"], [3, 2, 4])[0]
    return {"employees": random.choice([6, 8, 12, 15, 20, 35, 50, 80, 120, 260]), "uses_today": used}


def company_values(random: Random, today: date) -> dict[str, Any] | None:
    """Return what a list says of a company: nothing of most."""
    if random.random() < KNOWN:
        return None
    ends = today + timedelta(days=random.randint(-40, 400))
    return {"present_contract_ends": ends.isoformat(), "own_it_staff": random.random() < 1 - KNOWN}


def fill_in(staff: DemoStaff, random: Random, now: datetime) -> None:
    """Let some reps write down what they learned."""
    for rep in staff.reps[:WRITERS]:
        scope = rep.scope(now)
        for line in leads_page(scope, LeadFilters(mine=True), size=WRITTEN).lines:
            values = {"best_time_to_come": random.choice(_words()["times"]), "employees": random.randint(5, 90)}
            write_lead(scope, lead_id=line.lead.pk, version=line.lead.version, values=values, now=now)
        for held in companies_page(scope, CompanyFilters(mine=True), size=WRITTEN).lines:
            company = company_in_reach(scope, held.company.pk, Ability.EDIT_CUSTOMER)
            values = {"stores": random.randint(1, 9), "own_it_staff": random.random() < KNOWN}
            write_company(scope, company_id=company.pk, version=company.version, values=values, now=now)
