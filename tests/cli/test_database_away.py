"""PostgreSQL goes away and comes back: 503 with Retry-After meanwhile, then everything works again by itself."""

import json
import shutil

import pytest

from tests.cli.running import Running, fetch, free_port, open_to_the_database, wait_until
from tests.throwaway_postgres import migrated_server
from tiejun.cli.postgres import OWNER, PostgresFailed


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of this test's own, which it may stop."""
    folder = open_to_the_database(tmp_path_factory.mktemp("away"))
    server = migrated_server(folder / "postgres", durable=False)
    yield server, {"DATABASE_URL": server.url(), "DATABASE_OWNER_URL": server.url(OWNER)}
    server.destroy()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def site(server, tmp_path):
    _server, addresses = server
    port = free_port()
    web = Running(tmp_path / "log", "web", PORT=str(port), TIEJUN_MODE="test", **addresses)
    url = f"http://127.0.0.1:{port}"
    wait_until(lambda: fetch(f"{url}/readyz").status == 200 or web.process.poll() is not None)
    yield url
    web.end()


def comes_back(postgres):
    """Start the server again; for a moment, children of the stopped one may still hold its memory."""
    try:
        postgres.start()
    except PostgresFailed:
        return False
    return True


def test_site_answers_503_while_the_database_is_away_and_recovers_alone(server, site):
    postgres, _addresses = server
    page = f"{site}/accounts/login/"
    assert fetch(page).status == 200

    postgres.stop("immediate")
    away = fetch(page, Cookie="tiejun-session=0123456789abcdef0123456789abcdef")
    api = fetch(page, Cookie="tiejun-session=0123456789abcdef0123456789abcdef", Accept="application/json")
    ready, alive = fetch(f"{site}/readyz"), fetch(f"{site}/healthz")
    wait_until(lambda: comes_back(postgres))

    assert (away.status, away.headers["retry-after"], away.headers["cache-control"]) == (503, "5", "no-store")
    assert away.headers["content-security-policy"].count("'none'") >= 3
    assert (api.status, api.headers["content-type"]) == (503, "application/problem+json")
    assert {**json.loads(api.body), "title": "", "detail": ""} == {
        "type": "about:blank",
        "title": "",
        "status": 503,
        "detail": "",
    }
    assert (ready.status, json.loads(ready.body)) == (503, {"status": "not ready", "reason": "database"})
    assert alive.status == 200
    wait_until(lambda: fetch(f"{site}/readyz").status == 200)
    wait_until(lambda: fetch(page, Cookie="tiejun-session=0123456789abcdef0123456789abcdef").status == 200)
