"""The finance desk of the demo: yesterday's bank statement, a part of it matched already."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING

from django.db.models import F

from tiejun.access.roles import Role
from tiejun.cli.demo.company import ZONE
from tiejun.foundation.times import at_local, business_day
from tiejun.org.queries import scope_of_person
from tiejun.pipeline.actions.statements import import_statement, match_payment, set_payment_aside
from tiejun.pipeline.models import BankLine, CollectionPlan
from tiejun.pipeline.rules import major
from tiejun.pipeline.rules.statements import read_statement

if TYPE_CHECKING:
    from datetime import date, datetime

    from tiejun.cli.demo.company import DemoStaff

PAYING = 7
MATCHED = 2


def read_the_bank(staff: DemoStaff, now: datetime) -> None:
    """Read the statement of the last days, match what is sure first, set the bank's interest aside."""
    words = json.loads((files("tiejun.cli.demo") / "finance.json").read_text("utf-8"))
    today = business_day(now, ZONE)
    day, at = today - timedelta(days=1), min(now, at_local(today, "09:10", ZONE))
    rows = _rows(words, day)
    found = read_statement(
        [words["headers"], *rows], name=f"{words['file']}-{day:%Y%m%d}.csv", digest=f"demo-{day:%Y%m%d}", currency="CNY",
        today=today,
    )  # fmt: skip
    assert found is not None
    scope = scope_of_person(staff.persons[Role.FINANCE], at=at, origin="demo")
    file = import_statement(scope, statement=found, now=at)
    plans = {plan.order.number: plan for plan in _open_plans()}
    lines = list(BankLine.objects.filter(file=file).order_by("row"))
    for line in lines[:MATCHED]:
        plan = next((plan for number, plan in plans.items() if number in line.purpose), None)
        if plan is not None:
            match_payment(scope, line_id=line.pk, order_id=plan.order_id, version=line.version, now=at)
    interest = next(line for line in lines if line.purpose == words["interest"])
    set_payment_aside(scope, line_id=interest.pk, version=interest.version, reason=words["aside"], now=at)


def _open_plans() -> list[CollectionPlan]:
    plans = CollectionPlan.objects.filter(received_minor__lt=F("amount_minor"), order__status="SIGNED", currency="CNY")
    return list(plans.select_related("order__company").order_by("order__signed_on", "pk")[:PAYING])


def _rows(words: dict[str, str], day: date) -> list[list[str]]:
    """Payments named by number, by payer, by amount alone, in parts and too large; a debit, and a row that nobody can read."""
    found = []
    for place, plan in enumerate(_open_plans()):
        left, company = plan.amount_minor - plan.received_minor, plan.order.company.name
        amount = {3: left * 3 // 10, 4: left + 20_000}.get(place, left)
        purpose = f"{words['purpose']} {plan.order.number}" if place in (0, 1, 4) else words["purpose"]
        purpose = words["deposit"] if place == 3 else purpose
        payer = words["person"] if place == 5 else company
        found.append([day.isoformat(), payer, major(amount), "", f"{day:%Y%m%d}{place + 1:06d}", purpose])
    found.append([day.isoformat(), words["bank"], "128.36", "", f"{day:%Y%m%d}000091", words["interest"]])
    found.append([day.isoformat(), words["rent"][0], "", "18000.00", f"{day:%Y%m%d}000092", words["rent"][1]])
    found.append([words["unreadable"], words["person"], "6800.00", "", f"{day:%Y%m%d}000093", words["purpose"]])
    return found
