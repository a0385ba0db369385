"""RS-03: every write of page and API carries a client key, and a repeat has no second effect."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from tests.architecture.sources import name, templates
from tests.reliability.company import Askers, checksum, written
from tests.reliability.operation_table import OPERATIONS
from tests.reliability.permission_table import PAGES, PUBLIC
from tests.reliability.routes import operations, pages
from tiejun.access.abilities import Ability
from tiejun.access.roles import MATRIX, Role
from tiejun.foundation.ids import new_id

_POST_FORM = re.compile(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", re.DOTALL | re.IGNORECASE)


def test_every_post_form_carries_a_client_key() -> None:
    without = [
        f"{name(path)}: {form[:90]}"
        for path in templates()
        if "account" not in path.parts and "mfa" not in path.parts and "allauth" not in path.parts
        for form in _POST_FORM.findall(path.read_text(encoding="utf-8"))
        if "client_key" not in form
        and "set_language" not in form
        and "account_" not in form
        and "choose_language" not in form
        and "data-sign-out" not in form  # leaving twice is leaving
        and "exchange:export_shown" not in form  # a file taken twice is two files
    ]

    assert without == []


@pytest.mark.django_db
def test_every_write_of_the_api_needs_a_key(askers: Askers) -> None:
    asker = askers[Role.SALES_OPS]
    client = Client(raise_request_exception=False)
    writing = [operation for operation in operations() if operation.method != "get"]

    answers = {
        operation.name: getattr(client, operation.method)(
            operation.path, "{}", content_type="application/json", headers=asker.header
        )
        for operation in writing
    }

    assert {key: (answer.status_code, answer.json()["code"]) for key, answer in answers.items()} == dict.fromkeys(
        answers, (400, "client_key_missing")
    )


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.REP, Role.SALES_OPS, Role.ADMIN], ids=str)
def test_a_repeat_of_any_write_changes_nothing(askers: Askers, role: Role) -> None:
    asker = askers[role]
    client = asker.client
    changed = []
    for page in pages():
        asks = PAGES.get(page.name, PUBLIC)
        if asks == PUBLIC or page.name in SIGNS_OUT or (isinstance(asks, Ability) and role not in MATRIX[asks]):
            continue
        path, fields = page.path, {"client_key": str(new_id())}
        client.post(path, fields)
        before = written()
        client.post(path, fields)
        if written() != before and changes(lambda: client.post(path, fields)):  # noqa: B023 -- called at once
            changed.append(page.name)

    assert not changed, "\n".join(changed)


def changes(act: Callable[[], object]) -> bool:
    """Tell whether an act changes what is stored; what is refused after writing was rolled back and is no change."""
    before = checksum()
    act()
    return checksum() != before


SIGNS_OUT = frozenset({"org:end_other_sessions"})


def test_the_table_names_every_operation() -> None:
    assert {operation.name for operation in operations()} <= set(OPERATIONS)
