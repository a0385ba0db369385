"""Pages of contracts as PDF: make one, download it, write their text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation import files
from tiejun.foundation.web import render
from tiejun.pipeline.actions import papers as actions
from tiejun.pipeline.forms.papers import ContractTextForm, LanguageForm
from tiejun.pipeline.queries import papers as queries
from tiejun.pipeline.rules.contracts import BLOCKS, PLACES
from tiejun.ui.dialogs import done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_POST
def make(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Make the contract of an order as PDF."""
    form = LanguageForm(request.POST)
    language = form.cleaned_data["language"] if form.is_valid() else "zh"
    actions.make_paper(request.scope, order_id=order_id, language=language, now=request.now)
    return done(request, _("The contract is made. Download it below."), "pipeline:order", order_id)


@require_safe
def paper(request: TiejunRequest, paper_id: UUID) -> StreamingHttpResponse:
    """Download a contract that was made."""
    row = queries.paper_in_reach(request.scope, paper_id)
    response = StreamingHttpResponse(files.read(row.file_id), content_type="application/pdf")
    name = f"{row.order.number}-R{row.order.revision}-{row.language}.pdf"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def contract_text(request: TiejunRequest) -> HttpResponse:
    """Show the text of contracts with its versions, or publish the next one."""
    request.scope.require(Ability.WRITE_CONTRACT_TEXT)
    text, number = queries.contract_text(request.scope)
    first = {
        "number": number, "title": text.title, "title_en": text.title_en, "text": text.text, "text_en": text.text_en,
    }  # fmt: skip
    form = ContractTextForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["number"]
        actions.publish_contract_text(request.scope, text=form.contract_text(), number=given, now=request.now)
        return done(request, _("The contract text is published."), "pipeline:contract-text")
    places = ", ".join(f"{{{place}}}" for place in (*PLACES, *BLOCKS))
    context = {
        "form": form, "number": number, "versions": queries.contract_versions(request.scope), "places": places,
        "back": reverse("pipeline:orders"),
    }  # fmt: skip
    return render(request, "pipeline/contract_text.html", context, status=422 if form.is_bound else 200)
