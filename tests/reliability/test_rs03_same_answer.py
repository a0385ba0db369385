"""RS-03: whatever is written by page, program or phone and sent again is answered as the first time, and written once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.reliability import filled
from tests.reliability.company import written
from tests.reliability.object_world import OWN, World
from tests.reliability.operation_table import OPERATIONS
from tests.reliability.permission_table import PAGES
from tests.reliability.routes import Operation, Page, operations, pages
from tests.reliability.test_rs08_objects import covered
from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.foundation import idempotency
from tiejun.foundation.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.http import HttpResponse

pytestmark = pytest.mark.django_db
WRITTEN_HERE = 60
SENT_BY_PHONE = ("visits:record", "visits:check_in")  # what waits in the outbox
REFERENCES = ("Location", "HX-Redirect", "HX-Location")
# What differs from one drawing of a page to the next without being told by the write.
_DRAWN = re.compile(rb'csrf[^>]*|value="[0-9a-f-]{36}"')
_ARGUMENT = re.compile(r"[<{](?:\w+:)?(\w+)[>}]")
# Here a repeat with other contents is kept for a person to look at, beside the first: that is the answer, 409 as well.
# A token's secret is told once and stored nowhere: no repeat can tell it again.
TOLD_ONCE = {"page exchange:issue_token", "POST /api/v1/tokens"}
# The phone's writes say 201 to the first and 200 to a repeat, with the same contents.
SAYS_REPEATED = {"POST /api/v1/visits", "POST /api/v1/visits/check-in", "POST /api/v1/doors"}
KEEPS_THE_OTHER = {"page visits:record", "phone visits:record"}


@dataclass(frozen=True)
class Write:
    """One way to write: its name, and how it is sent with a key, and with other contents if `other`."""

    name: str
    route: str
    ability: Ability
    send: Callable[[Client, str, bool], HttpResponse]


def writes(world: World) -> Iterator[Write]:
    """Every write of page, phone and API, with contents that fit, about the representative's own objects."""
    ids = world.places[OWN]
    for page in pages():
        asks, kinds = PAGES.get(page.name), _ARGUMENT.findall(page.pattern)
        if not isinstance(asks, Ability) or not set(kinds) <= ids.keys():
            continue
        path = reverse(page.name, kwargs={kind: ids[kind] for kind in kinds})
        yield Write(f"page {page.name}", page.name, asks, by_page(path, page, ids))
        if page.name in SENT_BY_PHONE:
            yield Write(f"phone {page.name}", page.name, asks, by_phone(path, page, ids))
    for operation in operations():
        asks, kinds = OPERATIONS.get(operation.name), _ARGUMENT.findall(operation.path_template)
        if operation.method == "get" or not isinstance(asks, Ability) or not set(kinds) <= ids.keys():
            continue
        path = operation.path_template.format(**{kind: ids[kind] for kind in kinds})
        yield Write(operation.name, operation.name, asks, by_program(path, operation, ids))


def by_page(path: str, page: Page, ids: dict[str, Any]) -> Callable[[Client, str, bool], HttpResponse]:
    fields = filled.form(page.name, ids)
    return lambda client, key, other: client.post(
        path, fields | {"client_key": key, **({"more": "x"} if other else {})}
    )


def by_phone(path: str, page: Page, ids: dict[str, Any]) -> Callable[[Client, str, bool], HttpResponse]:
    fields = filled.form(page.name, ids)
    headers = {"Accept": "application/json"}
    return lambda client, key, other: client.post(
        path,
        fields | {"client_key": key, **({"note": "other", "more": "x"} if other else {})},
        headers=headers | {"Idempotency-Key": key},
    )


def by_program(path: str, operation: Operation, ids: dict[str, Any]) -> Callable[[Client, str, bool], HttpResponse]:
    sent = json.dumps(filled.body(operation, ids))
    return lambda client, key, other: getattr(client, operation.method)(
        path, sent + " " * other, content_type="application/json", headers={"Idempotency-Key": key}
    )


def who_may(ability: Ability) -> list[Role]:
    """The roles to try a write with: who reaches the representative's things, the nearest and the furthest first."""
    may = sorted((role for role in Role if OWN in covered(ability, role)), key=lambda role: len(covered(ability, role)))
    return [*dict.fromkeys((*may[:1], *may[-1:], *may))][:3]


def said(answer: HttpResponse) -> tuple[int, list[str | None], object]:
    """What an answer tells: its status, where it leads, and its contents but for what each drawing of a form has anew."""
    contents: object = b"" if answer.status_code == 302 else _DRAWN.sub(b"", answer.content)
    if "json" in answer.headers.get("Content-Type", "") and answer.content:
        contents = json.loads(answer.content)  # an object's order tells nothing, and PostgreSQL's jsonb keeps none
    return answer.status_code, [answer.headers.get(name) for name in REFERENCES], contents


def faults_of(write: Write, clients: dict[Role, Client]) -> list[str] | None:
    """What is wrong with the repeats of a write; None when nobody could write here."""
    for role in who_may(write.ability):
        key, before = str(new_id()), written()
        client = clients[role]
        with transaction.atomic():
            first, after = write.send(client, key, False), written()
            if first.status_code < 400 and after != before:
                faults = list(faults_of_repeats(write, client, key, first))
                transaction.set_rollback(True)
                return faults
            transaction.set_rollback(True)
    return None


def faults_of_repeats(write: Write, client: Client, key: str, first: HttpResponse) -> Iterator[str]:
    after = written()
    again = write.send(client, key, False)
    alike = (said(again)[1:] == said(first)[1:]) if write.name in SAYS_REPEATED else (said(again) == said(first))
    if not alike and write.name not in TOLD_ONCE:
        yield f"{write.name}: {said(first)} became {said(again)}"
    if written() != after:
        yield f"{write.name}: wrote again"
    other = write.send(client, key, True)
    if other.status_code != 409:
        yield f"{write.name}: other contents were answered {other.status_code}"
    if written() != after and write.name not in KEEPS_THE_OTHER:
        yield f"{write.name}: other contents were written"


def test_every_write_sent_again_is_answered_as_the_first_time(world: World, clients: dict[Role, Client]) -> None:
    found = {write.name: faults_of(write, clients) for write in writes(world)}

    faults = [fault for faults in found.values() for fault in faults or ()]
    assert not faults, "\n".join(faults)
    assert sum(faults is not None for faults in found.values()) > WRITTEN_HERE, sorted(
        name for name, faults in found.items() if faults is None
    )


# -- planted faults --------------------------------------------------------------------------------------------------
SOME = (
    "page pipeline:",
    "page org:record_leave",
    "POST /api/v1/opportunities",
    "POST /api/v1/orders",
    "POST /api/v1/leave",
)


def faults_of_some(world: World, clients: dict[Role, Client]) -> set[str]:
    """What is wrong with the repeats of some writes, by way and kind of fault."""
    some = [write for write in writes(world) if write.name.startswith(SOME)]
    faults = [fault for write in some for fault in faults_of(write, clients) or ()]
    return {f"{fault.split()[0]} {kind}" for fault in faults for kind in KINDS if kind in fault}


KINDS = ("became", "wrote again", "other contents were answered")


def test_a_planted_door_that_forgets_to_store_the_key_is_found(
    world: World, clients: dict[Role, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "once", lambda _key, _action, body: body())

    assert {f"{way} {kind}" for way in ("page", "POST") for kind in ("became", "wrote again")} <= faults_of_some(
        world, clients
    )


def test_a_planted_key_that_does_not_know_its_contents_is_found(
    world: World, clients: dict[Role, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    arm = idempotency.arm
    monkeypatch.setattr(idempotency, "arm", lambda key, actor, *_parts: arm(key, actor))

    assert faults_of_some(world, clients) == {f"{way} other contents were answered" for way in ("page", "POST")}
