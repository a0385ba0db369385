"""What is undecided with companies, for who hands them over."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.leads.rules.undoing import register_work
from tiejun.pipeline.models import UNDECIDED, Opportunity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


def undecided_of(scope: Scope, company_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:  # noqa: ARG001 -- companies that the asker hands over
    """Return how many undecided opportunities each company has and what they are worth (minor units), one statement for all."""
    ids = list(company_ids)
    rows = Opportunity.objects.filter(Q(company_id__in=ids) | Q(company__merged_into__in=ids), stage__in=UNDECIDED)
    found: dict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for company_id, survivor_id, amount in rows.values_list("company_id", "company__merged_into", "amount_minor"):
        key = survivor_id or company_id
        found[key] = (found[key][0] + 1, found[key][1] + amount)
    return dict(found)


@register_work
def opened_since(scope: Scope, since: Mapping[UUID, datetime]) -> set[UUID]:  # noqa: ARG001 -- companies that the asker held
    """Return the companies for which an opportunity was opened since the moment that stands with each."""
    rows = Opportunity.objects.filter(company_id__in=list(since), opened_at__gte=min(since.values()))
    return {key for key, opened_at in rows.values_list("company_id", "opened_at") if opened_at >= since[key]}
