"""When a deal may be put down to a point, and when somebody may be praised for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.coaching.rules import Refusal

if TYPE_CHECKING:
    from datetime import date


def why_not_link(*, signed_on: date | None, coached_on: date | None, is_linked: bool, is_self: bool) -> Refusal | None:
    """Say why a deal cannot be put down to a point. `signed_on`: None where the person of the point did not sign it."""
    if is_self:
        return Refusal.NOT_ONES_OWN_CHECK
    if signed_on is None:
        return Refusal.NOT_SIGNED_BY_PERSON
    if coached_on is None or signed_on < coached_on:
        return Refusal.SIGNED_BEFORE_COACHED
    return Refusal.DEAL_LINKED if is_linked else None


def why_not_praise(*, used: int, was_done: bool, is_self: bool) -> Refusal | None:
    """Say why nobody can be praised for a point: praise follows a fact, never a wish."""
    if is_self:
        return Refusal.NOT_ONES_OWN_CHECK
    return None if used or was_done else Refusal.NOTHING_TO_PRAISE
