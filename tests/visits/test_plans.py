from datetime import date, timedelta

import pytest

from tests.factories.org import NOW, scope_for
from tests.factories.visits import DAY, HERE, local, make_field, make_visit
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.visits.actions.plans import (
    add_stop,
    move_stop,
    order_plan,
    propose_missing_plans,
    propose_plan,
    remove_stop,
    save_plan,
    submit_plan,
)
from tiejun.visits.models import DayPlan, PlanItem
from tiejun.visits.queries.plans import plan_of
from tiejun.visits.rules.vocabulary import Refusal

pytestmark = pytest.mark.django_db
TOMORROW = DAY + timedelta(days=1)


def near(metres: int) -> dict:
    return {"latitude": HERE.latitude, "longitude": HERE.longitude + metres / 96_000}


def test_a_proposal_fills_the_shape_says_why_and_orders_by_distance() -> None:
    rep = make_field()
    for number in range(9):
        rep.held_company(f"Company {number}", **near(400 * (9 - number)))

    plan = propose_plan(rep.scope, day=TOMORROW, now=NOW)

    view = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW)
    assert (plan.state, [stop.slot for stop in view.stops]) == ("PROPOSED", ["MORNING"] * 3 + ["AFTERNOON"] * 5)
    assert all(stop.reason in ("DUE_SOON", "NEARBY", "NOT_VISITED") and len(stop.links) == 4 for stop in view.stops)
    longitudes = [stop.longitude for stop in view.stops]
    assert longitudes in (sorted(longitudes), sorted(longitudes, reverse=True))
    assert 0 < view.travel_km < 6
    assert view.ends_at is not None
    assert view.ends_at > local("13:00", TOMORROW)


def test_a_proposal_keeps_what_is_there_and_without_companies_is_refused() -> None:
    rep = make_field()
    propose_plan(rep.scope, day=TOMORROW, now=NOW)
    rep.held_company("Late comer", **near(500))

    propose_plan(rep.scope, day=TOMORROW, now=NOW)

    assert {stop.name for stop in plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW).stops} == {
        "Suheng Medical",
        "Late comer",
    }
    with pytest.raises(Refused) as refused:
        propose_plan(scope_for(rep.colleague), day=TOMORROW, now=NOW)
    assert (refused.value.refusal, DayPlan.objects.count()) == (Refusal.NOTHING_TO_PROPOSE, 1)


def test_class_a_comes_before_class_b_and_gets_the_nearest_class_b_as_backup_when_the_day_is_full() -> None:
    rep = make_field()
    for number in range(8):
        rep.held_company(f"Iron {number}", closing_class="A", **near(100 * number))
    reserve = rep.held_company("Reserve", closing_class="B", **near(50))

    propose_plan(rep.scope, day=TOMORROW, now=NOW)

    view = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW)
    assert {stop.reason for stop in view.stops} == {"CLASS_A"}
    assert [(stop.company_id, stop.backup_for[:4]) for stop in view.backups] == [(reserve.pk, "Iron")]


def test_stops_are_added_moved_removed_and_saved_in_any_order() -> None:
    rep = make_field()
    one, two = rep.held_company("One"), rep.held_company("Two")
    for company in (rep.company, one, two):
        add_stop(rep.scope, day=TOMORROW, company_id=company.pk, now=NOW)
    items = [stop.item_id for stop in plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW).stops]

    move_stop(rep.scope, item_id=items[2], step=-2, now=NOW)
    save_plan(rep.scope, day=TOMORROW, version=1, order=[items[1], items[2], items[0]], canvass_note="tower B", now=NOW)
    remove_stop(rep.scope, item_id=items[0], now=NOW)

    view = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW)
    assert ([stop.name for stop in view.stops], view.canvass_note) == (["One", "Two"], "tower B")
    with pytest.raises(Stale):
        save_plan(rep.scope, day=TOMORROW, version=7, order=[], now=NOW)
    with pytest.raises(NotFound):
        save_plan(rep.scope, day=TOMORROW, version=1, order=[items[1]], now=NOW)


def test_changes_after_the_submission_are_versions_and_old_stops_stay_readable() -> None:
    rep = make_field()
    other = rep.held_company("Other")
    add_stop(rep.scope, day=TOMORROW, company_id=rep.company.pk, now=NOW)
    submit_plan(rep.scope, day=TOMORROW, now=NOW)
    add_stop(rep.scope, day=TOMORROW, company_id=other.pk, now=NOW)
    first = PlanItem.objects.get(company=rep.company)
    remove_stop(rep.scope, item_id=first.pk, now=NOW)

    plan = DayPlan.objects.get()
    assert (plan.state, plan.version, plan.is_late) == ("ADJUSTED", 3, False)
    assert list(PlanItem.objects.order_by("added_in").values_list("added_in", "removed_in")) == [(1, 3), (2, None)]
    with pytest.raises(Refused) as refused:
        submit_plan(rep.scope, day=TOMORROW, now=NOW)
    assert refused.value.refusal is Refusal.ALREADY_SUBMITTED


@pytest.mark.parametrize(
    ("profile", "at", "late"), [("iron", "19:59", False), ("iron", "20:01", True), ("standard", "18:01", True)]
)
def test_a_plan_is_due_the_evening_before(profile: str, at: str, late: bool) -> None:
    rep = make_field(profile=profile)
    add_stop(rep.scope, day=TOMORROW, company_id=rep.company.pk, now=NOW)

    assert submit_plan(rep.scope_at(local(at)), day=TOMORROW, now=local(at)).is_late is late


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (DAY - timedelta(days=1), Refusal.PLAN_IS_PAST),
        (DAY + timedelta(days=30), Refusal.PLAN_IS_TOO_FAR),
        (DAY, Refusal.PLAN_IS_EMPTY),
    ],
)
def test_plans_that_cannot_be_submitted_are_refused_and_write_nothing(day: date, refusal: Refusal) -> None:
    rep = make_field()

    with pytest.raises(Refused) as refused:
        submit_plan(rep.scope, day=day, now=NOW)

    assert (refused.value.refusal, DayPlan.objects.count()) == (refusal, 0)


def test_a_stop_that_has_its_visit_stays_and_the_first_visit_makes_the_plan_active() -> None:
    rep = make_field()
    add_stop(rep.scope, day=DAY, company_id=rep.company.pk, now=NOW)
    visit = make_visit(rep)
    item = PlanItem.objects.get()

    with pytest.raises(Refused) as refused:
        remove_stop(rep.scope, item_id=item.pk, now=NOW)

    view = plan_of(rep.scope, rep.person.pk, DAY, now=NOW)
    assert refused.value.refusal is Refusal.STOP_IS_VISITED
    assert (view.state, view.stops[0].visit_id, view.stops[0].is_effective, view.done_count, view.next_stop) == (
        "ACTIVE",
        visit.pk,
        True,
        1,
        None,
    )


def test_plans_are_ones_own_and_seen_by_the_supervisor() -> None:
    rep = make_field()
    add_stop(rep.scope, day=DAY, company_id=rep.company.pk, now=NOW)
    item = PlanItem.objects.get()

    assert plan_of(scope_for(rep.supervisor), rep.person.pk, DAY, now=NOW).may_change is False
    with pytest.raises(PermissionRefused):
        add_stop(scope_for(rep.supervisor), day=DAY, company_id=rep.company.pk, now=NOW)
    with pytest.raises(NotFound):
        move_stop(scope_for(rep.colleague), item_id=item.pk, step=1, now=NOW)
    with pytest.raises(NotFound):
        add_stop(scope_for(rep.colleague), day=DAY, company_id=rep.company.pk, now=NOW)
    with pytest.raises(NotFound):
        plan_of(scope_for(rep.colleague), rep.person.pk, DAY, now=NOW)


def test_the_clock_proposes_a_plan_to_everybody_who_has_companies_and_none_yet() -> None:
    rep = make_field()
    system = Scope.system("test", unit_chain=rep.scope.unit_chain)

    made = [propose_missing_plans(system, unit_id=rep.unit.pk, day=DAY, now=NOW) for _ in range(2)]

    assert made == [1, 0]
    assert list(DayPlan.objects.values_list("person", "state")) == [(rep.person.pk, "PROPOSED")]


def test_an_ordered_plan_is_never_longer() -> None:
    rep = make_field()
    for metres in (4000, 500, 3000, 1500):
        add_stop(rep.scope, day=DAY, company_id=rep.held_company(**near(metres)).pk, now=NOW)
    before = DayPlan.objects.get().travel_metres

    assert order_plan(rep.scope, day=DAY, now=NOW).travel_metres < before
