"""More days for a lead: asked on its page, decided on the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.web import render
from tiejun.leads import queries
from tiejun.leads.actions import extensions
from tiejun.leads.forms.steps import DecisionForm, ExtensionForm
from tiejun.leads.queries.extensions import extension_desk
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Ask for more days."""
    found = queries.lead_in_reach(request.scope, lead_id, Ability.REQUEST_EXTENSION)
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        extensions.request_extension(request.scope, lead_id=lead_id, now=request.now, **form.cleaned_data)
        return done(request, _("Asked: your leader decides."), "leads:lead", lead_id)
    return dialog(
        request,
        form,
        title=_("Ask for more days"),
        intro=found.company.name,
        submit=_("Ask"),
        back=reverse("leads:lead", args=[lead_id]),
        note=_("Once per holding. Until it is decided the deadline stays as it is."),
    )


@require_safe
def desk(request: TiejunRequest) -> HttpResponse:
    """Show the requests that wait, and those decided lately."""
    return render(request, "leads/extensions.html", {"desk": extension_desk(request.scope, request.now)})


@require_POST
def decide(request: TiejunRequest, request_id: UUID) -> HttpResponse:
    """Grant or deny a request."""
    request.scope.require(Ability.DECIDE_EXTENSION)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Invalid(granted=_("Grant or deny."))
    row = extensions.decide_extension(request.scope, request_id=request_id, now=request.now, **form.cleaned_data)
    said = _("Granted.") if row.status == "GRANTED" else _("Denied.")
    return done(request, said, "leads:extensions")
