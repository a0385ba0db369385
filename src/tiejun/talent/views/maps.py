"""Skill maps: of a person, one's own, of a group, of the company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.views.decorators.http import require_safe

from tiejun.foundation.web import render
from tiejun.talent.queries import groups, sheets
from tiejun.talent.views.presenting import (
    asked_day,
    asked_unit,
    group_context,
    offer_rows,
    sheet_context,
    total_rows,
)

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def desk(request: TiejunRequest) -> HttpResponse:
    """Show the skills of a group side by side, and what each should practise first."""
    found = groups.group_skills(request.scope, unit_id=asked_unit(request.GET), now=request.now)
    return render(request, "talent/desk.html", group_context(found))


@require_safe
def person(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Show a person's skill map as of a day."""
    sheet = sheets.skill_sheet(request.scope, person_id, **_asked(request), now=request.now)
    return render(request, "talent/person.html", sheet_context(sheet))


@require_safe
def mine(request: TiejunRequest) -> HttpResponse:
    """Show the own skill map."""
    sheet = sheets.own_sheet(request.scope, **_asked(request), now=request.now)
    return render(request, "talent/person.html", sheet_context(sheet))


@require_safe
def offer(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Offer what a person should practise to the form of an accompanied visit."""
    found = sheets.needs_in_reach(request.scope, person_id, now=request.now)
    return render(request, "talent/offer.html", {"rows": offer_rows(found, person_id, asked_day(request.GET))})


@require_safe
def totals(request: TiejunRequest) -> HttpResponse:
    """Show how many people stand at which level, without names."""
    found = groups.skill_totals(request.scope, now=request.now)
    return render(request, "talent/totals.html", {"found": found, "sections": total_rows(found)})


def _asked(request: TiejunRequest) -> dict[str, Any]:
    return {"day": asked_day(request.GET), "cursor": request.GET.get("cursor", "")}
