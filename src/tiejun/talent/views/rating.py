"""A level set by the line with evidence, and the own view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.web import render
from tiejun.talent import actions, texts
from tiejun.talent.forms import LevelForm, asked_skill, proofs_of
from tiejun.talent.queries import sheets
from tiejun.talent.rules import Level
from tiejun.talent.views.presenting import offered_rows
from tiejun.ui.dialogs import went_to

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Set the level of a person's skill. What was typed and ticked stays when it is refused."""
    sheet = sheets.rating_sheet(request.scope, person_id, asked_skill(request.GET), now=request.now)
    initial = {"version": sheet.version, "level": sheet.was.value or ""}
    form = LevelForm(request.POST or None, skill=sheet.skill, levels=sheet.levels, initial=initial)
    ticked = request.POST.getlist("evidence")
    back = reverse("talent:person", args=[person_id])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.rate_skill(
                request.scope, person_id=person_id, skill=sheet.skill, level=given["level"], words=given["words"],
                named=proofs_of(ticked), version=given["version"] or 0, now=request.now,
            )  # fmt: skip
            return went_to(request, _("The level is set, and the person is told."), back)
        except Refused as refused:
            form.add_error(None, refused.message)
        except Invalid as invalid:
            form.add_error(None, str(next(iter(invalid.errors.values()))))
    own = texts.LEVELS[sheet.own] if sheet.own else ""
    context = {"sheet": sheet, "offered": offered_rows(sheet.offered, ticked), "own": own, "name": sheet.name}
    return _form(request, form, sheet.skill, back, context)


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: TiejunRequest) -> HttpResponse:
    """Say at which level one sees oneself."""
    asked = asked_skill(request.GET)
    standing = sheets.own_standing(request.scope, asked, now=request.now)
    initial = {"level": standing.level.value if standing else ""}
    form = LevelForm(request.POST or None, skill=asked, levels=list(Level), initial=initial)
    back = reverse("talent:mine")
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.assess_oneself(request.scope, skill=asked, level=given["level"], words=given["words"], now=request.now)
        return went_to(request, _("Noted. It stands beside what your line says."), back)
    return _form(request, form, asked, back, {"name": ""})


def _form(request: TiejunRequest, form: LevelForm, skill: Any, back: str, context: dict[str, Any]) -> HttpResponse:
    context |= {"form": form, "skill": texts.SKILLS[skill], "back": back, "here": request.get_full_path()}
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(request, f"talent/rate.html{part}", context, status=422 if form.is_bound else 200)
