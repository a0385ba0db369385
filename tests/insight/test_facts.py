"""The facts are equal to the rows: before any roll-up, after one, and when closed days change."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.org import make_person, scope_for
from tests.insight import reckoning
from tests.insight.reckoning import NOW, TODAY, at, make_world
from tests.insight.test_growth import signed_in
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.engines.growth import Counts, total
from tiejun.foundation.clock import Occasion
from tiejun.foundation.models import AuditEntry, PolicyVersion
from tiejun.insight.actions.facts import roll_up, sum_month
from tiejun.insight.jobs import sum_up, sum_up_so_far
from tiejun.insight.models import (
    FACTS,
    ChannelFact,
    CohortFact,
    CustomerFact,
    FieldFact,
    Interim,
    LeadFact,
    RollUp,
    SaleFact,
)  # fmt: skip
from tiejun.insight.queries.facts import Asked, Facts
from tiejun.insight.queries.growth import PARTS, counted, growth
from tiejun.insight.queries.links import link_sums
from tiejun.insight.queries.rolling import past_in_progress
from tiejun.leads.models import Lead
from tiejun.pipeline.models import CollectionPlan, Order, ReceiptConfirmation
from tiejun.visits.models import CountAdjustment, Visit

pytestmark = pytest.mark.django_db

MONTHS = [date(2026, month, 1) for month in (1, 2, 3, 4)]
TOMORROW = TODAY + timedelta(days=1)
SYSTEM = Scope.system("test", zone="Asia/Shanghai")


@pytest.fixture
def world(time_machine, request):
    time_machine.move_to(NOW, tick=False)
    return make_world(getattr(request, "param", 1))


@pytest.fixture
def head(world):
    return make_person(role=Role.SALES_HEAD, unit=world.cast.tree.company)


def clean(numbers):
    return {
        measure.value: {key: n for key, n in found.items() if n}
        for measure, found in numbers.items()
        if any(found.values())
    }


def buyers_together(found):
    """Take first-time buyers together: who of them came by a lead of this month is found by the night."""
    return {key: replace(counts, buyers=0, late=counts.buyers + counts.late) for key, counts in found.items()}


def assert_equal_to_the_rows(scope, now=NOW, seen=dict):
    """Hold boards and equation against the count of the rows, of every month by every part, in both currencies."""
    facts = Facts(scope, now)
    for currency in ("CNY", "USD"):
        asked = Asked(MONTHS[0], TOMORROW, currency=currency)
        expected = reckoning.links(MONTHS[0], TOMORROW, currency)
        assert clean(link_sums(scope, facts, asked, by=("unit_id", "day")).measures) == {
            k: v for k, v in expected.items() if v
        }
    for part in PARTS:
        for first, after in zip(MONTHS, [*MONTHS[1:], TOMORROW], strict=True):
            found = counted(scope, facts, Asked(first, after, currency="CNY"), part=part)
            assert seen(found) == seen(reckoning.counted(part, first, after))
    half = date(2026, 3, 14)
    assert counted(scope, facts, Asked(MONTHS[2], half, currency="CNY"), part="unit") == reckoning.counted(
        "unit", MONTHS[2], half
    )


def content():
    return {
        fact.__name__: sorted(
            fact._default_manager.values_list(
                "pk", "cut", "day", "unit_id", "person_id", "source", "currency", *fact.measures
            ),
            key=str,
        )
        for fact in FACTS
    }


@pytest.mark.parametrize("world", [2, 3], indirect=True)
def test_facts_are_equal_to_the_rows_without_and_with_a_roll_up(world, head):
    scope = scope_for(head)
    assert_equal_to_the_rows(scope)

    row = roll_up(SYSTEM, now=NOW - timedelta(days=9))
    assert row.until == TODAY - timedelta(days=9)
    assert_equal_to_the_rows(scope, seen=buyers_together)

    roll_up(SYSTEM, now=NOW)
    assert_equal_to_the_rows(scope)


def test_the_past_is_summed_month_by_month_and_goes_on_after_a_break(world, head, monkeypatch):
    roll_up(SYSTEM, now=NOW)
    at_once = bare(content())
    for fact in (*FACTS, CohortFact, ChannelFact, RollUp):
        fact._default_manager.all().delete()
    occasion = Occasion(SYSTEM, world.cast.tree.company.pk, TODAY - timedelta(days=1), NOW, NOW)
    steps = []

    def sum_or_break(scope, *, now):
        if len(steps) == 2:
            steps.append(None)
            raise ConnectionError
        steps.append(sum_month(scope, now=now))
        return steps[-1]

    monkeypatch.setattr("tiejun.insight.jobs.sum_month", sum_or_break)
    with pytest.raises(ConnectionError):
        sum_up(occasion)
    # What is half done is not the boards' yet.
    months = (TODAY.year - steps[0].since.year) * 12 + TODAY.month - steps[0].since.month + 1
    assert past_in_progress(SYSTEM) == (2, months)
    assert (RollUp.objects.count(), LeadFact.objects.exists()) == (0, True)
    assert_equal_to_the_rows(scope_for(head))

    told = sum_up(occasion)
    assert (len(steps), past_in_progress(SYSTEM)) == (months + 1, None)
    assert (bare(content()), told["LeadFact"]) == (at_once, LeadFact.objects.count())
    assert_equal_to_the_rows(scope_for(head))


def test_a_past_that_was_broken_off_last_night_is_finished_and_brought_up_to_today(world, head):
    sum_month(SYSTEM, now=NOW - timedelta(days=1))
    occasion = Occasion(SYSTEM, world.cast.tree.company.pk, TODAY - timedelta(days=1), NOW, NOW)
    sum_up(occasion)
    assert [row.until for row in RollUp.objects.order_by("as_of")] == [TODAY - timedelta(days=1), TODAY]
    assert_equal_to_the_rows(scope_for(head))


def bare(found):
    return {name: sorted((row[1:] for row in rows), key=str) for name, rows in found.items()}


def test_a_repeat_writes_nothing(world):
    roll_up(SYSTEM, now=NOW)
    before = content()

    again = roll_up(SYSTEM, now=NOW + timedelta(minutes=5))

    assert set(again.changed.values()) == {0}
    assert content() == before
    assert AuditEntry.objects.filter(event="insight.rolled_up").count() == 2


def test_what_a_day_brings_is_added_and_nothing_else_is_written(world):
    roll_up(SYSTEM, now=NOW - timedelta(days=1))
    before = content()

    row = roll_up(SYSTEM, now=NOW)

    assert all(set(before[name]) <= set(rows) for name, rows in content().items())
    assert 0 < sum(row.changed.values()) < 40


def test_days_that_were_missed_are_caught_up(world, head):
    roll_up(SYSTEM, now=NOW - timedelta(days=30))
    sum_up(Occasion(SYSTEM, world.cast.tree.company.pk, TODAY - timedelta(days=1), NOW, NOW))

    assert RollUp.objects.count() == 2
    assert FieldFact.objects.filter(day__gte=TODAY - timedelta(days=29)).exists()
    assert_equal_to_the_rows(scope_for(head))


def test_money_of_closed_days_shows_at_once_and_the_next_night_puts_it_in(world, head):
    roll_up(SYSTEM, now=NOW)
    scope, later, march = scope_for(head), NOW + timedelta(hours=3), date(2026, 3, 10)
    plan = CollectionPlan.objects.filter(order__currency="CNY").first()
    received = world.receipt(plan, march, 777_77, recorded_at=later)
    world.receipt(plan, march, -777_77, recorded_at=later, reverses=received)
    cash = world.receipt(plan, march, 5_55, recorded_at=later, method="CASH")
    assert_equal_to_the_rows(scope, later)

    ReceiptConfirmation.objects.create(receipt=cash, confirmed_by=world.cast.finance, confirmed_at=later)
    world.settle(plan)
    world.order(world.companies[6], date(2026, 2, 3), signed_at=later)
    facts = Facts(scope, later)
    found = facts.sums(SaleFact, Asked(MONTHS[0], TOMORROW, currency="CNY"), by=("currency",))[("CNY",)]
    rows = reckoning.links(MONTHS[0], TOMORROW)
    assert found[1] == sum(rows["SIGNED_MONEY"].values())
    assert found[3] == sum(rows["COLLECTED_MONEY"].values())

    roll_up(SYSTEM, now=NOW + timedelta(days=1))
    assert_equal_to_the_rows(scope, NOW + timedelta(days=1))


def test_a_refund_after_the_period_closed_stands_in_its_own_month(world, head):
    order = world.order(world.companies[7], date(2026, 2, 10))
    roll_up(SYSTEM, now=NOW)
    Order.objects.filter(pk=order.pk).update(
        status="CANCELLED", cancelled_on=TODAY, cancel_reason="no", changed_at=NOW + timedelta(hours=1)
    )
    later = NOW + timedelta(hours=2)

    found = growth(scope_for(head), month=MONTHS[3], other=MONTHS[1], now=later)

    before = total(reckoning.counted("unit", MONTHS[1], found.other_until).values())
    assert (found.whole.before.orders, found.whole.before.net_minor) == (before.orders, before.net_minor)
    assert found.whole.after.net_minor == total(reckoning.counted("unit", MONTHS[3], TOMORROW).values()).net_minor
    roll_up(SYSTEM, now=later)
    assert_equal_to_the_rows(scope_for(head), later)
    later = growth(scope_for(head), month=MONTHS[3], other=MONTHS[1], now=later)
    assert later.whole.before == total(reckoning.counted("unit", MONTHS[1], later.other_until).values())


def test_adjustments_and_late_visits_of_frozen_days_are_caught(world, head):
    roll_up(SYSTEM, now=NOW)
    later, day = NOW + timedelta(hours=1), date(2026, 2, 20)
    visit = Visit.objects.filter(business_day__lt=day).first() or world.visit(
        world.cast.rep, world.cast.tree.group, day
    )
    CountAdjustment.objects.create(
        person=visit.person, unit=visit.unit, visit=visit, business_day=visit.business_day, booked_on=TODAY,
        metric="VISITS", delta=-1, cause="AMENDMENT", booked_at=later,
    )  # fmt: skip
    assert_equal_to_the_rows(scope_for(head), later)

    roll_up(SYSTEM, now=NOW + timedelta(days=1))

    assert Facts(scope_for(head), NOW + timedelta(days=1)).last.changed["FieldFact"] > 0
    assert_equal_to_the_rows(scope_for(head), NOW + timedelta(days=1))


def test_leads_that_change_hands_or_turn_out_invalid_are_put_right_by_the_next_night(world, head):
    roll_up(SYSTEM, now=NOW)
    for lead in Lead.objects.filter(owner__isnull=False)[:4]:
        Lead.objects.filter(pk=lead.pk).update(unit=world.cast.tree.other_group, intent="HIGH", status="CLOSED_INVALID")
    world.cast.company.refresh_from_db()
    roll_up(SYSTEM, now=NOW + timedelta(hours=1))

    assert_equal_to_the_rows(scope_for(head), NOW + timedelta(hours=1))


def test_a_regional_manager_is_told_of_the_own_units_alone(world):
    group = world.cast.tree.other_group
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=group)
    for _ in range(2):
        found = growth(scope_for(manager), month=MONTHS[2], now=NOW)
        assert found.whole.after == reckoning.counted("unit", MONTHS[2], MONTHS[3]).get(group.pk, Counts())
        roll_up(SYSTEM, now=NOW)


def test_an_empty_company_rolls_up_to_nothing(db, time_machine):
    time_machine.move_to(NOW, tick=False)
    head = make_person(role=Role.SALES_HEAD)

    row = roll_up(SYSTEM, now=NOW)

    assert set(row.changed.values()) == {0}
    assert growth(scope_for(head), now=NOW).lines == []
    assert not LeadFact.objects.exists()
    assert not CustomerFact.objects.exists()


def test_nobody_but_the_clock_rolls_up(world, head):
    with pytest.raises(PermissionRefused):
        roll_up(scope_for(head), now=NOW)
    assert not RollUp.objects.exists()


def test_old_days_are_put_right_by_the_first_run_of_a_month(world, head):
    PolicyVersion.objects.create(
        key="insight.restated_days", value=31, status="APPROVED", valid_from=NOW - timedelta(days=1), reason="x", made_at=NOW
    )  # fmt: skip
    roll_up(SYSTEM, now=NOW)
    Lead.objects.filter(created_at__lt=at(date(2026, 2, 1))).update(intent="HIGH")

    roll_up(SYSTEM, now=NOW + timedelta(days=1))
    assert LeadFact.objects.filter(cut="UNIT", day__lt=date(2026, 2, 1)).exclude(high=F("entered")).exists()
    roll_up(SYSTEM, now=NOW + timedelta(days=12))

    assert not LeadFact.objects.filter(cut="UNIT", day__lt=date(2026, 2, 1)).exclude(high=F("entered")).exists()
    assert_equal_to_the_rows(scope_for(head), NOW + timedelta(days=12))


def cut_by_cut(fact):
    """Sum the rows of each cut."""
    found = {}
    for cut, *numbers in fact._default_manager.values_list("cut", *fact.measures):
        found[cut] = tuple(map(sum, zip(found.get(cut, (0,) * len(numbers)), numbers, strict=True)))
    return found


def test_the_rows_of_each_cut_sum_to_the_same(world):
    roll_up(SYSTEM, now=NOW)
    for fact in FACTS:
        found = cut_by_cut(fact)
        assert set(found) == set(fact.cuts)
        assert len(set(found.values())) == 1


def crowded():
    """A company that is large enough for the running days to be summed each minute."""
    PolicyVersion.objects.create(
        key="insight.interim_from_people", value=1, status="APPROVED", valid_from=NOW - timedelta(days=90), reason="x", made_at=NOW
    )  # fmt: skip


def test_the_running_days_are_summed_each_minute_and_read_instead_of_the_rows(world, head, time_machine):
    crowded()
    sum_up_so_far()
    assert not Interim.objects.exists()  # nothing to go on from
    roll_up(SYSTEM, now=NOW - timedelta(days=2))
    plan, march = CollectionPlan.objects.filter(order__currency="CNY").first(), date(2026, 3, 10)
    world.receipt(plan, march, 777_77, recorded_at=NOW - timedelta(minutes=1))
    scope = scope_for(head)

    sum_up_so_far()

    assert Interim.objects.get().until > TOMORROW
    assert_equal_to_the_rows(scope)
    with CaptureQueriesContext(connection) as made:
        growth(scope, now=NOW)
        link_sums(scope, Facts(scope, NOW), Asked(MONTHS[0], TOMORROW), by=("unit_id", "day"))
    assert not [query["sql"] for query in made if re.search("leads_lead|visits_|pipeline_", query["sql"])]

    browser = signed_in(head)
    for page, words in (
        ("home:board", "the running day as of 10:00"),
        ("insight:growth", "the running day as of 10:00"),
    ):
        assert words in browser.get(reverse(page)).content.decode()
    answers = browser.get(reverse("insight:board", args=["sales"])).content.decode()
    assert "the running day as of 10:00." in answers
    assert browser.get("/api/v1/board").json()["running_as_of"] == "2026-04-20T02:00:00Z"

    # What comes now shows with the next minute, and at once where no worker sums any more.
    soon = NOW + timedelta(seconds=40)
    order = world.order(world.companies[5], TODAY, signed_at=soon)
    before = Facts(scope, soon).sums(SaleFact, Asked(TODAY, TOMORROW), by=("currency",))
    late = NOW + timedelta(minutes=4)
    assert_equal_to_the_rows(scope, late)
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    sum_up_so_far()
    assert Facts(scope, NOW + timedelta(minutes=1)).sums(SaleFact, Asked(TODAY, TOMORROW), by=("currency",)) != before
    assert_equal_to_the_rows(scope, NOW + timedelta(minutes=1))
    assert order.signed_on == TODAY


def test_an_interim_of_before_the_roll_up_is_not_read(world, head):
    crowded()
    roll_up(SYSTEM, now=NOW - timedelta(days=2))
    sum_up_so_far()
    later = NOW + timedelta(minutes=1)
    roll_up(SYSTEM, now=later)

    facts = Facts(scope_for(head), later)

    assert facts.interim is None
    assert_equal_to_the_rows(scope_for(head), later)


def test_a_small_company_has_no_interim(world):
    roll_up(SYSTEM, now=NOW)
    sum_up_so_far()
    assert not Interim.objects.exists()
