"""Shares with their interval."""

import pytest

from tiejun.engines.shares import share_of


@pytest.mark.parametrize(
    ("hits", "cases", "value", "low", "high"),
    [
        (0, 0, None, 0.0, 1.0),
        (0, 10, 0.0, 0.0, 0.278),
        (5, 10, 0.5, 0.237, 0.763),
        (10, 10, 1.0, 0.722, 1.0),
        (81, 263, 0.308, 0.255, 0.366),
    ],
)
def test_share_carries_the_interval_of_wilson(hits, cases, value, low, high):
    share = share_of(hits, cases)

    assert (None if share.value is None else round(share.value, 3), round(share.low, 3), round(share.high, 3)) == (
        value,
        low,
        high,
    )
