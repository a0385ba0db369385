"""Pages of orders: draft, lines, approval, signature, contract."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.engines.documents import is_available
from tiejun.foundation import files
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.lists.queries import views_bar
from tiejun.pipeline import queries, rules, texts
from tiejun.pipeline.actions import orders as actions
from tiejun.pipeline.actions import signing
from tiejun.pipeline.forms import CancelForm, ContractForm, NoteForm, OrderForm, SignForm, VersionForm, line_forms
from tiejun.pipeline.queries import pages
from tiejun.pipeline.queries.papers import papers_of_order
from tiejun.pipeline.views.dialogs import dialog
from tiejun.pipeline.views.opportunities import product_names
from tiejun.ui.dialogs import done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse, QueryDict

    from tiejun.foundation.web import TiejunRequest
    from tiejun.pipeline.rules import LineFacts

STATUSES = ("", "DRAFT", "SIGNED", "CANCELLED")


@require_safe
def orders(request: TiejunRequest) -> HttpResponse:
    """List the orders."""
    views = views_bar(request.scope, texts.ORDERS, request.GET.items())
    if views.opens_with:
        return redirect(f"{reverse(texts.ORDERS.page)}?{views.opens_with.query}")
    status = request.GET.get("status", "") if request.GET.get("status") in STATUSES else ""
    waiting = request.GET.get("waiting") == "1"
    page = queries.orders_page(
        request.scope, status=status, awaiting_approval=waiting, cursor=request.GET.get("cursor")
    )
    query = "waiting=1" if waiting else f"status={status}"
    return render(
        request,
        "pipeline/orders.html",
        {
            "page": page,
            "views": views,
            "tabs": _tabs(request, status, waiting=waiting),
            "query": query,
            "may_write_text": request.scope.can(Ability.WRITE_CONTRACT_TEXT),
        },
    )


def _tabs(request: TiejunRequest, status: str, *, waiting: bool) -> list[dict[str, Any]]:
    words = {"": _("All"), "DRAFT": _("Drafts"), "SIGNED": _("Signed"), "CANCELLED": _("Cancelled")}
    here = reverse("pipeline:orders")
    tabs: list[dict[str, Any]] = [
        {"label": words[key], "url": f"{here}?status={key}", "active": key == status and not waiting}
        for key in STATUSES
    ]
    if request.scope.can(Ability.APPROVE_ORDER):
        tabs.append({"label": _("To approve"), "url": f"{here}?waiting=1", "active": waiting})
    return tabs


@require_POST
def draft(request: TiejunRequest, opportunity_id: UUID) -> HttpResponse:
    """Draft an order for an opportunity."""
    row = actions.draft_order(request.scope, opportunity_id=opportunity_id, now=request.now)
    return done(request, _("A draft is ready. Check its lines."), "pipeline:order", row.pk)


@require_safe
def order(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Show an order: as an editor while it is a draft, as a document once it is signed."""
    view = pages.order_view(request.scope, order_id, now=request.now)
    lines = pages.sold_lines(request.scope, currency=view.row.currency)
    context = {
        "view": view, "row": view.row, "today": local_date(request.now, request.scope.zone),
        "products": list(product_names([*lines, *(line.product_line for line in view.lines)]).items()),
        "is_draft": view.row.status == "DRAFT", "is_signed": view.row.status == "SIGNED",
        "latest": view.revisions[0],
        "papers": papers_of_order(request.scope, view.row), "prints": is_available(),
    }  # fmt: skip
    return render(request, "pipeline/order.html", context)


@require_safe
def order_print(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Show an order as it is printed and signed on paper."""
    view = pages.order_view(request.scope, order_id, now=request.now)
    return render(request, "pipeline/order_print.html", {"view": view, "row": view.row})


@require_safe
def blank_line(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Give an empty line for the editor."""
    row = queries.order_in_reach(request.scope, order_id, Ability.EDIT_OPPORTUNITY)
    products = list(product_names(pages.sold_lines(request.scope, currency=row.currency)).items())
    return render(
        request, "pipeline/order.html#line", {"products": products, "row": row, "fresh": request.GET.get("n", "")}
    )


@require_safe
def totals(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Add up the lines that stand in the editor; nothing is written."""
    row = queries.order_in_reach(request.scope, order_id, Ability.EDIT_OPPORTUNITY)
    prices = {line.pk: line.list_price_minor for line in pages.sold_lines(request.scope)}
    forms = [form for form in line_forms(request.GET) if form.is_valid()]
    lines = [form.facts() for form in forms]
    sums = rules.totals([(line, prices.get(line.product_line_id, line.unit_price_minor)) for line in lines])
    causes = pages.approval_causes(request.scope, row, now=request.now, sums=sums)
    return render(
        request, "pipeline/order.html#totals", {"sums": sums, "causes": causes, "row": row, "is_unsaved": True}
    )


@require_POST
def save_lines(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Save the lines and terms of a draft."""
    form = OrderForm(request.POST)
    if not form.is_valid():
        raise Invalid(terms=_("These terms cannot be saved."))
    lines = _lines(request.POST)
    given = form.cleaned_data
    row = actions.edit_order(
        request.scope, order_id=order_id, version=given["version"], lines=lines, terms=given["terms"], now=request.now
    )
    return done(request, _("Saved."), "pipeline:order", row.pk)


def _lines(data: QueryDict) -> list[LineFacts]:
    forms = line_forms(data)
    for number, form in enumerate(forms, start=1):
        if not form.is_valid():
            raise Invalid(lines=_("Line %(number)s: check quantity and amounts.") % {"number": number})
    return [form.facts() for form in forms]


@require_POST
def ask_approval(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Ask for the approval of a draft."""
    row = actions.ask_approval(request.scope, order_id=order_id, now=request.now)
    return done(request, _("Asked for approval."), "pipeline:order", row.pk)


@require_POST
def approve(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Approve a draft."""
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    row = actions.approve_order(request.scope, order_id=order_id, version=version, now=request.now)
    return done(request, _("Approved."), "pipeline:order", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Decline to approve a draft, saying why."""
    row = queries.order_in_reach(request.scope, order_id, Ability.APPROVE_ORDER)
    form = NoteForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        actions.decline_order(request.scope, order_id=order_id, now=request.now, **form.cleaned_data)
        return done(request, _("Declined."), "pipeline:order", row.pk)
    return dialog(
        request,
        form,
        title=_("Decline order"),
        intro=row.number,
        submit=_("Decline"),
        back=_page(row.pk),
        tone="danger",
    )


def _page(order_id: UUID) -> str:
    return reverse("pipeline:order", args=[order_id])


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Sign a draft."""
    row = queries.order_in_reach(request.scope, order_id, Ability.SIGN_ORDER)
    form = SignForm(
        request.POST or None, initial={"version": row.version, "signed_on": local_date(request.now, request.scope.zone)}
    )
    if request.method == "POST" and form.is_valid():
        signing.sign_order(request.scope, order_id=order_id, now=request.now, **form.cleaned_data)
        return done(request, _("Signed. Congratulations!"), "pipeline:order", row.pk)
    note = _("A signed order never changes: later changes are amendments.")
    return dialog(
        request,
        form,
        title=_("Sign order"),
        intro=row.company.name,
        note=note,
        order=row,
        submit=_("Sign order"),
        back=_page(row.pk),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Cancel a draft or a signed order without money."""
    row = queries.order_in_reach(request.scope, order_id, Ability.SIGN_ORDER)
    form = CancelForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        actions.cancel_order(request.scope, order_id=order_id, now=request.now, **form.cleaned_data)
        return done(request, _("The order is cancelled."), "pipeline:order", row.pk)
    return dialog(
        request,
        form,
        title=_("Cancel order"),
        intro=row.number,
        submit=_("Cancel this order"),
        back=_page(row.pk),
        tone="danger",
    )


@require_POST
def amend(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Begin an amendment of a signed order."""
    row = signing.amend_order(request.scope, order_id=order_id, now=request.now)
    return done(request, _("The amendment is a draft: change it and sign it."), "pipeline:order", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def contract(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Record the paper of a signed order."""
    row = queries.order_in_reach(request.scope, order_id, Ability.RECORD_CONTRACT)
    form = ContractForm(
        request.POST or None, request.FILES or None, initial={"signed_on": row.signed_on, "number": row.number}
    )
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("number", "signed_on", "signatory", "terms")}
        signing.record_contract(request.scope, order_id=order_id, scan=form.uploaded(), now=request.now, **facts)
        return done(request, _("The contract is recorded."), "pipeline:order", row.pk)
    return dialog(
        request,
        form,
        title=_("Record contract"),
        intro=row.company.name,
        submit=_("Record"),
        back=_page(row.pk),
        has_file=True,
    )


@require_safe
def contract_file(request: TiejunRequest, contract_id: UUID) -> StreamingHttpResponse:
    """Download the scan of a contract."""
    found = pages.contract_scan(request.scope, contract_id)
    assert found.file is not None
    response = StreamingHttpResponse(files.read(found.file.pk), content_type=found.file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{found.number_as_file_name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
