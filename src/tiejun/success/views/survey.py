"""The customer's page: how satisfied they are, asked at an address that only the customer was given."""

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
from tiejun.success import locks
from tiejun.success.actions.surveys import take_satisfaction
from tiejun.success.forms import SatisfactionForm
from tiejun.success.queries import surveys as queries
from tiejun.success.rules import Refusal

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.success.queries.surveys import SurveyPage

STRANGER = Scope.system("success.survey")
HOUR = 3600
LANGUAGES = {"zh": "zh-hans", "en": "en"}


# Default-deny exceptions: whoever was given the address may open and answer it. It sets and reads no cookie; the address
# itself, 192 random bits, stands for the CSRF cookie.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: TiejunRequest, code: str) -> HttpResponse:
    """Ask the customer how satisfied they are, or take in the answer."""
    with translation.override(_language(request)):
        response = _answer(request, code)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: TiejunRequest, code: str) -> HttpResponse:
    address = blind_index(str(get_adapter().get_client_ip(request)))
    limit = policies.book(request.now).integer("success.survey_per_hour")
    # Counted before the code is looked at: guessing codes is what it limits first.
    if locks.count_opening(address, int(request.now.timestamp()) // HOUR) > limit:
        return _page(request, None, SatisfactionForm(), refusal=Refusal.SURVEY_TOO_OFTEN, status=429)
    found = queries.survey_of_code(STRANGER, code, now=request.now)
    form = SatisfactionForm(request.POST or None)
    if found.is_over:
        return _page(request, found, form, status=200 if found.is_answered else 410)
    if request.method == "POST" and form.is_valid():
        take_satisfaction(STRANGER, code=code, facts=form.facts(), now=request.now)
        return redirect(f"{reverse('success:survey', args=[code])}?lang={'en' if _is_english() else 'zh'}")
    return _page(request, found, form, status=422 if form.is_bound else 200)


def _page(
    request: TiejunRequest,
    found: SurveyPage | None,
    form: SatisfactionForm,
    *,
    refusal: Refusal | None = None,
    status: int,
) -> HttpResponse:
    if found is not None and found.is_over and not found.is_answered:
        refusal = Refusal.SURVEY_OVER
    context: dict[str, Any] = {
        "found": found,
        "form": form,
        "title": _("How satisfied are you?"),
        "refusal": refusals.words_of(refusal) if refusal else "",
        "language": "en" if _is_english() else "zh",
        "other": "zh" if _is_english() else "en",
    }
    return render(request, "success/survey.html", context, status=status)


def _is_english() -> bool:
    return (translation.get_language() or "").startswith("en")


def _language(request: TiejunRequest) -> str:
    return LANGUAGES.get(request.GET.get("lang", "")) or translation.get_language() or "zh-hans"
