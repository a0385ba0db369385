from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation import policies
from tiejun.leads.models import Lead, LeadScore
from tiejun.leads.rules.allotting import PRIOR_MODEL, Prior, Score

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


def scores_of(scope: Scope, lead_ids: Collection[UUID], *, now: datetime) -> dict[UUID, tuple[Score, str]]:  # noqa: ARG001 -- asked for leads that a query of the asker gave
    """Return the score of each lead with the model it comes from; without one the prior by intent and source."""
    known = {row.pk: row for row in LeadScore.objects.filter(lead__in=lead_ids)}
    prior = Prior.by_policy(policies.book(now))
    rows = Lead.objects.filter(pk__in=lead_ids).values_list("pk", "intent", "source__code")
    found = {}
    for lead_id, intent, source in rows:
        row = known.get(lead_id)
        if row is None:
            score = Score(lead_id, prior.p_effective(intent, source), prior.p_sign(intent, source))
            found[lead_id] = (score, PRIOR_MODEL)
        else:
            found[lead_id] = (Score(lead_id, row.p_effective, row.p_sign, tuple(row.reasons)), row.model)
    return found
