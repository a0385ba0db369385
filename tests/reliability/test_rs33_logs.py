"""RS-33: every line of the log is JSON with the request's id; no phone, identity number, token, password or position is in it."""

from __future__ import annotations

import io
import json
import logging
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from tests.factories.customers import make_company, make_contact
from tests.factories.leads import make_held_lead, make_pool, make_source
from tests.factories.org import NOW, PASSWORD
from tests.reliability.company import Asker, make_askers
from tests.reliability.routes import operations, pages
from tiejun.access.roles import Role
from tiejun.foundation.ids import new_id
from tiejun.foundation.logs import JsonFormatter
from tiejun.org.models import Position

PHONE, IDENTITY, LATITUDE, LONGITUDE = "13857166042", "330106199003077715", "30.274187", "120.155943"
MISTYPED, SOUGHT = "Mistyped-password-77", "Zhu Yingtai"


class Log:
    """What the product writes to its log, through its own formatter and its own levels."""

    def __init__(self) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(JsonFormatter())

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture
def log():
    kept = Log()
    configured = settings.LOGGING["loggers"] | {"": settings.LOGGING["root"]}
    before = {name: logging.getLogger(name).level for name in configured}
    for name, entry in configured.items():
        logging.getLogger(name).setLevel(entry.get("level", logging.NOTSET))
    logging.getLogger().addHandler(kept.handler)
    yield kept
    logging.getLogger().removeHandler(kept.handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


# -- what must hold of every line --------------------------------------------------------------------------------------
def unreadable(text: str) -> list[str]:
    """Lines that are not one JSON object with time, level, logger and message, or that lack the id of their request."""
    faults = []
    for line in text.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            faults.append(line)
            continue
        wanted = {"at", "level", "logger", "message"} | (
            {"request_id", "route", "status", "ms"} if said.get("message") == "request" else set()
        )
        if wanted - set(said):
            faults.append(line)
    return faults


def leaks(text: str, secrets: dict[str, str]) -> list[str]:
    """The names of the planted secrets that stand in the log."""
    return [name for name, secret in secrets.items() if secret and secret in text]


@dataclass
class World:
    askers: dict[Role | None, Asker]
    company: object
    secrets: dict[str, str]


@pytest.fixture
def world(db):
    askers = make_askers()
    make_source()
    make_pool("East")
    rep = askers[Role.REP]
    unit = Position.objects.get(person=rep.login.person).unit
    company = make_company("Suheng Medical Ltd")
    make_contact(company, "Chen", phone=PHONE)
    make_held_lead(rep.login.person, unit, company=company, now=NOW)
    secrets = {
        "phone": PHONE,
        "identity number": IDENTITY,
        "latitude": LATITUDE,
        "longitude": LONGITUDE,
        "password": PASSWORD,
        "mistyped password": MISTYPED,
        "token": rep.secret,
        "name that was searched for": SOUGHT,
    }
    return World(askers, company, secrets)


# -- a run through the product -----------------------------------------------------------------------------------------
def sign_in_and_out(world: World) -> Client:
    client = Client(raise_request_exception=False)
    name = world.askers[Role.REP].login.username
    client.post("/accounts/login/", {"login": name, "password": MISTYPED})
    client.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})
    client.post("/accounts/login/", {"login": name, "password": PASSWORD})
    world.secrets["session"] = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.get("/")
    client.post("/accounts/logout/")
    return client


def walk(world: World) -> list[int]:
    """Ask for every page and operation as somebody who may, somebody who may not, and nobody, with secrets in every place."""
    statuses = []
    secret_form = {
        "q": PHONE,
        "name": IDENTITY,
        "phone": PHONE,
        "note": f"call {PHONE}",
        "lat": LATITUDE,
        "lng": LONGITUDE,
        "password": MISTYPED,
    }
    clients = [world.askers[Role.REP].client, world.askers[None].client]
    for page in pages():
        for client in clients:
            statuses.append(closed(client.get(page.path, {"q": PHONE, "name": SOUGHT})).status_code)
            statuses.append(client.post(page.path, secret_form | {"client_key": str(new_id())}).status_code)
    token = world.askers[Role.REP].header
    for operation in operations():
        for header in (token, {"Authorization": f"Bearer {MISTYPED}"}):
            call = getattr(Client(raise_request_exception=False), operation.method)
            body = json.dumps(
                {
                    "client_key": str(new_id()),
                    "company_id": str(world.company.pk),
                    "note": PHONE,
                    "capture": {"position": {"latitude": float(LATITUDE), "longitude": float(LONGITUDE)}},
                }
            )
            if operation.method == "get":
                answer = call(operation.path, {"q": PHONE}, headers=header)
            else:
                answer = call(
                    operation.path,
                    body,
                    content_type="application/json",
                    headers=header | {"Idempotency-Key": str(new_id())},
                )
            statuses.append(answer.status_code)
    return statuses


def closed(answer):
    """Read a streamed answer to its end, so that its file is closed."""
    list(answer.streaming_content if answer.streaming else ())
    return answer


def stumble(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let requests fail in the ways that quote what they were given."""
    client = world.askers[Role.REP].client
    statuses = [
        client.get(f"/leads/{PHONE}/").status_code,
        client.post(
            "/csp-report",
            json.dumps(
                {"csp-report": {"document-uri": f"http://testserver/customers/?q={PHONE}", "blocked-uri": "inline"}}
            ),
            content_type="application/json",
        ).status_code,
        client.get("/customers/", headers={"X-Request-ID": f"x\n{{}} {PHONE}", "User-Agent": PHONE}).status_code,
        world.askers[Role.SALES_OPS]
        .client.post(
            "/exchange/imports/upload/",
            {"file": SimpleUploadedFile(f"{PHONE}.csv", PHONE.encode()), "client_key": str(new_id())},
        )
        .status_code,
    ]

    for fail in (quote_a_row, quote_the_customer):
        with monkeypatch.context() as patch:
            patch.setattr("tiejun.foundation.web.RequestMiddleware.process_view", fail)
            fresh = world.askers[Role.REP].client  # a client keeps the middleware of its first request
            statuses.append(fresh.get("/customers/", {"q": PHONE}).status_code)
    return statuses


def quote_a_row(*_arguments, **_facts):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'row (%, %)', '" + PHONE + "', '" + IDENTITY + "'; END $$")


def quote_the_customer(*_arguments, **_facts):
    raise RuntimeError(f"cannot call {PHONE} at {LATITUDE}, {LONGITUDE}")


def test_no_line_of_a_run_through_everything_holds_a_secret(world, log, monkeypatch):
    sign_in_and_out(world)
    statuses = walk(world)
    failures = stumble(world, monkeypatch)

    assert failures[-1] == 500
    assert {401, 403, 404} <= set(statuses)
    assert unreadable(log.text) == []
    assert leaks(log.text, world.secrets) == []
    lines = [json.loads(line) for line in log.text.splitlines()]
    requests = [line for line in lines if line["message"] == "request"]
    assert len(requests) >= len(statuses) + len(failures)
    assert len({line["request_id"] for line in requests}) == len(requests)
    said = {line["message"] for line in lines}
    assert {"signed_in", "sign_in_failed", "signed_out", "denied", "csp violation"} <= said
    failed = [line for line in lines if line["level"] == "ERROR"]
    assert "RuntimeError" in {line.get("error") for line in failed}


def test_every_denial_is_a_line_that_names_who_and_where(world, log):
    asker = world.askers[Role.REP]
    forbidden = next(page for page in pages() if page.name == "operations:audit")

    answer = asker.client.get(forbidden.path)

    assert answer.status_code == 403
    lines = [json.loads(line) for line in log.text.splitlines()]
    (denied,) = [line for line in lines if line["message"] == "denied"]
    (request,) = [line for line in lines if line["message"] == "request"]
    assert (request["status"], request["actor"], request["route"]) == (
        403,
        str(asker.login.person_id),
        forbidden.pattern,
    )
    assert denied["request_id"] == request["request_id"] == answer.headers["X-Request-ID"]
    assert denied["ability"]


# -- planted faults ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "plant",
    [
        lambda: logging.getLogger("tiejun.planted").info("called %s", PHONE),
        lambda: logging.getLogger("tiejun.planted").warning("visit", extra={"lat": LATITUDE}),
        lambda: logging.getLogger("django.request").error(
            "token", extra={"header": {"Authorization": "Bearer tj_planted"}}
        ),
    ],
    ids=["message", "field", "nested"],
)
def test_a_planted_leak_is_found(plant, log):
    assert leaks(log.text, {"phone": PHONE, "latitude": LATITUDE, "token": "tj_planted"}) == []

    plant()

    assert len(leaks(log.text, {"phone": PHONE, "latitude": LATITUDE, "token": "tj_planted"})) == 1


def test_a_planted_line_that_is_no_json_or_has_no_id_is_found(log):
    logging.getLogger("tiejun.planted").info("two\nlines")
    assert unreadable(log.text) == []

    log.handler.setFormatter(logging.Formatter("%(message)s"))
    logging.getLogger("tiejun.planted").info("plain words")
    log.handler.setFormatter(JsonFormatter())
    logging.getLogger("tiejun.access").info("request", extra={"route": "", "status": 200, "ms": 1})

    assert len(unreadable(log.text)) == 2
