"""Promotion and swap: what may enter a full private pool, and which held lead is cheapest to give back for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING

from tiejun.leads.rules import Refusal, why_no_room, why_not_claim

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tiejun.leads.rules import LeadFacts, SeatFacts


class SwapMode(StrEnum):
    """When a lead must be given back for a promoted one: only at the cap, or always."""

    AT_CAP = "at_cap"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """A holding as its holder meets it; `kind` is empty when nobody holds the lead."""

    kind: str
    is_mine: bool
    is_frozen: bool = False


def why_not_promote(seat: SeatFacts, held: HeldFacts, mode: str) -> Refusal | None:
    """Return why a lead of today's allotment may not move to the private pool (domain 6.5, G4).

    Mode `always` asks for a swap as soon as there is anything to give back.
    """
    refusal = _why_not_from_allotment(held)
    if refusal:
        return refusal
    if mode == SwapMode.ALWAYS and seat.held:
        return Refusal.SWAP_NEEDED
    return why_no_room(seat)


def why_not_swap(
    seat: SeatFacts, wanted: LeadFacts, wanted_held: HeldFacts, out: HeldFacts, now: datetime, *, is_same: bool = False
) -> Refusal | None:
    """Return why one lead may not be exchanged for another; the place that becomes free is the one that is taken.

    `wanted`: the lead to come, from a pool or from the asker's allotment (`wanted_held`); `out`: the lead to go.
    """
    if is_same:
        return Refusal.SAME_LEAD
    if wanted_held.is_mine and wanted_held.kind != "ALLOTTED":
        return Refusal.ALREADY_YOURS
    return why_not_give_in_exchange(out) or (
        _why_not_from_allotment(wanted_held)
        if wanted_held.is_mine
        else why_not_claim(replace(seat, held=0), wanted, now)
    )


def why_not_give_in_exchange(out: HeldFacts) -> Refusal | None:
    """Return why a held lead cannot be the one that goes: only an own lead of the private pool frees a place."""
    if not out.is_mine:
        return Refusal.NOT_HELD
    if out.kind == "PROTECTED":
        return Refusal.PROTECTED
    if out.kind != "PRIVATE":
        return Refusal.NOT_PRIVATE
    return Refusal.FROZEN if out.is_frozen else None


def _why_not_from_allotment(held: HeldFacts) -> Refusal | None:
    if not held.is_mine or held.kind != "ALLOTTED":
        return Refusal.NOT_ALLOTTED
    return Refusal.FROZEN if held.is_frozen else None


# -- cheapest to give back ---------------------------------------------------------------------------------------------
class Cheap(StrEnum):
    """Cheap a lead is cheap to give back."""

    LOW_VALUE = "LOW_VALUE"
    NEVER_REACHED = "NEVER_REACHED"
    SILENT = "SILENT"
    OVERDUE = "OVERDUE"
    TIME_UP = "TIME_UP"
    FAR = "FAR"
    NO_CONTACT = "NO_CONTACT"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with its number: percent of the best value, days without contact, days left, kilometres."""

    why: Cheap
    number: int = 0


@dataclass(frozen=True, slots=True)
class KeepFacts:
    """What speaks for keeping a lead. `chance`: that it signs (0–1); days counted in calendar days; `km` from the middle of
    the holder's other leads, None when a place is unknown; `term_days`: how long the holding runs without extension.
    """

    chance: float
    days_silent: int | None
    days_held: int
    days_left: float
    term_days: float
    km: float | None
    has_contact: bool


@dataclass(frozen=True, slots=True)
class KeepPolicy:
    """How much each part of `keep_worth` counts, and from where on it is a reason."""

    weights: tuple[int, int, int, int]
    silent_days: int
    far_km: int


# A lead with at most this share of the best chance among those held is called a low one; with this share of its time left, late.
LOW_SHARE, LATE_SHARE = 0.5, 0.25


def keep_worth(facts: KeepFacts, best_chance: float, policy: KeepPolicy) -> float:
    """Return from 0 to 1 how much a lead is worth keeping: chance, warmth, time left and nearness, weighted by policy.

    Warmth falls to zero at twice `silent_days`, nearness at twice `far_km`; a lead never reached counts as silent since it is
    held. An unknown place counts as halfway.
    """
    silent = facts.days_held if facts.days_silent is None else facts.days_silent
    parts = (
        facts.chance / best_chance if best_chance > 0 else 0.0,
        1 - _share(silent, 2 * policy.silent_days),
        _share(facts.days_left, facts.term_days),
        0.5 if facts.km is None else 1 - _share(facts.km, 2 * policy.far_km),
    )
    whole = sum(policy.weights) or 1
    return sum(weight * part for weight, part in zip(policy.weights, parts, strict=True)) / whole


def reasons_to_give_back(facts: KeepFacts, best_chance: float, policy: KeepPolicy) -> tuple[Reason, ...]:
    """Return what speaks for giving a lead back, in the order a reader weighs it."""
    found = []
    share = facts.chance / best_chance if best_chance > 0 else 1.0
    if share <= LOW_SHARE:
        found.append(Reason(Cheap.LOW_VALUE, round(100 * share)))
    if facts.days_silent is None:
        found.append(Reason(Cheap.NEVER_REACHED, facts.days_held))
    elif facts.days_silent >= policy.silent_days:
        found.append(Reason(Cheap.SILENT, facts.days_silent))
    if facts.days_left <= 0:
        found.append(Reason(Cheap.OVERDUE))
    elif facts.days_left <= LATE_SHARE * facts.term_days:
        found.append(Reason(Cheap.TIME_UP, ceil(facts.days_left)))
    if facts.km is not None and facts.km >= policy.far_km:
        found.append(Reason(Cheap.FAR, round(facts.km)))
    if not facts.has_contact:
        found.append(Reason(Cheap.NO_CONTACT))
    return tuple(found)


def middle_of(points: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    """Return the median of each coordinate of places, which a single far one does not move; None without places."""
    if not points:
        return None
    middle = len(points) // 2
    return sorted(point[0] for point in points)[middle], sorted(point[1] for point in points)[middle]


def _share(part: float, whole: float) -> float:
    return min(1.0, max(0.0, part / whole)) if whole > 0 else 0.0
