"""Photos of a visit, and the question to the customer with its public page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.scope import Scope
from tiejun.foundation import files
from tiejun.foundation.refusals import Refused
from tiejun.foundation.strangers import by_link, languages
from tiejun.foundation.web import TiejunRequest, refusal_answer, render, wants_json
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


@by_link("visit.confirmation_per_hour")
def confirm(request: TiejunRequest, token: str) -> HttpResponse:
    """Ask the customer, in either language, whether a visit took place, and take the answer once."""
    if request.method != "POST":
        return _question(request, token)
    answer = Answer.YES if request.POST.get("answer") == Answer.YES else Answer.NO
    try:
        evidence.answer_question(CUSTOMER, token=token, answer=answer, now=request.now)
    except Refused as refused:
        return _question(request, token, problem_words=refused.message, status=409)
    return redirect(f"{request.path}?lang={languages()['language']}")


def _question(request: TiejunRequest, token: str, *, problem_words: str = "", status: int = 200) -> HttpResponse:
    asked = confirming.question_page(CUSTOMER, token, now=request.now)
    context = {"asked": asked, "problem": problem_words, **languages()}
    return render(request, "visits/confirm.html", context, status=status)
