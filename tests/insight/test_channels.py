"""Channels: the money follows the leads of the span, by their source."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.leads import make_held_lead, make_lead, make_source
from tests.factories.marketing import make_campaign, make_cost
from tests.factories.org import make_person, scope_for
from tests.factories.pipeline import make_cast
from tests.insight.test_growth import at, sell, signed_in
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.refusals import NotFound
from tiejun.insight.queries.channels import channels
from tiejun.marketing.models import CostEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)


@pytest.fixture
def cast(time_machine):
    time_machine.move_to(NOW, tick=False)
    return make_cast()


@pytest.fixture
def marketer(cast):
    return make_person(role=Role.MARKETING_HEAD, unit=cast.tree.company)


def spend(minor, day, code="FAIR"):
    cost = make_cost(make_campaign(source=make_source(code), now=at(date(2026, 1, 5))), minor)
    CostEntry.objects.filter(pk=cost.pk).update(spent_on=day)


def test_money_is_followed_from_the_cost_to_the_receipt(cast, marketer):
    spend(200_00, date(2026, 4, 2))
    spend(900_00, date(2026, 1, 2))  # before the span
    company = make_held_lead(cast.rep, cast.tree.group, now=at(date(2026, 4, 3)), source=make_source("FAIR")).company
    make_lead(now=at(date(2026, 4, 3)), source=make_source("FAIR"))
    old = make_held_lead(cast.rep, cast.tree.group, now=at(date(2026, 1, 3)), source=make_source("FAIR")).company
    sell(cast, date(2026, 4, 8), 500_00, company=company)
    sell(cast, date(2026, 4, 9), 700_00, company=old)

    found = channels(scope_for(marketer), months=1, now=NOW)

    (line,) = found.lines
    assert (line.code, line.spent_minor, line.leads, line.buyers, line.signed_minor) == ("FAIR", 200_00, 2, 1, 500_00)
    assert (line.lead_minor, line.buyer_minor, line.returned) == (100_00, 200_00, 0.0)
    assert found.whole.signed_minor == 500_00


def test_what_cost_nothing_has_no_return(cast, marketer):
    make_lead(now=at(date(2026, 4, 3)))

    (line,) = channels(scope_for(marketer), months=1, now=NOW).lines

    assert (line.lead_minor, line.buyer_minor, line.returned) == (None, None, None)


def test_the_span_begins_with_a_month(cast, marketer):
    assert [channels(scope_for(marketer), months=n, now=NOW).since for n in (1, 3, 12)] == [
        date(2026, 4, 1), date(2026, 2, 1), date(2025, 5, 1),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        channels(scope_for(marketer), months=2, now=NOW)


def test_a_representative_and_a_supervisor_are_refused(cast):
    for person in (cast.rep, cast.supervisor):
        with pytest.raises(PermissionRefused):
            channels(scope_for(person), now=NOW)


def test_queries_do_not_grow_with_the_rows(cast, marketer):
    def count():
        with CaptureQueriesContext(connection) as asked:
            channels(scope_for(marketer), now=NOW)
        return len(asked)

    company = make_held_lead(cast.rep, cast.tree.group, now=at(date(2026, 4, 2)), source=make_source("A")).company
    sell(cast, date(2026, 4, 3), 100_00, company=company)
    once = count()
    for code in ("B", "C"):
        company = make_held_lead(cast.rep, cast.tree.group, now=at(date(2026, 4, 2)), source=make_source(code)).company
        sell(cast, date(2026, 4, 3), 100_00, company=company)

    assert count() == once


def test_page_and_endpoint_answer(cast, marketer):
    spend(200_00, date(2026, 4, 2))
    client = signed_in(marketer)

    page = client.get(reverse("insight:channels"), {"months": "12"})
    body = client.get("/api/v1/insight/channels", {"months": 1}).json()

    assert page.status_code == 200
    assert make_source("FAIR").name_en in page.content.decode()
    assert body["whole"]["spent_minor"] == 200_00
    assert client.get(reverse("insight:channels"), {"months": "all"}).status_code == 404
    assert client.get(reverse("insight:channels"), {"months": "2"}).status_code == 404


def test_the_page_has_an_empty_state(cast, marketer):
    assert "Nothing was spent" in signed_in(marketer).get(reverse("insight:channels")).content.decode()
