"""Decisions about doors that colleagues hold (domain 11.17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Knock:
    """A visit of somebody else to a held company; `followed_up_at`: the holder's own last qualifying follow-up there."""

    tenure_id: UUID
    happened_at: datetime
    followed_up_at: datetime | None = None


def neglected(knocks: Iterable[Knock], at: datetime, *, allowed: int) -> frozenset[UUID]:
    """Return the holdings of one holder to be shortened: none up to `allowed` knocks in the week before `at`, then all that were knocked at.

    Doors where the holder followed up within that week do not count.
    """
    since = at - WEEK
    counted = [
        knock
        for knock in knocks
        if since < knock.happened_at <= at and (knock.followed_up_at is None or knock.followed_up_at <= since)
    ]
    return frozenset(knock.tenure_id for knock in counted) if len(counted) > allowed else frozenset()


def shortened_due(due: datetime | None, shorter: datetime) -> datetime | None:
    """Return the due date of a neglected holding: never later than before; a holding without one keeps none."""
    return min(due, shorter) if due is not None else None
