"""The hand-over board, one hand-over, disputes, and the random check of invalid marks."""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.marketing import texts
from tiejun.marketing.actions import disputes as actions
from tiejun.marketing.forms.campaigns import ReasonForm
from tiejun.marketing.forms.handover import DecideForm, DrawForm, VerdictForm
from tiejun.marketing.queries import campaigns as campaign_queries
from tiejun.marketing.queries import handover as queries
from tiejun.marketing.rules.handover import words_of_disposition
from tiejun.marketing.views.dialogs import source_name
from tiejun.marketing.views.inbound import answer_words
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def board(request: TiejunRequest) -> HttpResponse:
    """Show what became of what came in, by column, and what each campaign brought and cost."""
    campaign_id = _campaign(request)
    columns = queries.board(request.scope, campaign_id=campaign_id)
    asked = request.GET.get("column", "")
    chosen = asked if asked in texts.COLUMNS else "ACCEPTED"
    sees_money = request.scope.can(Ability.VIEW_CAMPAIGNS)
    lines = campaign_queries.campaigns(request.scope) if sees_money else []
    context = {
        "columns": [
            (column, texts.COLUMNS[column.column], [_card(card) for card in column.cards]) for column in columns
        ],
        "chosen": chosen,
        "tabs": _tabs(columns, chosen, campaign_id),
        "sees_money": sees_money,
        "sees_inbound": request.scope.can(Ability.VIEW_INBOUND),
        "lines": lines,
        "campaigns": [(line.row.pk, line.row.name) for line in lines],
        "campaign_id": campaign_id,
    }
    return render(request, "marketing/board.html", context)


def _tabs(columns: list[queries.ColumnOfCards], chosen: str, campaign_id: UUID | None) -> list[dict[str, Any]]:
    keep = f"campaign={campaign_id}&" if campaign_id else ""
    return [
        {
            "label": texts.COLUMNS[column.column],
            "url": f"?{keep}column={column.column}",
            "active": column.column == chosen,
            "count": column.count,
        }
        for column in columns
    ]


@require_safe
def handover(request: TiejunRequest, handover_id: UUID) -> HttpResponse:
    """Show one hand-over with the disposition of sales."""
    view = queries.handover_detail(request.scope, handover_id)
    row = view.row
    context = {
        "view": view,
        "row": row,
        "stage": texts.STAGES[row.stage],
        "tone": texts.STAGE_TONES[row.stage],
        "source": source_name(row.source),
        "channel": texts.CHANNELS[row.channel],
        "window": texts.WINDOWS[row.window],
        "answers": answer_words(view.answers),
        "touches": [(touch, source_name(touch.source)) for touch in view.touches],
        "disposition": words_of_disposition(row.disposition),
        "disposed_by": view.names.get(row.disposed_by_id, "") if row.disposed_by_id else "",
        "dispute_words": texts.DISPUTES[view.dispute.status] if view.dispute else "",
        "checks": [(check, texts.VERDICTS[check.verdict]) for check in view.checks],
    }
    return render(request, f"marketing/handover.html{_part(request)}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: TiejunRequest, handover_id: UUID) -> HttpResponse:
    """Object to an "invalid"."""
    row = queries.disputable(request.scope, handover_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.open_dispute(
            request.scope, handover_id=handover_id, reason=form.cleaned_data["reason"], now=request.now
        )
        return done(request, _("The dispute is open."), "marketing:handover", handover_id)
    back = reverse("marketing:handover", args=[handover_id])
    return dialog(request, form, title=_("Dispute the mark"), intro=row.company_name, submit=_("Dispute"), back=back)


@require_safe
def disputes(request: TiejunRequest) -> HttpResponse:
    """List open or decided disputes."""
    is_open = request.GET.get("show") != "decided"
    page = queries.disputes_page(request.scope, is_open=is_open, cursor=request.GET.get("cursor"))
    tabs = [
        {"label": _("Open disputes"), "url": "?", "active": is_open},
        {"label": _("Decided"), "url": "?show=decided", "active": not is_open},
    ]
    context = {
        "page": page,
        "tabs": tabs,
        "lines": [(row, texts.DISPUTES[row.status], source_name(row.handover.source)) for row in page.rows],
        "may_decide": request.scope.can(Ability.DECIDE_DISPUTE),
        "may_check": request.scope.can(Ability.CHECK_INVALID),
        "keep": "" if is_open else "show=decided&",
    }
    return render(request, "marketing/disputes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: TiejunRequest, dispute_id: UUID) -> HttpResponse:
    """Decide a dispute."""
    row = queries.dispute(request.scope, dispute_id)
    form = DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.decide_dispute(
            request.scope,
            dispute_id=dispute_id,
            is_upheld=given["decision"] == "UPHELD",
            note=given["note"],
            now=request.now,
        )
        return done(request, _("Decided."), "marketing:disputes")
    return dialog(
        request,
        form,
        title=_("Decide the dispute"),
        intro=row.handover.company_name,
        submit=_("Decide"),
        back=reverse("marketing:disputes"),
        note=row.marketing_reason,
    )


@require_safe
def checks(request: TiejunRequest) -> HttpResponse:
    """List drawn marks: those that wait, and what was found."""
    draws = queries.draws(request.scope)
    found = queries.checks_of_draws(request.scope, [draw.pk for draw in draws])
    context = {
        "draws": draws,
        "lines": [(row, texts.VERDICTS.get(row.verdict, ""), source_name(row.handover.source)) for row in found],
    }
    return render(request, "marketing/checks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: TiejunRequest) -> HttpResponse:
    """Draw a sample of invalid marks."""
    request.scope.require(Ability.CHECK_INVALID)
    today = local_date(request.now, request.scope.zone)
    form = DrawForm(request.POST or None, initial={"first_on": today.replace(day=1), "last_on": today})
    if request.method == "POST" and form.is_valid():
        actions.draw_sample(request.scope, seed=token_hex(8), now=request.now, **form.cleaned_data)
        return done(request, _("The sample is drawn."), "marketing:checks")
    intro = _("The lot is cast here and kept with the draw, so that anybody can repeat it.")
    back = reverse("marketing:checks")
    return dialog(request, form, title=_("Draw a sample"), intro=intro, submit=_("Draw"), back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: TiejunRequest, check_id: UUID) -> HttpResponse:
    """Settle one drawn mark."""
    row = queries.drawn_mark(request.scope, check_id)
    form = VerdictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.check_mark(request.scope, check_id=check_id, now=request.now, **form.cleaned_data)
        return done(request, _("Noted."), "marketing:checks")
    return dialog(
        request,
        form,
        title=_("Check the mark"),
        intro=row.handover.company_name,
        submit=_("Note"),
        back=reverse("marketing:checks"),
        note=row.handover.evidence,
    )


def _card(card: queries.Card) -> dict[str, Any]:
    url_name = "marketing:record" if card.is_inbound else "marketing:handover"
    return {
        "card": card,
        "url": reverse(url_name, args=[card.id]),
        "source": source_name(card.source),
        "intent": texts.INTENTS[card.intent] if card.intent in ("HIGH", "MEDIUM") else "",
        "tone": texts.INTENT_TONES[card.intent],
        "dispute": texts.DISPUTES.get(card.dispute, ""),
        "lost": texts.STAGES["LOST"] if card.stage == "LOST" else "",
        "disposition": words_of_disposition(card.disposition) if card.disposition else "",
    }


def _campaign(request: TiejunRequest) -> UUID | None:
    text = request.GET.get("campaign", "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def _part(request: TiejunRequest) -> str:
    return "#card" if request.htmx.target == "drawer-body" else ""
