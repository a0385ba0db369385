from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests.factories.org import NOW, Tree, make_company_tree, make_person, make_position, scope_for
from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.org import queries
from tiejun.org.actions import positions
from tiejun.org.models import Position
from tiejun.org.queries.people import profile
from tiejun.org.rules import Refusal

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 11)


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture
def admin(tree: Tree) -> Scope:
    return scope_for(make_person(name="Admin", role=Role.ADMIN, unit=tree.company))


@pytest.fixture
def hr(tree: Tree) -> Scope:
    return scope_for(make_person(name="Hu", role=Role.HR, unit=tree.company))


def counts() -> tuple[int, int]:
    return Position.objects.count(), AuditEntry.objects.count()


def test_a_granted_role_works_from_its_first_day(tree: Tree, admin: Scope) -> None:
    person = make_person(unit=tree.group)

    granted = positions.grant_role(
        admin,
        person_id=person.pk,
        role=Role.FINANCE,
        unit_id=tree.company.pk,
        starts_on=TODAY + timedelta(days=1),
        now=NOW,
    )

    assert (granted.is_primary, granted.granted_by_id) == (False, admin.person_id)
    assert Role.FINANCE not in scope_for(person, NOW).roles
    assert Role.FINANCE in scope_for(person, NOW + timedelta(days=1)).roles
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["org.role_granted"]


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"role": Role.SUPERVISOR}, Refusal.ROLE_OF_OTHER_UNIT_KIND),
        ({"ends_on": date(2026, 3, 1)}, Refusal.ENDS_BEFORE_START),
        ({"starts_on": date(2025, 12, 1)}, Refusal.TOO_FAR_BACK),
    ],
)
def test_granting_is_refused_and_writes_nothing(
    tree: Tree, admin: Scope, facts: dict[str, object], refusal: Refusal
) -> None:
    person = make_person(unit=tree.group)
    before = counts()

    with pytest.raises(Refused) as refused:
        positions.grant_role(
            admin,
            **{
                "person_id": person.pk,
                "role": Role.QA_INSPECTOR,
                "unit_id": tree.company.pk,
                "starts_on": TODAY,
                "now": NOW,
            }
            | facts,  # type: ignore[arg-type]
        )

    assert (refused.value.refusal, counts()) == (refusal, before)


def test_nobody_grants_or_ends_their_own_role(tree: Tree, admin: Scope) -> None:
    own = Position.objects.get(person_id=admin.own_id)

    with pytest.raises(Refused) as grant:
        positions.grant_role(
            admin, person_id=admin.own_id, role=Role.CEO, unit_id=tree.company.pk, starts_on=TODAY, now=NOW
        )
    with pytest.raises(Refused) as end:
        positions.end_role(admin, position_id=own.pk, ends_on=TODAY, now=NOW)

    assert (grant.value.refusal, end.value.refusal) == (Refusal.OWN_ROLE, Refusal.OWN_ROLE)


def test_hr_cannot_grant_roles(tree: Tree, hr: Scope) -> None:
    with pytest.raises(PermissionRefused):
        positions.grant_role(
            hr,
            person_id=make_person(unit=tree.group).pk,
            role=Role.ADMIN,
            unit_id=tree.company.pk,
            starts_on=TODAY,
            now=NOW,
        )


def test_ending_a_role_keeps_its_history(tree: Tree, admin: Scope) -> None:
    further = make_position(make_person(unit=tree.group), role=Role.QA_INSPECTOR, unit=tree.company, is_primary=False)

    ended = positions.end_role(admin, position_id=further.pk, ends_on=TODAY, now=NOW)
    with pytest.raises(Refused) as again:
        positions.end_role(admin, position_id=further.pk, ends_on=TODAY, now=NOW)

    assert (ended.starts_on, ended.ends_on) == (date(2024, 3, 1), TODAY)
    assert again.value.refusal == Refusal.ROLE_ALREADY_ENDED


def test_the_last_administrator_keeps_the_role(tree: Tree, admin: Scope) -> None:
    second = make_person(role=Role.ADMIN, unit=tree.company)
    mine, theirs = (Position.objects.get(person_id=person_id) for person_id in (admin.own_id, second.pk))

    positions.end_role(admin, position_id=theirs.pk, ends_on=TODAY, now=NOW)
    with pytest.raises(Refused) as last:
        positions.end_role(Scope.system("test"), position_id=mine.pk, ends_on=TODAY, now=NOW)

    assert (last.value.refusal, Position.objects.get(pk=mine.pk).ends_on) == (Refusal.LAST_ADMIN, None)


def test_a_move_keeps_who_led_whom_then(tree: Tree, hr: Scope) -> None:
    make_person(name="Wang", role=Role.SUPERVISOR, unit=tree.group)
    make_person(name="Zhao", role=Role.SUPERVISOR, unit=tree.other_group)
    person = make_person(name="Lei", unit=tree.group)

    positions.move_person(hr, person_id=person.pk, unit_id=tree.other_group.pk, starts_on=TODAY, now=NOW)

    found = profile(hr, person.pk, now=NOW)
    assert [(row.unit_name, row.leader, row.starts_on, row.ends_on) for row in found.tenures] == [
        ("East 2", "Zhao", TODAY, None),
        ("East 1", "Wang", date(2024, 3, 1), TODAY - timedelta(days=1)),
    ]
    assert queries.unit_of_person(hr, person.pk, on=TODAY - timedelta(days=1)) == tree.group.pk
    assert queries.unit_of_person(hr, person.pk, on=TODAY) == tree.other_group.pk


@pytest.mark.parametrize(
    ("where", "role", "starts_on", "refusal"),
    [
        ("group", None, TODAY, Refusal.NOTHING_CHANGES),
        ("other_group", None, date(2024, 3, 1), Refusal.MOVE_BEFORE_START),
        ("other_group", None, date(2025, 3, 1), Refusal.TOO_FAR_BACK),
        ("company", Role.CEO, TODAY, Refusal.ROLE_NEEDS_ADMIN),
        ("region", Role.SUPERVISOR, TODAY, Refusal.ROLE_OF_OTHER_UNIT_KIND),
    ],
)
def test_a_move_is_refused_and_writes_nothing(  # noqa: PLR0917 -- the cases
    tree: Tree, hr: Scope, where: str, role: Role | None, starts_on: date, refusal: Refusal
) -> None:
    person = make_person(unit=tree.group)
    before = counts()

    with pytest.raises(Refused) as refused:
        positions.move_person(
            hr, person_id=person.pk, unit_id=getattr(tree, where).pk, role=role, starts_on=starts_on, now=NOW
        )

    assert (refused.value.refusal, counts()) == (refusal, before)
    assert Position.objects.get(person=person).ends_on is None


def test_an_acting_leader_leads_between_two_days(tree: Tree) -> None:
    boss = scope_for(make_person(role=Role.REGIONAL_MANAGER, unit=tree.region))
    regular = make_person(name="Wang", role=Role.SUPERVISOR, unit=tree.group)
    person = make_person(name="Lei", unit=tree.other_group)

    positions.appoint_acting_leader(
        boss, unit_id=tree.group.pk, person_id=person.pk, starts_on=TODAY, ends_on=TODAY + timedelta(days=6), now=NOW
    )

    assert (profile(boss, person.pk, now=NOW).role, profile(boss, person.pk, now=NOW).unit_name) == (Role.REP, "East 2")
    leaders = [queries.leader_of(boss, tree.group.pk, on=TODAY + timedelta(days=day)) for day in (-1, 0, 6, 7)]
    assert leaders == [regular.pk, person.pk, person.pk, regular.pk]
    assert scope_for(person).covers(Ability.VIEW_TEAM_TODAY, owner_id=None, unit_id=tree.group.pk)
    assert not scope_for(person, NOW + timedelta(days=7)).can(Ability.VIEW_TEAM_TODAY)


def test_an_acting_leader_is_refused(tree: Tree) -> None:
    boss = scope_for(make_person(role=Role.REGIONAL_MANAGER, unit=tree.region))
    person, other = make_person(unit=tree.group), make_person(unit=tree.group)

    def appoint(person_id: UUID, unit_id: UUID, days: int) -> object:
        try:
            positions.appoint_acting_leader(
                boss,
                unit_id=unit_id,
                person_id=person_id,
                starts_on=TODAY,
                ends_on=TODAY + timedelta(days=days),
                now=NOW,
            )
        except Refused as refused:
            return refused.refusal
        except NotFound:
            return "NotFound"
        return "ok"

    assert [
        appoint(boss.own_id, tree.group.pk, 3),
        appoint(person.pk, tree.group.pk, 60),
        appoint(person.pk, tree.group.pk, -1),
        appoint(person.pk, tree.company.pk, 3),
        appoint(person.pk, tree.group.pk, 3),
        appoint(other.pk, tree.group.pk, 3),
    ] == [
        Refusal.OWN_ROLE,
        Refusal.ACTING_TOO_LONG,
        Refusal.ENDS_BEFORE_START,
        "NotFound",
        "ok",
        Refusal.UNIT_HAS_ACTING_LEADER,
    ]


def test_the_database_itself_refuses_two_leaders(tree: Tree) -> None:
    make_person(role=Role.SUPERVISOR, unit=tree.group)

    with pytest.raises(IntegrityError, match="one_leader_per_unit_at_a_time"), transaction.atomic():
        make_person(role=Role.SUPERVISOR, unit=tree.group)
