"""Many leads with one click, and the click back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import Invalid
from tiejun.leads.actions import bulk
from tiejun.leads.forms.bulk import BulkForm, BulkReleaseForm, BulkTagForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_POST
def claim(request: TiejunRequest) -> HttpResponse:
    """Claim the ticked leads of a pool."""
    request.scope.require(Ability.CLAIM_LEAD)
    form = _valid(BulkForm(request.POST))
    bulk.claim_many(request.scope, now=request.now, **form.cleaned_data)
    return _back(request, "leads:pool")


@require_POST
def release(request: TiejunRequest) -> HttpResponse:
    """Give the ticked leads back."""
    request.scope.require(Ability.RELEASE_LEAD)
    form = _valid(BulkReleaseForm(request.POST))
    bulk.release_many(request.scope, now=request.now, **form.cleaned_data)
    return _back(request, "leads:mine")


@require_POST
def tag(request: TiejunRequest) -> HttpResponse:
    """Put a tag on the ticked leads."""
    request.scope.require(Ability.RECORD_FOLLOW_UP)
    form = _valid(BulkTagForm(request.POST))
    bulk.tag_many(request.scope, now=request.now, **form.cleaned_data)
    return _back(request, "leads:mine")


@require_POST
def undo(request: TiejunRequest, bulk_id: UUID) -> HttpResponse:
    """Take a bulk action back."""
    row = bulk.undo_bulk(request.scope, bulk_id=bulk_id, now=request.now)
    said = _("Taken back: %(undone)s of %(done)s.") % {"undone": row.undone, "done": row.done}
    if row.undone < row.done:
        said += " " + _("What was worked on since, or is in other hands by now, stays as it is.")
    (messages.success if row.undone == row.done else messages.warning)(request, said)
    return _back(request, "leads:pool" if row.kind == "CLAIM" else "leads:mine")


def _valid(form: BulkForm) -> BulkForm:
    if not form.is_valid():
        raise Invalid(**{name: " ".join(str(fault) for fault in faults) for name, faults in form.errors.items()})
    return form


def _back(request: TiejunRequest, url_name: str) -> HttpResponse:
    """Go back to the list as it was filtered."""
    came_from = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        return redirect(came_from)
    return redirect(url_name)
