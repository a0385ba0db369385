from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.fields.rules import field_filters
from tiejun.leads import texts
from tiejun.leads.queries.lists import LeadFilters

if TYPE_CHECKING:
    from django.http import QueryDict


def filters_from(data: QueryDict) -> LeadFilters:
    """Read the filters of a list from a query; what cannot be read does not cut."""
    return LeadFilters(
        text=data.get("q", "")[:100],
        pool_id=_uuid(data.get("pool", "")),
        district=data.get("district", "")[:6],
        industry=data.get("industry", "")[:40].strip(),
        source_id=_uuid(data.get("source", "")),
        intent=data.get("intent", "") if data.get("intent") in texts.INTENTS else "",
        has_contact=data.get("contact", "") if data.get("contact") in ("yes", "no") else "",
        status=data.get("status", "") if data.get("status") in texts.STATUSES else "",
        mine=data.get("mine") == "1",
        tag_id=_uuid(data.get("tag", "")),
        custom=field_filters(data.items()),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
