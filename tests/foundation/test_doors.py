"""The write door: permission, one audit row, nesting, retry and client keys, on real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import OperationalError

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation import audit, idempotency
from tiejun.foundation.ids import new_id
from tiejun.foundation.models import AuditEntry, ClientKey, Counter
from tiejun.foundation.refusals import Refusal, Refused

SYSTEM = Scope.system("test")
NOBODY = Scope(actor="nobody")


class No(Refusal):
    NOT_NOW = "NOT_NOW"


@action(Ability.RUN_CLOCK)
def count_up(scope: Scope, *, name: str) -> Counter:
    row, _made = Counter.objects.select_for_update().get_or_create(name=name)
    row.value += 1
    row.save(update_fields=["value"])
    audit.record(scope, "test.counted", name=name)
    return row


@action(Ability.RUN_CLOCK)
def twice(scope: Scope, *, name: str) -> int:
    count_up(scope, name=name)
    audit.record(scope, "test.counted_twice")
    return count_up(scope, name=name).value


@action(Ability.RUN_CLOCK)
def records_two(scope: Scope) -> None:
    audit.record(scope, "test.one")
    audit.record(scope, "test.two")


@action(Ability.RUN_CLOCK)
def refuses(scope: Scope, *, name: str) -> None:
    Counter.objects.create(name=name)
    audit.record(scope, "test.refused")
    raise Refused(No.NOT_NOW)


@action(Ability.RUN_CLOCK)
def survives_a_refusal(scope: Scope, *, name: str) -> None:
    try:
        with transaction.atomic():  # a caller that goes on after a refusal opens a savepoint of its own
            refuses(scope, name=name)
    except Refused:
        audit.record(scope, "test.went_on")


def values() -> dict[str, int]:
    return dict(Counter.objects.values_list("name", "value"))


def with_key(key: str, actor: Any, body: bytes, call: Callable[[], Any]) -> Any:
    idempotency.arm(key, actor, body)
    try:
        return call()
    finally:
        idempotency.disarm()


# -- permission and audit --------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_without_the_ability_nothing_is_opened() -> None:
    with pytest.raises(PermissionRefused):
        count_up(NOBODY, name="a")

    assert (values(), AuditEntry.objects.count()) == ({}, 0)


@pytest.mark.django_db
def test_two_rows_of_one_action_are_refused_and_rolled_back() -> None:
    with pytest.raises(audit.AuditMissing):
        records_two(SYSTEM)

    assert AuditEntry.objects.count() == 0


@pytest.mark.django_db
def test_nested_actions_leave_one_row_each_in_one_transaction() -> None:
    assert twice(SYSTEM, name="a") == 2

    assert list(AuditEntry.objects.order_by("seq").values_list("event", flat=True)) == [
        "test.counted",
        "test.counted_twice",
        "test.counted",
    ]


@pytest.mark.django_db
def test_a_refused_inner_action_leaves_nothing_when_the_outer_goes_on() -> None:
    survives_a_refusal(SYSTEM, name="a")

    assert values() == {}
    assert list(AuditEntry.objects.values_list("event", flat=True)) == ["test.went_on"]


# -- client keys -----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_repeat_gives_the_first_answer() -> None:
    first = with_key("k", None, b"body", lambda: count_up(SYSTEM, name="a"))
    second = with_key("k", None, b"body", lambda: count_up(SYSTEM, name="a"))

    assert (first, values(), AuditEntry.objects.count()) == (second, {"a": 1}, 1)


@pytest.mark.django_db
def test_another_body_with_the_same_key_is_refused() -> None:
    with_key("k", None, b"body", lambda: count_up(SYSTEM, name="a"))

    with pytest.raises(idempotency.KeyReused):
        with_key("k", None, b"other", lambda: count_up(SYSTEM, name="b"))

    assert values() == {"a": 1}


@pytest.mark.django_db
def test_two_actors_may_use_the_same_key() -> None:
    for actor in (new_id(), new_id(), None):
        with_key("k", actor, b"body", lambda: count_up(SYSTEM, name="a"))

    assert values() == {"a": 3}


@pytest.mark.django_db
def test_a_refusal_is_not_remembered() -> None:
    for _number in range(2):
        with pytest.raises(Refused):
            with_key("k", None, b"body", lambda: refuses(SYSTEM, name="a"))

    assert (ClientKey.objects.count(), values()) == (0, {})


@pytest.mark.django_db
def test_a_repeat_of_a_request_with_two_actions_repeats_neither() -> None:
    def both() -> list[int]:
        return [count_up(SYSTEM, name="a").value, count_up(SYSTEM, name="b").value]

    first = with_key("k", None, b"body", both)
    second = with_key("k", None, b"body", both)

    assert (first, second, values()) == ([1, 1], [1, 1], {"a": 1, "b": 1})


@pytest.mark.django_db
def test_the_key_of_a_token_is_its_persons() -> None:
    actor = new_id()
    idempotency.arm("k", None, b"body")
    idempotency.sign(actor)

    count_up(SYSTEM, name="a")
    idempotency.disarm()

    assert ClientKey.objects.get().actor == str(actor)


@pytest.mark.django_db
def test_an_action_may_not_return_what_cannot_be_read_again() -> None:
    @action(Ability.RUN_CLOCK)
    def returns_a_set(scope: Scope) -> set[int]:
        audit.record(scope, "test.happened")
        return {1}

    with pytest.raises(TypeError):
        with_key("k", None, b"", lambda: returns_a_set(SYSTEM))


def in_threads(calls: list[Callable[[], Any]]) -> list[Any]:
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return call()
        except Exception as error:  # noqa: BLE001 -- the test looks at it
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_five_identical_requests_at_once_have_one_effect_and_one_answer() -> None:
    name = str(new_id())

    answers = in_threads([lambda: with_key(name, None, b"body", lambda: count_up(SYSTEM, name=name))] * 5)

    assert answers == [Counter.objects.get(name=name)] * 5
    assert values()[name] == 1


# -- retry -----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_deadlock_is_tried_again_and_both_succeed() -> None:
    first, second = str(new_id()), str(new_id())
    for name in (first, second):
        Counter.objects.create(name=name)
    meeting = threading.Barrier(2)
    attempts: list[str] = []

    @action(Ability.RUN_CLOCK)
    def cross(scope: Scope, *, one: str, other: str) -> None:
        attempts.append(one)
        Counter.objects.select_for_update().get(name=one)
        if len(attempts) <= 2:
            meeting.wait(timeout=5)
        row = Counter.objects.select_for_update().get(name=other)
        row.value += 1
        row.save(update_fields=["value"])
        audit.record(scope, "test.crossed", one=one)

    answers = in_threads(
        [lambda: cross(SYSTEM, one=first, other=second), lambda: cross(SYSTEM, one=second, other=first)]
    )

    assert answers == [None, None]
    assert (values()[first], values()[second]) == (1, 1)
    assert len(attempts) >= 3  # two, and again whoever gave way: on a busy machine more than once
    assert AuditEntry.objects.filter(event="test.crossed", facts__one__in=[first, second]).count() == 2


@pytest.mark.django_db(transaction=True)
def test_another_database_error_is_not_tried_again() -> None:
    attempts: list[int] = []

    @action(Ability.RUN_CLOCK)
    def too_slow(scope: Scope) -> None:
        attempts.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(1)")
        audit.record(scope, "test.slept")

    with pytest.raises(OperationalError):
        too_slow(SYSTEM)

    assert attempts == [1]
