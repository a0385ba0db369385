"""Which stops a day should have, and whether a plan may still change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.engines.geo import Point
from tiejun.visits.rules.vocabulary import ItemKind, PlanState, Refusal, StopReason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tiejun.customers.queries import CompanyBrief

DUE_SOON = timedelta(days=2)
NEAR_METRES = 3_000.0
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company that might be visited; coordinates in WGS-84 degrees or None. `backup_id`: who was named to stand by for it."""

    company_id: UUID
    closing_class: str = "-"
    due_at: datetime | None = None
    next_step_at: datetime | None = None
    last_contact_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    backup_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate that was taken: as what, why, and the moment that the reason speaks of."""

    company_id: UUID
    kind: ItemKind
    reason: StopReason
    reason_at: datetime | None = None
    backup_for: UUID | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What a visit is worth, in minor units: the usual deal, the chance to sign it by class, urgency as a factor, a visit itself."""

    deal_minor: int
    chances: Mapping[str, float]
    urgency: Mapping[str, float]
    visit_minor: int


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with the reason that speaks for it, its expected value, and its prize for the search (minor units)."""

    candidate: Candidate
    reason: StopReason
    reason_at: datetime | None
    expected_minor: int
    prize_minor: int
    appointment_at: datetime | None = None

    @property
    def is_anchor(self) -> bool:
        """Class A and appointments are what the day is built around."""
        return self.reason in (StopReason.NEXT_STEP, StopReason.CLASS_A)


def weigh(candidates: Sequence[Candidate], *, opens_at: datetime, ends_at: datetime, weights: Weights) -> list[Weighed]:
    """Weigh candidates for a day that is worked from `opens_at` to `ends_at`; the strongest reason first, then the older contact.

    A next step agreed for a moment of that time is an appointment. Repeatable: ties go to the id.
    """
    found = [_weighed(candidate, opens_at, ends_at, weights) for candidate in candidates]
    return sorted(
        found,
        key=lambda row: (
            _rank(row.reason),
            row.reason_at or ends_at,
            _age_key(row.candidate),
            row.candidate.company_id,
        ),
    )


def shortlist(rows: Sequence[Weighed], *, most: int) -> list[Weighed]:
    """Return the rows that the search chooses from: appointments in any case, then what is worth most."""
    fixed = [row for row in rows if row.appointment_at]
    rest = sorted((row for row in rows if not row.appointment_at), key=lambda row: -row.prize_minor)
    return [*fixed, *rest[: max(0, most - len(fixed))]]


def _weighed(candidate: Candidate, opens_at: datetime, ends_at: datetime, weights: Weights) -> Weighed:
    reason, reason_at = _reason(candidate, ends_at)
    expected = round(weights.deal_minor * weights.chances.get(candidate.closing_class, 0.0))
    prize = round(expected * weights.urgency.get(reason, 1.0)) + weights.visit_minor
    is_fixed = reason is StopReason.NEXT_STEP and reason_at is not None and opens_at <= reason_at < ends_at
    return Weighed(candidate, reason, reason_at, expected, prize, reason_at if is_fixed else None)


def _reason(candidate: Candidate, ends_at: datetime) -> tuple[StopReason, datetime | None]:
    if candidate.next_step_at is not None and candidate.next_step_at <= ends_at:
        return StopReason.NEXT_STEP, candidate.next_step_at
    if candidate.closing_class == "A":
        return StopReason.CLASS_A, None
    if candidate.due_at is not None and candidate.due_at <= ends_at + DUE_SOON:
        return StopReason.DUE_SOON, candidate.due_at
    if candidate.closing_class == "B":
        return StopReason.CLASS_B, None
    return StopReason.NOT_VISITED, candidate.last_contact_at


def _rank(reason: StopReason) -> int:
    return list(StopReason).index(reason)


def _age_key(candidate: Candidate) -> float:
    return candidate.last_contact_at.timestamp() if candidate.last_contact_at else -math.inf


def as_choices(chosen: Sequence[Weighed]) -> list[Choice]:
    """Return the chosen stops of a day as what they are in it: an anchor, or on the way, and then why just this one."""
    anchors = [row.candidate for row in chosen if row.is_anchor]
    choices = []
    for row in chosen:
        reason, at = row.reason, row.reason_at
        if reason is StopReason.NOT_VISITED and _distance_to_any(row.candidate, anchors) <= NEAR_METRES:
            reason, at = StopReason.NEARBY, None
        kind = ItemKind.ANCHOR if row.is_anchor else ItemKind.FILLER
        choices.append(Choice(row.candidate.company_id, kind, reason, at))
    return choices


def backups(chosen: Sequence[Candidate], rest: Sequence[Candidate], *, reach_metres: float) -> list[Choice]:
    """Return for each class A stop the class B company that was named for it, else the nearest within reach; each used once.

    Where the position of one is unknown, nothing speaks against it but everything nearer. A stop without one is told apart.
    """
    found: list[Choice] = []
    pool = [candidate for candidate in rest if candidate.closing_class == "B"]
    by_id = {candidate.company_id: candidate for candidate in pool}
    anchors = [candidate for candidate in chosen if candidate.closing_class == "A"]
    for anchor in anchors:
        named = by_id.pop(anchor.backup_id, None) if anchor.backup_id else None
        if named is not None:
            found.append(Choice(named.company_id, ItemKind.BACKUP, StopReason.CLASS_B, None, anchor.company_id))
            pool.remove(named)
    backed = {choice.backup_for for choice in found}
    for anchor in (one for one in anchors if one.company_id not in backed):
        best = min(pool, key=lambda candidate: (distance(candidate, anchor), candidate.company_id), default=None)
        if best is None:
            break
        if reach_metres < distance(best, anchor) < math.inf:
            continue
        found.append(Choice(best.company_id, ItemKind.BACKUP, StopReason.CLASS_B, None, anchor.company_id))
        pool.remove(best)
    return found


def _distance_to_any(candidate: Candidate, others: Sequence[Candidate]) -> float:
    return min((distance(candidate, other) for other in others), default=math.inf)


def distance(one: Candidate, other: Candidate) -> float:
    """Return the straight distance of two candidates in metres (flat earth, good within a city); infinite when unknown."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return math.inf
    east = (one.longitude - other.longitude) * math.cos(math.radians((one.latitude + other.latitude) / 2))
    return math.hypot(east, one.latitude - other.latitude) * METRES_PER_DEGREE


def point_of(place: CompanyBrief) -> Point | None:
    """Return a company's position, or None where nobody knows it."""
    return None if place.latitude is None or place.longitude is None else Point(place.longitude, place.latitude)


def why_not_plan(state: PlanState | None, *, business_day: date, today: date) -> Refusal | None:
    """Say why a plan may not change: its day is over or locked."""
    if business_day < today:
        return Refusal.PLAN_IS_PAST
    if state in (PlanState.CLOSED, PlanState.LOCKED):
        return Refusal.PLAN_IS_LOCKED
    return None


def state_after_change(state: PlanState) -> PlanState:
    """Return the state of a plan whose stops changed: a submitted plan becomes an adjusted one."""
    return PlanState.ADJUSTED if state is PlanState.SUBMITTED else state


def grows_version(state: PlanState) -> bool:
    """Tell whether a change of stops makes a new version: from the submission on."""
    return state is not PlanState.PROPOSED


def moved(order: Sequence[UUID], item_id: UUID, step: int) -> list[UUID]:
    """Return the order with one stop moved by `step` places (negative: earlier), kept within the list."""
    rest = [other for other in order if other != item_id]
    place = max(0, min(len(rest), order.index(item_id) + step))
    return [*rest[:place], item_id, *rest[place:]]
