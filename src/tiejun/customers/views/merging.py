"""The desk of duplicates, the merge side by side, and what was merged lately."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.customers import queries, texts
from tiejun.customers.actions import merging as actions
from tiejun.customers.queries import merging as pairs
from tiejun.customers.rules.merging import CHOICES, links
from tiejun.engines.duplicates import Reason
from tiejun.foundation.web import render
from tiejun.ui.dialogs import went_to

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def duplicates(request: TiejunRequest) -> HttpResponse:
    """Show the pairs that the night proposes as one."""
    page = pairs.proposals_page(request.scope, request.GET.get("cursor"))
    lines = [(line, [texts.REASONS[Reason(code)] for code in line.proposal.reasons]) for line in page.lines]
    return render(request, "customers/duplicates.html", {"page": page, "lines": lines})


@require_POST
def tell_apart(request: TiejunRequest, proposal_id: UUID) -> HttpResponse:
    """Remember that two companies are two."""
    actions.tell_apart(request.scope, proposal_id=proposal_id, now=request.now)
    return went_to(request, _("Noted: these are two companies."), reverse("customers:duplicates"))


@require_safe
def merge_with(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Find the company that another one is to be merged with."""
    request.scope.require(Ability.MERGE_CUSTOMERS)
    found = queries.company_in_reach(request.scope, company_id, Ability.MERGE_CUSTOMERS)
    text = request.GET.get("q", "")[:100]
    others = [row for row in queries.search(request.scope, text, 20) if row.pk != found.pk] if text else []
    page = pairs.proposals_page(request.scope, company_id=found.pk)
    proposed = [line.second if line.proposal.first_id == found.pk else line.first for line in page.lines]
    context = {"company": found, "text": text, "others": others, "proposed": proposed}
    return render(request, "customers/merge_with.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: TiejunRequest, survivor_id: UUID, absorbed_id: UUID) -> HttpResponse:
    """Show two companies side by side with what would follow; and make them one."""
    request.scope.require(Ability.MERGE_CUSTOMERS)
    if request.method == "POST":
        row = actions.merge_companies(
            request.scope,
            survivor_id=survivor_id,
            absorbed_id=absorbed_id,
            chosen={code: request.POST.get(f"choice-{code}", "") for code in CHOICES},
            note=request.POST.get("note", "")[:300],
            now=request.now,
        )
        return went_to(
            request, _("Merged. It can be undone under “Merged lately”."), _page_of(request, row.survivor_id)
        )
    view = pairs.side_by_side(request.scope, survivor_id, absorbed_id, links())
    context = {
        "view": view,
        "choices": [(choice, texts.CHOICES[choice.code], *_shown(view, choice)) for choice in view.choices],
        "follows": _counted(view.follows),
    }
    return render(request, "customers/merge.html", context)


@require_safe
def merges(request: TiejunRequest) -> HttpResponse:
    """Show what was merged lately, and what can be undone."""
    lines = [
        (line, _counted(line.moved), _counted(line.stayed), texts.REFUSALS.get(line.why_not_undo, ""))
        for line in pairs.merges(request.scope, request.now)
    ]
    return render(request, "customers/merges.html", {"lines": lines})


@require_POST
def undo(request: TiejunRequest, merge_id: UUID) -> HttpResponse:
    """Make two companies of one again; what changed since is named on the list."""
    actions.undo_merge(request.scope, merge_id=merge_id, now=request.now)
    return went_to(request, _("Undone: these are two companies again."), reverse("customers:merges"))


def _shown(view: pairs.SideBySide, choice: pairs.Choice) -> tuple[Any, Any]:
    if choice.code == "address":
        return tuple(f"{face.district} {face.company.address}".strip() for face in (view.survivor, view.absorbed))  # type: ignore[return-value]
    if choice.code == "segment_id":
        return tuple(
            face.company.segment.name if face.company.segment else "" for face in (view.survivor, view.absorbed)
        )  # type: ignore[return-value]
    return choice.survivor, choice.absorbed


def _counted(numbers: Mapping[str, int]) -> list[tuple[Any, int]]:
    return [(texts.KINDS_OF_ROWS[kind], number) for kind, number in numbers.items() if number]


def _page_of(request: TiejunRequest, company_id: UUID) -> str:
    if request.scope.can(Ability.VIEW_CUSTOMERS):
        return reverse("customers:company", args=[company_id])
    return reverse("customers:merges")
