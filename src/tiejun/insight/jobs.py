"""Each night: learn again when it is time, then score what waits or is worked on, before leads are given out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from tiejun.engines.scoring.apart import Judge, LearnerMissing, learned_apart
from tiejun.foundation.clock import at_clock
from tiejun.foundation.refusals import Refused
from tiejun.insight import actions, queries
from tiejun.insight.rules import Refusal, score_of
from tiejun.leads.actions import scoring
from tiejun.leads.queries import snapshots
from tiejun.leads.rules.scoring import columns_of

if TYPE_CHECKING:
    from tiejun.foundation.clock import Occasion

BATCH = 10_000


# It follows nothing and nothing follows it: a night without new scores gives leads out by those of the night before.
@at_clock("insight.scores", time_key="clock.lead_scores", position=325, for_company=True, in_steps=True)
def refresh_scores(occasion: Occasion) -> dict[str, Any]:
    """Bring the scores of all open leads up to date; where no model may be used, there is no score.

    Raises `Refused` (LEARNER_MISSING) on a machine without the library that models are learned and read with.
    """
    try:
        return _refreshed(occasion)
    except LearnerMissing as missing:
        raise Refused(Refusal.LEARNER_MISSING) from missing


def _refreshed(occasion: Occasion) -> dict[str, Any]:
    scope, now = occasion.scope, occasion.now
    for target in queries.targets_due(scope, now):
        lesson = queries.lesson(scope, target, now)
        verdict = learned_apart(lesson.examples, queries.score_policy(scope, now).terms)
        actions.keep_verdict(scope, target=target, verdict=verdict, lesson=lesson, now=now)
    models = queries.live_models(scope)
    if not models:
        return {"scored": 0, "withdrawn": scoring.withdraw_scores(scope)}
    name = " ".join(model.name for model in models)
    scored, changed, after = 0, 0, UUID(int=0)
    with Judge({model.target: bytes(model.model) for model in models}) as judge:
        while rows := snapshots.snapshots_now(scope, after=after, most=BATCH, now=now):
            found = judge.judged(columns_of(rows))
            scores = [
                score_of(row.lead_id, {target: chances[at] for target, chances in found.items()})
                for at, row in enumerate(rows)
            ]
            changed += scoring.record_scores(scope, scores=scores, model=name, now=now)
            scored, after = scored + len(rows), rows[-1].lead_id
    return {"scored": scored, "changed": changed}
