from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.org.models import Leave

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


def whole_days_away(scope: Scope, person_id: UUID, *, since: date) -> list[tuple[date, date]]:  # noqa: ARG001 -- for deadlines; kind and note stay hidden
    """Return the spans of whole days on which a person is away, from `since` on; half days do not stop a deadline."""
    rows = Leave.objects.filter(person_id=person_id, cancelled_at=None, part=Leave.Part.FULL, ends_on__gte=since)
    return list(rows.order_by("starts_on").values_list("starts_on", "ends_on"))
