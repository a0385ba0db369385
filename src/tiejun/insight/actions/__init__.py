"""Keeping what was learned."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.db.models import Max

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.insight.locks import lock_target
from tiejun.insight.models import ScoreModel

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.engines.scoring.problem import Verdict
    from tiejun.insight.queries import Lesson

State = ScoreModel.State


@action(Ability.RUN_ALLOTMENT)
def keep_verdict(scope: Scope, *, target: str, verdict: Verdict, lesson: Lesson, now: datetime) -> ScoreModel:
    """Keep an attempt to learn; the one before is used no longer, whether or not this one may be.

    A model that once beat the base rate is not trusted for ever: when the same procedure fails on what came since, the
    product shows no score.
    """
    lock_target(target)
    rows = ScoreModel.objects.filter(target=target)
    rows.filter(state=State.LIVE).update(state=State.REPLACED, replaced_at=now)
    number = (rows.aggregate(last=Max("number"))["last"] or 0) + 1
    kept = ScoreModel.objects.create(
        target=target,
        number=number,
        state=State.LIVE if verdict.is_live else State.REFUSED,
        why=verdict.why,
        method=verdict.method or "",
        rows=verdict.rows,
        positives=verdict.positives,
        window_days=lesson.window_days,
        first_at=lesson.first_at,
        last_at=lesson.last_at,
        card=asdict(verdict.card) if verdict.card else {},
        model=verdict.model,
        learned_at=now,
    )
    audit.record(scope, "insight.score_learned", kept, model=kept.name, why=verdict.why, rows=verdict.rows)
    return kept
