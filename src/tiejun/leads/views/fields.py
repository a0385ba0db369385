"""Custom fields of a lead: one form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tiejun.access.abilities import Ability
from tiejun.fields.queries import record_form
from tiejun.fields.rules import Subject
from tiejun.foundation.web import render
from tiejun.leads import queries
from tiejun.leads.actions.fields import write_fields
from tiejun.ui.dialogs import done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_http_methods(["GET", "HEAD", "POST"])
def fields(request: TiejunRequest, lead_id: UUID) -> HttpResponse:
    """Fill in the custom fields of a lead; what a colleague wrote meanwhile is shown beside what was typed."""
    found = queries.lead_in_reach(request.scope, lead_id, Ability.EDIT_CUSTOMER)
    data = request.POST if request.method == "POST" else None
    form = record_form(request.scope, Subject.LEAD, found.custom, data)
    if data is not None and not form.faults and not form.theirs:
        given, version = form.given, found.version
        write_fields(request.scope, lead_id=lead_id, version=version, values=given, now=request.now)
        return done(request, _("Saved."), "leads:lead", lead_id)
    context = {
        "form": form,
        "title": _("More about the lead"),
        "intro": found.company.name,
        "here": request.get_full_path(),
        "back": reverse("leads:lead", args=[lead_id]),
    }
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(
        request, f"fields/edit.html{part}", context, status=409 if form.theirs else 422 if form.faults else 200
    )
