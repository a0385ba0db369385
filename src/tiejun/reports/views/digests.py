"""The morning digest: what it says today, and whether it comes by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.insight.queries.boards import board_words
from tiejun.reports import texts
from tiejun.reports.actions import digests as actions
from tiejun.reports.forms import DigestForm
from tiejun.reports.queries import digests as queries
from tiejun.reports.rules.mailing import MailFault

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_http_methods(["GET", "HEAD", "POST"])
def digest(request: TiejunRequest) -> HttpResponse:
    """Show this morning's digest of a board, and keep the wish to have it."""
    request.scope.require(Ability.READ_DIGEST)
    wish = queries.own_wish(request.scope)
    choices = [(one.value, words) for one, words in board_words(request.scope).items()]
    asked = request.GET.get("board") or (wish.board if wish and wish.board in dict(choices) else choices[0][0])
    initial = {"board": asked, "hour": wish.hour if wish else "08:00", "by_mail": wish.by_mail if wish else False}
    form = DigestForm(request.POST or None, choices=choices, initial=initial)
    if form.is_valid():
        actions.wish_digest(request.scope, **form.cleaned_data, language=get_language() or "en", now=request.now)
        messages.success(request, _("The digest comes each working day."))
        return redirect("reports:digest")
    sent = queries.last_sent(request.scope)
    context = {
        "found": queries.digest_of(request.scope, asked, now=request.now),
        "form": form,
        "wish": wish,
        "fault": texts.FAULTS[MailFault(sent.fault)] if sent and sent.fault else "",
        "boards": [{"label": words, "url": f"?board={name}", "active": name == asked} for name, words in choices],
        "has_server": settings.MAIL_IS_CONFIGURED,
    }
    return render(request, "reports/digest.html", context, status=422 if form.is_bound else 200)


@require_POST
def stop(request: TiejunRequest) -> HttpResponse:
    """Have no digest any more."""
    actions.stop_digest(request.scope)
    messages.success(request, _("The digest does not come any more."))
    return redirect("reports:digest")
