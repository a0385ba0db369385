"""The growth equation on real rows: what each factor counts, that parts sum to the whole, and who may see it."""

from datetime import UTC, date, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.leads import make_held_lead, make_lead, make_source
from tests.factories.org import make_login, make_person, scope_for
from tests.factories.pipeline import make_cast, make_company, make_opportunity
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.engines.growth import Counts, Factor
from tiejun.foundation.refusals import NotFound
from tiejun.insight.queries.growth import growth
from tiejun.pipeline.models import Opportunity, Order

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
numbers = iter(range(10**6))


def at(day):
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def sell(cast, day, minor, *, company=None, seller=None, cancelled_on=None):
    """Write down a signed order of a company of its own, or of one given."""
    company = company or make_company(cast.rep, cast.tree.group.pk)
    opportunity = Opportunity.objects.first() or make_opportunity(cast)
    seller = seller or cast.rep
    unit = cast.tree.group if seller == cast.rep else cast.tree.other_group
    Order.objects.create(
        number=f"G-{next(numbers)}",
        opportunity=opportunity,
        company=company,
        owner=seller,
        unit=unit,
        status="CANCELLED" if cancelled_on else "SIGNED",
        currency="CNY",
        amount_minor=minor,
        delta_minor=minor,
        signed_on=day,
        signed_at=at(day),
        cancelled_on=cancelled_on,
        cancel_reason="Not wanted" if cancelled_on else "",
        created_at=at(day),
        changed_at=at(day),
    )
    return company


@pytest.fixture
def cast(time_machine):
    time_machine.move_to(NOW, tick=False)
    return make_cast()


@pytest.fixture
def head(cast):
    return make_person(role=Role.SALES_HEAD, unit=cast.tree.company)


def test_each_number_is_counted_once(cast, head):
    fresh = make_held_lead(cast.rep, cast.tree.group, now=at(date(2026, 4, 2))).company
    make_lead(now=at(date(2026, 4, 3)))  # nobody's yet
    make_lead(now=at(date(2026, 4, 3)), status="CLOSED_INVALID")
    earlier = make_held_lead(cast.rep, cast.tree.group, now=at(date(2026, 3, 5))).company
    sell(cast, date(2026, 4, 7), 500_00, company=fresh)
    sell(cast, date(2026, 4, 8), 300_00, company=earlier)
    old = sell(cast, date(2026, 2, 2), 100_00)
    sell(cast, date(2026, 4, 9), 200_00, company=old)
    sell(cast, date(2025, 1, 9), 900_00)  # left long ago
    sell(cast, date(2026, 3, 3), 50_00, cancelled_on=date(2026, 4, 10))

    found = growth(scope_for(head), month=APRIL, now=NOW)

    assert found.whole.after == Counts(leads=2, buyers=1, late=1, existing=1, orders=2, net_minor=950_00)
    assert found.whole.before == Counts(leads=1, buyers=0, late=0, existing=1, orders=1, net_minor=50_00)
    assert sum(found.whole.shares.values()) == found.whole.change_minor == 900_00


def test_parts_sum_to_the_whole_by_unit_person_and_source(cast, head):
    make_held_lead(cast.rep, cast.tree.group, now=at(date(2026, 4, 2)), source=make_source("FAIR"))
    make_held_lead(cast.stranger, cast.tree.other_group, now=at(date(2026, 4, 2)))
    for day, minor, seller in ((2, 400_00, cast.rep), (3, 250_00, cast.stranger), (9, 120_00, cast.stranger)):
        sell(cast, date(2026, 4, day), minor, seller=seller)
    sell(cast, date(2026, 3, 4), 330_00)

    for part, names in (("unit", 2), ("person", 2), ("source", 3)):
        found = growth(scope_for(head), month=APRIL, part=part, now=NOW)

        assert sum(line.change_minor for line in found.lines) == found.whole.change_minor == 440_00
        assert sum(line.after.orders for line in found.lines) == found.whole.after.orders == 3
        assert sum(line.after.leads for line in found.lines) == 2
        assert len(found.lines) == names
        assert all(sum(line.shares.values()) == line.change_minor for line in found.lines)


def test_a_unit_is_told_with_what_is_below_it_and_nothing_else(cast, head):
    sell(cast, date(2026, 4, 2), 400_00)
    sell(cast, date(2026, 4, 2), 250_00, seller=cast.stranger)

    found = growth(scope_for(head), month=APRIL, unit_id=cast.tree.group.pk, part="person", now=NOW)

    assert [(line.name, line.after.net_minor) for line in found.lines] == [("Lin Xiao", 400_00)]
    assert found.whole.after.net_minor == 400_00


def test_a_running_month_is_compared_with_as_many_working_days(cast, head):
    sell(cast, date(2026, 3, 31), 990_00)

    found = growth(scope_for(head), month=APRIL, now=NOW)

    assert found.other_until < date(2026, 3, 31)
    assert found.whole.before.net_minor == 0


def test_nothing_at_all_says_so_without_dividing(cast, head):
    found = growth(scope_for(head), month=APRIL, now=NOW)

    assert (found.whole.after, found.lines, found.whole.main) == (Counts(), [], None)
    assert found.whole.came[Factor.CONVERSION] is None


@pytest.mark.parametrize(
    ("wish", "value"),
    [
        ("month", date(2026, 5, 1)),
        ("other", date(2026, 4, 1)),
        ("part", "shoe size"),
        ("month", date(2019, 12, 1)),
    ],
)
def test_what_is_none_is_not_found(cast, head, wish, value):
    with pytest.raises(NotFound):
        growth(scope_for(head), now=NOW, **({"month": APRIL} | {wish: value}))


def test_a_representative_is_refused(cast):
    with pytest.raises(PermissionRefused):
        growth(scope_for(cast.rep), now=NOW)


def test_a_regional_manager_sees_the_own_tree_alone(cast):
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=cast.tree.group)
    make_lead(now=at(date(2026, 4, 3)))
    sell(cast, date(2026, 4, 2), 400_00)
    sell(cast, date(2026, 4, 2), 250_00, seller=cast.stranger)

    found = growth(scope_for(manager), month=APRIL, now=NOW)

    assert (found.whole.after.net_minor, found.whole.after.leads) == (400_00, 0)
    with pytest.raises(NotFound):
        growth(scope_for(manager), unit_id=cast.tree.other_group.pk, now=NOW)


@pytest.mark.parametrize("part", ["unit", "person", "source"])
def test_queries_do_not_grow_with_the_rows(cast, head, part):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            growth(scope_for(head), month=APRIL, part=part, now=NOW)
        return len(asked)

    sell(cast, date(2026, 4, 2), 400_00)
    once = count()
    for day in (3, 6, 7):
        sell(cast, date(2026, 4, day), 100_00, seller=cast.stranger)
        make_held_lead(cast.rep, cast.tree.group, now=at(date(2026, 4, day)))

    assert count() == once


def signed_in(person, language="en"):
    login = make_login(person)
    Authenticator.objects.get_or_create(user=login, type="totp", defaults={"data": {"secret": ""}})
    client = Client(headers={"accept-language": language})
    client.force_login(login)
    return client


def test_the_page_says_what_moved_the_money(cast, head):
    sell(cast, date(2026, 4, 2), 400_00)
    client = signed_in(head)

    page = client.get(reverse("insight:growth"), {"month": "2026-04", "by": "person"})

    assert page.status_code == 200
    assert "Lin Xiao" in page.content.decode()
    assert "What moved it most" in page.content.decode()
    for wrong in ({"month": "soon"}, {"unit": "x"}, {"by": "x"}, {"currency": "yuan"}, {"other": "2026-05"}):
        assert client.get(reverse("insight:growth"), wrong).status_code == 404


def test_the_page_has_an_empty_state(cast, head):
    assert "Nothing was counted" in signed_in(head).get(reverse("insight:growth")).content.decode()


def test_the_endpoint_answers_whole_minor_units(cast, head):
    sell(cast, date(2026, 4, 2), 400_01)

    body = signed_in(head).get("/api/v1/insight/growth", {"month": "2026-04-01", "by": "source"}).json()

    assert body["whole"]["after"] == {
        "leads": 0, "buyers": 0, "late": 1, "existing": 0, "orders": 1, "net_minor": 400_01,
    }  # fmt: skip
    assert sum(body["whole"]["shares"].values()) == body["whole"]["change_minor"] == 400_01
    assert [line["key"] for line in body["lines"]] == [None]
