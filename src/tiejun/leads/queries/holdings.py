from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.leads import texts
from tiejun.leads.models import FollowUp, LeadTenure

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tiejun.access.scope import Scope
    from tiejun.leads.models import Lead

# A holding of an hour among holdings of months must still be seen.
LEAST_WIDTH = 1.5
TONES = {"ALLOTTED": "info", "PRIVATE": "primary", "PROTECTED": "success"}


@dataclass(frozen=True, slots=True)
class HoldingLine:
    """One holding on the lead's page. `who` is empty where the asker does not see names.

    `start` and `width`: its place on the lead's life, in percent; `contacts`: how many, `qualifying` of them counted.
    """

    who: str
    kind: _StrPromise | str
    tone: str
    began: _StrPromise | str
    ended: str
    started_at: datetime
    ended_at: datetime | None
    contacts: int
    qualifying: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class Holdings:
    """All holdings of a lead, the latest first, on a strip from its beginning until now; `returns`: why it came back, counted."""

    lines: list[HoldingLine]
    since: datetime
    returns: list[tuple[str, int]]


def holdings_of(
    scope: Scope, lead: Lead, tenures: list[LeadTenure], names: dict[UUID, str], *, sees_all: bool, now: datetime
) -> Holdings:
    """Return the holdings for the strip; one query for the contacts. Names only where the asker sees them."""
    contacts: Counter[UUID] = Counter()
    qualifying: Counter[UUID] = Counter()
    rows = FollowUp.objects.filter(lead=lead).values_list("tenure", "is_qualifying")
    for tenure_id, counts in rows:
        contacts[tenure_id] += 1
        qualifying[tenure_id] += counts
    since = min([lead.created_at, *(row.started_at for row in tenures)])
    whole = max((now - since).total_seconds(), 1.0)
    lines, returns = [], Counter[str]()
    for row in tenures:
        start = 100 * (row.started_at - since).total_seconds() / whole
        width = 100 * ((row.ended_at or now) - row.started_at).total_seconds() / whole
        ended = texts.why_ended(row.end_reason, row.release_reason)
        if row.ended_at is not None and row.end_reason in texts.RETURNS:
            returns[ended] += 1
        lines.append(
            HoldingLine(
                who=names.get(row.person_id, "") if sees_all or row.person_id == scope.person_id else "",
                kind=texts.HOLDING_KINDS[row.kind],
                tone=TONES[row.kind],
                began=texts.STARTS[row.start_reason],
                ended=ended,
                started_at=row.started_at,
                ended_at=row.ended_at,
                contacts=contacts[row.pk],
                qualifying=qualifying[row.pk],
                start=min(start, 100 - LEAST_WIDTH),
                width=max(width, LEAST_WIDTH),
            )
        )
    return Holdings(lines, since, returns.most_common())
