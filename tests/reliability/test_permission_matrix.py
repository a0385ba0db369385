"""RS-08: each page and operation × each role: nothing is shown and nothing is written without the ability."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.reliability.company import Askers, written
from tests.reliability.operation_table import OPERATIONS
from tests.reliability.permission_table import EVERYONE, PAGES, PUBLIC
from tests.reliability.routes import Operation, Page, operations, pages
from tiejun.access.abilities import Ability
from tiejun.access.roles import MATRIX, Role
from tiejun.foundation.ids import new_id

pytestmark = pytest.mark.django_db

# A program without cookies: only its token says who it is. One for all calls, because making one reads the list of files.
STRANGER = Client(raise_request_exception=False)
# What a session is refused a token is refused by the same rule: each role asks a part of its operations by its token, too.
TOKEN_TURNS = 4
REFUSED_READING = {403, 404, 405}
# A body that fits nothing may be refused before the role is looked at: nothing of the product is in that answer.
REFUSED_WRITING = REFUSED_READING | {422}


def unlisted() -> list[str]:
    """Which pages and operations stand in no table, and which rows of the tables are about none."""
    walked = {route.name for route in (*pages(), *operations())}
    return sorted(walked ^ (set(PAGES) | set(OPERATIONS)))


def test_every_page_and_operation_stands_in_the_table() -> None:
    assert unlisted() == []


def allowed(asks: Ability | str, role: Role | None) -> bool:
    if isinstance(asks, Ability):
        return role is not None and role in MATRIX[asks]
    return True


def key() -> str:
    return str(new_id())


def read(client: Client, page: Page) -> Any:
    return closed(client.get(page.path))


def write(client: Client, page: Page) -> Any:
    return closed(client.post(page.path, {"client_key": key()}))


def closed(answer: Any) -> Any:
    """Read a stream to its end, so that what fails late is seen; that closes its file."""
    if answer.streaming:
        list(answer.streaming_content)
    return answer


def call(client: Client, operation: Operation, header: dict[str, str] | None = None) -> Any:
    headers = {"Idempotency-Key": key()} | (header or {})
    if operation.method == "get":
        return closed(client.get(operation.path, headers=headers))
    return closed(
        getattr(client, operation.method)(operation.path, "{}", content_type="application/json", headers=headers)
    )


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_without_the_ability_nothing_is_shown_or_written(askers: Askers, role: Role | None) -> None:
    asker = askers[role]
    client = asker.client
    denied_pages = [page for page in pages() if not allowed(PAGES.get(page.name, PUBLIC), role)]
    denied = [operation for operation in operations() if not allowed(OPERATIONS.get(operation.name, PUBLIC), role)]
    before = written()

    leaks = [
        f"{page.name} {answer.status_code}"
        for page in denied_pages
        if not refused(answer := read(client, page), REFUSED_READING)
    ]
    leaks += [
        f"post {page.name} {answer.status_code}"
        for page in denied_pages
        if not refused(answer := write(client, page), REFUSED_WRITING)
    ]
    for number, operation in enumerate(denied):
        statuses = REFUSED_READING if operation.method == "get" else REFUSED_WRITING
        answers = [call(client, operation)]
        if role is not None and number % TOKEN_TURNS == list(Role).index(role) % TOKEN_TURNS:
            answers.append(call(STRANGER, operation, asker.header))
        leaks += [f"{operation.name} {answer.status_code}" for answer in answers if answer.status_code not in statuses]

    assert not leaks, "\n".join(leaks)
    assert written() == before


def refused(answer: Any, statuses: set[int]) -> bool:
    """Tell whether an answer shows and does nothing; being asked for the password again is such an answer, too."""
    asks_again = answer.status_code == 302 and answer["Location"].startswith("/accounts/reauthenticate/")
    return asks_again or answer.status_code in statuses


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_with_the_ability_a_page_opens(askers: Askers, role: Role) -> None:
    client = askers[role].client
    open_pages = [page for page in pages() if allowed(PAGES.get(page.name, EVERYONE), role)]

    wrong = [
        f"{page.name} {answer}"
        for page in open_pages
        if (answer := read(client, page).status_code) == 403 or answer >= 500
    ]
    wrong += [
        f"{operation.name} {answer}"
        for operation in operations()
        if operation.method == "get" and allowed(OPERATIONS.get(operation.name, EVERYONE), role)
        if (answer := call(client, operation).status_code) == 403 or answer >= 500
    ]

    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("askers")
def test_nobody_is_sent_to_sign_in_or_told_401_and_writes_nothing() -> None:
    client = Client(raise_request_exception=False)
    before = written()

    leaks = []
    for page in pages():
        if PAGES.get(page.name) == PUBLIC:
            continue
        for answer in (read(client, page), write(client, page)):
            if answer.status_code != 405 and not (
                answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
            ):
                leaks.append(f"{page.name} {answer.status_code}")
    for operation in operations():
        for answer in (call(client, operation), call(client, operation, {"Authorization": "Bearer tj_wrong"})):
            if answer.status_code != 401 or answer["Content-Type"] != "application/problem+json":
                leaks.append(f"{operation.name} {answer.status_code}")

    assert not leaks, "\n".join(leaks)
    assert written() == before


def test_no_operation_is_without_sign_in() -> None:
    assert [name for name, asks in OPERATIONS.items() if asks == PUBLIC] == []
