"""The one page that every form of this module is shown on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tiejun.foundation.web import render
from tiejun.org import queries
from tiejun.org.queries import units

if TYPE_CHECKING:
    from uuid import UUID

    from django import forms
    from django.http import HttpResponse

    from tiejun.access.scope import Scope
    from tiejun.foundation.web import TiejunRequest

WIDE = "\N{IDEOGRAPHIC SPACE}"


def show_form(request: TiejunRequest, form: forms.Form, **texts: Any) -> HttpResponse:
    """Show a form: `title`, `submit` and `back_url` are needed, `subtitle`, `warning` and `is_danger` may be given; 422 with its errors."""
    return render(request, "org/form.html", {"form": form, **texts}, status=422 if form.is_bound else 200)


def unit_choices(request: TiejunRequest) -> list[tuple[UUID, str]]:
    """Return the open units for a select, indented by their depth."""
    return [
        (line.unit_id, f"{WIDE * line.depth}{line.name}") for line in units.unit_tree(request.scope, now=request.now)
    ]


def name_of(scope: Scope, person_id: UUID) -> str:
    """Return a person's name, or an empty text."""
    return queries.names_of(scope, [person_id]).get(person_id, "")
