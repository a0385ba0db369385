import json
import logging

import psycopg
import pytest
from django.db import DataError, InterfaceError, OperationalError
from django.test import Client

from tiejun.foundation.health import is_database_away
from tiejun.foundation.logs import JsonFormatter

CSP = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "font-src 'self'", "img-src 'self' data: blob:", "connect-src 'self'",
    "worker-src 'self'", "manifest-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "object-src 'none'",
    "report-uri /csp-report",
}  # fmt: skip


def caused(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (OperationalError("no route"), True),
        (InterfaceError("connection already closed"), True),
        (caused(OperationalError(), psycopg.errors.AdminShutdown()), True),
        (caused(OperationalError(), psycopg.errors.CannotConnectNow()), True),
        (caused(OperationalError(), psycopg.errors.TooManyConnections()), True),
        (caused(OperationalError(), psycopg.errors.QueryCanceled()), False),
        (caused(OperationalError(), psycopg.errors.DeadlockDetected()), False),
        (caused(RuntimeError(), OperationalError("gone")), True),
        (DataError("out of range"), False),
        (None, False),
    ],
)
def test_only_a_missing_server_counts_as_away(error, is_away):
    assert is_database_away(error) is is_away


@pytest.mark.django_db
def test_probes_answer_without_a_session():
    client = Client()

    assert (client.get("/healthz").status_code, client.get("/readyz").json()) == (200, {"status": "ready"})
    assert client.cookies == {}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/nowhere"])
def test_every_answer_carries_the_security_headers(path):
    answer = Client().get(path)

    assert {part.strip() for part in answer["Content-Security-Policy"].split(";")} == CSP
    assert {
        name: answer[name]
        for name in (
            "X-Content-Type-Options",
            "Referrer-Policy",
            "Cross-Origin-Opener-Policy",
            "Cross-Origin-Resource-Policy",
        )
    } == {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    assert answer["Permissions-Policy"].startswith("geolocation=(self), camera=(self), ")
    assert len(answer["X-Request-ID"]) == 36


def test_csp_report_is_logged_without_its_query(caplog):
    body = json.dumps({"csp-report": {"blocked-uri": "https://evil.example/x.js", "script-sample": "secret"}})

    with caplog.at_level(logging.WARNING, "tiejun.health"):
        answer = Client().post("/csp-report", body, content_type="application/csp-report")

    assert answer.status_code == 204
    assert [record.blocked_uri for record in caplog.records] == ["https://evil.example/x.js"]
    assert Client().post("/csp-report", "[1]", content_type="application/json").status_code == 400


def test_a_log_line_is_one_line_and_quotes_no_row():
    formatter = JsonFormatter()
    phone = "".join(["138", "0013", "8000"])  # in pieces: the stack quotes the source line
    try:
        raise ValueError(f"Key (phone)=({phone}) already exists")
    except ValueError as error:
        record = logging.makeLogRecord(
            {"msg": "two\nlines", "levelname": "ERROR", "exc_info": (ValueError, error, error.__traceback__)}
        )

    line = formatter.format(record)

    assert "\n" not in line
    assert phone not in line
    assert json.loads(line)["error"] == "ValueError"


def test_given_request_id_is_kept_only_when_well_formed():
    client = Client()

    kept = client.get("/healthz", headers={"X-Request-ID": "proxy-12345678"})
    replaced = client.get("/healthz", headers={"X-Request-ID": "x\u00e9<script>"})

    assert kept["X-Request-ID"] == "proxy-12345678"
    assert len(replaced["X-Request-ID"]) == 36


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("en", "older than your last sign-in"), ("zh-hans", "重新打开")])
def test_a_form_from_before_a_new_sign_in_is_refused_in_words(language, words):
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": language})

    page = browser.post("/accounts/login/", {"login": "x"})
    part = browser.post("/accounts/login/", {"login": "x"}, headers={"hx-request": "true"})

    assert (page.status_code, part.status_code) == (403, 403)
    assert words in page.content.decode()
    assert words in part.json()["message"]
