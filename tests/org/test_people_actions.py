from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tests.factories.org import (
    NOW,
    PASSWORD,
    Tree,
    make_company_tree,
    make_leave,
    make_login,
    make_person,
    make_position,
    scope_for,
)
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation import crypto
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.org.actions import people
from tiejun.org.models import Leave, Login, Person, Position
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


def counts() -> tuple[int, int, int]:
    return Person.objects.count(), Position.objects.count(), AuditEntry.objects.count()


def test_a_person_joins_with_position_sealed_phone_and_one_audit_row(tree: Tree, hr: Scope) -> None:
    person = people.add_person(
        hr, name=" Li  Lei ", unit_id=tree.group.pk, role=Role.REP, joined_on=TODAY, phone="138 0013 8000", now=NOW
    )

    stored = Person.objects.get(pk=person.pk)
    assert (stored.name, stored.name_initials, stored.phone_last4, stored.first_field_on) == (
        "Li Lei",
        "lilei",
        "8000",
        TODAY,
    )
    assert b"13800138000" not in bytes(stored.phone_cipher)
    assert crypto.unseal(stored.phone_cipher) == "13800138000"
    assert stored.staff_number.startswith("T")
    held = Position.objects.get(person=person)
    assert (held.unit_id, held.role, held.starts_on, held.ends_on, held.is_primary) == (
        tree.group.pk,
        "REP",
        TODAY,
        None,
        True,
    )
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["org.person_joined"]
    assert "13800138000" not in str(AuditEntry.objects.get().facts)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"role": Role.FINANCE}, Refusal.ROLE_NEEDS_ADMIN),
        ({"phone": "12"}, Refusal.PHONE_UNREADABLE),
        ({"staff_number": "TAKEN"}, Refusal.STAFF_NUMBER_TAKEN),
    ],
)
def test_joining_is_refused_and_writes_nothing(
    tree: Tree, hr: Scope, facts: dict[str, object], refusal: Refusal
) -> None:
    Person.objects.filter(pk=make_person(unit=tree.group).pk).update(staff_number="TAKEN")
    before = counts()

    with pytest.raises(Refused) as refused:
        people.add_person(
            hr,
            **{"name": "A", "unit_id": tree.group.pk, "role": Role.REP, "joined_on": TODAY, "now": NOW} | facts,  # type: ignore[arg-type]
        )

    assert (refused.value.refusal, counts()) == (refusal, before)


def test_a_second_supervisor_of_a_group_is_refused(tree: Tree, hr: Scope) -> None:
    make_person(name="Wang", role=Role.SUPERVISOR, unit=tree.group)
    before = counts()

    with pytest.raises(Refused) as refused:
        people.add_person(hr, name="B", unit_id=tree.group.pk, role=Role.SUPERVISOR, joined_on=TODAY, now=NOW)

    assert (refused.value.refusal, refused.value.facts["name"], counts()) == (Refusal.UNIT_HAS_LEADER, "Wang", before)


def test_a_name_of_blanks_is_invalid(tree: Tree, hr: Scope) -> None:
    with pytest.raises(Invalid):
        people.add_person(hr, name="  ", unit_id=tree.group.pk, role=Role.REP, joined_on=TODAY, now=NOW)


def test_a_rep_cannot_add_people(tree: Tree) -> None:
    with pytest.raises(PermissionRefused):
        people.add_person(
            scope_for(make_person(unit=tree.group)),
            name="A",
            unit_id=tree.group.pk,
            role=Role.REP,
            joined_on=TODAY,
            now=NOW,
        )


def test_editing_keeps_the_phone_unless_told_and_refuses_a_stale_form(tree: Tree, hr: Scope) -> None:
    person = people.add_person(
        hr, name="A", unit_id=tree.group.pk, role=Role.REP, joined_on=TODAY, phone="13800138000", now=NOW
    )

    people.edit_person(hr, person_id=person.pk, version=1, name="B", phone=None, email="b@example.com", now=NOW)
    with pytest.raises(Stale):
        people.edit_person(hr, person_id=person.pk, version=1, name="C", phone="", email="", now=NOW)

    stored = Person.objects.get(pk=person.pk)
    assert (stored.name, stored.email, stored.phone_last4, stored.version) == ("B", "b@example.com", "8000", 2)


def test_leaving_ends_positions_leave_sign_in_and_sessions_at_once(tree: Tree, hr: Scope) -> None:
    person = make_person(unit=tree.group)
    make_position(
        person, role=Role.SUPERVISOR, unit=tree.other_group, starts_on=TODAY + timedelta(days=20), is_primary=False
    )
    make_leave(person, unit=tree.group, starts_on=TODAY + timedelta(days=3))
    make_login(person, username="lei")
    phone = Client()
    phone.post("/accounts/login/", {"login": "lei", "password": PASSWORD})
    sessions = Session.objects.count()

    people.record_leaving(hr, person_id=person.pk, left_on=TODAY, now=NOW)

    assert list(Position.objects.filter(person=person).values_list("ends_on", flat=True)) == [TODAY]
    assert Leave.objects.filter(cancelled_at=None).count() == 0
    assert Login.objects.get(username="lei").is_active is False
    assert (sessions, Session.objects.count()) == (1, 0)
    assert phone.get("/people/account/").status_code == 302


def test_who_led_whom_then_stays_readable_after_leaving(tree: Tree, hr: Scope) -> None:
    person = make_person(unit=tree.group)

    people.record_leaving(hr, person_id=person.pk, left_on=TODAY, now=NOW)

    held = Position.objects.get(person=person)
    assert (held.starts_on, held.ends_on, held.unit_id) == (date(2024, 3, 1), TODAY, tree.group.pk)


@pytest.mark.parametrize(
    ("left_on", "refusal"),
    [(TODAY + timedelta(days=1), Refusal.LEAVING_LIES_AHEAD), (date(2024, 1, 1), Refusal.LEFT_BEFORE_JOINING)],
)
def test_leaving_on_a_wrong_day_is_refused(tree: Tree, hr: Scope, left_on: date, refusal: Refusal) -> None:
    person = make_person(unit=tree.group)
    before = counts()

    with pytest.raises(Refused) as refused:
        people.record_leaving(hr, person_id=person.pk, left_on=left_on, now=NOW)

    assert (refused.value.refusal, counts(), Person.objects.get(pk=person.pk).left_on) == (refusal, before, None)


def test_the_last_administrator_cannot_leave(tree: Tree, hr: Scope, admin: Scope) -> None:
    with pytest.raises(Refused) as refused:
        people.record_leaving(hr, person_id=admin.own_id, left_on=TODAY, now=NOW)

    assert refused.value.refusal == Refusal.LAST_ADMIN


def test_nobody_records_their_own_leaving_and_nobody_leaves_twice(tree: Tree, hr: Scope) -> None:
    person = make_person(unit=tree.group)
    people.record_leaving(hr, person_id=person.pk, left_on=TODAY, now=NOW)

    with pytest.raises(Refused) as own:
        people.record_leaving(hr, person_id=hr.own_id, left_on=TODAY, now=NOW)
    with pytest.raises(Refused) as twice:
        people.record_leaving(hr, person_id=person.pk, left_on=TODAY, now=NOW)
    with pytest.raises(NotFound):
        people.record_leaving(hr, person_id=tree.group.pk, left_on=TODAY, now=NOW)

    assert (own.value.refusal, twice.value.refusal) == (Refusal.OWN_ROLE, Refusal.ALREADY_LEFT)
