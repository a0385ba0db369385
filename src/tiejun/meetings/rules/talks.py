"""Who shares with all: the best by results that were verified, nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID


class TalkKind(StrEnum):
    """A representative's week, or a supervisor's coaching plan."""

    WEEKLY = "WEEKLY"
    COACHING = "COACHING"


class DraftKind(StrEnum):
    """What a note of a sharing can become."""

    PITCH = "PITCH"
    DEMO = "DEMO"
    OBJECTION = "OBJECTION"
    CASE = "CASE"


class DraftState(StrEnum):
    """A draft waits for approval, or was taken back."""

    DRAFT = "DRAFT"
    WITHDRAWN = "WITHDRAWN"


@dataclass(frozen=True, slots=True)
class Verified:
    """A person's month as it was verified: collected money by the bank's receipts; `in_case`: an integrity case was upheld."""

    person_id: UUID
    name: str
    collected_minor: int
    deals: int
    in_case: bool = False


def best_of(results: Sequence[Verified], *, most: int) -> list[Verified]:
    """Return whom a unit may ask to share: the `most` who collected most, without those whose integrity case was upheld.

    Who collected as much as the last of them is asked as well: a tie is no reason to leave somebody out.
    """
    able = sorted(
        (one for one in results if one.collected_minor > 0 and not one.in_case),
        key=lambda one: (-one.collected_minor, one.name),
    )
    if len(able) <= most:
        return able
    least = able[most - 1].collected_minor
    return [one for one in able if one.collected_minor >= least]
