"""Rows of running an installation that are taken under a lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation.models import ClockRun, PolicyVersion
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.turns import take_turn

if TYPE_CHECKING:
    from uuid import UUID


def one_planner() -> None:
    """Let one transaction at a time plan and hand out runs of the clock."""
    take_turn("operations.clock")


def run(run_id: UUID) -> ClockRun:
    """Take the lock of one run; raises `NotFound`."""
    row = ClockRun.objects.select_for_update().filter(pk=run_id).first()
    if row is None:
        raise NotFound
    return row


def policy_key(key: str) -> None:
    """Let one transaction at a time change the versions of a key."""
    take_turn(f"policy:{key}")


def version(version_id: UUID) -> PolicyVersion:
    """Take the lock of one version; raises `NotFound`."""
    row = PolicyVersion.objects.select_for_update().filter(pk=version_id).first()
    if row is None:
        raise NotFound
    return row
