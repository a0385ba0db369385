"""The finance desk: statements, payments and what they pay, who is late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.org import queries as org
from tiejun.pipeline.actions import statements as actions
from tiejun.pipeline.forms import VersionForm
from tiejun.pipeline.forms.finance import AsideForm, MatchForm, StatementForm
from tiejun.pipeline.queries import bank_files, finance
from tiejun.pipeline.texts import FAULTS, PROPOSED
from tiejun.pipeline.views.dialogs import dialog
from tiejun.ui.dialogs import done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.pipeline.queries.finance import PaymentRow

DEFAULT_CURRENCY = "CNY"


@require_safe
def desk(request: TiejunRequest) -> HttpResponse:
    """Show payments that are not used up, what they may be for, and who is late with how much."""
    asked = request.GET.get("which", "open")
    which = asked if asked in finance.WHICH else "open"
    today = local_date(request.now, request.scope.zone)
    page = finance.payments_page(request.scope, which=which, cursor=request.GET.get("cursor"))
    found = finance.desk(request.scope, today=today, now=request.now)
    words = {
        "open": pgettext("payments", "To match"),
        "matched": pgettext("payments", "Matched"),
        "aside": pgettext("payments", "Set aside"),
    }
    here = reverse("pipeline:finance")
    tabs: list[dict[str, Any]] = [
        {"label": words[key], "url": f"{here}?which={key}", "active": key == which} for key in finance.WHICH
    ]
    tabs[0]["count"] = found.unmatched_count or ""
    context = {
        "desk": found, "page": page, "rows": [_shown(row) for row in page.rows], "tabs": tabs, "which": which,
        "files": finance.bank_files(request.scope, limit=5),
    }  # fmt: skip
    return render(request, "pipeline/finance.html", context)


def _shown(row: PaymentRow) -> dict[str, Any]:
    offered = [
        {
            "one": one,
            "reasons": [str(PROPOSED[reason]) for reason in one.reasons],
            "is_first": place == 0 and one.is_sure,
        }
        for place, one in enumerate(row.proposals)
    ]
    return {"line": row.line, "matches": row.matches, "proposals": offered}


@require_safe
def payment(request: TiejunRequest, line_id: UUID) -> HttpResponse:
    """Show one payment, and find the order it is for."""
    row = finance.payment(request.scope, line_id)
    text = request.GET.get("q", "")
    context = {
        "row": _shown(row), "line": row.line, "q": text,
        "found": finance.open_orders(request.scope, text, currency=row.line.currency),
    }  # fmt: skip
    return render(request, "pipeline/payment.html", context)


@require_POST
def match(request: TiejunRequest, line_id: UUID) -> HttpResponse:
    """Use a payment for an order."""
    form = MatchForm(request.POST)
    if not form.is_valid():
        raise Invalid(amount=_("Choose an order and, if not all of it is meant, an amount."))
    given = form.cleaned_data
    actions.match_payment(
        request.scope, line_id=line_id, order_id=given["order"], version=given["version"],
        amount_minor=given["amount"], now=request.now,
    )  # fmt: skip
    return done(request, _("Matched. It can be undone under Receipts or Matched."), "pipeline:finance")


@require_http_methods(["GET", "HEAD", "POST"])
def read_file(request: TiejunRequest) -> HttpResponse:
    """Read a bank statement."""
    request.scope.require(Ability.RECORD_RECEIPT)
    currencies = sorted({line.currency for line in org.product_lines(request.scope)} | {DEFAULT_CURRENCY})
    form = StatementForm(
        request.POST or None, request.FILES or None, currencies=currencies, initial={"currency": DEFAULT_CURRENCY}
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        statement = bank_files.read_bank_file(
            request.scope,
            name=file.name or "",
            chunks=file.chunks(),
            currency=form.cleaned_data["currency"],
            now=request.now,
        )
        row = actions.import_statement(request.scope, statement=statement, now=request.now)
        said = ngettext("%(n)s payment taken in.", "%(n)s payments taken in.", row.taken) % {"n": row.taken}
        return done(request, said, "pipeline:bank-file", row.pk)
    return dialog(
        request, form, title=_("Read a bank statement"), submit=_("Read"), back=reverse("pipeline:finance"), has_file=True,
        intro=_("The same file or payment is never taken in twice."),
    )  # fmt: skip


@require_safe
def bank_file(request: TiejunRequest, file_id: UUID) -> HttpResponse:
    """Show what was found in a bank statement; each row that could not be taken is named."""
    row = finance.bank_file(request.scope, file_id)
    bad = [{**one, "words": str(FAULTS.get(one["fault"], one["fault"]))} for one in row.bad_rows]
    return render(request, "pipeline/bank_file.html", {"row": row, "bad": bad})


@require_http_methods(["GET", "HEAD", "POST"])
def set_aside(request: TiejunRequest, line_id: UUID) -> HttpResponse:
    """Set a payment aside that is no customer's."""
    row = finance.payment(request.scope, line_id)
    form = AsideForm(request.POST or None, initial={"version": row.line.version})
    if request.method == "POST" and form.is_valid():
        actions.set_payment_aside(request.scope, line_id=line_id, now=request.now, **form.cleaned_data)
        return done(request, _("The payment is set aside."), "pipeline:finance")
    intro = " · ".join(part for part in (row.line.payer, row.line.purpose) if part)
    return dialog(
        request,
        form,
        title=_("Set payment aside"),
        intro=intro,
        submit=_("Set aside"),
        back=reverse("pipeline:finance"),
    )


@require_POST
def take_back(request: TiejunRequest, line_id: UUID) -> HttpResponse:
    """Take a payment back to the desk."""
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    actions.take_payment_back(request.scope, line_id=line_id, version=version, now=request.now)
    return done(request, _("The payment is back on the desk."), "pipeline:finance")
