"""Pages of the policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.policies import PROFILE_KEY
from tiejun.foundation.policy_catalogue import PROFILES
from tiejun.foundation.web import render
from tiejun.operations.actions import policies as actions
from tiejun.operations.forms import DraftForm, PolicyFilterForm
from tiejun.operations.queries import policies as queries
from tiejun.operations.texts import words_of_choice

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def policies(request: TiejunRequest) -> HttpResponse:
    """Show every value in force with its source, searchable, and what waits for approval."""
    form = PolicyFilterForm(request.GET)
    data: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    unit_id = data.get("unit")
    context = {
        "groups": queries.policy_groups(request.scope, now=request.now, unit_id=unit_id, search=data.get("q", "")),
        "waiting": queries.open_versions(request.scope, now=request.now),
        "units": queries.units_to_choose(request.scope),
        "profile": queries.profile_in_force(request.scope, now=request.now, unit_id=unit_id),
        "unit": unit_id,
        "q": data.get("q", ""),
        "profiles": [(name, words_of_choice(name)) for name in PROFILES],
    }
    return render(
        request,
        "operations/policies.html#groups" if request.htmx.target == "groups" else "operations/policies.html",
        context,
    )


@require_safe
def policy(request: TiejunRequest, key: str) -> HttpResponse:
    """Show one key: its meaning, profiles, history and the form for a draft."""
    return render(request, "operations/policy.html", _detail(request, key, None))


@require_POST
def draft(request: TiejunRequest, key: str) -> HttpResponse:
    """Draft a value."""
    context = _detail(request, key, None)
    form = DraftForm(
        context["detail"].entry, queries.units_to_choose(request.scope), request.POST, zone=request.scope.zone
    )
    if not form.is_valid():
        return render(request, "operations/policy.html", context | {"form": form}, status=422)
    actions.draft_policy(request.scope, key=key, now=request.now, **form.cleaned_data)
    messages.success(request, _("Drafted. It is in force once it is approved."))
    return redirect("operations:policy", key=key)


@require_POST
def approve(request: TiejunRequest, version_id: UUID) -> HttpResponse:
    """Approve a draft as the second person."""
    row = actions.approve_policy(request.scope, version_id=version_id, now=request.now)
    return redirect("operations:policy", key=row.key)


@require_POST
def put_in_force(request: TiejunRequest, version_id: UUID) -> HttpResponse:
    """Put an ordinary draft in force by oneself."""
    row = actions.put_in_force(request.scope, version_id=version_id, now=request.now)
    return redirect("operations:policy", key=row.key)


@require_POST
def withdraw(request: TiejunRequest, version_id: UUID) -> HttpResponse:
    """Take back a draft or end an ordinary version."""
    row = actions.withdraw_policy(
        request.scope, version_id=version_id, reason=request.POST.get("reason", "")[:500], now=request.now
    )
    return redirect("operations:policy", key=row.key)


@require_POST
def end(request: TiejunRequest, version_id: UUID) -> HttpResponse:
    """End any version as one who approves."""
    row = actions.end_policy(
        request.scope, version_id=version_id, reason=request.POST.get("reason", "")[:500], now=request.now
    )
    return redirect("operations:policy", key=row.key)


@require_safe
def profile(request: TiejunRequest, name: str) -> HttpResponse:
    """Show what a profile would change before it is drafted."""
    context = {
        "name": name,
        "label": words_of_choice(name),
        "current": queries.profile_in_force(request.scope, now=request.now),
        "changes": queries.profile_changes(request.scope, name, now=request.now),
        "key": PROFILE_KEY,
        "may_draft": request.scope.can(Ability.DRAFT_POLICY),
    }
    return render(request, "operations/profile.html", context)


def _detail(request: TiejunRequest, key: str, form: DraftForm | None) -> dict[str, Any]:
    detail = queries.policy_detail(request.scope, key, now=request.now)
    may_draft = request.scope.can(Ability.DRAFT_POLICY)
    if form is None and may_draft:
        form = DraftForm(
            detail.entry, queries.units_to_choose(request.scope), value=detail.line.value, zone=request.scope.zone
        )
    may_approve = request.scope.can(Ability.APPROVE_POLICY)
    return {"detail": detail, "form": form, "may_draft": may_draft, "may_approve": may_approve}
