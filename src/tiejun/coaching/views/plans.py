"""A plan: written, read, confirmed, called off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.coaching import texts
from tiejun.coaching.actions import plans as actions
from tiejun.coaching.forms import ItineraryForm, PlanForm, ReasonForm, points_of, proposed_point
from tiejun.coaching.queries import plans as queries
from tiejun.coaching.queries.inspecting import results_of
from tiejun.coaching.rules import Skill
from tiejun.coaching.rules.plans import NewPoint
from tiejun.coaching.views import presenting
from tiejun.foundation.refusals import Invalid, NotFound, Refused, words_of
from tiejun.foundation.web import render
from tiejun.ui import dialogs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.coaching.queries.plans import PlanSheet
    from tiejun.foundation.web import TiejunRequest


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Plan an accompanied visit with a person; POST keeps it. What was typed stays when it is refused."""
    asked = request.POST if request.method == "POST" else request.GET
    day = presenting.asked_day(asked) or queries.day_to_plan(request.scope, person_id, now=request.now)
    sheet = queries.plan_sheet(request.scope, person_id, day, now=request.now)
    if request.method != "POST":
        return _edit_page(request, sheet, PlanForm(initial=_initial(sheet)), _first_points(request, sheet))
    form, rows = PlanForm(request.POST), []
    try:
        rows = points_of(request.POST)
        if form.is_valid():
            row = actions.save_plan(
                request.scope,
                person_id=person_id,
                day=day,
                version=form.cleaned_data["version"],
                words=form.words(rows),
                now=request.now,
            )
            messages.success(request, _("Planned. It stays sealed until it begins."))
            return redirect("coaching:plan", plan_id=row.pk)
    except Refused as refused:
        form.add_error(None, refused.message)
    except Invalid as invalid:
        for name, words in invalid.errors.items():
            form.add_error(name if name in form.fields else None, str(words))
    return _edit_page(request, sheet, form, rows)


def _initial(sheet: PlanSheet) -> dict[str, Any]:
    plan = sheet.plan
    if plan is None:
        strong, weak = presenting.finding_words(sheet.skills.strong), presenting.finding_words(sheet.skills.weak)
        return {
            "version": 0,
            "subject": sheet.subject.value,
            "strengths": "\n".join(strong[:2]),
            "weaknesses": "\n".join(weak[:2]),
        }
    names = ("version", "purpose", "subject", "strengths", "weaknesses")
    return {name: getattr(plan, name) for name in names}


def _first_points(request: TiejunRequest, sheet: PlanSheet) -> list[NewPoint]:
    return [*_points_so_far(sheet), *proposed_point(request.GET)][: sheet.most_points]


def _points_so_far(sheet: PlanSheet) -> list[NewPoint]:
    if sheet.plan is not None:
        return [
            NewPoint(one.point_id, Skill(one.point.skill), one.point.title, one.point.why, one.point.done_when)
            for one in sheet.points
        ]
    return [
        NewPoint(point.pk, Skill(point.skill), point.title, point.why, point.done_when)
        for point in sheet.open_points[: sheet.most_points]
    ]


def _edit_page(request: TiejunRequest, sheet: PlanSheet, form: PlanForm, points: Sequence[NewPoint]) -> HttpResponse:
    empty = [NewPoint()] * max(0, sheet.most_points - len(points))
    context = {
        "sheet": sheet,
        "form": form,
        "rows": [*points, *empty],
        "skills": [(one.value, texts.SKILLS[one], texts.MEASURES[one]) for one in Skill],
        "strong": presenting.finding_words(sheet.skills.strong),
        "weak": presenting.finding_words(sheet.skills.weak),
        "refusal": words_of(sheet.refusal) if sheet.refusal else "",
        "here": reverse("coaching:edit", args=[sheet.member.person_id]),
    }
    return render(request, "coaching/edit.html", context, status=422 if form.is_bound else 200)


@require_safe
def plan(request: TiejunRequest, plan_id: UUID) -> HttpResponse:
    """Show one accompanied day."""
    view = queries.plan_view(request.scope, plan_id, now=request.now)
    context = presenting.plan_context(view) | {"results": presenting.results(results_of(request.scope, view.plan))}
    return render(request, "coaching/plan.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def itinerary(request: TiejunRequest, plan_id: UUID) -> HttpResponse:
    """Note the itinerary of the evening before."""
    view = _own(request, plan_id)
    said = view.plan.itinerary or queries.said_itinerary(request.scope, view.plan.person_id, now=request.now)
    form = ItineraryForm(request.POST or None, initial={"version": view.plan.version, "itinerary": said})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.confirm_itinerary(
            request.scope,
            plan_id=plan_id,
            version=given["version"],
            itinerary=given["itinerary"],
            now=request.now,
        )
        return dialogs.done(request, _("Itinerary confirmed."), "coaching:plan", plan_id)
    intro = _("As the person named it in the evening review, where everybody is asked in the same words.")
    back = reverse("coaching:plan", args=[plan_id])
    return dialogs.dialog(request, form, title=_("Confirm the itinerary"), submit=_("Confirm"), back=back, intro=intro)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: TiejunRequest, plan_id: UUID) -> HttpResponse:
    """Call an accompanied visit off."""
    view = _own(request, plan_id)
    form = ReasonForm(request.POST or None, initial={"version": view.plan.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.cancel_plan(
            request.scope, plan_id=plan_id, version=given["version"], reason=given["reason"], now=request.now
        )
        return dialogs.done(request, _("Called off. It stays sealed."), "coaching:desk")
    back = reverse("coaching:plan", args=[plan_id])
    intro = _("Nobody is told. The plan stays sealed from the person for a month more.")
    return dialogs.dialog(request, form, title=_("Call it off"), submit=_("Call it off"), back=back, intro=intro)


def _own(request: TiejunRequest, plan_id: UUID) -> queries.PlanView:
    request.scope.require(Ability.COACH)
    view = queries.plan_view(request.scope, plan_id, ability=Ability.COACH, now=request.now)
    if view.is_own:
        raise NotFound
    return view
