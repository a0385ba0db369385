"""The board of leads: its columns, more cards of one, and a card that is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.web import render
from tiejun.leads import actions, texts
from tiejun.leads.actions.swapping import promote_lead
from tiejun.leads.queries import kanban as queries
from tiejun.leads.queries.filters import filters_from
from tiejun.leads.rules.kanban import PRIVATE, Column, Step, move

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.leads.queries.kanban import ColumnPage
    from tiejun.leads.queries.lists import LeadFilters

FORMS = {Step.FOLLOW_UP: "leads:follow-up", Step.RELEASE: "leads:release"}
HOME = "layout=board"


def board_context(request: TiejunRequest, filters: LeadFilters) -> dict[str, Any]:
    """Return what the board shows, for the page of leads."""
    pages = queries.kanban(request.scope, filters, request.now)
    return {"columns": [_column(request, page) for page in pages], **_may(request)}


@require_safe
def column(request: TiejunRequest, name: str) -> HttpResponse:
    """Show more cards of one column, behind those that are shown."""
    filters, wanted = filters_from(request.scope, request.GET), queries.column_named(request.scope, name)
    page = queries.kanban_column(request.scope, wanted, filters, request.GET.get("cursor"), request.now)
    return render(request, "leads/kanban.html#cards", {"column": _column(request, page), **_may(request)})


@require_POST
def move_card(request: TiejunRequest) -> HttpResponse:
    """Do what moving a card asks for, or open the form that asks for the fact; `move` is "lead:FROM:TO"."""
    request.scope.require(Ability.VIEW_LEADS)
    lead_id, start, target = _read(request.POST.get("move", ""))
    step = move(start, target)
    if step is None:
        return _answer(request, "")
    if not isinstance(step, Step):
        raise Refused(step)
    if step in FORMS:
        address = f"{reverse(FORMS[step], args=[lead_id])}?{HOME}"
        if not request.htmx:
            return redirect(address)
        answer = render(request, "leads/kanban.html#moved", trigger={"ask-first": address})
        answer["X-Asks-First"] = "1"
        return answer
    if step is Step.CLAIM:
        actions.claim_lead(request.scope, lead_id=lead_id, now=request.now)
        return _answer(request, _("The lead is yours."))
    promote_lead(request.scope, lead_id=lead_id, now=request.now)
    return _answer(request, _("The lead is in your private pool."))


def _read(text: str) -> tuple[UUID, Column, Column]:
    lead_id, _colon, rest = text.partition(":")
    start, _colon, target = rest.partition(":")
    try:
        return UUID(lead_id), Column(start), Column(target)
    except ValueError:
        raise NotFound from None


def _answer(request: TiejunRequest, words: str) -> HttpResponse:
    if not request.htmx:
        if words:
            messages.success(request, words)
        return redirect(f"{reverse('leads:mine')}?{HOME}")
    trigger: dict[str, Any] = {"leads-moved": True}
    if words:
        trigger["toast"] = {"tone": "success", "text": words}
    return render(request, "leads/kanban.html#moved", trigger=trigger)


def _column(request: TiejunRequest, page: ColumnPage) -> dict[str, Any]:
    kept = request.GET.copy()
    for name in ("cursor", "view", "plain"):
        kept.pop(name, None)
    if page.next:
        kept["cursor"] = page.next
    more = f"{reverse('leads:column', args=[page.column])}?{kept.urlencode()}" if page.next else ""
    return {"page": page, "words": texts.COLUMNS[page.column], "more": more, "is_private": page.column in PRIVATE}


def _may(request: TiejunRequest) -> dict[str, Any]:
    return {
        "is_own": queries.is_own_board(request.scope),
        "may_claim": request.scope.can(Ability.CLAIM_LEAD),
        "may_follow_up": request.scope.can(Ability.RECORD_FOLLOW_UP),
        "may_release": request.scope.can(Ability.RELEASE_LEAD),
        "home": HOME,
    }
