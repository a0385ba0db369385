"""The customer's page: what decided, asked at an address that only the customer was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tiejun.access.scope import Scope
from tiejun.foundation import policies, refusals
from tiejun.foundation.strangers import address_of, by_link, hour_of, languages
from tiejun.foundation.web import render
from tiejun.pipeline import locks
from tiejun.pipeline.actions.reviews import take_survey
from tiejun.pipeline.forms.reviews import SurveyForm
from tiejun.pipeline.queries import reviews as queries
from tiejun.pipeline.rules.reviews import Outcome, Refusal

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.pipeline.queries.reviews import Survey

STRANGER = Scope.system("pipeline.survey")


@by_link
def survey(request: TiejunRequest, code: str) -> HttpResponse:
    """Ask the customer what decided, or take in the answer."""
    limit = policies.book(request.now).integer("pipeline.survey_per_hour")
    # Counted before the code is looked at: guessing codes is what it limits first.
    if locks.count_survey(address_of(request), hour_of(request)) > limit:
        return _page(request, None, SurveyForm(), refusal=Refusal.SURVEY_TOO_OFTEN, status=429)
    found = queries.survey_of_code(STRANGER, code, now=request.now)
    form = SurveyForm(request.POST or None)
    if found.is_over:
        return _page(request, found, form, status=200 if found.is_answered else 410)
    if request.method == "POST" and form.is_valid():
        take_survey(STRANGER, code=code, facts=form.facts(), now=request.now)
        return redirect(f"{reverse('pipeline:survey', args=[code])}?lang={languages()['language']}")
    return _page(request, found, form, status=422 if form.is_bound else 200)


def _page(
    request: TiejunRequest, found: Survey | None, form: SurveyForm, *, refusal: Refusal | None = None, status: int
) -> HttpResponse:
    if found is not None and found.is_over and not found.is_answered:
        refusal = Refusal.SURVEY_OVER
    context: dict[str, Any] = {
        "found": found,
        "form": form,
        "title": _("What decided it for you?"),
        "is_won": found is not None and found.review.outcome == Outcome.WON.value,
        "refusal": refusals.words_of(refusal) if refusal else "",
        **languages(),
    }
    return render(request, "pipeline/survey.html", context, status=status)
