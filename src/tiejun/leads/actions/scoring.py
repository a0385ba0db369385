"""Scores of leads, pushed down by who computes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from pydantic_core import to_json

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.leads.models import LeadScore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.leads.rules.allotting import Score

# A score that says the same as before is left as it stands: a quiet night writes next to nothing.
_SCORE = """
    INSERT INTO leads_leadscore AS known (lead_id, p_effective, p_sign, reasons, model, scored_at)
    SELECT w.lead_id, w.p_effective, w.p_sign, w.reasons, %s, %s
    FROM json_to_recordset(%s) AS w (lead_id uuid, p_effective float8, p_sign float8, reasons jsonb)
    JOIN leads_lead l ON l.id = w.lead_id
    ON CONFLICT (lead_id) DO UPDATE SET p_effective = EXCLUDED.p_effective, p_sign = EXCLUDED.p_sign,
        reasons = EXCLUDED.reasons, model = EXCLUDED.model, scored_at = EXCLUDED.scored_at
    WHERE (known.p_effective, known.p_sign, known.reasons, known.model)
        IS DISTINCT FROM (EXCLUDED.p_effective, EXCLUDED.p_sign, EXCLUDED.reasons, EXCLUDED.model)
"""


@action(Ability.RUN_ALLOTMENT)
def record_scores(scope: Scope, *, scores: Sequence[Score], model: str, now: datetime) -> int:
    """Write the scores of leads in one statement, the newer over the older; leads that are gone are left out.

    `model`: name and version of what computed them. Returns how many were new or changed.
    """
    rows = [
        {"lead_id": row.lead_id, "p_effective": row.p_effective, "p_sign": row.p_sign, "reasons": row.reasons}
        for row in scores
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SCORE, [model, now, to_json(rows).decode()])
        written = int(cursor.rowcount)
    audit.record(scope, "leads.scored", model=model, leads=written)
    return written


@action(Ability.RUN_ALLOTMENT)
def withdraw_scores(scope: Scope) -> int:
    """Take all scores away: no model is trusted any more, and the prior counts. Returns how many there were."""
    gone, _by_kind = LeadScore.objects.all().delete()
    audit.record(scope, "leads.scores_withdrawn", leads=gone)
    return gone
