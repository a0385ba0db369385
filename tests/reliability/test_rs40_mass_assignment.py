"""RS-40: no input takes a field that it does not name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.reliability.company import Askers, written
from tests.reliability.routes import WRITING, operations
from tiejun.access.roles import Role
from tiejun.api import schema
from tiejun.foundation.ids import new_id

PLANTED = {
    "id": str(new_id()),
    "owner_id": str(new_id()),
    "person_id": str(new_id()),
    "status": "APPROVED",
    "is_staff": True,
    "version": 999,
}


def bodies() -> dict[str, dict[str, Any]]:
    """The schema of each JSON body, by operation."""
    described = schema()
    found = {}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if method in WRITING and content:
                found[f"{method.upper()} {path}"] = _resolved(content["schema"], described)
    return found


def _resolved(part: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref", "")
    return described["components"]["schemas"][reference.rsplit("/", 1)[-1]] if reference else part


def test_every_body_refuses_unknown_fields() -> None:
    open_bodies = [
        name
        for name, body in bodies().items()
        if body.get("type") == "object" and body.get("additionalProperties") is not False
    ]

    assert open_bodies == []


@pytest.mark.django_db
def test_planted_fields_change_nothing(askers: Askers) -> None:
    asker = askers[Role.SALES_OPS]
    client = Client(raise_request_exception=False)
    known = bodies()
    before = written()
    taken = []

    for operation in operations():
        if operation.name not in known:
            continue
        strange = {
            name: value for name, value in PLANTED.items() if name not in known[operation.name].get("properties", {})
        }
        headers = asker.header | {"Idempotency-Key": str(new_id())}
        answer = getattr(client, operation.method)(
            operation.path, json.dumps(strange), content_type="application/json", headers=headers
        )
        if answer.status_code not in (401, 403, 404, 422):
            taken.append(f"{operation.name} {answer.status_code}")

    assert taken == []
    assert written() == before
