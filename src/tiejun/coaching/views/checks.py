"""The evening's checks of points, answered one by one without a page load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.coaching import texts
from tiejun.coaching.actions import following as actions
from tiejun.coaching.forms import CheckForm, ReasonForm, demand
from tiejun.coaching.queries import checks as queries
from tiejun.coaching.queries.points import point_in_reach
from tiejun.coaching.rules import ANSWERS, CheckState, Skill
from tiejun.coaching.views import presenting
from tiejun.foundation.web import render
from tiejun.ui import dialogs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.coaching.queries.checks import CheckLine
    from tiejun.foundation.web import TiejunRequest


@require_safe
def checks(request: TiejunRequest) -> HttpResponse:
    """Show which points must be asked for tonight."""
    return _page(request, presenting.asked_unit(request.GET))


def _page(request: TiejunRequest, unit_id: UUID | None) -> HttpResponse:
    page = queries.checks_page(request.scope, unit_id=unit_id, now=request.now)
    context = {
        "page": page,
        "units": presenting.unit_tabs(page.units, page.unit.pk),
        "due": _rows(page.due),
        "missed": _rows(page.missed),
        "answered": _rows(page.answered),
        "answers": [(one.value, texts.CHECK_STATES[one]) for one in ANSWERS],
    }
    part = "#list" if request.htmx.target == "checks" else ""
    return render(request, f"coaching/checks.html{part}", context)


def _rows(lines: Iterable[CheckLine]) -> list[dict[str, Any]]:
    return [
        {
            "line": line,
            "skill": texts.SKILLS[Skill(line.check.point.skill)],
            "state": texts.CHECK_STATES[CheckState(line.check.state)],
            "tone": texts.CHECK_TONES[CheckState(line.check.state)],
        }
        for line in lines
    ]


@require_POST
def settle(request: TiejunRequest, check_id: UUID) -> HttpResponse:
    """Answer a check; the list is renewed in place."""
    queries.check_in_reach(request.scope, check_id)
    form = CheckForm(request.POST)
    demand(form)
    row = actions.settle_check(
        request.scope,
        check_id=check_id,
        outcome=CheckState(form.cleaned_data["outcome"]),
        note=form.cleaned_data["note"],
        now=request.now,
    )
    if request.htmx.target == "checks":
        return _page(request, row.unit_id)
    messages.success(request, _("Checked."))
    return redirect(f"{reverse('coaching:checks')}?unit={row.unit_id}")


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: TiejunRequest, point_id: UUID) -> HttpResponse:
    """Give a point up."""
    request.scope.require(Ability.COACH)
    point = point_in_reach(request.scope, point_id)
    form = ReasonForm(request.POST or None, initial={"version": point.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.drop_point(
            request.scope, point_id=point_id, version=given["version"], reason=given["reason"], now=request.now
        )
        return dialogs.done(request, _("The point is given up."), "coaching:person", point.person_id)
    back = reverse("coaching:person", args=[point.person_id])
    return dialogs.dialog(
        request, form, title=_("Give the point up"), submit=_("Give it up"), back=back, intro=point.title
    )
