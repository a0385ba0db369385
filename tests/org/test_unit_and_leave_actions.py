from datetime import date, timedelta

import pytest

from tests.factories.org import NOW, Tree, make_company_tree, make_leave, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.org import queries
from tiejun.org.actions import leave, units
from tiejun.org.models import Leave, Unit
from tiejun.org.queries.leave import leave_month
from tiejun.org.rules import Refusal

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 11)
SYSTEM = Scope.system("test")


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


def refusal_of(call: object, **facts: object) -> object:
    try:
        call(SYSTEM, **facts, now=NOW)  # type: ignore[operator]
    except Refused as refused:
        return refused.refusal
    return "ok"


def test_a_company_is_founded_once() -> None:
    company = units.found_company(SYSTEM, name="Tieyi", now=NOW)

    assert (company.path, company.kind) == (str(company.pk), "COMPANY")
    assert refusal_of(units.found_company, name="Other") == Refusal.COMPANY_EXISTS


def test_a_unit_inherits_zone_and_currency_and_knows_its_path(tree: Tree) -> None:
    Unit.objects.filter(pk=tree.region.pk).update(zone="Asia/Urumqi", currency="HKD")

    unit = units.add_unit(SYSTEM, name="East 3", kind="GROUP", parent_id=tree.region.pk, now=NOW)

    assert (unit.zone, unit.currency, unit.path) == ("Asia/Urumqi", "HKD", f"{tree.region.path}/{unit.pk}")
    assert queries.unit_chain(SYSTEM, unit.pk) == (unit.pk, tree.region.pk, tree.company.pk)


def test_units_are_refused_where_they_do_not_fit(tree: Tree) -> None:
    assert [
        refusal_of(units.add_unit, name="X", kind="GROUP", parent_id=tree.group.pk),
        refusal_of(units.add_unit, name="East 1", kind="GROUP", parent_id=tree.region.pk),
        refusal_of(units.add_unit, name="X", kind="COMPANY", parent_id=tree.company.pk),
    ] == [Refusal.UNIT_KIND_DOES_NOT_FIT, Refusal.UNIT_NAME_TAKEN, Refusal.UNIT_KIND_DOES_NOT_FIT]


def test_a_moved_unit_takes_everything_below_it_along(tree: Tree) -> None:
    west = units.add_unit(SYSTEM, name="West", kind="REGION", parent_id=tree.company.pk, now=NOW)
    inner = units.add_unit(SYSTEM, name="Inner", kind="REGION", parent_id=tree.region.pk, now=NOW)
    leaf = units.add_unit(SYSTEM, name="Leaf", kind="GROUP", parent_id=inner.pk, now=NOW)

    units.move_unit(SYSTEM, unit_id=inner.pk, parent_id=west.pk, now=NOW)

    paths = dict(Unit.objects.values_list("name", "path"))
    assert paths["Inner"] == f"{tree.company.pk}/{west.pk}/{inner.pk}"
    assert paths["Leaf"] == f"{tree.company.pk}/{west.pk}/{inner.pk}/{leaf.pk}"
    assert paths["East 1"] == tree.group.path


def test_the_tree_never_runs_in_a_circle(tree: Tree) -> None:
    inner = units.add_unit(SYSTEM, name="Inner", kind="REGION", parent_id=tree.region.pk, now=NOW)

    assert [
        refusal_of(units.move_unit, unit_id=tree.region.pk, parent_id=inner.pk),
        refusal_of(units.move_unit, unit_id=tree.region.pk, parent_id=tree.region.pk),
        refusal_of(units.move_unit, unit_id=tree.company.pk, parent_id=tree.region.pk),
        refusal_of(units.move_unit, unit_id=inner.pk, parent_id=tree.region.pk),
        refusal_of(units.move_unit, unit_id=inner.pk, parent_id=tree.group.pk),
    ] == [
        Refusal.UNIT_UNDER_ITSELF,
        Refusal.UNIT_UNDER_ITSELF,
        Refusal.UNIT_KIND_DOES_NOT_FIT,
        Refusal.NOTHING_CHANGES,
        Refusal.UNIT_KIND_DOES_NOT_FIT,
    ]
    assert Unit.objects.get(pk=tree.region.pk).path == tree.region.path


def test_only_an_empty_unit_closes(tree: Tree) -> None:
    make_person(unit=tree.group)

    assert [
        refusal_of(units.close_unit, unit_id=tree.group.pk, closed_on=TODAY),
        refusal_of(units.close_unit, unit_id=tree.region.pk, closed_on=TODAY),
        refusal_of(units.close_unit, unit_id=tree.other_group.pk, closed_on=TODAY),
        refusal_of(units.close_unit, unit_id=tree.other_group.pk, closed_on=TODAY),
    ] == [Refusal.UNIT_HAS_PEOPLE, Refusal.UNIT_HAS_UNITS, "ok", Refusal.UNIT_CLOSED]


def test_renaming_refuses_a_stale_form(tree: Tree) -> None:
    units.rename_unit(SYSTEM, unit_id=tree.group.pk, version=1, name="Lions", now=NOW)

    with pytest.raises(Stale):
        units.rename_unit(SYSTEM, unit_id=tree.group.pk, version=1, name="Tigers", now=NOW)
    with pytest.raises(NotFound):
        units.rename_unit(SYSTEM, unit_id=make_person(unit=tree.group).pk, version=1, name="Tigers", now=NOW)

    assert Unit.objects.get(pk=tree.group.pk).name == "Lions"


def test_one_records_ones_own_leave_and_a_supervisor_the_teams(tree: Tree) -> None:
    rep = make_person(unit=tree.group)
    boss = scope_for(make_person(role=Role.SUPERVISOR, unit=tree.group))

    mine = leave.record_leave(
        scope_for(rep), person_id=rep.pk, kind="ANNUAL", starts_on=TODAY, ends_on=TODAY + timedelta(days=1), now=NOW
    )
    theirs = leave.record_leave(
        boss,
        person_id=rep.pk,
        kind="SICK",
        part="MORNING",
        starts_on=date(2026, 3, 16),
        ends_on=date(2026, 3, 16),
        now=NOW,
    )

    assert (mine.recorded_by_id, mine.unit_id, theirs.recorded_by_id, theirs.part) == (
        rep.pk,
        tree.group.pk,
        boss.person_id,
        "MORNING",
    )
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["org.leave_recorded"] * 2


@pytest.mark.parametrize("who", ["teammate", "other_supervisor"])
def test_leave_of_somebody_out_of_reach_is_not_found(tree: Tree, who: str) -> None:
    rep = make_person(unit=tree.group)
    asker = (
        make_person(unit=tree.group) if who == "teammate" else make_person(role=Role.SUPERVISOR, unit=tree.other_group)
    )
    recorded = make_leave(rep, unit=tree.group, starts_on=TODAY + timedelta(days=9))

    with pytest.raises(NotFound):
        leave.record_leave(scope_for(asker), person_id=rep.pk, kind="SICK", starts_on=TODAY, ends_on=TODAY, now=NOW)
    with pytest.raises(NotFound):
        leave.cancel_leave(scope_for(asker), leave_id=recorded.pk, now=NOW)

    assert (Leave.objects.count(), AuditEntry.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("part", "first", "last", "refusal"),
    [
        ("FULL", 0, 0, Refusal.LEAVE_OVERLAPS),
        ("MORNING", 0, 0, Refusal.LEAVE_OVERLAPS),
        ("MORNING", 1, 1, Refusal.LEAVE_OVERLAPS),
        ("AFTERNOON", 1, 1, None),
        ("FULL", 5, 4, Refusal.ENDS_BEFORE_START),
        ("MORNING", 5, 6, Refusal.HALF_DAY_IS_ONE_DAY),
        ("FULL", 5, 70, Refusal.LEAVE_TOO_LONG),
        ("FULL", -40, -39, Refusal.TOO_FAR_BACK),
    ],
)
def test_days_that_are_no_leave(tree: Tree, part: str, first: int, last: int, refusal: Refusal | None) -> None:
    rep = make_person(unit=tree.group)
    make_leave(rep, unit=tree.group, starts_on=TODAY)
    make_leave(rep, unit=tree.group, starts_on=TODAY + timedelta(days=1), part=Leave.Part.MORNING)
    days = {"starts_on": TODAY + timedelta(days=first), "ends_on": TODAY + timedelta(days=last)}

    assert refusal_of(leave.record_leave, person_id=rep.pk, kind="ANNUAL", part=part, **days) == (refusal or "ok")
    assert Leave.objects.count() == (3 if refusal is None else 2)


def test_a_cancelled_leave_frees_its_days(tree: Tree) -> None:
    rep = make_person(unit=tree.group)
    recorded = make_leave(rep, unit=tree.group, starts_on=TODAY)

    leave.cancel_leave(scope_for(rep), leave_id=recorded.pk, now=NOW)

    assert queries.leave_between(SYSTEM, [rep.pk], first=TODAY, last=TODAY) == []
    assert refusal_of(leave.cancel_leave, leave_id=recorded.pk) == Refusal.LEAVE_CANCELLED
    assert refusal_of(leave.record_leave, person_id=rep.pk, kind="SICK", starts_on=TODAY, ends_on=TODAY) == "ok"


def test_working_time_leaves_out_holidays_leave_and_the_half_day(tree: Tree) -> None:
    rep = make_person(unit=tree.group)
    make_leave(rep, unit=tree.group, starts_on=date(2026, 3, 12))
    make_leave(rep, unit=tree.group, starts_on=date(2026, 3, 13), part=Leave.Part.MORNING)

    group = queries.working_calendar(SYSTEM, tree.group.pk, at=NOW)
    own = queries.working_calendar(SYSTEM, tree.group.pk, at=NOW, person_id=rep.pk)

    assert [group.is_workday(date(2026, 3, day)) for day in (12, 13, 14)] == [True, True, False]
    assert [own.is_workday(date(2026, 3, day)) for day in (12, 13)] == [False, True]
    assert own.add_workdays(TODAY, 1) == date(2026, 3, 13)
    assert (
        group.minutes_between(NOW, NOW + timedelta(days=2)) - own.minutes_between(NOW, NOW + timedelta(days=2))
        == 8 * 60 + 1 * 60
    )


def test_the_calendar_shows_who_is_away_within_reach_and_what_is_not_announced(tree: Tree) -> None:
    rep, stranger = make_person(name="Lei", unit=tree.group), make_person(unit=tree.other_group)
    make_leave(rep, unit=tree.group, starts_on=date(2026, 3, 12))
    make_leave(stranger, unit=tree.other_group, starts_on=date(2026, 3, 12))

    march = leave_month(scope_for(rep), month=TODAY, now=NOW)
    far = leave_month(scope_for(rep), month=date(2035, 3, 1), now=NOW)

    day = next(day for week in march.weeks for day in week if day.day == date(2026, 3, 12))
    assert (day.away, [line.name for line in march.lines], march.unannounced_year) == ([("Lei", "FULL")], ["Lei"], None)
    assert (march.weeks[0][0].day, march.weeks[-1][-1].day) == (date(2026, 2, 23), date(2026, 4, 5))
    assert (far.unannounced_year, far.weeks[0][0].kind) == (2035, None)
