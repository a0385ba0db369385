from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories.org import Tree, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation import audit
from tiejun.foundation.refusals import NotFound
from tiejun.operations.actions import audit as actions
from tiejun.operations.models import AuditCheck
from tiejun.operations.queries import audit as queries
from tiejun.operations.queries.audit import AuditFilter
from tiejun.operations.texts import AUDIT_EVENTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture
def ceo(tree: Tree) -> Scope:
    return scope_for(make_person(name="Grace", role=Role.CEO, unit=tree.company))


def test_a_short_chain_is_checked_at_once(ceo: Scope) -> None:
    row = actions.ask_check(ceo, now=timezone.now())

    assert (row.status, row.entries, row.faults) == ("HOLDS", 0, [])
    assert queries.last_check(ceo, row.pk) == queries.last_check(ceo)


def test_a_long_chain_is_checked_by_a_job(ceo: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "SHORT_CHAIN", -1)
    asked = actions.ask_check(ceo, now=timezone.now())

    finished = actions.finish_check(Scope.system("operations.audit"), check_id=asked.pk, now=timezone.now())

    assert (asked.status, finished.status, finished.entries) == ("ASKED", "HOLDS", 1)


def test_a_changed_entry_is_found(ceo: Scope) -> None:
    for _number in range(3):
        actions.ask_check(ceo, now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit.entry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit.entry SET reason = 'x' WHERE seq = 2")
        cursor.execute("ALTER TABLE audit.entry ENABLE TRIGGER USER")

    row = actions.ask_check(ceo, now=timezone.now())

    assert (row.status, row.faults) == ("BROKEN", [{"seq": 2, "why": "CONTENT"}])


def test_entries_are_filtered_by_person_event_target_and_day(tree: Tree, ceo: Scope) -> None:
    other = scope_for(make_person(role=Role.ADMIN, unit=tree.company))
    first = actions.ask_check(ceo, now=timezone.now())
    actions.ask_check(other, now=timezone.now())
    today = timezone.localdate()

    assert [line.who for line in queries.entries_page(ceo, AuditFilter(person_id=ceo.person_id)).lines] == ["Grace"]
    assert [line.target_id for line in queries.entries_page(ceo, AuditFilter(target_id=first.pk)).lines] == [first.pk]
    assert len(queries.entries_page(ceo, AuditFilter(event="operations.audit_check_asked", day=today)).lines) == 2
    assert queries.entries_page(ceo, AuditFilter(day=today + timedelta(days=3))).lines == []


def test_pages_follow_each_other_without_gap(ceo: Scope) -> None:
    for _number in range(5):
        actions.ask_check(ceo, now=timezone.now())

    first = queries.entries_page(ceo, AuditFilter(), size=2)
    second = queries.entries_page(ceo, AuditFilter(), cursor=first.next_cursor, size=2)

    assert [line.seq for line in (*first.lines, *second.lines)] == [5, 4, 3, 2]


def test_ones_own_trail_shows_nobody_else(tree: Tree, ceo: Scope) -> None:
    rep = scope_for(make_person(unit=tree.group))
    actions.ask_check(ceo, now=timezone.now())

    assert queries.own_trail(rep, AuditFilter()).lines == []
    assert len(queries.own_trail(ceo, AuditFilter()).lines) == 1


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.CEO, Role.SALES_OPS, Role.ADMIN)])
def test_the_whole_log_is_refused_to_other_roles(tree: Tree, role: Role) -> None:
    scope = scope_for(make_person(role=role, unit=tree.company))

    with pytest.raises(PermissionRefused):
        queries.entries_page(scope, AuditFilter())
    with pytest.raises(PermissionRefused):
        actions.ask_check(scope, now=timezone.now())

    assert (AuditCheck.objects.count(), audit.head()[0]) == (0, 0)


def test_a_strange_check_is_not_found(ceo: Scope) -> None:
    with pytest.raises(NotFound):
        queries.last_check(ceo, ceo.own_id)


def test_events_have_words_and_unknown_ones_show_their_code() -> None:
    assert audit.words_of("operations.audit_checked") == str(AUDIT_EVENTS["operations.audit_checked"])
    assert audit.words_of("nowhere.happened") == "nowhere.happened"
