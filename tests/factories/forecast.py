"""An evening for tests: a group whose people have something to sign tomorrow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tests.factories.customers import make_company
from tests.factories.visits import DAY, Field, local
from tiejun.access.scope import Scope
from tiejun.customers.models import ClosingClassChange
from tiejun.forecast.actions import daily, reviews
from tiejun.forecast.rules.daily import DayNumbers, Deal
from tiejun.org.queries import unit_chain

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.customers.models import Company
    from tiejun.forecast.models import DailyForecast
    from tiejun.org.models import Person, Unit

TOMORROW = DAY + timedelta(days=1)
DUE_AT = local("18:25")


def make_class(company: Company, letter: str, *, amount: int = 50_000_00, on: date = TOMORROW) -> ClosingClassChange:
    """Put a company into an open closing class; A is to sign on a day, B and C have their next step on it."""
    company.closing_class = letter
    company.save(update_fields=["closing_class"])
    return ClosingClassChange.objects.create(
        company=company,
        closing_class=letter,
        amount_minor=amount if letter == "A" else None,
        expected_on=on if letter == "A" else None,
        next_step_at=local("10:00", on) if letter != "A" else None,
        set_at=local("09:00"),
    )


def make_hot(rep: Field, person: Person | None = None, *, letter: str = "A", amount: int = 50_000_00) -> Company:
    """Make a company in a person's hands that is to sign tomorrow (A), or stands in reserve (B)."""
    company = make_company(owner=person or rep.person, unit=rep.unit)
    make_class(company, letter, amount=amount)
    return company


def clock_scope(unit: Unit) -> Scope:
    """Return the scope of the business clock for a group."""
    return Scope.system("forecast.test", unit_chain=unit_chain(Scope.system("test"), unit.pk))


def make_day(
    rep: Field,
    *,
    day: date = TOMORROW,
    at: datetime | None = None,
    deals: tuple[Deal, ...] = (),
    visits: int = 8,
    said: int = 0,
) -> DailyForecast:
    """Let the representative say a day."""
    amount = sum(deal.amount_minor for deal in deals if deal.closing_class == "A")
    numbers = DayNumbers(said, amount, visits, min(3, visits), min(2, visits))
    at = at or local("17:00", day - timedelta(days=1))
    return daily.save_day(rep.scope_at(at), day=day, version=0, numbers=numbers, deals=deals, now=at)


def open_evening(rep: Field, *, at: datetime | None = None, day: date = DAY) -> dict[str, int]:
    """Run the clock's evening of the group."""
    at = at or local("17:20", day)
    daily.draft_days(clock_scope(rep.unit), unit_id=rep.unit.pk, day=day + timedelta(days=1), now=at)
    return reviews.compute_evening(clock_scope(rep.unit), unit_id=rep.unit.pk, day=day, due_at=DUE_AT, now=at)
