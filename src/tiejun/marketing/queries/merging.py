"""What marketing knows of a company, as a merge counts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.marketing.models import Handover, Referral

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope

HANDOVER, REFERRAL, TAG = KINDS = ("marketing.handover", "marketing.referral", "marketing.tag")


def counts(scope: Scope, company_id: UUID) -> dict[str, int]:  # noqa: ARG001 -- the pair is within the asker's reach
    """Return how many hand-overs and referrals speak of a company."""
    return {
        HANDOVER: Handover.objects.filter(company_id=company_id).count(),
        REFERRAL: Referral.objects.filter(referrer_company_id=company_id).count(),
    }
