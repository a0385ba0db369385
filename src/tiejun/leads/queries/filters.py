from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.fields.rules import field_filters
from tiejun.leads import texts
from tiejun.leads.queries.lists import LeadFilters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tiejun.access.scope import Scope


def filters_from(scope: Scope, wanted: Mapping[str, str]) -> LeadFilters:  # noqa: ARG001 -- an address is no secret
    """Read the filters of a list from its address; what cannot be read does not cut."""
    return LeadFilters(
        text=wanted.get("q", "")[:100],
        pool_id=_uuid(wanted.get("pool", "")),
        district=wanted.get("district", "")[:6],
        industry=wanted.get("industry", "")[:40].strip(),
        source_id=_uuid(wanted.get("source", "")),
        intent=wanted.get("intent", "") if wanted.get("intent") in texts.INTENTS else "",
        has_contact=wanted.get("contact", "") if wanted.get("contact") in ("yes", "no") else "",
        status=wanted.get("status", "") if wanted.get("status") in texts.STATUSES else "",
        mine=wanted.get("mine") == "1",
        tag_id=_uuid(wanted.get("tag", "")),
        custom=field_filters(wanted.items()),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
