"""RS-32: a production installation says nothing under `check --deploy`, and every answer carries the security headers."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.core import checks
from django.http import HttpResponse
from django.test import Client, override_settings

from tests.cli.running import command_environment
from tests.reliability.company import make_askers
from tests.reliability.routes import operations, pages
from tiejun.access.roles import Role
from tiejun.cli.failures import Failed
from tiejun.cli.safety import ServerSettings, refuse_unsafe_start
from tiejun.foundation.environment import environment
from tiejun.foundation.web import render

SAFE = {
    "SECRET_KEY": "s3cret-" * 9,
    "DATA_KEYS": "k" * 43,
    "SITE_URL": "https://sales.example.com",
    "TIEJUN_MODE": "production",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STRICT = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}
SIGN_IN = ("/accounts/login/", "/accounts/password/reset/", "/accounts/inactive/")
SHELL = ("/", "/offline/", "/sw.js", "/manifest.webmanifest", "/nothing/here/", "/static/nothing.js", "/api/v1/nothing")
SHELL_FILES = {
    "ui:manifest",
    "offline",
    "ui:service_worker",
}  # the same for everybody: nothing of anybody is in them
ASK = """
import json, django
django.setup()
from django.conf import settings
from django.core import checks
said = checks.run_checks(include_deployment_checks=True)
names = ("SESSION", "CSRF", "LANGUAGE")
cookies = {getattr(settings, f"{n}_COOKIE_NAME"): [getattr(settings, f"{n}_COOKIE_SECURE"), getattr(settings, f"{n}_COOKIE_HTTPONLY"),
           getattr(settings, f"{n}_COOKIE_SAMESITE"), getattr(settings, f"{n}_COOKIE_PATH", "/"), getattr(settings, f"{n}_COOKIE_DOMAIN", None)] for n in names}
print(json.dumps({"said": [m.id for m in said if not m.is_silenced()], "silenced": settings.SILENCED_SYSTEM_CHECKS, "debug": settings.DEBUG, "cookies": cookies,
                  "hsts": settings.SECURE_HSTS_SECONDS, "hosts": settings.ALLOWED_HOSTS, "redirect": settings.SECURE_SSL_REDIRECT}))
"""


# -- settings ----------------------------------------------------------------------------------------------------------
def test_production_over_https_has_no_finding_and_host_cookies():
    said = subprocess.run(
        [sys.executable, "-c", ASK],
        check=True,
        capture_output=True,
        text=True,
        env=command_environment(
            **SAFE, DATABASE_URL="postgresql://nobody@/nowhere", DJANGO_SETTINGS_MODULE="tiejun.settings"
        ),
    )

    found = json.loads(said.stdout.splitlines()[-1])
    cookie = [True, True, "Lax", "/", None]
    assert found == {
        "said": [],
        "silenced": [],
        "debug": False,
        "cookies": {f"__Host-tiejun-{name}": cookie for name in ("session", "csrf", "language")},
        "hsts": 365 * 24 * 3600,
        "hosts": ["sales.example.com"],
        "redirect": True,
    }


@pytest.mark.parametrize(
    "name",
    [
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_CONTENT_TYPE_NOSNIFF",
    ],
)
def test_a_planted_weak_setting_is_found(name):
    strong = {
        "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True, "SECURE_SSL_REDIRECT": True, "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_CONTENT_TYPE_NOSNIFF": True, "SECURE_HSTS_INCLUDE_SUBDOMAINS": True, "SECURE_HSTS_PRELOAD": True,
        "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGHIJKLMNOP", "SILENCED_SYSTEM_CHECKS": [],
    }  # fmt: skip

    with override_settings(**strong):
        before = deployment_findings()
    with override_settings(**strong | {name: False}):
        after = deployment_findings()

    assert before == []
    assert after != []


def deployment_findings():
    # async.E001: this test run allows what Playwright needs.
    return [
        message.id
        for message in checks.run_checks(include_deployment_checks=True)
        if not message.is_silenced() and message.id != "async.E001"
    ]


@pytest.mark.parametrize("planted", [{"SECRET_KEY": ""}, {"DATA_KEYS": ""}, {"DEBUG": "1"}])
def test_a_default_secret_or_debug_is_refused(planted, monkeypatch):
    monkeypatch.setattr("tiejun.cli.safety.server_settings", lambda _env: ServerSettings({}, 18))
    refuse_unsafe_start(environment(SAFE))

    with pytest.raises(Failed, match="refused to start"):
        refuse_unsafe_start(environment(SAFE | planted))


# -- answers -----------------------------------------------------------------------------------------------------------
def faults_of(answer):
    """What a browser would miss in an answer's headers."""
    missing = [name for name, value in HEADERS.items() if answer.headers.get(name) != value]
    policy = {part.strip() for part in answer.headers.get("Content-Security-Policy", "").split(";")}
    if STRICT - policy or any("unsafe" in part or " *" in part or "http:" in part for part in policy):
        missing.append("Content-Security-Policy")
    if "geolocation=(self)" not in answer.headers.get("Permissions-Policy", ""):
        missing.append("Permissions-Policy")
    missing += [
        f"Set-Cookie {morsel.key}"
        for morsel in answer.cookies.values()
        if morsel.value and morsel.key != "theme" and not morsel["httponly"]
    ]
    return missing


@pytest.mark.django_db
def test_every_answer_carries_the_headers():
    asker, stranger = make_askers()[Role.SALES_OPS], Client(raise_request_exception=False)
    paths = [*SHELL, *SIGN_IN, *[page.path for page in pages()]]
    faults = {}
    clients = ((asker.client, "signed in"), (stranger, "nobody"))
    for path in paths:
        for client, name in clients:
            for method in ("get", "post") if path not in SHELL else ("get", "post", "delete"):
                answer = getattr(client, method)(path)
                list(answer.streaming_content if answer.streaming else ())  # to its end, so that its file is closed
                if found := faults_of(answer):
                    faults[f"{method} {path} {name} {answer.status_code}"] = found
    for operation in operations():
        answer = getattr(stranger, operation.method)(operation.path)
        if found := faults_of(answer):
            faults[operation.name] = found

    assert faults == {}


def kept_by_a_browser(asker, only=""):
    """Which answers to somebody signed in a shared computer's browser would keep: each page and operation, read and written."""
    browser, program, kept = asker.client, Client(raise_request_exception=False), []
    for page in pages():
        if page.name not in SHELL_FILES and page.name.startswith(only):
            kept += [
                f"{method} {page.name}" for method in ("get", "post") if stored(getattr(browser, method)(page.path))
            ]
    for operation in [] if only else operations():
        by_session = getattr(browser, operation.method)(operation.path)
        by_token = getattr(program, operation.method)(operation.path, headers=asker.header)
        kept += [
            f"{operation.name} by {who}"
            for who, answer in (("session", by_session), ("token", by_token))
            if stored(answer)
        ]
    return kept


def stored(answer):
    list(answer.streaming_content if answer.streaming else ())  # to its end, so that its file is closed
    return "no-store" not in answer.headers.get("Cache-Control", "")


@pytest.mark.django_db
def test_what_a_signed_in_person_sees_is_never_stored():
    assert kept_by_a_browser(make_askers()[Role.SALES_OPS]) == []


@pytest.mark.django_db
def test_a_planted_answer_that_a_browser_keeps_is_found(monkeypatch):
    monkeypatch.setattr("tiejun.inbox.views.render", kept_for_a_minute)

    assert kept_by_a_browser(make_askers()[Role.SALES_OPS], "inbox:") == ["get inbox:list", "get inbox:unread"]


def kept_for_a_minute(request, template, context, **options):
    answer = render(request, template, context, **options)
    answer["Cache-Control"] = "private, max-age=60"
    return answer


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["mark.svg", "icon-192.png"])
def test_a_static_file_carries_the_headers(name):
    if not (settings.STATIC_ROOT / name).exists():
        pytest.skip("needs the collected static files (make setup)")

    answer = Client().get(f"/static/{name}")
    answer.close()

    found = {header: answer.headers.get(header) for header in (*HEADERS, "Content-Security-Policy")}
    assert found == HEADERS | {"Content-Security-Policy": settings.STATIC_HEADERS["Content-Security-Policy"]}
    assert {"default-src 'none'", "frame-ancestors 'none'"} < set(found["Content-Security-Policy"].split("; "))


def test_a_planted_answer_without_headers_is_found():
    assert faults_of(HttpResponse()) == [*HEADERS, "Content-Security-Policy", "Permissions-Policy"]
    weak = HttpResponse(
        headers=HEADERS
        | {"Permissions-Policy": "geolocation=(self)", "Content-Security-Policy": "; ".join([*STRICT, "img-src *"])}
    )
    assert faults_of(weak) == ["Content-Security-Policy"]


@pytest.mark.django_db
def test_an_unforeseen_error_says_nothing_of_the_source(monkeypatch):
    assert settings.DEBUG is False
    client = make_askers()[Role.REP].client
    monkeypatch.setattr("tiejun.foundation.web.RequestMiddleware.process_view", raise_with_secret)

    answer = client.get("/")

    assert answer.status_code == 500
    assert "planted-secret" not in answer.content.decode()
    assert faults_of(answer) == []


def raise_with_secret(*_arguments, **_facts):
    raise RuntimeError("planted-secret")
