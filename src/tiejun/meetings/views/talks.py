"""The week's talks between two, and the monthly sharing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.web import render
from tiejun.meetings import texts
from tiejun.meetings.actions import sharing as sharing_actions
from tiejun.meetings.actions import talks as actions
from tiejun.meetings.forms import DraftForm, SharingForm, TalkForm, demanded
from tiejun.meetings.queries import sharing as sharing_queries
from tiejun.meetings.queries import talks as queries
from tiejun.meetings.rules.talks import DraftKind
from tiejun.meetings.views.asked import asked_id

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.meetings.rules.talks import TalkKind


@require_safe
def talks(request: TiejunRequest) -> HttpResponse:
    """Show who is due a talk this week, and one's own talks."""
    page = queries.talks_page(request.scope, unit_id=asked_id(request.GET, "unit"), now=request.now)
    context = {
        "page": page,
        "lines": [(line, texts.TALK_KINDS[line.kind]) for line in page.lines],
        "mine": [(row, texts.TALK_KINDS[row.kind], _facts(row.facts)) for row in page.mine],
        "units": _units(page.units, page.unit.pk) if page.unit else [],
    }
    return render(request, "meetings/talks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: TiejunRequest, person_id: UUID, kind: TalkKind) -> HttpResponse:
    """Show the sheet of a talk, or keep what it brought."""
    request.scope.require(Ability.HOLD_ONE_TO_ONE)
    sheet = queries.talk_sheet(request.scope, person_id, kind, now=request.now)
    if request.method == "POST":
        form = demanded(TalkForm(request.POST))
        actions.hold_talk(
            request.scope,
            person_id=person_id,
            kind=kind,
            version=form.cleaned_data["version"],
            notes=form.notes(),
            now=request.now,
        )
        messages.success(request, _("Kept."))
        return redirect(f"{reverse('meetings:talks')}?unit={sheet.member.unit_id}")
    context = {
        "sheet": sheet,
        "kind": texts.TALK_KINDS[kind],
        "facts": _facts(sheet.facts),
        "today": request.now.date(),
    }
    return render(
        request, "meetings/talk.html", context | {"earlier": [(row, _facts(row.facts)) for row in sheet.earlier]}
    )


def _facts(facts: dict[str, Any]) -> list[tuple[str, Any]]:
    return [(str(texts.TALK_FACTS[name]), value) for name, value in facts.items() if name in texts.TALK_FACTS]


def _units(units: list[Any], here: UUID) -> list[dict[str, Any]]:
    items = [{"label": unit.name, "url": f"?unit={unit.pk}", "active": unit.pk == here} for unit in units]
    return items if len(items) > 1 else []


@require_safe
def sharing(request: TiejunRequest) -> HttpResponse:
    """Show a unit's monthly sharing and the drafts it left."""
    page = sharing_queries.sharing_page(request.scope, unit_id=asked_id(request.GET, "unit"), now=request.now)
    context = {
        "page": page,
        "units": _units(page.units, page.unit.pk),
        "best": [(str(one.person_id), one.name) for one in page.best],
        "kinds": [(kind.value, str(texts.DRAFT_KINDS[kind])) for kind in DraftKind],
        "drafts": [(row, texts.DRAFT_KINDS[row.kind]) for row in page.drafts],
    }
    return render(request, "meetings/sharing.html", context)


@require_POST
def hold(request: TiejunRequest) -> HttpResponse:
    """Keep what was shared."""
    request.scope.require(Ability.HOLD_SHARING)
    given = demanded(SharingForm(request.POST)).cleaned_data
    row = sharing_actions.hold_sharing(
        request.scope,
        unit_id=given["unit"],
        speaker_id=given["speaker"],
        notes=given["notes"],
        problems=given["problems"],
        now=request.now,
    )
    messages.success(request, _("Kept."))
    return redirect(f"{reverse('meetings:sharing')}?unit={row.unit_id}")


@require_POST
def draft(request: TiejunRequest, sharing_id: UUID) -> HttpResponse:
    """Make a note of a sharing a draft of shared content."""
    request.scope.require(Ability.HOLD_SHARING)
    sharing_queries.sharing_in_reach(request.scope, sharing_id)
    given = demanded(DraftForm(request.POST)).cleaned_data
    row = sharing_actions.draft_content(
        request.scope, sharing_id=sharing_id, kind=DraftKind(given["kind"]), title=given["title"], text=given["text"],
        now=request.now,
    )  # fmt: skip
    return redirect(f"{reverse('meetings:sharing')}?unit={row.unit_id}")


@require_POST
def withdraw(request: TiejunRequest, draft_id: UUID) -> HttpResponse:
    """Take a draft back."""
    row = sharing_actions.withdraw_draft(request.scope, draft_id=draft_id)
    return redirect(f"{reverse('meetings:sharing')}?unit={row.unit_id}")
