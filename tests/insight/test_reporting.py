"""Own reports: what can be asked, that the sums are those of the rows, and what is refused."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.factories.org import make_login, make_person, scope_for
from tests.factories.pipeline import make_cast, make_line, make_opportunity, make_signed_order
from tests.insight import reckoning
from tests.insight.reckoning import NOW, TODAY, make_world
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.exchange.queries.sheets import sheet_of
from tiejun.foundation.models import PolicyVersion
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.insight.actions.facts import roll_up
from tiejun.insight.queries.reporting import report
from tiejun.insight.rules.reporting import (
    Dimension,
    ReportRefusal,
    ReportSpan,
    ReportWish,
    days_of,
    grouped_day,
    may_rank,
    why_not_report,
    wish_from,
)
from tiejun.pipeline.actions.opportunities import lose_opportunity, reopen_opportunity
from tiejun.pipeline.rules import LostReason

FIRST, LAST = date(2026, 1, 1), TODAY
CHOSEN = {"span": ReportSpan.CHOSEN, "since": FIRST, "until": LAST}


def test_an_address_says_a_report_and_nothing_else() -> None:
    wish = wish_from(
        {"m": "visits.leads-in.password", "by": "person", "also": "shoe", "span": "x", "since": "never", "unit": "1"}
    )

    assert wish == ReportWish(("leads-in", "visits"), Dimension.PERSON)


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (ReportWish(("visits",)), None),
        (ReportWish(()), ReportRefusal.NOTHING_MEASURED),
        (ReportWish(("visits",), also=Dimension.UNIT), ReportRefusal.SAME_TWICE),
        (ReportWish(("visits",), Dimension.DAY, Dimension.MONTH), ReportRefusal.SAME_TWICE),
        (ReportWish(("leads-in",), Dimension.PERSON, Dimension.SOURCE), ReportRefusal.TWO_CUTS),
        (ReportWish(("win-rate",), Dimension.PRODUCT, Dimension.PERSON), ReportRefusal.TWO_CUTS),
        (ReportWish(("win-rate", "visits"), Dimension.PRODUCT), ReportRefusal.NO_PRODUCT),
        (ReportWish(("win-rate",), Dimension.PRODUCT, Dimension.MONTH), None),
        (ReportWish(("visits",), Dimension.SOURCE), ReportRefusal.NO_SOURCE),
        (ReportWish(("effective-rate",), Dimension.SOURCE), ReportRefusal.NO_SOURCE),
        (ReportWish(("leads-in", "order-value"), Dimension.SOURCE), None),
        (ReportWish(("visits",), span=ReportSpan.CHOSEN), ReportRefusal.DAYS_TURNED_ROUND),
        (ReportWish(("visits",), span=ReportSpan.CHOSEN, since=LAST, until=FIRST), ReportRefusal.DAYS_TURNED_ROUND),
    ],
)
def test_what_cannot_be_asked_is_named(wish, refusal) -> None:
    assert why_not_report(wish) == refusal


@pytest.mark.parametrize(
    ("span", "days"),
    [
        (ReportSpan.THIS_MONTH, (date(2026, 3, 1), date(2026, 3, 12))),
        (ReportSpan.LAST_MONTH, (date(2026, 2, 1), date(2026, 3, 1))),
        (ReportSpan.LAST_30, (date(2026, 2, 10), date(2026, 3, 12))),
        (ReportSpan.THIS_YEAR, (date(2026, 1, 1), date(2026, 3, 12))),
    ],
)
def test_spans_end_with_today(span, days) -> None:
    assert days_of(ReportWish(("visits",), span=span), date(2026, 3, 11)) == days


def test_days_fall_into_their_week_and_month() -> None:
    day = date(2026, 3, 11)
    assert [grouped_day(day, group) for group in (Dimension.DAY, Dimension.WEEK, Dimension.MONTH)] == [
        day, date(2026, 3, 9), date(2026, 3, 1),
    ]  # fmt: skip


def test_few_cases_are_not_ranked() -> None:
    assert may_rank([20, 30], 20)
    assert not may_rank([19, 300], 20)
    assert not may_rank([], 20)


@pytest.fixture
def world(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    return make_world(1)


@pytest.fixture
def head(world):
    return make_person(role=Role.SALES_HEAD, unit=world.cast.tree.company)


def policy(key, value):
    PolicyVersion.objects.create(
        key=key, value=value, status="APPROVED", valid_from=NOW - timedelta(days=1), made_at=NOW
    )


def test_sums_are_those_of_the_rows_before_and_after_a_roll_up(world, head) -> None:
    rows = reckoning.links(FIRST, LAST + timedelta(days=1), "CNY")
    expected = {
        key: sum(rows.get(name, {}).values())
        for key, name in (
            ("leads-in", "ENTERED"),
            ("visits", "VISITS"),
            ("orders-signed", "SIGNED"),
            ("signed-amount", "SIGNED_MONEY"),
        )
    }
    wish = ReportWish(tuple(expected), Dimension.UNIT, Dimension.WEEK, **CHOSEN)

    for _again in (1, 2):
        found = report(scope_for(head, at=NOW), wish, now=NOW)
        assert dict(zip(expected, found.whole.values, strict=True)) == expected
        assert [sum(line.values[place] for line in found.lines) for place in range(4)] == list(expected.values())
        roll_up(Scope.system("test", zone="Asia/Shanghai"), now=NOW - timedelta(days=9))


def test_rates_have_intervals_and_amounts_a_case_no_division_by_zero(world, head) -> None:
    found = report(
        scope_for(head, at=NOW), ReportWish(("effective-rate", "order-value"), Dimension.PERSON, **CHOSEN), now=NOW
    )

    shares = [line.values[0] for line in found.lines if line.values[0].cases]
    assert all(share.low <= share.value <= share.high for share in shares)
    rates = [line.values[0].value for line in found.lines]
    assert found.is_ranked
    assert rates == sorted(rates, reverse=True)
    policy("insight.rank_min_n", 1000)
    again = report(scope_for(head, at=NOW), found.wish, now=NOW)
    assert not again.is_ranked
    assert [line.names for line in again.lines] == sorted(line.names for line in again.lines)
    days = report(scope_for(head, at=NOW), ReportWish(("leads-in", "order-value"), Dimension.DAY, **CHOSEN), now=NOW)
    assert any(line.values[1] is None for line in days.lines)


def test_too_much_is_refused_with_a_way_to_narrow_it(world, head) -> None:
    wish, scope = ReportWish(("leads-in",), Dimension.DAY, Dimension.PERSON, **CHOSEN), scope_for(head, at=NOW)
    policy("insight.report_max_lines", 1)
    with pytest.raises(Refused) as lines:
        report(scope, wish, now=NOW)
    policy("insight.report_max_rows", 0)
    with pytest.raises(Refused) as wide:
        report(scope, wish, now=NOW)

    assert (lines.value.code, wide.value.code) == ("report_too_many_lines", "report_too_wide")
    with override("en"):
        assert "Choose fewer days" in wide.value.message


def test_only_who_reads_boards_makes_reports_and_of_units_in_reach(world, head) -> None:
    tree = world.cast.tree
    regional = make_person(role=Role.REGIONAL_MANAGER, unit=tree.group)
    with pytest.raises(PermissionRefused):
        report(scope_for(make_person(unit=tree.group), at=NOW), ReportWish(("visits",)), now=NOW)
    with pytest.raises(NotFound):
        report(scope_for(regional, at=NOW), ReportWish(("visits",), unit_id=tree.company.pk), now=NOW)

    mine = report(scope_for(regional, at=NOW), ReportWish(("leads-in",), **CHOSEN), now=NOW)
    whole = report(scope_for(head, at=NOW), ReportWish(("leads-in",), unit_id=tree.group.pk, **CHOSEN), now=NOW)
    assert [line.names for line in mine.lines] == [(tree.group.name,)]
    assert mine.whole.values == whole.whole.values


def test_the_page_keeps_what_was_chosen_and_says_why_not(world, head) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_login(head))
    page = reverse("insight:report")
    assert "Grouped by" in client.get(page).content.decode()

    ticked = client.get(page, {"m": ["visits", "leads-in"], "by": "unit", "span": "this-month"})
    assert ticked["Location"].endswith("m=visits.leads-in&by=unit&span=this-month")
    asked = {"m": "visits.effective-rate", "by": "month", "span": "chosen", "since": "2026-01-01", "until": str(LAST)}
    made = client.get(page, asked).content.decode()
    assert "kind=insight.report" in made
    assert "Total" in made
    refused = client.get(page, asked | {"by": "source"})
    assert refused.status_code == 422
    assert "Only leads, orders and money have a source" in refused.content.decode()
    sheet = sheet_of(scope_for(head, at=NOW), "insight.report", "m=visits.effective-rate&by=month&span=this-year")
    assert sheet.header[:3] == ["Month", "Visits", "Effective rate"]
    assert sheet.whole(100)[-1][0] == "Total"


def test_the_win_rate_is_told_by_product_before_and_after_a_roll_up(db, time_machine) -> None:
    time_machine.move_to(NOW, tick=False)
    cast = make_cast()
    head = make_person(role=Role.SALES_HEAD, unit=cast.tree.company)
    other = make_line()
    make_signed_order(cast)
    make_signed_order(cast)
    for line in (cast.line, other, other):
        deal = make_opportunity(cast, line=line, close_on=TODAY)
        lost = {"opportunity_id": deal.pk, "reason": LostReason.PRICE, "note": "", "now": NOW}
        lose_opportunity(cast.scope(), version=deal.version, **lost)
    reopen_opportunity(cast.scope(), opportunity_id=deal.pk, close_on=TODAY, now=NOW)
    wish = ReportWish(("win-rate", "deals-won", "deals-decided"), Dimension.PRODUCT, span=ReportSpan.LAST_90)
    expected = [(cast.line.name_en, 2, 3), (other.name_en, 0, 1)]

    for _again in (1, 2):
        with override("en"):
            found = report(scope_for(head, at=NOW), wish, now=NOW + timedelta(days=_again))
        told = [(line.names[0], line.values[0].hits, line.values[0].cases) for line in found.lines]
        assert (sorted(told), found.whole.values[1:]) == (sorted(expected), (2, 4))
        roll_up(Scope.system("test"), now=NOW + timedelta(days=1))


def test_a_program_asks_for_what_the_page_shows(world, head) -> None:
    client = Client(headers={"accept-language": "en"})
    client.force_login(make_login(head))
    asked = {"metrics": ["win-rate", "orders-signed"], "by": "unit", "also": "month", "span": "chosen"}
    days = {"since": str(FIRST), "until": str(LAST)}

    body = client.get("/api/v1/insight/report", asked | days).json()
    wish = ReportWish(("orders-signed", "win-rate"), Dimension.UNIT, Dimension.MONTH, **CHOSEN)
    with override("en"):
        found = report(scope_for(head, at=NOW), wish, now=NOW)

    assert [column["key"] for column in body["columns"]] == ["orders-signed", "win-rate"]
    assert [line["names"] for line in body["lines"]] == [[str(name) for name in line.names] for line in found.lines]
    assert body["lines"][0]["keys"] == [str(found.lines[0].key[0]), "2026-01-01"]
    assert body["whole"][0] == {"value": found.whole.values[0], "cases": None, "low": None, "high": None}
    assert set(body["whole"][1]) == {"value", "cases", "low", "high"}
    for wrong, status in (({"metrics": ["x"]}, 422), ({}, 409), (asked, 409), (asked | {"unit_id": str(uuid4())}, 404)):
        assert client.get("/api/v1/insight/report", wrong | (days if "unit_id" in wrong else {})).status_code == status
