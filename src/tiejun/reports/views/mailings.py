"""Pages of mailings: which there are, when they come, to whom, and how the last ones went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.exchange.queries.sheets import exported_kind
from tiejun.foundation.web import render
from tiejun.lists.rules import state_of_address
from tiejun.reports import texts
from tiejun.reports.actions import mailings as actions
from tiejun.reports.forms import MailingForm
from tiejun.reports.queries import mailings as queries
from tiejun.reports.rules.mailing import MailFault, Rhythm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.reports.queries.mailings import MailingLine


@require_safe
def mailings(request: TiejunRequest) -> HttpResponse:
    """List one's own mailings."""
    lines = [(line, _when(line)) for line in queries.own_mailings(request.scope)]
    return render(request, "reports/mailings.html", {"lines": lines, "has_server": settings.MAIL_IS_CONFIGURED})


@require_safe
def mailing(request: TiejunRequest, mailing_id: UUID) -> HttpResponse:
    """Show one mailing with its last mails."""
    line = queries.own_mailing(request.scope, mailing_id)
    mails = [(one, texts.FAULTS[MailFault(one.fault)] if one.fault else "") for one in line.last]
    context = {
        "line": line,
        "row": line.row,
        "when": _when(line),
        "mails": mails,
        "has_server": settings.MAIL_IS_CONFIGURED,
    }
    return render(request, "reports/mailing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest) -> HttpResponse:
    """Have a list sent by mail: its address says which rows."""
    request.scope.require(Ability.MAIL_LISTS)
    kind = exported_kind(request.scope, request.GET.get("kind", ""))
    state = state_of_address(kind, request.GET.urlencode())
    people = queries.possible_recipients(request.scope, kind=kind.key, now=request.now)
    initial = {"name": str(kind.name), "persons": [str(request.scope.person_id)]}
    form = MailingForm(request.POST or None, people=people, initial=initial)
    if form.is_valid():
        row = actions.keep_mailing(
            request.scope,
            kind=kind.key,
            address=state,
            wish=form.wish(),
            language=get_language() or "en",
            now=request.now,
        )
        messages.success(request, _("The mailing is kept."))
        return redirect("reports:mailing", row.pk)
    here = f"{reverse('reports:mailing_new')}?{urlencode({'kind': kind.key})}&{state}"
    return _form(
        request, form, title=_("Send by mail"), intro=kind.name, here=here, back=f"{reverse(kind.page)}?{state}"
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, mailing_id: UUID) -> HttpResponse:
    """Change a mailing, or take a paused one up again."""
    line = queries.own_mailing(request.scope, mailing_id)
    people = queries.possible_recipients(request.scope, kind=line.row.kind, now=request.now)
    initial: dict[str, Any] = {
        name: getattr(line.row, name) for name in ("name", "rhythm", "weekday", "hour", "file_kind", "version")
    }
    initial["persons"] = [str(person_id) for person_id in queries.recipient_ids(request.scope, mailing_id)]
    form = MailingForm(request.POST or None, people=people, initial=initial)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        actions.edit_mailing(request.scope, mailing_id=mailing_id, version=version, wish=form.wish(), now=request.now)
        messages.success(request, _("Saved."))
        return redirect("reports:mailing", mailing_id)
    back = reverse("reports:mailing", args=[mailing_id])
    return _form(request, form, title=line.row.name, intro=line.list_name, here=request.path, back=back)


@require_POST
def pause(request: TiejunRequest, mailing_id: UUID) -> HttpResponse:
    """Send a mailing no more until it is taken up again."""
    actions.pause_mailing(request.scope, mailing_id=mailing_id)
    return redirect("reports:mailing", mailing_id)


@require_POST
def remove(request: TiejunRequest, mailing_id: UUID) -> HttpResponse:
    """Remove a mailing."""
    actions.remove_mailing(request.scope, mailing_id=mailing_id)
    messages.success(request, _("The mailing is removed."))
    return redirect("reports:mailings")


def _when(line: MailingLine) -> str:
    rhythm = Rhythm(line.row.rhythm)
    words = str(texts.WEEKDAYS[line.row.weekday] if rhythm is Rhythm.WEEKLY else texts.RHYTHMS[rhythm])
    return f"{words}, {line.row.hour}"


def _form(request: TiejunRequest, form: MailingForm, **more: Any) -> HttpResponse:
    context = {"form": form, **more}
    return render(request, "reports/mailing_form.html", context, status=422 if form.is_bound else 200)
