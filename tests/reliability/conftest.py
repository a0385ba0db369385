"""The company that the reliability tests ask about, made once per file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.reliability.company import Askers, make_askers


@pytest.fixture(scope="module")
def askers(django_db_setup: None, django_db_blocker: Any) -> Iterator[Askers]:
    """Make the company in a transaction around all tests of the file; each test rolls its own part back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_askers()
        transaction.set_rollback(True)
