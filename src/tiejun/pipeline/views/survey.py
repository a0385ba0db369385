"""The customer's page: what decided, asked at an address that only the customer was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tiejun.access.scope import Scope
from tiejun.foundation import refusals
from tiejun.foundation.strangers import by_link, languages
from tiejun.foundation.web import render
from tiejun.pipeline.actions.reviews import take_survey
from tiejun.pipeline.forms.reviews import SurveyForm
from tiejun.pipeline.queries import reviews as queries
from tiejun.pipeline.rules.reviews import Outcome, Refusal

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.pipeline.queries.reviews import Survey

STRANGER = Scope.system("pipeline.survey")


@by_link("pipeline.survey_per_hour")
def survey(request: TiejunRequest, code: str) -> HttpResponse:
    """Ask the customer what decided, or take in the answer."""
    found = queries.survey_of_code(STRANGER, code, now=request.now)
    form = SurveyForm(request.POST or None)
    if found.is_over:
        return _page(request, found, form, status=200 if found.is_answered else 410)
    if request.method == "POST" and form.is_valid():
        take_survey(STRANGER, code=code, facts=form.facts(), now=request.now)
        return redirect(f"{reverse('pipeline:survey', args=[code])}?lang={languages()['language']}")
    return _page(request, found, form, status=422 if form.is_bound else 200)


def _page(request: TiejunRequest, found: Survey, form: SurveyForm, *, status: int) -> HttpResponse:
    is_too_late = found.is_over and not found.is_answered
    context = {
        "found": found,
        "form": form,
        "title": _("What decided it for you?"),
        "is_won": found.review.outcome == Outcome.WON.value,
        "refusal": refusals.words_of(Refusal.SURVEY_OVER) if is_too_late else "",
        **languages(),
    }
    return render(request, "pipeline/survey.html", context, status=status)
