"""What earlier audits teach the next draw, and the draws as anybody may check them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines import sampling
from tiejun.foundation.refusals import NotFound
from tiejun.quality.models import FrameVisit, QaTask, SamplingDraw, SeedCommitment
from tiejun.quality.rules.vocabulary import Method
from tiejun.visits.queries.frames import locked_ids

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope

SHOWN_DRAWS = 30


def audited_before(scope: Scope, *, since: date) -> tuple[sampling.RiskModel, dict[UUID, float]]:
    """Return the risk model fitted on the findings since a day, and each person's record as log-odds."""
    scope.require(Ability.RUN_QUALITY)
    rows = QaTask.objects.filter(is_untrue__isnull=False, business_day__gte=since).exclude(method=Method.SECOND)
    found = list(rows.order_by("found_at", "pk").values_list("person_id", "frame__signals", "is_untrue"))
    counts: dict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    audits = []
    for person_id, signals, finding in found:
        is_untrue = bool(finding)
        untrue, audited = counts[person_id]
        audits.append(sampling.Audited(frozenset(signals), sampling.posterior_logit(untrue, audited), is_untrue))
        counts[person_id] = (untrue + is_untrue, audited + 1)
    records = {person_id: sampling.posterior_logit(*values) for person_id, values in counts.items()}
    return sampling.fitted(audits), records


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A draw in the list, or a promise that waits for its draw."""

    promise: SeedCommitment
    draw: SamplingDraw | None

    @property
    def seed_hash(self) -> str:
        return bytes(self.promise.seed_hash).hex()

    @property
    def seed(self) -> str:
        return bytes(self.promise.revealed_seed).hex() if self.promise.revealed_seed else ""


def draws(scope: Scope) -> list[DrawLine]:
    """Return the latest promises with their draws, newest first."""
    scope.require(Ability.VIEW_DRAWS)
    promises = list(SeedCommitment.objects.order_by("-business_day")[:SHOWN_DRAWS])
    found = {row.commitment_id: row for row in SamplingDraw.objects.filter(commitment__in=promises)}
    return [DrawLine(promise, found.get(promise.pk)) for promise in promises]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A draw done again with its revealed seed; `missing`: locked visits of its day that stand in no frame."""

    line: DrawLine
    random_count: int
    risk_count: int
    least: float
    mean: float
    missing: int
    is_promised: bool
    is_same: bool


def _outside_of_frames(scope: Scope, draw: SamplingDraw) -> int:
    """How many visits of a drawn day could not have been drawn: whoever decides what is looked at must not choose the frame."""
    locked = locked_ids(replace(scope, is_system=True), draw.business_day)
    return len(locked) - FrameVisit.objects.filter(visit__in=locked).values("visit").distinct().count()


def repeated(scope: Scope, draw_id: UUID) -> Repeated:
    """Repeat a draw from what was published and compare; raises `NotFound`."""
    scope.require(Ability.VIEW_DRAWS)
    draw = SamplingDraw.objects.select_related("commitment").filter(pk=draw_id).first()
    if draw is None or draw.commitment.revealed_seed is None:
        raise NotFound
    seed = bytes(draw.commitment.revealed_seed)
    rows = list(
        FrameVisit.objects.filter(draw=draw).values_list(
            "visit_id", "stratum", "risk", "signals", "part", "probability"
        )
    )
    candidates = [
        sampling.Candidate(str(key), stratum, risk, bool(signals)) for key, stratum, risk, signals, _, _ in rows
    ]
    again = sampling.draw(candidates, seed=seed, rates=sampling.Rates(draw.random_rate, draw.risk_rate))
    stored = {str(key): part for key, _, _, _, part, _ in rows}
    chances = [row[5] for row in rows] or [0.0]
    return Repeated(
        line=DrawLine(draw.commitment, draw),
        random_count=sum(part == "RANDOM" for part in stored.values()),
        risk_count=sum(part == "RISK" for part in stored.values()),
        least=min(chances),
        mean=sum(chances) / len(chances),
        missing=_outside_of_frames(scope, draw),
        is_promised=sampling.commitment(seed) == bytes(draw.commitment.seed_hash),
        is_same={row.key: row.part for row in again} == stored,
    )
