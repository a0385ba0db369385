"""Companies that customers named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.marketing.models import Referral

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from tiejun.access.scope import Scope


def referrals_by(scope: Scope, company_ids: Collection[UUID]) -> list[Referral]:
    """Return what companies named to us and became a lead, the first one first; for who may see how customers stand."""
    scope.require(Ability.VIEW_LIVES)
    rows = Referral.objects.filter(referrer_company_id__in=company_ids).select_related("told_by")
    return list(rows.order_by("told_at", "pk"))
