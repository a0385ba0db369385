"""RS-12 and RS-25: whatever a program sends, the API never answers with a server error.

`TIEJUN_FUZZ_CALLS` sets how many calls are made in all (3,000 by default; 100,000 before a release).
"""

from __future__ import annotations

import json
import os
import re
from datetime import timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from tests.reliability import filled, routes
from tests.reliability.company import Askers
from tiejun.access.roles import Role
from tiejun.api import schema
from tiejun.foundation.ids import new_id
from tiejun.leads.queries import lists
from tiejun.visits.queries import plans as plan_queries

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.django_db

CALLS = int(os.environ.get("TIEJUN_FUZZ_CALLS", "3000"))
DATES = [
    "0001-01-01",
    "9999-12-31",
    "1970-01-01T00:00:00",
    "2026-02-30",
    "2028-02-29",
    "2026-03-11T23:59:59.999999+08:00",
    "2026-03-29T02:30:00+01:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "2026-12-31T24:00:00Z",
    "-1",
    "1e400",
    "NaN",
    "\x00",
    "\ud800",
    "",
]


def sent(client: Client, case: Any, headers: dict[str, str]) -> Any:
    """Send a generated case with Django's client."""
    fields = {str(name): "" if value is None else str(value) for name, value in (case.query or {}).items()}
    given_headers = {
        str(name): str(value) for name, value in dict(case.headers or {}).items() if name.lower() != "authorization"
    }
    path = case.formatted_path
    options: dict[str, Any] = {
        "headers": {**given_headers, "Idempotency-Key": str(new_id()), **headers},
        "query_params": fields,
    }
    method = getattr(client, case.method.lower())
    if case.media_type == "multipart/form-data" and isinstance(case.body, dict):
        parts = {
            name: SimpleUploadedFile("x", value) if isinstance(value, bytes) else str(value)
            for name, value in case.body.items()
        }
        return method(path, parts, **{name: value for name, value in options.items() if name != "query_params"})
    if case.method.lower() == "get":
        return method(path, **options)
    body = "" if type(case.body).__name__ == "NotSet" else json.dumps(case.body, default=str)
    return method(path, body, content_type="application/json", **options)


def operations() -> list[Any]:
    return [result.ok() for result in schemathesis.openapi.from_dict(schema()).get_all_operations()]


def latin(text: str) -> bool:
    return text.isascii() and text.isprintable()


def server_errors(askers: Askers, mode: GenerationMode, found: list[Any], each: int) -> list[str]:
    """What a program sent that was answered with a server error: `each` generated calls to each operation, by every role."""
    asking = cycle([asker for role, asker in askers.items() if role is not None])
    client = Client(raise_request_exception=False)
    failures: list[str] = []

    for operation in found:

        @settings(
            max_examples=each, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case: Any) -> None:
            if not all(latin(f"{name}{value}") for name, value in dict(case.headers or {}).items()):
                return
            answer = sent(client, case, next(asking).header)
            if answer.status_code >= 500:
                failures.append(
                    f"{answer.status_code} {case.method} {case.formatted_path} {case.query} {case.body!r:.300}"
                )

        try:
            call()
        except schemathesis.errors.InvalidSchema:
            continue
        except Exception as error:
            # What cannot be generated in this mode (an operation without any parameter to spoil) is no finding.
            if type(error).__module__.startswith(("hypothesis", "schemathesis")):
                continue
            raise
    return failures


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_call_is_a_server_error(askers: Askers, mode: GenerationMode) -> None:
    found = operations()

    failures = server_errors(askers, mode, found, max(1, CALLS // (2 * len(found))))

    assert not failures, "\n".join(failures)


def test_a_planted_crash_on_one_input_is_found(askers: Askers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list of leads divides by what is left to 100, as a page size would be used without thinking of its end."""
    whole = lists.lean_page

    def crashes(scope: Any, filters: Any, cursor: str, size: int, **rest: Any) -> Any:
        return whole(scope, filters, cursor, size + (0 if size < 100 else 1 // 0), **rest)

    monkeypatch.setattr(lists, "lean_page", crashes)
    leads = [one for one in operations() if (one.method.lower(), one.full_path) == ("get", "/api/v1/leads")]

    failures = server_errors(askers, GenerationMode.POSITIVE, leads, 40)

    assert {failure[:21] for failure in failures} == {"500 GET /api/v1/leads"}


def date_errors(askers: Askers, value: str, only: str = "") -> list[str]:
    """Which operations answer a server error when every day and moment of path, query and body is this text."""
    client, header = Client(raise_request_exception=False), askers[Role.REP].header
    ids = {"person_id": askers[Role.REP].scope.person_id}
    failures = []
    for operation in routes.operations():
        if not operation.name.endswith(only):
            continue
        for address, body in tries(operation, value, ids):
            rest = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
            headers = header | {"Idempotency-Key": str(new_id())}
            answer = getattr(client, operation.method)(address, headers=headers, **rest)
            if answer.status_code >= 500:
                failures.append(f"{answer.status_code} {operation.name} {value!r}")
    return failures


def tries(operation: routes.Operation, value: str, ids: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The addresses and bodies in which an operation is told this day; none for one that asks for no day anywhere."""
    described = schema()["paths"][operation.path_template][operation.method]
    words = quote(value, errors="surrogatepass")
    path = re.sub(r"\{\w+\}", str(new_id()), operation.path_template.replace("{day}", words))
    names = [part["name"] for part in described.get("parameters", ()) if part["in"] == "query"]
    chosen = dict.fromkeys(dated(operation), value)
    if operation.method == "get" and names:
        yield f"{path}?{'&'.join(f'{name}={words}' for name in names)}", None
    if operation.method == "get" and "{day}" in operation.path_template:
        yield path, None
    if operation.method != "get" and (chosen or "{day}" in operation.path_template):
        yield path, filled.body(operation, ids) | chosen
        yield path, chosen


def dated(operation: routes.Operation) -> list[str]:
    """The fields of an operation's body that hold a day or a moment."""
    described = schema()["paths"][operation.path_template][operation.method]
    part = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    part = schema()["components"]["schemas"].get(part.get("$ref", "").rsplit("/", 1)[-1], part)
    kinds = {name: [one, *one.get("anyOf", ())] for name, one in part.get("properties", {}).items()}
    return [name for name, ones in kinds.items() if any(one.get("format") in ("date", "date-time") for one in ones)]


@pytest.mark.parametrize("value", DATES)
def test_no_date_is_a_server_error(askers: Askers, value: str) -> None:
    assert date_errors(askers, value) == []


def test_a_planted_day_without_bounds_is_found(askers: Askers, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan looks at the day before, which the year 1 has not: the bounds of a day are what keeps that harmless."""
    whole, asked = plan_queries.plan_of, "GET /api/v1/plans/{day}"

    def looks_back(scope: Any, person_id: Any, day: Any, **rest: Any) -> Any:
        return whole(scope, person_id, day - timedelta(days=1) + timedelta(days=1), **rest)

    monkeypatch.setattr(plan_queries, "plan_of", looks_back)
    bounded = date_errors(askers, "0001-01-01", asked)
    monkeypatch.setattr("tiejun.foundation.schemas._sane_day.__code__", (lambda day: day).__code__)

    assert (bounded, date_errors(askers, "0001-01-01", asked)) == ([], [f"500 {asked} '0001-01-01'"])
