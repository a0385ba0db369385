"""Fixtures of every test."""

import gc
import os
from typing import Any

import pytest
from django.conf import settings
from django.test import TransactionTestCase

from tests.emptying import empty_database, remember_reference_rows
from tests.throwaway_postgres import TEMPLATE, shared_addresses
from tiejun.foundation import idempotency
from tiejun.foundation.environment import parsed_database_url

# All that is loaded stays to the end, and tests leave little garbage: the collector's walks were a sixth of their time.
gc.freeze()
gc.set_threshold(50_000, 20, 100)

# These wait most of their time for servers of their own: begun last, as pytest-django would, one would run while the others are idle.
BEGUN_FIRST = ("test_rs01_acknowledged_visits", "test_run", "test_backup", "test_createuser", "test_database_away")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that wait most to the front; all others keep their order."""
    items.sort(key=lambda item: item.path.stem not in BEGUN_FIRST)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Point Django at a clone-to-be of the template (a hook of pytest-django, called before the first database is made)."""
    entry: dict[str, Any] = settings.DATABASES["default"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    own = parsed_database_url(shared_addresses()["owner"]) | {"NAME": f"tiejun_{worker}"}
    entry.update(own | {"OPTIONS": entry["OPTIONS"] | own["OPTIONS"]})
    entry["TEST"].update({"NAME": f"test_tiejun_{worker}", "TEMPLATE": TEMPLATE})


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Remember the new database's reference rows, which a committing test must leave behind for the next."""
    with django_db_blocker.unblock():
        remember_reference_rows()


def _fixture_teardown(_case: TransactionTestCase) -> None:
    empty_database()


TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[method-assign] # instead of a flush


@pytest.fixture(autouse=True)
def _no_client_key_is_left() -> None:
    """Let no request of an earlier test lend its key to this one."""
    idempotency.disarm()
