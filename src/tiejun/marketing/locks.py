"""Row locks of this module: a record, a campaign, a hand-over; and the count of an address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation.refusals import NotFound
from tiejun.marketing.models import Campaign, Handover, InboundRecord

if TYPE_CHECKING:
    from uuid import UUID


def lock_inbound(inbound_id: UUID) -> InboundRecord:
    """Lock one record and return it as it is now, with its source; raises `NotFound`."""
    row = (
        InboundRecord.objects.select_for_update(of=("self",))
        .select_related("source", "campaign")
        .filter(pk=inbound_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def lock_campaign(campaign_id: UUID) -> Campaign:
    """Lock one campaign and return it as it is now; raises `NotFound`."""
    row = Campaign.objects.select_for_update(of=("self",)).filter(pk=campaign_id).first()
    if row is None:
        raise NotFound
    return row


def lock_handover(lead_id: UUID) -> Handover | None:
    """Lock the hand-over of a lead, None when marketing did not hand it over."""
    return Handover.objects.select_for_update(of=("self",)).filter(lead_id=lead_id).first()
