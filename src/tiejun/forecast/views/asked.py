"""What an address or a form names: days and units."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping


def asked_day(data: Mapping[str, str], name: str = "day") -> date | None:
    """Return the day that is asked for, None for none; an unreadable one is not found."""
    text = data.get(name, "")
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        raise NotFound from None
    if found is not None and not date(2000, 1, 8) <= found <= date(2099, 1, 1):
        raise NotFound
    return found


def asked_id(data: Mapping[str, str], name: str) -> UUID | None:
    """Return the id that is asked for, None for none; an unreadable one is not found."""
    text = data.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None
