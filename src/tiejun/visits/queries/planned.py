"""Which companies somebody means to visit still."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tiejun.visits.models import PlanItem
from tiejun.visits.rules.vocabulary import ItemKind, PlanState

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


def planned_stops(scope: Scope, person_id: UUID, *, since: date) -> dict[UUID, int]:  # noqa: ARG001 -- of a person whose companies the asker hands over
    """Return company → number of stops in a person's open plans from a day on."""
    rows = PlanItem.objects.filter(plan__person=person_id, plan__business_day__gte=since, removed_in=None)
    open_ones = rows.exclude(plan__state=PlanState.LOCKED).exclude(kind=ItemKind.BACKUP)
    return dict(Counter(open_ones.values_list("company_id", flat=True)))
