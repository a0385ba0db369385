"""The evening of a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from tiejun.foundation.web import TiejunRequest, render
from tiejun.visits import texts
from tiejun.visits.queries.evening import Gap, GapRow, evening_check

if TYPE_CHECKING:
    from django.http import HttpResponse

GAPS = {
    Gap.NOT_RECORDED: _("Still in progress"),
    Gap.NOBODY_MET: _("Nobody met?"),
    Gap.NO_NEXT_STEP: _("No next step"),
    Gap.NO_NOTE: _("No note"),
    Gap.SHORT: _("Very short"),
}


@require_GET
def evening(request: TiejunRequest) -> HttpResponse:
    """Show what one's day still lacks before the lock."""
    check = evening_check(request.scope, now=request.now)
    rows = [_row(row, is_locked=check.is_soft_locked) for row in check.rows]
    return render(
        request,
        "visits/evening.html",
        {"check": check, "rows": rows, "tomorrow": check.progress.day + timedelta(days=1)},
    )


def _row(row: GapRow, *, is_locked: bool) -> dict[str, Any]:
    if row.is_running:
        url = reverse("visits:record") + f"?company={row.company_id}"
    else:  # after the soft lock there is nothing to edit: the visit itself says how to amend it
        url = reverse("visits:visit" if is_locked else "visits:edit", args=[row.visit_id])
    failing = ", ".join(str(texts.REASONS[code]) for code in row.failing)
    return {"row": row, "gaps": [GAPS[gap] for gap in row.gaps], "failing": failing, "url": url}
