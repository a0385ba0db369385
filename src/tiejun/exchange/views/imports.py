"""Pages of lead imports: upload, mapping, progress, findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.exchange.actions import imports as actions
from tiejun.exchange.forms import MappingForm, UploadForm
from tiejun.exchange.queries import imports as queries
from tiejun.exchange.queries.tables import custom_fields
from tiejun.exchange.rules.custom import custom_name
from tiejun.exchange.rules.imports import Refusal
from tiejun.exchange.texts import words_of_fault, words_of_file_fault
from tiejun.fields.queries import label
from tiejun.fields.rules import Subject
from tiejun.foundation import policies
from tiejun.foundation.refusals import words_of
from tiejun.foundation.web import render
from tiejun.leads.queries import pools as pool_queries
from tiejun.marketing.queries import sources as source_queries
from tiejun.marketing.queries.inbound import campaign_choices

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.exchange.models.imports import LeadImport
    from tiejun.foundation.web import TiejunRequest


@require_safe
def imports(request: TiejunRequest) -> HttpResponse:
    """List the imports, newest first."""
    page = queries.imports_page(request.scope, cursor=request.GET.get("cursor"))
    return render(request, "exchange/imports.html", {"page": page})


@require_safe
def new(request: TiejunRequest) -> HttpResponse:
    """Show the upload form."""
    return render(request, "exchange/import_new.html", _upload_context(request, UploadForm(*_choices(request))))


@require_POST
def upload(request: TiejunRequest) -> HttpResponse:
    """Take a file in and go to its page."""
    form = UploadForm(*_choices(request), data=request.POST, files=request.FILES)
    if not form.is_valid():
        return render(request, "exchange/import_new.html", _upload_context(request, form), status=422)
    file = form.cleaned_data["file"]
    row = actions.upload_import(
        request.scope,
        name=file.name,
        content_type=file.content_type or "",
        chunks=file.chunks(),
        pool_id=form.cleaned_data["pool"],
        campaign_id=form.cleaned_data["campaign"],
        consent_basis=form.cleaned_data["consent_basis"],
        source_id=form.cleaned_data["source"],
        now=request.now,
    )
    return redirect("exchange:import", import_id=row.pk)


@require_safe
def detail(request: TiejunRequest, import_id: UUID) -> HttpResponse:
    """Show one import: reading, mapping, progress or result, whatever its state; `?part=state` is the part that polls."""
    row = queries.import_in_reach(request.scope, import_id)
    context: dict[str, Any] = {
        "row": row,
        "mapping": MappingForm(row, _custom(request, row)),
        "error": words_of_file_fault(row.error),
    }
    if row.faulty_count or row.known_count:
        page = queries.faults_page(request.scope, import_id, cursor=request.GET.get("cursor"))
        context |= {"faults": page, "fault_words": [(fault, words_of_fault(fault.code)) for fault in page.rows]}
    part = "#state" if request.htmx and request.GET.get("part") == "state" else ""
    if part and row.state == row.State.READ:
        # The form of the columns stands below the part: the page that waited for the reading is loaded whole.
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, f"exchange/import.html{part}", context)


@require_POST
def run(request: TiejunRequest, import_id: UUID) -> HttpResponse:
    """Start the run with the chosen columns."""
    row = queries.import_in_reach(request.scope, import_id)
    form = MappingForm(row, _custom(request, row), request.POST)
    actions.start_import(
        request.scope, import_id=import_id, mapping=form.mapping(), datum=form.chosen_datum(), now=request.now
    )
    return redirect("exchange:import", import_id=import_id)


@require_POST
def choose_sheet(request: TiejunRequest, import_id: UUID) -> HttpResponse:
    """Read another sheet of the workbook."""
    actions.choose_sheet(request.scope, import_id=import_id, sheet=request.POST.get("sheet", ""))
    return redirect("exchange:import", import_id=import_id)


@require_POST
def cancel(request: TiejunRequest, import_id: UUID) -> HttpResponse:
    """Stop after the batch that is under way."""
    actions.cancel_import(request.scope, import_id=import_id, now=request.now)
    return redirect("exchange:import", import_id=import_id)


@require_safe
def faults_file(request: TiejunRequest, import_id: UUID) -> StreamingHttpResponse:
    """Hand out the rows that did not come in, with the reasons, as CSV."""
    row = queries.import_in_reach(request.scope, import_id)
    response = StreamingHttpResponse(
        queries.faults_file(request.scope, import_id), content_type="text/csv; charset=utf-8"
    )
    name = quote(f"{row.file_name.rsplit('.', 1)[0]}-faults.csv")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _custom(request: TiejunRequest, row: LeadImport) -> list[tuple[str, str]]:
    """The custom fields that a column may hold, with their words."""
    of = {Subject.LEAD: _("lead"), Subject.CUSTOMER: _("customer")}
    fields = custom_fields(request.scope, row)
    return [(custom_name(terms), f"{label(request.scope, terms)} ({of[Subject(terms.subject)]})") for terms in fields]


def _choices(request: TiejunRequest) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[tuple[str, str]]]:
    request.scope.require(Ability.IMPORT_LEADS)
    pools = [(str(pool.pk), pool.name) for pool in pool_queries.open_pools(request.scope)]
    english = (get_language() or "").startswith("en")
    sources = [
        (str(source.pk), source.name_en if english else source.name) for source in source_queries.sources(request.scope)
    ]
    campaigns = []
    if request.scope.can(Ability.RECEIVE_INBOUND):
        campaigns = [(str(key), name) for key, name in campaign_choices(request.scope)]
    return pools, sources, campaigns


def _upload_context(request: TiejunRequest, form: UploadForm) -> dict[str, Any]:
    limit = policies.book(request.now).integer("exchange.import_max_bytes", request.scope.unit_chain)
    choices: list[Any] = [form.fields["pool"], form.fields["campaign"]]
    # Besides the empty one.
    has_place = any(len(field.choices) > 1 for field in choices)
    return {
        "form": form,
        "has_place": has_place,
        "most_bytes": limit,
        "most_megabytes": limit >> 20,
        "too_large": words_of(Refusal.FILE_TOO_LARGE, limit=limit >> 20),
        "one_place": words_of(Refusal.POOL_OR_CAMPAIGN),
    }
