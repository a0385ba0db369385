"""A company whose two groups sold evenly for two months, and one of which sold nothing on the last day."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.factories.org import make_login, make_person
from tests.factories.pipeline import make_cast, make_opportunity
from tests.factories.visits import local
from tiejun.access.roles import Role
from tiejun.engines.workdays.calendar import WorkCalendar, workdays_in
from tiejun.pipeline.models import Order

PRESENT = local("10:00", date(2026, 3, 31))
numbers = count(1)


def sell_evenly(cast, opportunity, days):
    """Let each group sign two or three orders on every day; on the last day the first group none."""
    chance, rows = Random(7), []
    for day in days:
        for seller, unit in ((cast.rep, cast.tree.group), (cast.stranger, cast.tree.other_group)):
            wanted = chance.randint(2, 3) if day != days[-1] else 0 if seller == cast.rep else 2
            rows += [
                Order(
                    number=f"A-{next(numbers)}", opportunity=opportunity, company=cast.company, owner=seller, unit=unit,
                    status="SIGNED", currency="CNY", amount_minor=500_00, delta_minor=500_00, signed_on=day,
                    signed_at=_at(day), created_at=_at(day), changed_at=_at(day),
                )
                for _number in range(wanted)
            ]  # fmt: skip
    Order.objects.bulk_create(rows)


def _at(day):
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@pytest.fixture
def story(db, time_machine):
    """The cast, after a last day on which the first group sold nothing."""
    time_machine.move_to(PRESENT, tick=False)
    cast = make_cast()
    days = workdays_in(date(2026, 2, 1), PRESENT.date() - timedelta(days=1), WorkCalendar())
    sell_evenly(cast, make_opportunity(cast), days)
    return cast


@pytest.fixture
def head(story):
    return make_person(name="Gu Ming", role=Role.SALES_HEAD, unit=story.tree.company)


@pytest.fixture
def browser_of():
    def client(person, language="en"):
        login = make_login(person)
        Authenticator.objects.get_or_create(user=login, type="totp", defaults={"data": {"secret": ""}})
        browser = Client(headers={"accept-language": language})
        browser.force_login(login)
        return browser

    return client
