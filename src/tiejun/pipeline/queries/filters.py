"""What the addresses of the lists of the pipeline ask for."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.pipeline import rules
from tiejun.pipeline.queries import OpportunityFilters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tiejun.access.scope import Scope


def filters_from(scope: Scope, wanted: Mapping[str, str]) -> OpportunityFilters:  # noqa: ARG001 -- an address is no secret
    """Read the filters of the list of opportunities from its address; what cannot be read does not narrow."""
    return OpportunityFilters(
        state=wanted.get("state", "open"),
        stage=wanted.get("stage", "") if wanted.get("stage") in rules.Stage.__members__ else "",
        category=wanted.get("category", "") if wanted.get("category") in rules.Category.__members__ else "",
        owner_id=_uuid(wanted.get("owner", "")),
        unit_id=_uuid(wanted.get("unit", "")),
        close_month=_month(wanted.get("month", "")),
        text=wanted.get("q", ""),
    )


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _month(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 -- a month has no zone
    except ValueError:
        return None
