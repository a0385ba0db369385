"""The last bulk action that can still be taken back, for the lists of leads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import words_of
from tiejun.foundation.statements import asked_rows
from tiejun.leads.models import BulkAction
from tiejun.leads.rules import Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class BulkLine:
    """A bulk action with the words of what did not go along."""

    row: BulkAction
    left: int
    why_left: tuple[str, ...]


_LATEST = "WHERE person_id = %(person)s AND undo_until > %(now)s ORDER BY made_at DESC, id DESC LIMIT 1"


def last_bulk(scope: Scope, now: datetime) -> BulkLine | None:
    """Return the asker's latest bulk action while it can be taken back."""
    if scope.person_id is None or not scope.can(Ability.UNDO_BULK):
        return None
    rows = asked_rows(BulkAction, _LATEST, {"person": scope.person_id, "now": now})
    if not rows or rows[0].undone_at is not None:
        return None
    row = rows[0]
    empty = {
        "held": "–",
        "cap": "–",
        "claims": "–",
        "limit": "–",
        "length": "–",
        "needed": "–",
        "calls": "–",
        "most": "–",
    }
    why = tuple(f"{words_of(Refusal(code), **empty)} ({count})" for code, count in sorted(row.refused.items()))
    return BulkLine(row, row.asked - row.done, why)
