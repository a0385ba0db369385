from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories.org import NOW, Tree, make_company_tree, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation import audit, policies
from tiejun.foundation.models import PolicyVersion
from tiejun.foundation.policy_catalogue import catalogue
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.operations.actions.policies import approve_policy, draft_policy, end_policy, put_in_force, withdraw_policy
from tiejun.operations.queries import policies as queries
from tiejun.operations.texts import GROUPS, KEYS, MEASURES

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Tree:
    return make_company_tree()


@pytest.fixture
def ops(tree: Tree) -> Scope:
    return scope_for(make_person(role=Role.SALES_OPS, unit=tree.company))


@pytest.fixture
def head(tree: Tree) -> Scope:
    return scope_for(make_person(role=Role.SALES_HEAD, unit=tree.company))


def draft(scope: Scope, key: str, value: Any, **more: Any) -> PolicyVersion:
    return draft_policy(
        scope,
        key=key,
        value=value,
        unit_id=more.pop("unit_id", None),
        valid_from=more.pop("valid_from", None),
        reason="trial",
        now=NOW,
        **more,
    )


def test_a_draft_changes_nothing_until_it_is_in_force(ops: Scope) -> None:
    row = draft(ops, "lead.no_deal_days", 45)
    before = policies.book(NOW).integer("lead.no_deal_days")

    put_in_force(ops, version_id=row.pk, now=NOW)

    assert (before, policies.book(NOW).integer("lead.no_deal_days")) == (60, 45)


def test_a_sensitive_key_needs_a_second_person(ops: Scope, head: Scope) -> None:
    row = draft(ops, "lead.private_cap", 90)

    with pytest.raises(Refused) as alone:
        put_in_force(ops, version_id=row.pk, now=NOW)
    approve_policy(head, version_id=row.pk, now=NOW)

    assert alone.value.code == "needs_second_person"
    assert policies.book(NOW).integer("lead.private_cap") == 90


def test_the_author_of_a_sensitive_draft_may_not_approve_it(tree: Tree, ops: Scope) -> None:
    both = make_person(role=Role.SALES_OPS, unit=tree.company)
    from_ops = scope_for(both)
    row = draft(from_ops, "lead.private_cap", 90)
    person = scope_for(make_person(role=Role.SALES_HEAD, unit=tree.company))

    with pytest.raises(Refused) as refused:
        approve_policy(Scope(**{**_fields(person), "person_id": from_ops.person_id}), version_id=row.pk, now=NOW)

    row.refresh_from_db()
    assert (refused.value.code, row.status) == ("same_person", "DRAFT")


def _fields(scope: Scope) -> dict[str, Any]:
    return {name: getattr(scope, name) for name in scope.__dataclass_fields__}


def test_a_scheduled_version_ends_the_one_before_it_at_its_own_start(ops: Scope) -> None:
    first = put_in_force(ops, version_id=draft(ops, "lead.no_deal_days", 45).pk, now=NOW)
    later = NOW + timedelta(days=10)

    second = put_in_force(ops, version_id=draft(ops, "lead.no_deal_days", 30, valid_from=later).pk, now=NOW)

    first.refresh_from_db()
    assert (first.valid_to, second.valid_from, second.valid_to) == (later, later, None)
    assert [policies.book(at).integer("lead.no_deal_days") for at in (NOW, later - timedelta(seconds=1), later)] == [
        45,
        45,
        30,
    ]


def test_a_version_before_a_scheduled_one_ends_where_that_begins(ops: Scope) -> None:
    later = NOW + timedelta(days=10)
    put_in_force(ops, version_id=draft(ops, "lead.no_deal_days", 30, valid_from=later).pk, now=NOW)

    row = put_in_force(ops, version_id=draft(ops, "lead.no_deal_days", 45).pk, now=NOW)

    assert row.valid_to == later


def test_withdrawing_a_scheduled_version_lets_the_one_before_go_on(ops: Scope) -> None:
    first = put_in_force(ops, version_id=draft(ops, "lead.no_deal_days", 45).pk, now=NOW)
    later = NOW + timedelta(days=10)
    second = put_in_force(ops, version_id=draft(ops, "lead.no_deal_days", 30, valid_from=later).pk, now=NOW)

    withdraw_policy(ops, version_id=second.pk, reason="not needed", now=NOW)

    first.refresh_from_db()
    assert first.valid_to is None
    assert policies.book(later).integer("lead.no_deal_days") == 45


def test_ending_a_version_in_force_gives_the_profile_back(ops: Scope) -> None:
    row = put_in_force(ops, version_id=draft(ops, "lead.no_deal_days", 45).pk, now=NOW)

    withdraw_policy(ops, version_id=row.pk, now=NOW + timedelta(days=1))

    assert policies.book(NOW + timedelta(days=1)).integer("lead.no_deal_days") == 60
    with pytest.raises(Refused, match="ALREADY_ENDED"):
        withdraw_policy(ops, version_id=row.pk, now=NOW + timedelta(days=2))


def test_a_sensitive_version_in_force_is_ended_by_one_who_approves(ops: Scope, head: Scope) -> None:
    row = approve_policy(head, version_id=draft(ops, "lead.private_cap", 90).pk, now=NOW)

    with pytest.raises(Refused, match="NEEDS_SECOND_PERSON"):
        withdraw_policy(ops, version_id=row.pk, now=NOW)
    end_policy(head, version_id=row.pk, now=NOW + timedelta(hours=1))

    assert policies.book(NOW + timedelta(hours=1)).integer("lead.private_cap") == 100


def test_a_unit_keeps_its_own_value(tree: Tree, ops: Scope) -> None:
    put_in_force(ops, version_id=draft(ops, "lead.no_deal_days", 45, unit_id=tree.group.pk).pk, now=NOW)
    book = policies.book(NOW)

    assert book.integer("lead.no_deal_days", (tree.group.pk, tree.region.pk, tree.company.pk)) == 45
    assert book.integer("lead.no_deal_days", (tree.other_group.pk, tree.region.pk, tree.company.pk)) == 60


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("lead.no_deal_days", 0),
        ("lead.no_deal_days", "many"),
        ("lead.no_deal_days", True),
        ("qa.random_rate", float("nan")),
        ("clock.noon", "12:60"),
        ("clock.noon", "48:00"),
        ("company.profile", "gold"),
        ("plan.shape", [1, 2, 3]),
        ("plan.shape", [True, 2]),
        ("calendar.extra_days_off", {"2026-10-01": 1}),
    ],
)
def test_a_value_that_the_key_does_not_allow_is_refused_and_nothing_is_written(
    ops: Scope, key: str, value: Any
) -> None:
    before = audit.head()

    with pytest.raises(Invalid):
        draft(ops, key, value)

    assert (PolicyVersion.objects.count(), audit.head()) == (0, before)


@pytest.mark.parametrize(
    ("key", "value"), [("clock.soft_lock", "27:00"), ("lead.allotment_min", 60), ("clock.allocation", "26:15")]
)
def test_values_that_contradict_each_other_are_refused(ops: Scope, key: str, value: Any) -> None:
    with pytest.raises(Refused, match="ORDER_BROKEN"):
        draft(ops, key, value)


def test_the_value_in_force_cannot_be_drafted_again(ops: Scope) -> None:
    with pytest.raises(Refused, match="SAME_VALUE"):
        draft(ops, "lead.no_deal_days", 60)


def test_an_unknown_key_or_unit_is_not_found(ops: Scope) -> None:
    with pytest.raises(NotFound):
        draft(ops, "lead.nonsense", 1)
    with pytest.raises(NotFound):
        draft(ops, "lead.no_deal_days", 45, unit_id=ops.own_id)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SALES_OPS, Role.ADMIN)])
def test_drafting_is_refused_to_other_roles(tree: Tree, role: Role) -> None:
    scope = scope_for(make_person(role=role, unit=tree.company))

    with pytest.raises(PermissionRefused):
        draft(scope, "lead.no_deal_days", 45)

    assert PolicyVersion.objects.count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE foundation_policyversion SET value = '1'",
        "UPDATE foundation_policyversion SET status = 'DRAFT'",
        "UPDATE foundation_policyversion SET valid_from = valid_from - interval '1 day'",
        "DELETE FROM foundation_policyversion",
    ],
)
def test_the_database_refuses_to_rewrite_what_was_approved(ops: Scope, statement: str) -> None:
    put_in_force(ops, version_id=draft(ops, "lead.no_deal_days", 45).pk, now=NOW)

    with pytest.raises(DatabaseError, match="never"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_key_group_and_measure_has_words() -> None:
    entries = catalogue().values()

    assert {entry.key for entry in entries} - set(KEYS) == set()
    assert {entry.group for entry in entries} - set(GROUPS) == set()
    assert {entry.measure for entry in entries if entry.measure} - set(MEASURES) == set()


def test_groups_show_value_and_source_and_can_be_searched(ops: Scope) -> None:
    put_in_force(ops, version_id=draft(ops, "lead.no_deal_days", 45).pk, now=NOW)

    groups = queries.policy_groups(ops, now=NOW, search="lead.no_")

    assert [(line.key, line.value, line.origin) for group in groups for line in group.lines] == [
        ("lead.no_follow_up_days", 7, "PROFILE"),
        ("lead.no_deal_days", 45, "COMPANY"),
    ]


def test_history_names_author_and_approver(ops: Scope, head: Scope) -> None:
    approve_policy(head, version_id=draft(ops, "lead.private_cap", 90).pk, now=NOW)

    detail = queries.policy_detail(head, "lead.private_cap", now=NOW)

    assert [
        (line.value, line.state, bool(line.author), bool(line.approver), line.is_mine) for line in detail.history
    ] == [(90, "IN_FORCE", True, True, False)]


def test_a_profile_shows_what_it_would_change_and_applies_after_approval(ops: Scope, head: Scope) -> None:
    changes = {change.key: (change.before, change.after) for change in queries.profile_changes(ops, "iron", now=NOW)}

    approve_policy(head, version_id=draft(ops, "company.profile", "iron").pk, now=NOW)

    assert changes["clock.soft_lock"] == ("18:30", "22:00")
    assert policies.book(NOW).text("clock.soft_lock") == "22:00"
    assert queries.profile_in_force(ops, now=NOW) == "iron"


def test_a_draft_for_the_past_begins_when_it_is_put_in_force(ops: Scope) -> None:
    row = draft(ops, "lead.no_deal_days", 45, valid_from=datetime(2020, 1, 1, tzinfo=UTC))

    assert put_in_force(ops, version_id=row.pk, now=NOW).valid_from == NOW
