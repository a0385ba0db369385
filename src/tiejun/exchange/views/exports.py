"""Files out: the lists of insight as CSV or as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from tiejun.access.abilities import Ability
from tiejun.engines.tabular.writing import csv_lines, workbook
from tiejun.exchange.forms import AnomalyExportForm, ChannelExportForm, CohortExportForm, ExportForm, GrowthExportForm
from tiejun.exchange.queries import exports
from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tiejun.exchange.queries.exports import Table
    from tiejun.foundation.web import TiejunRequest

F = TypeVar("F", bound=ExportForm)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def channels(request: TiejunRequest) -> HttpResponseBase:
    """Hand out the channels of a span."""
    request.scope.require(Ability.VIEW_CAMPAIGNS)
    form = _asked(ChannelExportForm(request.GET))
    months = form.cleaned_data["months"] or 3
    return _file(exports.channel_table(request.scope, months=months, now=request.now), form.kind)


@require_safe
def cohorts(request: TiejunRequest) -> HttpResponseBase:
    """Hand out the cohorts of the last twelve months, a row for each month since."""
    request.scope.require(Ability.VIEW_BOARD)
    form = _asked(CohortExportForm(request.GET))
    return _file(exports.cohort_table(request.scope, now=request.now, **form.wish()), form.kind)


@require_safe
def growth(request: TiejunRequest) -> HttpResponseBase:
    """Hand out the growth equation of two months by part."""
    request.scope.require(Ability.VIEW_BOARD)
    form = _asked(GrowthExportForm(request.GET))
    return _file(exports.growth_table(request.scope, now=request.now, **form.wish()), form.kind)


@require_safe
def anomalies(request: TiejunRequest) -> HttpResponseBase:
    """Hand out a list of anomalies."""
    request.scope.require(Ability.VIEW_ANOMALIES)
    form = _asked(AnomalyExportForm(request.GET))
    return _file(exports.anomaly_table(request.scope, shown=form.cleaned_data["show"] or "open"), form.kind)


def _asked(form: F) -> F:
    """Return what the address asks for; what cannot be read is no file at all."""
    if not form.is_valid():
        raise NotFound
    return form


def _file(table: Table, kind: str) -> HttpResponseBase:
    response: HttpResponseBase
    if kind == "xlsx":
        response = HttpResponse(workbook(table.header, table.rows, name=table.name), content_type=XLSX)
    else:
        response = StreamingHttpResponse(csv_lines(table.header, table.rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{table.name}.{kind}')}"
    return response
