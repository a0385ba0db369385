"""Pages of visits: the list, one visit, check-in, record, edit, amend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tiejun.access.abilities import Ability
from tiejun.foundation import idempotency
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import local_date
from tiejun.foundation.web import TiejunRequest, problem, render, wants_json
from tiejun.lists.queries import views_bar
from tiejun.org import queries as org_queries
from tiejun.visits import texts
from tiejun.visits.actions import day_locks, field, recording
from tiejun.visits.forms import AmendForm, CheckInForm, FactsForm, RecordForm, quick_step_days, told_at
from tiejun.visits.queries import visits as queries
from tiejun.visits.queries.choice import my_companies
from tiejun.visits.queries.exporting import filters_from
from tiejun.visits.rules.digest import digest_of
from tiejun.visits.rules.vocabulary import Presence, Refusal
from tiejun.visits.views import presenting

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.visits.models import Visit


@require_GET
def visit_list(request: TiejunRequest) -> HttpResponse:
    """Show visits within reach with their filters; the table alone when htmx asks."""
    views = views_bar(request.scope, texts.VISITS, request.GET.items())
    if views.opens_with:
        return redirect(f"{reverse(texts.VISITS.page)}?{views.opens_with.query}")
    filters = filters_from(request.scope, request.GET)
    page = queries.visits_page(request.scope, filters, cursor=request.GET.get("cursor"))
    today = local_date(request.now, request.scope.zone)
    members = org_queries.members_in_reach(request.scope, Ability.VIEW_VISITS, on=today)
    context = presenting.list_context(request, page, members) | {"views": views}
    return render(request, "visits/list.html#table" if request.htmx.target == "visits" else "visits/list.html", context)


@require_GET
def of_company(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Show the newest visits at a company, as a panel of its page."""
    rows = queries.visits_of_company(request.scope, company_id)
    return render(request, "visits/of_company.html", {"rows": rows, "company_id": company_id})


@require_GET
def visit(request: TiejunRequest, visit_id: UUID) -> HttpResponse:
    """Show one visit: verdict with reasons, evidence, amendments."""
    detail = queries.visit_detail(request.scope, visit_id, now=request.now)
    template = "visits/visit.html#detail" if request.htmx.target == "drawer-body" else "visits/visit.html"
    context = presenting.detail_context(detail) | presenting.question_context(request, detail)
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def record(request: TiejunRequest) -> HttpResponse:
    """Record a visit: the form, and what the form or the phone's outbox sends."""
    told = told_at(request.POST, request.headers.get("X-Sent-At", ""), request.now)
    form = RecordForm(request.POST or None, zone=request.scope.zone, now=told)
    if request.method == "GET":
        return _record_page(request, form)
    if not form.is_valid():
        return _invalid(request, form)
    facts = form.record(request)
    known = queries.record_of_key(request.scope, facts.client_key)
    if known is not None and bytes(known.record_digest) != digest_of(facts):
        # The key belongs to the other record: this copy is kept beside it, outside the key's protection.
        idempotency.take()
        recording.keep_conflict(request.scope, facts=facts, body=request.POST.urlencode()[:20_000], now=request.now)
        return _conflict(request, known)
    row = recording.record_visit(request.scope, facts=facts, now=request.now)
    return _recorded(request, row)


@require_GET
def companies(request: TiejunRequest) -> HttpResponse:
    """Find one's own company to record a visit at."""
    q = request.GET.get("q", "")
    return render(request, "visits/record.html#companies", {"found": my_companies(request.scope, q), "q": q.strip()})


@require_POST
def check_in(request: TiejunRequest) -> HttpResponse:
    row = field.check_in(request.scope, facts=CheckInForm(request.POST).facts(request), now=request.now)
    url = f"{reverse('visits:record')}?company={row.company_id}"
    return JsonResponse({"id": str(row.pk), "href": url}, status=201) if wants_json(request) else redirect(url)


@require_POST
def cancel(request: TiejunRequest, visit_id: UUID) -> HttpResponse:
    field.cancel_visit(request.scope, visit_id=visit_id, reason=request.POST.get("reason", "")[:300], now=request.now)
    messages.info(request, _("Visit cancelled"))
    return redirect("visits:plan")


@require_POST
def consent(request: TiejunRequest) -> HttpResponse:
    field.give_location_consent(request.scope, now=request.now)
    return redirect(_back(request))


@require_POST
def withdraw_consent(request: TiejunRequest) -> HttpResponse:
    field.withdraw_location_consent(request.scope, now=request.now)
    messages.info(request, _("No position will be kept any more."))
    return redirect(_back(request))


@require_http_methods(["GET", "POST"])
def edit(request: TiejunRequest, visit_id: UUID) -> HttpResponse:
    """Correct one's own record until the soft lock."""
    form = FactsForm(request.POST or None, zone=request.scope.zone, now=request.now)
    if request.method == "GET" or not form.is_valid():
        return _edit_page(request, visit_id, form, status=422 if form.errors else 200)
    version = int(request.POST["version"]) if request.POST.get("version", "").isdecimal() else 0
    try:
        recording.edit_visit(request.scope, visit_id=visit_id, version=version, facts=form.facts(), now=request.now)
    except Refused as refused:
        # What was typed stays on the page: the amendment that is open now asks for the same words.
        form.add_error(None, refused.message)
        return _edit_page(request, visit_id, form, status=409)
    messages.success(request, _("Changes saved"))
    return redirect("visits:visit", visit_id=visit_id)


def _edit_page(request: TiejunRequest, visit_id: UUID, form: FactsForm, *, status: int) -> HttpResponse:
    detail = queries.visit_detail(request.scope, visit_id, now=request.now)
    context = queries.record_context(request.scope, company_id=detail.visit.company_id, now=request.now)
    days = quick_step_days(local_date(request.now, request.scope.zone))
    return render(request, "visits/edit.html", presenting.edit_context(detail, context, form, days), status=status)


@require_POST
def amend(request: TiejunRequest, visit_id: UUID) -> HttpResponse:
    form = AmendForm(request.POST)
    if not form.is_valid():
        detail = queries.visit_detail(request.scope, visit_id, now=request.now)
        return render(
            request, "visits/visit.html", presenting.detail_context(detail) | {"amend_form": form}, status=422
        )
    values = form.cleaned_data
    day_locks.amend_visit(
        request.scope, visit_id=visit_id, field=values["field"], value=values["value"], reason=values["reason"], now=request.now
    )  # fmt: skip
    messages.success(request, _("Amendment recorded"))
    return redirect("visits:visit", visit_id=visit_id)


def _record_page(request: TiejunRequest, form: RecordForm, *, status: int = 200) -> HttpResponse:
    asked = CheckInForm(request.GET if request.method == "GET" else request.POST)
    asked.is_valid()
    company_id = asked.cleaned_data.get("company")
    context = queries.record_context(request.scope, company_id=company_id, now=request.now)
    choices = my_companies(request.scope) if context.company_id is None else []
    shown = presenting.record_context(context, form, quick_step_days(local_date(request.now, request.scope.zone)))
    cold_name = asked.cleaned_data.get("company_name", "")
    presence = texts.PRESENCES[Presence(context.running.presence)] if context.running else ""
    extra: dict[str, Any] = {
        "found": choices, "item_id": asked.cleaned_data.get("item"), "cold_name": cold_name, "is_cold": bool(cold_name), "presence": presence,
    }  # fmt: skip
    return render(request, "visits/record.html", shown | extra, status=status)


def _invalid(request: TiejunRequest, form: RecordForm) -> HttpResponse:
    if wants_json(request):
        errors = {name: str(found[0]) for name, found in form.errors.items()}
        return problem(422, "invalid", " ".join(errors.values()), errors=errors)
    return _record_page(request, form, status=422)


def _conflict(request: TiejunRequest, known: Visit) -> HttpResponse:
    message = _(
        "This form was already sent with other contents. Both are kept: look at the visit that was recorded first."
    )
    if wants_json(request):
        return problem(409, Refusal.ALREADY_RECORDED.lower(), message, href=reverse("visits:visit", args=[known.pk]))
    return render(request, "409.html", {"message": message, "code": Refusal.ALREADY_RECORDED.lower()}, status=409)


def _recorded(request: TiejunRequest, row: Visit) -> HttpResponse:
    href = reverse("visits:visit", args=[row.pk])
    words = presenting.verdict_words(row)
    if not wants_json(request):
        messages.success(request, words)
        return redirect(href)
    status = 201 if row.received_at == request.now else 200
    return JsonResponse(presenting.verdict_json(row) | {"href": href, "message": words}, status=status)


def _back(request: TiejunRequest) -> str:
    target = request.POST.get("next", "")
    return target if target.startswith("/visits/") else reverse("visits:plan")
