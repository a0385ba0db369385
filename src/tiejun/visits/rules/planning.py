"""Which stops a day should have, and whether a plan may still change."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.visits.rules.vocabulary import ItemKind, PlanState, Refusal, StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence

DUE_SOON = timedelta(days=2)
NEAR_METRES = 3_000.0
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A company that might be visited; coordinates in WGS-84 degrees or None."""

    company_id: UUID
    closing_class: str = "-"
    due_at: datetime | None = None
    next_step_at: datetime | None = None
    last_contact_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A candidate that was taken: as what, why, and the moment that the reason speaks of."""

    company_id: UUID
    kind: ItemKind
    reason: StopReason
    reason_at: datetime | None = None
    backup_for: UUID | None = None


def choose_stops(
    candidates: Sequence[Candidate], *, wanted: int, ends_at: datetime, avoid: frozenset[UUID] = frozenset()
) -> list[Choice]:
    """Choose a day's stops: what must happen by its end, class A, what runs out, class B; then what lies near these.

    `wanted` stops in all, fewer when there are not so many candidates; `ends_at`: end of the working day that is planned.
    Every class A stop that leaves a class B company unplanned names the nearest such as its backup, beyond `wanted`.
    Repeatable: ties go to the older contact, then to the id.
    """
    ranked = sorted(
        ((_reason(candidate, ends_at), candidate) for candidate in candidates if candidate.company_id not in avoid),
        key=lambda pair: (_rank(pair[0][0]), pair[0][1] or ends_at, _age_key(pair[1]), pair[1].company_id),
    )
    strong = [(reason, candidate) for reason, candidate in ranked if reason[0] is not StopReason.NOT_VISITED]
    anchors = strong[:wanted]
    taken = {candidate.company_id for _, candidate in anchors}
    rest = [candidate for _, candidate in ranked if candidate.company_id not in taken]
    choices = [Choice(candidate.company_id, ItemKind.ANCHOR, reason, at) for (reason, at), candidate in anchors]
    choices += _fillers([candidate for _, candidate in anchors], rest, wanted - len(anchors))
    taken |= {choice.company_id for choice in choices}
    return choices + _backups([c for _, c in anchors], [c for c in rest if c.company_id not in taken])


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


def _fillers(anchors: Sequence[Candidate], rest: Sequence[Candidate], count: int) -> list[Choice]:
    choices: list[Choice] = []
    chosen = list(anchors)
    pool = list(rest)
    while pool and len(choices) < count:
        best = min(
            pool, key=lambda candidate: (_distance_to_any(candidate, chosen), _age_key(candidate), candidate.company_id)
        )
        near = _distance_to_any(best, chosen) <= NEAR_METRES
        reason = StopReason.NEARBY if near else StopReason.NOT_VISITED
        choices.append(Choice(best.company_id, ItemKind.FILLER, reason, None if near else best.last_contact_at))
        pool.remove(best)
        chosen.append(best)
    return choices


def _backups(anchors: Sequence[Candidate], rest: Sequence[Candidate]) -> list[Choice]:
    backups: list[Choice] = []
    pool = [candidate for candidate in rest if candidate.closing_class == "B"]
    for anchor in (candidate for candidate in anchors if candidate.closing_class == "A"):
        if not pool:
            break
        best = min(pool, key=lambda candidate: (distance(candidate, anchor), candidate.company_id))
        backups.append(Choice(best.company_id, ItemKind.BACKUP, StopReason.CLASS_B, None, anchor.company_id))
        pool.remove(best)
    return backups


def _distance_to_any(candidate: Candidate, others: Sequence[Candidate]) -> float:
    return min((distance(candidate, other) for other in others), default=math.inf)


def distance(one: Candidate, other: Candidate) -> float:
    """Return the straight distance of two candidates in metres (flat earth, good within a city); infinite when unknown."""
    if one.latitude is None or one.longitude is None or other.latitude is None or other.longitude is None:
        return math.inf
    east = (one.longitude - other.longitude) * math.cos(math.radians((one.latitude + other.latitude) / 2))
    return math.hypot(east, one.latitude - other.latitude) * METRES_PER_DEGREE


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
