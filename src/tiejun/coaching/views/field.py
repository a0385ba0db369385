"""The day in the field, on the phone: begin, feedback after each visit, the summary in the evening."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tiejun.access.abilities import Ability
from tiejun.coaching import texts
from tiejun.coaching.actions import field as actions
from tiejun.coaching.forms import FeedbackForm, SummaryForm, demand, ratings_of, told_at
from tiejun.coaching.queries import plans as queries
from tiejun.coaching.queries.drafts import draft_summary
from tiejun.coaching.rules import Phase, Rating
from tiejun.coaching.views import presenting
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.web import render, wants_json

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_POST
def reveal(request: TiejunRequest, plan_id: UUID) -> HttpResponse:
    """Begin the accompanied visit, at once or from the phone's outbox."""
    row = actions.reveal(request.scope, plan_id=plan_id, told_at=told_at(request), now=request.now)
    address = reverse("coaching:feedback", args=[row.pk])
    if wants_json(request):
        return JsonResponse({"id": str(row.pk), "href": address}, status=201)
    messages.success(request, _("Begun. The person knows now."))
    return redirect(address)


@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: TiejunRequest, plan_id: UUID) -> HttpResponse:
    """Give feedback right after a visit; what the phone's outbox sends arrives here as well."""
    request.scope.require(Ability.COACH)
    view = queries.plan_view(request.scope, plan_id, ability=Ability.COACH, now=request.now)
    stops = queries.stops_of(request.scope, view.plan, now=request.now)
    form = FeedbackForm(stops, request.POST or None, initial=_next_stop(stops))
    if request.method != "POST":
        return _feedback_page(request, view, form, stops)
    if wants_json(request):
        demand(form)
        talk = _keep(request, plan_id, form)
        return JsonResponse({"id": str(talk.pk), "href": request.path}, status=201)
    try:
        if form.is_valid():
            _keep(request, plan_id, form)
            messages.success(request, _("Kept. The next visit may come."))
            return redirect(request.path)
    except Refused as refused:
        form.add_error(None, refused.message)
    except Invalid as invalid:
        form.add_error(None, " ".join(str(words) for words in invalid.errors.values()))
    return _feedback_page(request, view, form, stops)


def _keep(request: TiejunRequest, plan_id: UUID, form: FeedbackForm) -> Any:
    return actions.give_feedback(
        request.scope,
        plan_id=plan_id,
        company_id=form.cleaned_data["company"],
        given=form.feedback(),
        told_at=told_at(request),
        now=request.now,
    )


def _next_stop(stops: list[queries.StopChoice]) -> dict[str, Any]:
    """Return the first choice: the last visit without feedback, else the next stop without."""
    open_stops = [stop for stop in stops if not stop.is_rated]
    visited = [stop for stop in open_stops if stop.is_visited]
    chosen = visited[-1] if visited else open_stops[0] if open_stops else None
    return {"company": str(chosen.company_id)} if chosen else {}


def _feedback_page(
    request: TiejunRequest, view: queries.PlanView, form: FeedbackForm, stops: list[queries.StopChoice]
) -> HttpResponse:
    gone = queries.phases_gone(request.scope, view.plan)
    given = ratings_of(request.POST) if form.is_bound and form.is_valid() else {}
    chosen = form["phase"].value() or _next_phase(gone).value
    context = presenting.plan_context(view) | {
        "form": form,
        "stops": stops,
        "company": str(form["company"].value() or ""),
        "phases": [(one.value, texts.PHASES[one], one in gone, one.value == chosen) for one in Phase],
        "rating_rows": [
            (line, [(one.value, texts.RATINGS[one], given.get(line.point.pk) == one) for one in Rating])
            for line in view.points
        ],
    }
    return render(request, "coaching/feedback.html", context, status=422 if form.is_bound else 200)


def _next_phase(gone: list[Phase]) -> Phase:
    return next((phase for phase in Phase if phase not in gone), Phase.YOU_SAY)


@require_http_methods(["GET", "HEAD", "POST"])
def summary(request: TiejunRequest, plan_id: UUID) -> HttpResponse:
    """Write the summary of the day, drafted from what was said; POST sends it."""
    request.scope.require(Ability.COACH)
    view = queries.plan_view(request.scope, plan_id, ability=Ability.COACH, now=request.now)
    form = SummaryForm(request.POST or None, initial=draft_summary(request.scope, view))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.send_summary(
                request.scope,
                plan_id=plan_id,
                text=given["text"],
                next_step=given["next_step"],
                why_few=given["why_few"],
                now=request.now,
            )
            messages.success(request, _("Sent. The checks of the coming days are set."))
            return redirect("coaching:plan", plan_id=plan_id)
        except Refused as refused:
            form.add_error(None, refused.message)
    context = presenting.plan_context(view) | {"form": form}
    return render(request, "coaching/summary.html", context, status=422 if form.is_bound else 200)
