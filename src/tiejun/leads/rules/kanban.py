"""The board of leads: which column a lead stands in, and what moving it to another asks for.

A column is told by facts, never typed: where the lead is held, and whether its next step is agreed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.leads.rules import Refusal

if TYPE_CHECKING:
    from datetime import datetime


class Column(StrEnum):
    """A column of the board, in its order: the pool, the working list, the private pool by its next step, customers."""

    POOL = "POOL"
    LIST = "LIST"
    OPEN = "OPEN"
    DUE = "DUE"
    AGREED = "AGREED"
    WON = "WON"


class Step(StrEnum):
    """What a move does: at once (claim, promote), or by a form that asks for the fact (follow up, give back)."""

    CLAIM = "CLAIM"
    PROMOTE = "PROMOTE"
    FOLLOW_UP = "FOLLOW_UP"
    RELEASE = "RELEASE"


PRIVATE = (Column.OPEN, Column.DUE, Column.AGREED)


def column_of(status: str, next_step_at: datetime | None, now: datetime) -> Column | None:
    """Return the column of a lead, None for one that is not on the board (resting, closed, merged)."""
    if status == "PRIVATE":
        if next_step_at is None:
            return Column.OPEN
        return Column.DUE if next_step_at < now else Column.AGREED
    return {"POOLED": Column.POOL, "ALLOTTED": Column.LIST, "CONVERTED": Column.WON}.get(status)


def move(start: Column, target: Column) -> Step | Refusal | None:
    """Return what moving a lead from one column to another asks for, the refusal, or None where it stays where it is."""
    if start == target and target not in PRIVATE:
        return None
    if start is Column.WON:
        return Refusal.PROTECTED
    if target is Column.WON:
        return Refusal.ORDER_CONVERTS
    if target is Column.LIST:
        return Refusal.LIST_IS_ALLOTTED
    if target is Column.POOL:
        return Step.RELEASE if start in PRIVATE else Refusal.LIST_GOES_BACK
    if start is Column.POOL:
        return Step.CLAIM
    if start is Column.LIST:
        return Step.PROMOTE
    # A next step is agreed by telling it; nothing makes one overdue or takes it away.
    return Step.FOLLOW_UP if target is Column.AGREED else None if start == target else Refusal.STEP_IS_TOLD
