"""One working day that the tests turn by hand."""

from __future__ import annotations

import pytest
import time_machine

from tests.browser.day import Day, local
from tests.chromium import chromium

__all__ = ["chromium"]


@pytest.fixture(params=["zh-CN", "en-US"])
def day(request, chromium, live_server):
    """A Wednesday at ten in Shanghai, in Chinese and in English, whatever the real clock says."""
    with time_machine.travel(local("10:00"), tick=True) as clock:
        one = Day(chromium, live_server.url.replace("127.0.0.1", "localhost"), request.param, clock)
        yield one
        one.close()
