"""Turns: what has no row to lock yet, or no one row, is done by one transaction at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation.statements import asked

if TYPE_CHECKING:
    from collections.abc import Iterable


def take_turn(work: str) -> None:
    """Wait until no other transaction does this work, and keep the others waiting until this one ends.

    To be taken before any other lock, so that who waits for a turn keeps nobody else waiting.
    """
    take_turns([work])


def take_turns(works: Iterable[str]) -> None:
    """Take several turns, in one order everywhere, so that nobody waits for somebody who waits."""
    names = sorted(set(works))
    asked(
        "SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(%(names)s::text[]) AS name",
        {"names": names},
    )
