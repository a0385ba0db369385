from datetime import date, timedelta
from uuid import uuid4

import pytest

from tests.factories.org import NOW, make_leave, make_person, make_unit, scope_for
from tests.factories.visits import DAY, HERE, local, make_field, make_visit
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.visits.actions.plans import (
    add_stop,
    call_off_stop,
    move_stop,
    order_plan,
    pin_stop,
    propose_for_member,
    propose_plan,
    remove_stop,
    replan,
    save_plan,
    set_appointment,
    submit_plan,
)
from tiejun.visits.models import DayPlan, PlanItem
from tiejun.visits.queries.plans import plan_of, who_needs_a_plan
from tiejun.visits.queries.team_plans import team_plans
from tiejun.visits.rules.planning import Candidate, backups
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
    slots = [stop.slot for stop in view.stops]
    assert (plan.state, len(slots), slots) == ("PROPOSED", 8, sorted(slots, reverse=True))
    assert slots.count("MORNING") >= 3
    assert all(stop.reason in ("DUE_SOON", "NEARBY", "NOT_VISITED") and len(stop.links) == 4 for stop in view.stops)
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


def test_a_backup_that_was_named_comes_before_a_nearer_one() -> None:
    first, second, nearer, named = (uuid4() for _ in range(4))
    chosen = [Candidate(first, "A", latitude=30.0, longitude=120.0), Candidate(second, "A", backup_id=named)]
    rest = [Candidate(one, "B", latitude=30.0, longitude=120.0) for one in (named, nearer)]

    found = {choice.backup_for: choice.company_id for choice in backups(chosen, rest, reach_metres=5_000)}

    assert found == {second: named, first: nearer}


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

    asked = {"unit_id": rep.unit.pk, "day": DAY, "now": NOW}

    people = who_needs_a_plan(system, **asked)
    made = [propose_for_member(system, person_id=rep.person.pk, **asked) for _ in range(2)]

    assert (rep.person.pk in people, made, who_needs_a_plan(system, **asked).count(rep.person.pk)) == (
        True,
        [True, False],
        0,
    )
    assert list(DayPlan.objects.values_list("person", "state")) == [(rep.person.pk, "PROPOSED")]


def test_an_ordered_plan_is_never_longer() -> None:
    rep = make_field()
    for metres in (4000, 500, 3000, 1500):
        add_stop(rep.scope, day=DAY, company_id=rep.held_company(**near(metres)).pk, now=NOW)
    last = PlanItem.objects.order_by("-position").first()
    before = move_stop(rep.scope, item_id=last.pk, step=-2, now=NOW).travel_metres

    assert order_plan(rep.scope, day=DAY, now=NOW).travel_metres < before


def crowd(rep, count: int = 14, **facts) -> None:
    for number in range(count):
        rep.held_company(f"Company {number}", **near(700 * (number + 1)), **facts)


def names(rep, day=TOMORROW) -> list[str]:
    return [stop.name for stop in plan_of(rep.scope, rep.person.pk, day, now=NOW).stops]


def test_a_called_off_meeting_is_replaced_in_one_step_and_what_is_fixed_stays() -> None:
    rep = make_field()
    crowd(rep)
    propose_plan(rep.scope, day=TOMORROW, now=NOW)
    gone, pinned, agreed = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW).stops[:3]
    pin_stop(rep.scope, item_id=pinned.item_id, pinned=True, now=NOW)
    set_appointment(rep.scope, item_id=agreed.item_id, at=local("15:00", TOMORROW), now=NOW)

    call_off_stop(rep.scope, item_id=gone.item_id, now=NOW)

    view = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW)
    kept = {stop.name: stop for stop in view.stops}
    assert (len(view.stops), gone.name in kept, pinned.name in kept) == (8, False, True)
    assert kept[agreed.name].planned_at == local("15:00", TOMORROW)
    replan(rep.scope, day=TOMORROW, now=NOW)
    assert gone.name not in names(rep)


def test_what_is_planned_anew_keeps_the_visited_stops_and_starts_from_now() -> None:
    rep = make_field()
    crowd(rep)
    add_stop(rep.scope, day=DAY, company_id=rep.company.pk, now=NOW)
    make_visit(rep)

    replan(rep.scope_at(local("15:30")), day=DAY, now=local("15:30"))

    view = plan_of(rep.scope, rep.person.pk, DAY, now=local("15:30"))
    assert (view.stops[0].company_id, view.stops[0].visit_state) == (rep.company.pk, "COMPLETED")
    assert 1 < len(view.stops) < 5
    assert all(stop.planned_at >= local("15:30") for stop in view.stops[1:])


def test_two_appointments_at_one_time_both_stay_and_the_plan_says_what_could_be_done() -> None:
    rep = make_field()
    crowd(rep, 3)
    propose_plan(rep.scope, day=TOMORROW, now=NOW)
    one, other = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW).stops[:2]

    for stop in (one, other):
        set_appointment(rep.scope, item_id=stop.item_id, at=local("14:00", TOMORROW), now=NOW)

    view = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW)
    (notice,) = view.notices
    assert {stop.appointment_at for stop in view.stops} == {local("14:00", TOMORROW), None}
    assert (notice.code, {notice.name, notice.other_name}) == ("CLASHES", {one.name, other.name})
    set_appointment(rep.scope, item_id=notice.item_id, at=notice.could_start_at, now=NOW)
    assert plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW).notices == ()


def test_appointments_that_cannot_be_kept_push_nobody_out_of_the_day_who_was_not_promised() -> None:
    rep = make_field()
    far = [rep.held_company(name, **near(metres)) for name, metres in (("East Ltd", 40_000), ("West Ltd", -40_000))]
    for company, at in zip(far, ("11:00", "11:10"), strict=True):
        add_stop(rep.scope, day=TOMORROW, company_id=company.pk, now=NOW)
        stops = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW).stops
        [item_id] = [stop.item_id for stop in stops if stop.company_id == company.pk]
        set_appointment(rep.scope, item_id=item_id, at=local(at, TOMORROW), now=NOW)
    crowd(rep, 7)

    replan(rep.scope, day=TOMORROW, now=NOW)

    stops = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW).stops
    assert {company.pk for company in far} <= {stop.company_id for stop in stops}
    assert [stop.name for stop in stops if stop.late_minutes and not stop.appointment_at] == []


def test_an_appointment_outside_the_working_hours_is_refused() -> None:
    rep = make_field()
    add_stop(rep.scope, day=TOMORROW, company_id=rep.company.pk, now=NOW)
    item = PlanItem.objects.get()

    with pytest.raises(Refused) as refused:
        set_appointment(rep.scope, item_id=item.pk, at=local("22:00", TOMORROW), now=NOW)

    assert refused.value.refusal is Refusal.OUTSIDE_THE_DAY
    assert PlanItem.objects.get().appointment_at is None


def test_one_candidate_makes_a_plan_of_one_and_equal_inputs_make_equal_plans() -> None:
    rep = make_field()
    first = propose_plan(rep.scope, day=TOMORROW, now=NOW)
    seen = (names(rep), first.solver, first.seed, bytes(first.inputs_digest))
    PlanItem.objects.all().delete()
    DayPlan.objects.all().delete()

    again = propose_plan(rep.scope, day=TOMORROW, now=NOW)

    assert seen == (["Suheng Medical"], "greedy/1", again.seed, bytes(again.inputs_digest))
    assert (len(first.inputs_digest), names(rep)) == (32, seen[0])


def test_a_class_a_stop_without_a_reserve_within_reach_is_named() -> None:
    rep = make_field()
    rep.held_company("Iron", closing_class="A", **near(100))
    for number in range(9):
        rep.held_company(f"Far reserve {number}", closing_class="B", **near(30_000 + number))

    propose_plan(rep.scope, day=TOMORROW, now=NOW)

    view = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW)
    assert [(notice.code, notice.name) for notice in view.notices if notice.code == "NO_BACKUP"] == [
        ("NO_BACKUP", "Iron")
    ]
    assert view.backups == ()


def test_strangers_neither_pin_nor_call_off_nor_fix_times() -> None:
    rep = make_field()
    add_stop(rep.scope, day=TOMORROW, company_id=rep.company.pk, now=NOW)
    item_id = PlanItem.objects.get().pk
    stranger = scope_for(rep.colleague)

    for refused in (
        lambda: pin_stop(stranger, item_id=item_id, pinned=True, now=NOW),
        lambda: call_off_stop(stranger, item_id=item_id, now=NOW),
        lambda: set_appointment(stranger, item_id=item_id, at=None, now=NOW),
    ):
        with pytest.raises(NotFound):
            refused()
    assert PlanItem.objects.filter(removed_in=None, is_pinned=False).count() == 1


def test_a_customer_is_planned_within_its_own_hours() -> None:
    rep = make_field()
    late = rep.held_company("Afternoon Ltd", opening_hours="15:00-16:30", **near(100))

    propose_plan(rep.scope, day=TOMORROW, now=NOW)

    view = plan_of(rep.scope, rep.person.pk, TOMORROW, now=NOW)
    [stop] = [stop for stop in view.stops if stop.company_id == late.pk]
    assert local("15:00", TOMORROW) <= stop.planned_at <= local("16:00", TOMORROW)


def test_the_leader_sees_who_has_no_plan_and_what_the_others_are_worth() -> None:
    rep = make_field()
    rep.held_company("Iron Ltd", closing_class="A", **near(900))
    propose_plan(rep.scope, day=TOMORROW, now=NOW)
    make_leave(make_person(name="An Away", unit=rep.unit), unit=rep.unit, starts_on=TOMORROW)

    rows = team_plans(scope_for(rep.supervisor), day=TOMORROW)

    assert [(row.name, row.state, row.stops, row.leave_part) for row in rows] == [
        ("Gao Ming", None, 0, ""),
        ("Lin Xiao", "PROPOSED", 2, ""),
        ("An Away", None, 0, "FULL"),
    ]
    assert (rows[1].bare, rows[1].wanted, rows[1].is_submitted) == (("Iron Ltd",), 8, False)
    assert "Iron Ltd" in rows[1].anchors
    assert rows[1].expected_minor > 0
    assert rows[1].ends_at is not None
    with pytest.raises(PermissionRefused):
        team_plans(rep.scope, day=TOMORROW)
    assert "Lin Xiao" not in {row.name for row in team_plans(_stranger(rep), day=TOMORROW)}


def _stranger(rep) -> Scope:
    other = make_unit("West 9", parent=rep.unit.parent)
    return scope_for(make_person(role=Role.SUPERVISOR, unit=other))
