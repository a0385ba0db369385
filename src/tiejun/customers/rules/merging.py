"""Decisions about merging two companies: what is chosen where nothing was said, and whether a merge can be undone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from tiejun.customers.rules import STAGES, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.moves import Moved


class Side(StrEnum):
    """Whose value the merged company gets."""

    SURVIVOR = "survivor"
    ABSORBED = "absorbed"


# What is chosen as one, by the column that tells whether it is known.
CHOICES: dict[str, tuple[str, ...]] = {
    "name": ("name", "folded_name", "normalised_name", "initials", "search_grams"),
    "credit_code": ("credit_code",),
    "address": ("address", "city_code", "district_code", "building_id", "latitude", "longitude"),
    "industry": ("industry",),
    "legal_person": ("legal_person",),
    "domain": ("domain",),
    "registered_on": ("registered_on",),
    "capital_minor": ("capital_minor", "capital_currency"),
    "segment_id": ("segment_id",),
    "opening_hours": ("opening_hours",),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """What a merge is about: `absorbed_id` becomes a name of `survivor_id`."""

    survivor_id: UUID
    absorbed_id: UUID


class Link(Protocol):
    """A module's part of a merge. `kind` names its rows; all is called inside the merge's transaction, under its locks."""

    position: int  # a lower one moves first: a link may rely on what those before it have written

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of rows that it moves."""

    def lock(self, scope: Scope, pair: Pair, /) -> None:
        """Lock what `move` will change, in the module's own order; refuse what cannot be merged."""

    def count(self, scope: Scope, pair: Pair, /) -> dict[str, int]:
        """Return how many rows would follow the survivor, by kind; for the preview."""

    def move(self, scope: Scope, pair: Pair, /, now: datetime) -> list[Moved]:
        """Move the rows through the module's own action; returns what was changed."""

    def move_back(self, scope: Scope, pair: Pair, moves: Sequence[Moved], /, now: datetime) -> list[bool]:
        """Put rows of one kind back, in this order; false for each that was changed since, and then it stays as it is."""

    def settle(self, scope: Scope, pair: Pair, /, now: datetime) -> None:
        """Bring the module's copies on both companies up to date when all is back."""


# The two companies themselves, and those that had been merged into the absorbed one before.
KINDS_OF_COMPANY = ("customers.company", "customers.earlier_merge")
_LINKS: list[Link] = []


def register_link(link: Link) -> Link:
    """Add a module's link to what follows a merge.

    The list of links is the contract of merging: a module above that refers to a company either registers here, or keeps the
    company's id as history (then it reads with `queries.family.family_of`).
    """
    _LINKS.append(link)
    return link


def links() -> tuple[Link, ...]:
    """Return all registered links in the order in which a merge runs them."""
    return tuple(sorted(_LINKS, key=lambda link: link.position))


def side_of(choice: str, chosen: Mapping[str, str], *, survivor: object, absorbed: object) -> Side:
    """Return whose value is taken: the one that was chosen, else the survivor's unless only the other one is known."""
    if chosen.get(choice) in list(Side):
        return Side(chosen[choice])
    return Side.ABSORBED if not survivor and absorbed else Side.SURVIVOR


def furthest(one: str, other: str) -> str:
    """Return the later of two stages of the lifecycle."""
    return max(one, other, key=STAGES.index)


@dataclass(frozen=True, slots=True)
class MergeFacts:
    """A merge as undoing sees it; `survivor_is_merged`: the survivor was itself merged into another company since."""

    is_undone: bool
    survivor_is_merged: bool
    undo_until: datetime


def why_not_undo(facts: MergeFacts, now: datetime) -> Refusal | None:
    """Return why a merge cannot be undone."""
    if facts.is_undone:
        return Refusal.ALREADY_UNDONE
    if facts.survivor_is_merged:
        return Refusal.LATER_MERGE
    return Refusal.UNDO_TOO_LATE if now > facts.undo_until else None


def in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Return a pair as proposals write it."""
    return (one, other) if one < other else (other, one)
