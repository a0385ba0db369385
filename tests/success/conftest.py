"""A customer with a signed order: the cast of a sale, and its life begun."""

from __future__ import annotations

import pytest

from tests.factories.org import NOW
from tests.factories.pipeline import make_cast, make_signed_order
from tiejun.access.scope import Scope
from tiejun.pipeline.queries.lives import signed_orders
from tiejun.success.actions import handovers
from tiejun.success.models import CustomerHandover

SYSTEM = Scope.system("test")


@pytest.fixture
def cast():
    return make_cast(logins=True)


def begin(cast, now=NOW):
    """Sign an order of the cast and begin its hand-over."""
    make_signed_order(cast)
    handovers.begin_handovers(SYSTEM, orders=signed_orders(SYSTEM, [cast.company.pk]), now=now)
    return CustomerHandover.objects.latest("signed_on")


@pytest.fixture
def handover(cast):
    return begin(cast)
