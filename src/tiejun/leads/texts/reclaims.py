"""The words of the reclaim run: why a holding was due, what became of it, why it was left, why the next holder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tiejun.foundation import audit
from tiejun.leads.rules.next_holder import Why
from tiejun.leads.rules.reclaiming import Cause, Outcome, WhyLeft

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

audit.register(
    {
        "leads.reclaim_closed": _("Reclaim run closed"),
        "leads.reclaim_opened": _("Reclaim run opened"),
        "leads.reclaimed": _("Leads taken back"),
        "leads.reclaim_broke_off": _("Reclaim run broke off"),
    }
)

RECLAIM_CAUSES = {
    Cause.NO_FOLLOW_UP: _("No follow-up in time"),
    Cause.NO_DEAL: _("No deal in time"),
    Cause.LEASE_ENDED: _("The allotment ran out untouched"),
}
RECLAIM_OUTCOMES = {
    Outcome.HANDED_OVER: _("Handed to a colleague"),
    Outcome.POOLED: _("Back to the public pool"),
    Outcome.RESTED: _("Rests"),
    Outcome.LEFT: _("Left with the holder"),
}
WHY_LEFT = {
    WhyLeft.REMINDERS_MISSING: _("A reminder could not be sent"),
    WhyLeft.TOO_FEW_REMINDERS: _("Not told often enough yet"),
    WhyLeft.REMINDED_TOO_LATE: _("Told less than four working hours before"),
    WhyLeft.FROZEN: _("The lead is frozen"),
    WhyLeft.BUSY: _("Somebody worked on it at that moment"),
}
WHY_NEXT = {
    Why.NEAR: _("%(n)s of their companies within about a kilometre"),
    Why.SAME_DISTRICT: _("%(n)s of their companies in the district"),
    Why.WINS_INDUSTRY: _("won %(n)s customers of this industry"),
    Why.NEWCOMER: _("is new and needs a start"),
    Why.HAS_ROOM: _("room for %(n)s more"),
}


def why_next(reasons: Iterable[Sequence[Any]]) -> list[str]:
    """Return why somebody is the next holder (pairs of a reason and its number), in the reader's language."""
    return [str(WHY_NEXT[Why(code)]) % {"n": number} for code, number in reasons]
