"""The company that the reliability tests ask about, made once per file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from tests.factories.visits import local
from tests.reliability.company import Askers, make_askers
from tests.reliability.object_world import World, make_world
from tiejun.access.roles import Role


@pytest.fixture(scope="module")
def at_work() -> Iterator[None]:
    """Let it be a working morning for the tests of the file: at night the days are locked, whatever is asked."""
    with time_machine.travel(local("10:00"), tick=True):
        yield


@pytest.fixture(scope="module")
def askers(at_work: None, django_db_setup: None, django_db_blocker: Any) -> Iterator[Askers]:
    """Make the company in a transaction around all tests of the file; each test rolls its own part back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_askers()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(askers: Askers, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world(askers)
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clients(world: World, askers: Askers) -> dict[Role, Client]:
    """Each role's browser, signed in once: what a test does to its session is rolled back with the test."""
    assert world
    return {role: asker.client for role, asker in askers.items() if role is not None}
