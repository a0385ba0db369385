"""Pages of win/loss reviews: the list, one review, the views of our people and what the manager does with them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.pipeline.actions import lessons as lesson_actions
from tiejun.pipeline.actions import reviews as actions
from tiejun.pipeline.forms.reviews import CalledForm, CloseForm, LessonForm, ViewForm
from tiejun.pipeline.queries import reviews as queries
from tiejun.pipeline.rules.reviews import Side
from tiejun.pipeline.texts import SIDES
from tiejun.pipeline.views.dialogs import dialog
from tiejun.ui.dialogs import done

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.pipeline.models import DealReview

LESSON_DAYS = 14
SIDE_WORDS = dict(SIDES)


@require_safe
def reviews(request: TiejunRequest) -> HttpResponse:
    """List reviews, with how complete they are by unit."""
    asked = request.GET.get("which", "open")
    which = asked if asked in queries.WHICH else "open"
    today = local_date(request.now, request.scope.zone)
    page = queries.reviews_page(request.scope, today=today, which=which, cursor=request.GET.get("cursor"))
    words = {
        "mine": _("To answer"),
        "open": pgettext("reviews", "Open"),
        "closed": pgettext("reviews", "Closed"),
        "all": _("All"),
    }
    here = reverse("pipeline:reviews")
    tabs: list[dict[str, Any]] = [
        {"label": words[key], "url": f"{here}?which={key}", "active": key == which} for key in queries.WHICH
    ]
    tabs[0]["count"] = queries.owed_count(request.scope) or ""
    context = {
        "page": page, "tabs": tabs, "which": which, "today": today, "side_words": SIDE_WORDS,
        "completion": queries.completion(request.scope, now=request.now),
    }  # fmt: skip
    return render(request, "pipeline/reviews.html", context)


@require_safe
def review(request: TiejunRequest, review_id: UUID) -> HttpResponse:
    """Show one review: the views that the reader may see, the lessons, what is to be done."""
    view = queries.review_view(request.scope, review_id)
    sides = [
        {
            "side": side.value,
            "label": SIDE_WORDS[side.value],
            "view": view.views.get(side),
            "is_given": side in view.given,
        }
        for side in Side
    ]
    row = view.review
    survey = ""
    if view.may_lead and row.survey_code and row.survey_until and row.survey_until > request.now:
        survey = request.build_absolute_uri(reverse("pipeline:survey", args=[row.survey_code]))
    context = {
        "view": view, "row": row, "sides": sides, "survey": survey,
        "today": local_date(request.now, request.scope.zone),
        "owes_own": view.is_owner and Side.REP in view.owed and request.scope.can(Ability.ANSWER_REVIEW),
        "owes_managers": view.may_lead and Side.MANAGER in view.owed,
        "may_ask": view.may_lead and not view.is_closed and Side.CUSTOMER not in view.given,
        "may_call": view.may_lead and not view.is_closed and Side.CUSTOMER not in view.given and Side.MANAGER in view.given,
        "may_learn": view.may_lead and not view.is_closed,
    }  # fmt: skip
    return render(request, "pipeline/review.html", context)


def _address(review_id: UUID) -> str:
    return reverse("pipeline:review", args=[review_id])


def _form(request: TiejunRequest, row: DealReview, form: Any, **words: Any) -> HttpResponse:
    return dialog(request, form, intro=row.company.name, back=_address(row.pk), **words)


@require_http_methods(["GET", "HEAD", "POST"])
def own_view(request: TiejunRequest, review_id: UUID) -> HttpResponse:
    """Give the view of who owned the deal."""
    return _view_given(request, review_id, Ability.ANSWER_REVIEW, actions.give_own_view, title=_("Your view"))


@require_http_methods(["GET", "HEAD", "POST"])
def managers_view(request: TiejunRequest, review_id: UUID) -> HttpResponse:
    """Give the manager's view."""
    return _view_given(request, review_id, Ability.LEAD_REVIEW, actions.give_managers_view, title=_("Manager's view"))


def _view_given(
    request: TiejunRequest, review_id: UUID, ability: Ability, give: Callable[..., object], *, title: str
) -> HttpResponse:
    row = queries.review_in_reach(request.scope, review_id, ability)
    form = ViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        give(request.scope, review_id=review_id, facts=form.facts(), now=request.now)
        return done(request, _("Thank you. Now you can read the others' views."), "pipeline:review", review_id)
    return _form(
        request, row, form, title=title, submit=_("Give view"),
        note=_("It stands as you give it. Nobody who owes a view reads it before giving their own."),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def customers_view(request: TiejunRequest, review_id: UUID) -> HttpResponse:
    """Write down what the customer said on the phone."""
    row = queries.review_in_reach(request.scope, review_id, Ability.LEAD_REVIEW)
    form = CalledForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.note_customers_view(request.scope, review_id=review_id, facts=form.facts(), now=request.now)
        return done(request, _("The customer's view is noted."), "pipeline:review", review_id)
    return _form(request, row, form, title=_("The customer's view, by phone"), submit=_("Write down"))


@require_POST
def ask(request: TiejunRequest, review_id: UUID) -> HttpResponse:
    """Make the address at which the customer answers."""
    actions.ask_customer(request.scope, review_id=review_id, now=request.now)
    return done(request, _("The link is ready: send it to the customer."), "pipeline:review", review_id)


@require_http_methods(["GET", "HEAD", "POST"])
def draw_lesson(request: TiejunRequest, review_id: UUID) -> HttpResponse:
    """Draw a lesson."""
    row = queries.review_in_reach(request.scope, review_id, Ability.LEAD_REVIEW)
    today = local_date(request.now, request.scope.zone)
    owners = queries.lesson_owners(request.scope, row.owner_id, on=today)
    first = {"owner": row.owner_id, "due_on": today + timedelta(days=LESSON_DAYS)}
    form = LessonForm(request.POST or None, owners=owners, initial=first)
    if request.method == "POST" and form.is_valid():
        lesson_actions.draw_lesson(request.scope, review_id=review_id, facts=form.facts(), now=request.now)
        return done(request, _("The lesson is drawn."), "pipeline:review", review_id)
    return _form(request, row, form, title=_("Draw a lesson"), submit=_("Draw lesson"))


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: TiejunRequest, review_id: UUID) -> HttpResponse:
    """Close a review."""
    row = queries.review_in_reach(request.scope, review_id, Ability.LEAD_REVIEW)
    form = CloseForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.close_review(
            request.scope, review_id=review_id, version=given["version"], note=given["note"], now=request.now
        )
        return done(request, _("The review is closed."), "pipeline:review", review_id)
    return _form(request, row, form, title=_("Close review"), submit=_("Close review"))


@require_POST
def request_one(request: TiejunRequest, opportunity_id: UUID) -> HttpResponse:
    """Ask for the review of a decided deal."""
    row = actions.request_review(request.scope, opportunity_id=opportunity_id, now=request.now)
    return done(request, _("The review is open."), "pipeline:review", row.pk)
