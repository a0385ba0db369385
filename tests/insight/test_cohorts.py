"""Cohorts and channels are equal to the rows, with and without a roll-up; nobody with few customers is ranked."""

from collections import defaultdict
from datetime import date

import pytest
from django.urls import reverse

from tests.factories.org import make_person, scope_for
from tests.insight.reckoning import NOW, make_world
from tests.insight.test_growth import signed_in
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.engines.shares import share_of
from tiejun.foundation.refusals import NotFound
from tiejun.insight.actions.facts import roll_up
from tiejun.insight.models import ChannelFact, CohortFact
from tiejun.insight.queries.channels import channels
from tiejun.insight.queries.cohorts import cohorts
from tiejun.leads.models import Lead
from tiejun.pipeline.models import Order, Receipt

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test", zone="Asia/Shanghai")


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW, tick=False)
    return make_world(5)


@pytest.fixture
def head(world):
    return make_person(role=Role.SALES_HEAD, unit=world.cast.tree.company)


def buyer_of(order):
    return order.company.merged_into_id or order.company_id


def counted(currency="CNY"):
    """Count cohorts row by row: month → (customers, come back by months since, net by months since)."""
    orders = list(
        Order.objects.filter(signed_on__isnull=False, currency=currency)
        .select_related("company")
        .order_by("signed_on", "pk")
    )
    bought = defaultdict(list)
    for order in orders:
        if order.revision == 1 and order.status != "CANCELLED":
            bought[buyer_of(order)].append(order)
    found = defaultdict(lambda: [0, defaultdict(int), defaultdict(int)])
    for rows in bought.values():
        cohort = rows[0].signed_on.replace(day=1)
        found[cohort][0] += 1
        if len(rows) > 1:
            found[cohort][1][rows[1].signed_on.month - cohort.month] += 1
    for order in orders:
        rows = bought.get(buyer_of(order))
        if rows and order.signed_on >= rows[0].signed_on.replace(day=1):
            cohort = rows[0].signed_on.replace(day=1)
            found[cohort][2][order.signed_on.month - cohort.month] += order.delta_minor
            if order.status == "CANCELLED":
                found[cohort][2][order.cancelled_on.month - cohort.month] -= order.amount_minor
    return found


def told(found):
    return {
        line.month: (line.customers, [one.again.hits for one in line.since], [one.net_minor for one in line.since])
        for line in found.lines
    }


def expected(currency="CNY"):
    result = {}
    for cohort, (customers, again, net) in counted(currency).items():
        ages = range(4 - cohort.month + 1)
        result[cohort] = (
            customers,
            [sum(again[k] for k in range(age + 1)) for age in ages],
            [net[age] for age in ages],
        )
    return result


def test_cohorts_are_equal_to_the_rows_without_and_with_a_roll_up(world, head):
    for _ in range(2):
        for currency in ("CNY", "USD"):
            assert told(cohorts(scope_for(head), currency=currency, now=NOW)) == expected(currency)
        roll_up(SYSTEM, now=NOW)
    assert CohortFact.objects.exists()
    found = cohorts(scope_for(head), now=NOW)
    assert found.whole.customers == sum(line.customers for line in found.lines)
    assert found.lines[0].now.again == share_of(found.lines[0].now.again.hits, found.lines[0].customers)


def test_parts_sum_to_the_whole_and_few_customers_are_not_ranked(world, head):
    found = {part: cohorts(scope_for(head), part=part, now=NOW) for part in ("unit", "source")}
    for one in found.values():
        assert (sum(p.again.cases for p in one.parts), sum(p.again.hits for p in one.parts)) == (
            one.in_time.cases, one.in_time.hits,
        )  # fmt: skip
        assert not any(part.is_ranked for part in one.parts if part.again.cases < 20)
    of_one = [cohorts(scope_for(head), source=code, now=NOW).lines for code in ("FAIR", "WEB", "CALL")]
    no_source = sum(line.customers for line in found["unit"].lines) - sum(
        line.customers for lines in of_one for line in lines
    )
    assert no_source >= 0


def test_a_region_sees_its_own_customers_alone(world, head):
    group = world.cast.tree.other_group
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=group)
    roll_up(SYSTEM, now=NOW)

    assert told(cohorts(scope_for(manager), now=NOW)) == told(cohorts(scope_for(head), unit_id=group.pk, now=NOW))
    with pytest.raises(NotFound):
        cohorts(scope_for(manager), unit_id=world.cast.tree.group.pk, now=NOW)
    with pytest.raises(PermissionRefused):
        cohorts(scope_for(world.cast.rep), now=NOW)


def test_channels_are_equal_to_the_rows_without_and_with_a_roll_up(world, head):
    first = {}
    for lead in Lead.objects.exclude(status="MERGED").select_related("source").order_by("created_at", "pk"):
        first.setdefault(lead.company_id, lead)
    wanted = defaultdict(lambda: [set(), 0, 0])
    since, net = date(2026, 2, 1), defaultdict(int)
    orders = list(Order.objects.filter(signed_on__gte=since, currency="CNY").select_related("company"))
    undone = list(Order.objects.filter(cancelled_on__gte=since, currency="CNY").select_related("company"))
    for rows, sign, column in ((orders, 1, "delta_minor"), (undone, -1, "amount_minor")):
        for order in rows:
            lead = first.get(buyer_of(order))
            if lead and lead.created_at.date() >= since:
                wanted[lead.source.code][1] += sign * getattr(order, column)
                day = order.signed_on if sign > 0 else order.cancelled_on
                if day >= lead.created_at.date().replace(day=1):
                    net[lead.source.code, buyer_of(order)] += sign * (order.revision == 1)
    for receipt in Receipt.objects.filter(received_on__gte=since, currency="CNY").select_related(
        "plan__order__company"
    ):
        lead = first.get(buyer_of(receipt.plan.order))
        if lead and lead.created_at.date() >= since:
            wanted[lead.source.code][2] += receipt.amount_minor
    for _ in range(2):
        found = {line.code: line for line in channels(scope_for(head), months=3, now=NOW).lines}
        for code, (_buyers, signed, received) in wanted.items():
            buyers = sum(1 for (source, _company), number in net.items() if source == code and number > 0)
            line = found[code]
            assert (line.buyers, line.signed_minor, line.collected_minor) == (buyers, signed, received)
        roll_up(SYSTEM, now=NOW)
    assert ChannelFact.objects.exists()


def test_page_endpoint_and_file_answer(world, head):
    client = signed_in(head)

    page = client.get(reverse("insight:cohorts"), {"by": "source", "source": "FAIR"}).content.decode()
    body = client.get("/api/v1/insight/cohorts", {"by": "source"}).json()
    table = client.get(reverse("exchange:export_cohorts"), {"as": "csv"}).getvalue().decode()

    assert "2026-01" in page
    assert body["whole"]["customers"] == sum(line["customers"] for line in body["lines"])
    assert "2026-01" in table
    for wrong in ({"unit": "x"}, {"by": "person"}, {"source": "NONE"}, {"currency": "yuan"}):
        assert client.get(reverse("insight:cohorts"), wrong).status_code == 404


def test_the_page_has_an_empty_state(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    page = signed_in(make_person(role=Role.CEO)).get(reverse("insight:cohorts"), headers={"accept-language": "zh-hans"})

    assert "近十二个月没有首单" in page.content.decode()
