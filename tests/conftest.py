"""Fixtures of every test."""

import os
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from tests.throwaway_postgres import TEMPLATE, shared_addresses
from tiejun.foundation import idempotency
from tiejun.foundation.environment import parsed_database_url


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Point Django at a clone-to-be of the template (a hook of pytest-django, called before the first database is made)."""
    entry: dict[str, Any] = settings.DATABASES["default"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    own = parsed_database_url(shared_addresses()["owner"]) | {"NAME": f"tiejun_{worker}"}
    entry.update(own | {"OPTIONS": entry["OPTIONS"] | own["OPTIONS"]})
    entry["TEST"].update({"NAME": f"test_tiejun_{worker}", "TEMPLATE": TEMPLATE})


EMPTY_AUDIT = """
ALTER TABLE audit.entry DISABLE TRIGGER USER;
TRUNCATE audit.entry;
ALTER TABLE audit.entry ENABLE TRIGGER USER;
UPDATE audit.head SET seq = 0, hash = sha256('tiejun');
"""


@pytest.fixture(autouse=True)
def _no_client_key_is_left() -> None:
    """Let no request of an earlier test lend its key to this one."""
    idempotency.disarm()


@pytest.fixture(autouse=True)
def _committed_audit_rows_end_with_their_test(request: pytest.FixtureRequest, django_db_blocker: Any) -> Any:
    """Empty the audit log after a test that commits: Django's flush leaves it alone, as it should."""
    marker = request.node.get_closest_marker("django_db")
    commits = (marker is not None and marker.kwargs.get("transaction")) or {
        "transactional_db",
        "live_server",
        "django_db_reset_sequences",
    } & set(request.fixturenames)
    yield
    if commits:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(EMPTY_AUDIT)
