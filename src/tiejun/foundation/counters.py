"""Running numbers without gaps or repeats, and how often strangers asked in an hour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from tiejun.foundation.models import StrangerHour

if TYPE_CHECKING:
    from datetime import datetime

HOUR_S = 3600


def next_number(name: str) -> int:
    """Take the next number of a named series inside the running transaction; the series stays locked until it ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_counter AS c (name, value) VALUES (%s, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = c.value + 1 RETURNING value",
            [name],
        )
        return int(cursor.fetchone()[0])


def count_stranger(page: str, address: bytes, *, now: datetime) -> int:
    """Count one request of an address for a page; returns how many there were in this hour, this one included.

    It commits at once, being one statement outside any transaction: who is refused has spent it all the same.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_strangerhour AS h (hour, page, address, used) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (hour, page, address) DO UPDATE SET used = h.used + 1 RETURNING used",
            [_hour(now), page, address],
        )
        return int(cursor.fetchone()[0])


def forget_strangers(*, before: datetime) -> int:
    """Forget how often addresses asked before the hour of a moment; returns how many counts went."""
    count, _models = StrangerHour.objects.filter(hour__lt=_hour(before)).delete()
    return count


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // HOUR_S
