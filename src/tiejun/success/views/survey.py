"""The customer's page: how satisfied they are, asked at an address that only the customer was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tiejun.access.scope import Scope
from tiejun.foundation import refusals
from tiejun.foundation.strangers import by_link, languages
from tiejun.foundation.web import render
from tiejun.success.actions.surveys import take_satisfaction
from tiejun.success.forms import SatisfactionForm
from tiejun.success.queries import surveys as queries
from tiejun.success.rules import Refusal

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.success.queries.surveys import SurveyPage

STRANGER = Scope.system("success.survey")


@by_link("success.survey_per_hour")
def survey(request: TiejunRequest, code: str) -> HttpResponse:
    """Ask the customer how satisfied they are, or take in the answer."""
    found = queries.survey_of_code(STRANGER, code, now=request.now)
    form = SatisfactionForm(request.POST or None)
    if found.is_over:
        return _page(request, found, form, status=200 if found.is_answered else 410)
    if request.method == "POST" and form.is_valid():
        take_satisfaction(STRANGER, code=code, facts=form.facts(), now=request.now)
        return redirect(f"{reverse('success:survey', args=[code])}?lang={languages()['language']}")
    return _page(request, found, form, status=422 if form.is_bound else 200)


def _page(request: TiejunRequest, found: SurveyPage, form: SatisfactionForm, *, status: int) -> HttpResponse:
    is_too_late = found.is_over and not found.is_answered
    context = {
        "found": found,
        "form": form,
        "title": _("How satisfied are you?"),
        "refusal": refusals.words_of(Refusal.SURVEY_OVER) if is_too_late else "",
        **languages(),
    }
    return render(request, "success/survey.html", context, status=status)
