"""The desk of hand-overs and the page of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.web import render
from tiejun.leads.queries.handing_over import reason_words, refusal_words
from tiejun.succession import actions, queries, texts
from tiejun.succession.forms import POOL, BeginForm, ids_of, receiver_of

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def desk(request: TiejunRequest) -> HttpResponse:
    """Show the hand-overs within reach and offer to begin one."""
    found = queries.desk(request.scope, request.now)
    return render(
        request, "succession/desk.html", {"desk": found, "form": BeginForm(found.people), "states": texts.STATES}
    )


@require_POST
def begin(request: TiejunRequest) -> HttpResponse:
    """Prepare a hand-over and go to its page."""
    request.scope.require(Ability.HAND_OVER)
    found = queries.desk(request.scope, request.now)
    form = BeginForm(found.people, request.POST)
    if not form.is_valid():
        context = {"desk": found, "form": form, "states": texts.STATES}
        return render(request, "succession/desk.html", context, status=422)
    wanted = form.cleaned_data
    row = actions.begin_succession(request.scope, person_id=wanted["person"], reason=wanted["reason"], now=request.now)
    return redirect("succession:succession", succession_id=row.pk)


@require_safe
def succession(request: TiejunRequest, succession_id: UUID) -> HttpResponse:
    """Show what goes to whom, or how far it is; `?part=state` is the part that polls."""
    page = queries.succession_page(request.scope, succession_id, request.now)
    to = request.GET.get("to", "")
    known = {POOL, *(str(taker.person_id) for taker in page.takers)}
    items = queries.items_page(
        request.scope, succession_id, to=to if to in known else "", cursor=request.GET.get("cursor")
    )
    context = {
        "page": page,
        "row": page.row,
        "lines": [_line(request, item, items.names) for item in items.rows],
        "items": items,
        "state": texts.STATES[page.row.state],
        "to": to,
        "query": urlencode({"to": to}) if to in known else "",
        "tabs": _tabs(page, to),
        "is_open": page.row.state == "OPEN",
        "targets": [(str(taker.person_id), taker.name) for taker in page.takers] + [(POOL, _("Back to the pool"))],
    }
    part = "#state" if request.htmx and request.GET.get("part") == "state" else ""
    return render(request, f"succession/succession.html{part}", context)


@require_POST
def propose(request: TiejunRequest, succession_id: UUID) -> HttpResponse:
    """Propose anew among the ticked colleagues."""
    chosen = ids_of(request.POST.getlist("person"))
    actions.propose(request.scope, succession_id=succession_id, person_ids=chosen, now=request.now)
    messages.success(request, _("Proposed anew."))
    return redirect("succession:succession", succession_id=succession_id)


@require_POST
def choose(request: TiejunRequest, succession_id: UUID) -> HttpResponse:
    """Put the ticked companies to a colleague."""
    queries.succession_in_reach(request.scope, succession_id)
    try:
        to_person_id = receiver_of(request.POST.get("to", ""))
    except ValueError:
        raise Invalid(to=_("Choose who takes over.")) from None
    ids = ids_of(request.POST.getlist("item"))
    actions.choose(request.scope, succession_id=succession_id, item_ids=ids, to_person_id=to_person_id, now=request.now)
    return redirect("succession:succession", succession_id=succession_id)


@require_POST
def start(request: TiejunRequest, succession_id: UUID) -> HttpResponse:
    """Hand everything over."""
    actions.start_succession(request.scope, succession_id=succession_id, now=request.now)
    return redirect("succession:succession", succession_id=succession_id)


def _line(request: TiejunRequest, item: Any, names: dict[UUID, str]) -> dict[str, Any]:
    return {
        "item": item,
        "to": names.get(item.to_person_id, ""),
        "reasons": reason_words(request.scope, item.reasons),
        "outcome": texts.OUTCOMES[item.outcome],
        "why_stayed": refusal_words(request.scope, item.why_stayed),
    }


def _tabs(page: queries.SuccessionPage, to: str) -> list[dict[str, Any]]:
    tabs = [{"label": _("All"), "url": "?", "active": not to, "count": page.figures.total}]
    for taker in page.takers:
        if taker.customers + taker.leads:
            key = str(taker.person_id)
            count = taker.customers + taker.leads
            tabs.append({"label": taker.name, "url": f"?to={key}", "active": to == key, "count": count})
    if page.undecided:
        tabs.append({"label": _("Pool"), "url": f"?to={POOL}", "active": to == POOL, "count": page.undecided})
    return tabs
