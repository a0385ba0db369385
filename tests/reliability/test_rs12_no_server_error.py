"""RS-12 and RS-25: whatever a program sends, the API never answers with a server error.

`TIEJUN_FUZZ_CALLS` sets how many calls are made in all (3,000 by default; 100,000 before a release).
"""

from __future__ import annotations

import json
import os
from itertools import cycle
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from tests.reliability.company import Askers
from tiejun.api import schema
from tiejun.foundation.ids import new_id

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


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_call_is_a_server_error(askers: Askers, mode: GenerationMode) -> None:
    asking = cycle([asker for role, asker in askers.items() if role is not None])
    client = Client(raise_request_exception=False)
    found = operations()
    each = max(1, CALLS // (2 * len(found)))
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

    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("value", DATES)
def test_no_date_is_a_server_error(askers: Askers, value: str) -> None:
    client = Client(raise_request_exception=False)
    failures = []

    for operation in operations():
        names = [parameter.name for parameter in operation.query]
        path = operation.full_path.replace("{", "").replace("}", "")
        asker = next(asker for role, asker in askers.items() if role == "SALES_OPS")
        if operation.method.lower() == "get":
            query = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name in names)
            answer = client.get(f"{path}?{query}", headers=asker.header)
        else:
            body = json.dumps(
                dict.fromkeys(
                    ("happened_at", "starts_on", "ends_on", "valid_from", "day", "at", "due_on", "signed_on"), value
                )
            )
            headers = asker.header | {"Idempotency-Key": str(new_id())}
            answer = getattr(client, operation.method.lower())(
                path, body, content_type="application/json", headers=headers
            )
        if answer.status_code >= 500:
            failures.append(f"{answer.status_code} {operation.method} {path} {value!r}")

    assert not failures, "\n".join(failures)
