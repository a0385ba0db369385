"""Photos of a visit, and the question to the customer with its public page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.scope import Scope
from tiejun.foundation import files
from tiejun.foundation.refusals import Refused
from tiejun.foundation.strangers import HOUR_S, address_of, hour_of, in_language_of, languages
from tiejun.foundation.web import TiejunRequest, problem, refusal_answer, render, wants_json
from tiejun.visits import texts
from tiejun.visits.actions import evidence
from tiejun.visits.forms import PhotoForm
from tiejun.visits.queries import confirming
from tiejun.visits.queries.photos import photo_in_reach
from tiejun.visits.rules.vocabulary import Answer

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

CUSTOMER = Scope.system("visits.customer")
MOST_PER_HOUR = 60


@require_POST
def add_photo(request: TiejunRequest) -> HttpResponse:
    """Take a photo from the visit's page or from the phone's outbox."""
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        return refusal_answer(request, 422, "invalid", _("Choose a photo."))
    sent = form.cleaned_data["photo"]
    if sent.size > evidence.MOST_BYTES:
        return refusal_answer(request, 422, "too_large", str(texts.PHOTO_TOO_LARGE))
    row = evidence.attach_photo(
        request.scope, record_key=form.cleaned_data["record"], content=sent.read(), now=request.now
    )
    if wants_json(request):
        return JsonResponse({"id": str(row.pk), "message": _("Photo saved")}, status=201)
    messages.success(request, _("Photo saved"))
    return redirect("visits:visit", visit_id=row.visit_id)


@require_safe
def photo(request: TiejunRequest, evidence_id: UUID) -> StreamingHttpResponse:
    """Show a photo of a visit within reach; it is nothing but pixels, and may do nothing."""
    row = photo_in_reach(request.scope, evidence_id)
    assert row.file is not None
    response = StreamingHttpResponse(files.read(row.file.pk), content_type=row.file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{row.file.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def ask(request: TiejunRequest, visit_id: UUID) -> HttpResponse:
    """Make the link by which the customer confirms; the visit's page shows it as a code."""
    evidence.ask_customer(request.scope, visit_id=visit_id, now=request.now)
    return redirect(f"{reverse('visits:visit', args=[visit_id])}#confirmation")


# Default-deny exception: the customer has no account; 128 bits in the link say what may be seen and answered.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: TiejunRequest, token: str) -> HttpResponse:
    """Ask the customer, in either language, whether a visit took place, and take the answer once."""
    if _asks_too_often(request):
        return problem(429, "too_often", _("Too many requests. Please wait a moment."))
    with in_language_of(request):
        if request.method != "POST":
            return _question(request, token)
        answer = Answer.YES if request.POST.get("answer") == Answer.YES else Answer.NO
        try:
            evidence.answer_question(CUSTOMER, token=token, answer=answer, now=request.now)
        except Refused as refused:
            return _question(request, token, problem_words=refused.message, status=409)
        return redirect(f"{request.path}?lang={quote(request.GET.get('lang', ''))}")


def _question(request: TiejunRequest, token: str, *, problem_words: str = "", status: int = 200) -> HttpResponse:
    asked = confirming.question_page(CUSTOMER, token, now=request.now)
    context = {"asked": asked, "problem": problem_words, **languages()}
    response = render(request, "visits/confirm.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def _asks_too_often(request: TiejunRequest) -> bool:
    key = f"visit-confirm:{address_of(request).hex()}:{hour_of(request)}"
    if cache.add(key, 1, HOUR_S):
        return False
    return bool(cache.incr(key) > MOST_PER_HOUR)
