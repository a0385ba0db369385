"""The customer's page: what decided, asked at an address that only the customer was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from tiejun.access.scope import Scope
from tiejun.foundation import policies, refusals
from tiejun.foundation.crypto import blind_index
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
HOUR = 3600
LANGUAGES = {"zh": "zh-hans", "en": "en"}


# Default-deny exceptions: whoever was given the address may open and answer it. It sets and reads no cookie; the address
# itself, 192 random bits, stands for the CSRF cookie.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: TiejunRequest, code: str) -> HttpResponse:
    """Ask the customer what decided, or take in the answer."""
    with translation.override(_language(request)):
        response = _answer(request, code)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: TiejunRequest, code: str) -> HttpResponse:
    address = blind_index(str(get_adapter().get_client_ip(request)))
    limit = policies.book(request.now).integer("pipeline.survey_per_hour")
    # Counted before the code is looked at: guessing codes is what it limits first.
    if locks.count_survey(address, int(request.now.timestamp()) // HOUR) > limit:
        return _page(request, None, SurveyForm(), refusal=Refusal.SURVEY_TOO_OFTEN, status=429)
    found = queries.survey_of_code(STRANGER, code, now=request.now)
    form = SurveyForm(request.POST or None)
    if found.is_over:
        return _page(request, found, form, status=200 if found.is_answered else 410)
    if request.method == "POST" and form.is_valid():
        take_survey(STRANGER, code=code, facts=form.facts(), now=request.now)
        language = "en" if _is_english() else "zh"
        return redirect(f"{reverse('pipeline:survey', args=[code])}?lang={language}")
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
        "language": "en" if _is_english() else "zh",
        "other": "zh" if _is_english() else "en",
    }
    return render(request, "pipeline/survey.html", context, status=status)


def _is_english() -> bool:
    return (translation.get_language() or "").startswith("en")


def _language(request: TiejunRequest) -> str:
    return LANGUAGES.get(request.GET.get("lang", "")) or translation.get_language() or "zh-hans"
