"""Pages of exports: take a list out, watch it being written, fetch the file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from tiejun.access.abilities import Ability
from tiejun.exchange.actions import exports as actions
from tiejun.exchange.forms import ShownExportForm, TableExportForm
from tiejun.exchange.queries import sheets
from tiejun.exchange.queries import taken as queries
from tiejun.exchange.rules.exports import ExportRefusal, FileKind, byte_range
from tiejun.exchange.texts import words_of_export_fault
from tiejun.foundation import files
from tiejun.foundation.refusals import Refused
from tiejun.foundation.web import render
from tiejun.lists.rules import state_of_address

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.exchange.models.exports import TableExport
    from tiejun.foundation.web import TiejunRequest


@require_safe
def exports(request: TiejunRequest) -> HttpResponse:
    """List one's own exports, newest first."""
    page = queries.exports_page(request.scope, cursor=request.GET.get("cursor"))
    return render(request, "exchange/exports.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest) -> HttpResponse:
    """Ask for a list as a file: the dialog, and what it sends."""
    kind = sheets.exported_kind(request.scope, (request.POST or request.GET).get("kind", ""))
    # The list changes its address while it is filtered: the page that asks knows best what is shown.
    current = request.htmx.current_url if request.htmx else None
    state = state_of_address(kind, current or request.GET.urlencode())
    form = TableExportForm(request.POST or None, initial={"kind": kind.key, "state": state})
    if form.is_valid():
        given = form.cleaned_data
        row = actions.ask_export(
            request.scope, kind=kind.key, address=given["state"], file_kind=FileKind(given["file_kind"]),
            language=get_language() or "en", now=request.now,
        )  # fmt: skip
        address = reverse("exchange:export", args=[row.pk])
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    context = {"form": form, "kind": kind, "here": reverse("exchange:export_new"), "back": reverse(kind.page)}
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(request, f"exchange/export_new.html{part}", context, status=422 if form.is_bound else 200)


@require_POST
def shown(request: TiejunRequest) -> HttpResponse:
    """Hand a table back as a file that a page has just shown."""
    request.scope.require(Ability.EXPORT_TABLES)
    form = ShownExportForm(request.POST)
    if not form.is_valid():
        return render(request, "exchange/export_shown.html", {"form": form}, status=422)
    table, kind = form.cleaned_data["table"], FileKind(form.cleaned_data["kind"])
    with io.BytesIO() as target:
        actions.take_shown(request.scope, target=target, shown=table, file_kind=kind, now=request.now)
        answer = HttpResponse(target.getvalue(), content_type=actions.TYPES[kind])
    name = table.name or _("Table")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name}.{kind.value}')}"
    return answer


@require_safe
def detail(request: TiejunRequest, export_id: UUID) -> HttpResponse:
    """Show one export: its progress or its file; `?part=state` is the part that polls."""
    row = queries.own_export(request.scope, export_id)
    context: dict[str, Any] = {"row": row, "fault": words_of_export_fault(row.fault)}
    part = "#state" if request.htmx and request.GET.get("part") == "state" else ""
    return render(request, f"exchange/export.html{part}", context)


@require_POST
def cancel(request: TiejunRequest, export_id: UUID) -> HttpResponse:
    """Stop an export."""
    actions.cancel_export(request.scope, export_id=export_id, now=request.now)
    return redirect("exchange:export", export_id=export_id)


@require_safe
def file(request: TiejunRequest, export_id: UUID) -> StreamingHttpResponse:
    """Hand out the file, or the part of it that a broken download asks for."""
    return file_answer(request, queries.own_export(request.scope, export_id))


def file_answer(request: TiejunRequest, row: TableExport) -> StreamingHttpResponse:
    """Return the file of an export, or the part that the request names; raises `Refused` NO_FILE."""
    if row.file is None:
        raise Refused(ExportRefusal.NO_FILE)
    size = row.file.size
    part = byte_range(request.headers.get("Range", ""), size)
    first, last = part or (0, size - 1)
    content = files.read_part(row.file.pk, first, last)
    answer = StreamingHttpResponse(content, content_type=row.file.content_type, status=206 if part else 200)
    answer["Accept-Ranges"], answer["Content-Length"] = "bytes", str(last + 1 - first)
    if part:
        answer["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.file_name)}"
    return answer
