"""Pages of money: what is due, what came in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.pipeline.actions import collections as actions
from tiejun.pipeline.forms import PlanForm, ReceiptForm, ReverseForm
from tiejun.pipeline.queries import collections as collections_queries
from tiejun.pipeline.views.dialogs import dialog
from tiejun.ui.dialogs import done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

SHOWN = ("", "overdue", "soon")


@require_safe
def collections(request: TiejunRequest) -> HttpResponse:
    """List the instalments that await money."""
    which = request.GET.get("which", "") if request.GET.get("which") in SHOWN else ""
    today = local_date(request.now, request.scope.zone)
    page = collections_queries.collections_page(
        request.scope, today=today, which=which, cursor=request.GET.get("cursor")
    )
    words = {"": _("All open"), "overdue": _("Overdue"), "soon": _("Due this week")}
    here = reverse("pipeline:collections")
    tabs = [{"label": words[key], "url": f"{here}?which={key}", "active": key == which} for key in SHOWN]
    may_receive = request.scope.can(Ability.RECORD_RECEIPT)
    return render(
        request,
        "pipeline/collections.html",
        {"page": page, "tabs": tabs, "which": which, "may_receive": may_receive, "today": today},
    )


@require_safe
def receipts(request: TiejunRequest) -> HttpResponse:
    """List the receipts."""
    waiting = request.GET.get("waiting") == "1"
    page = collections_queries.receipts_page(request.scope, waiting_only=waiting, cursor=request.GET.get("cursor"))
    here = reverse("pipeline:receipts")
    tabs: list[dict[str, Any]] = [
        {"label": _("All"), "url": here, "active": not waiting},
        {"label": _("Cash to confirm"), "url": f"{here}?waiting=1", "active": waiting},
    ]
    may_receive = request.scope.can(Ability.RECORD_RECEIPT)
    return render(
        request, "pipeline/receipts.html", {"page": page, "tabs": tabs, "waiting": waiting, "may_receive": may_receive}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def receive(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Record money that came in for an order."""
    plan = collections_queries.plan_in_reach(request.scope, order_id, Ability.RECORD_RECEIPT)
    first = {
        "received_on": local_date(request.now, request.scope.zone),
        "amount": max(0, plan.amount_minor - plan.received_minor),
        "payer": plan.order.company.name,
    }
    form = ReceiptForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        actions.record_receipt(request.scope, order_id=order_id, facts=form.facts(), now=request.now)
        return done(request, _("The receipt is recorded."), "pipeline:order", order_id)
    intro = f"{plan.order.company.name} · {plan.order.number}"
    return dialog(
        request,
        form,
        title=_("Record receipt"),
        intro=intro,
        plan=plan,
        submit=_("Record"),
        back=reverse("pipeline:order", args=[order_id]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: TiejunRequest, order_id: UUID) -> HttpResponse:
    """Divide what is open of an order into equal instalments."""
    found = collections_queries.plan_in_reach(request.scope, order_id, Ability.PLAN_COLLECTION)
    first = {
        "version": found.version,
        "count": 3,
        "first_due_on": local_date(request.now, request.scope.zone),
        "step_days": 30,
    }
    form = PlanForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        parts = form.parts(max(0, found.amount_minor - found.received_minor))
        actions.plan_collection(
            request.scope, order_id=order_id, version=form.cleaned_data["version"], parts=parts, now=request.now
        )
        return done(request, _("The collection plan is set."), "pipeline:order", order_id)
    intro = f"{found.order.company.name} · {found.order.number}"
    return dialog(
        request,
        form,
        title=_("Collection plan"),
        intro=intro,
        plan=found,
        submit=_("Set plan"),
        back=reverse("pipeline:order", args=[order_id]),
    )


@require_POST
def confirm(request: TiejunRequest, receipt_id: UUID) -> HttpResponse:
    """Confirm a cash receipt as the second person."""
    actions.confirm_receipt(request.scope, receipt_id=receipt_id, now=request.now)
    return done(request, _("The cash is confirmed."), "pipeline:receipts")


@require_http_methods(["GET", "HEAD", "POST"])
def reverse_one(request: TiejunRequest, receipt_id: UUID) -> HttpResponse:
    """Take a wrong receipt back."""
    request.scope.require(Ability.RECORD_RECEIPT)
    row = collections_queries.receipt_in_reach(request.scope, receipt_id)
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.reverse_receipt(
            request.scope, receipt_id=receipt_id, reason=form.cleaned_data["reason"], now=request.now
        )
        return done(request, _("The receipt is reversed."), "pipeline:receipts")
    return dialog(
        request, form, title=_("Reverse receipt"), intro=f"{row.number} · {row.plan.order.company.name}", submit=_("Reverse"),
        back=reverse("pipeline:receipts"), tone="danger", receipt=row,
    )  # fmt: skip
