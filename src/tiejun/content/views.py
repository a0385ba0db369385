"""Scripts: read by occasion, written in drafts, published."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.content import actions, queries, texts
from tiejun.content.forms import DraftForm, NewScriptForm
from tiejun.content.rules import Occasion
from tiejun.foundation.refusals import words_of
from tiejun.foundation.web import render

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.content.queries import ScriptPage
    from tiejun.foundation.web import TiejunRequest


@require_safe
def scripts(request: TiejunRequest) -> HttpResponse:
    """Show the published scripts by occasion."""
    chosen = request.GET.get("occasion", "")
    chosen = chosen if chosen in list(Occasion) else ""
    found = queries.published_scripts(request.scope, request.now, occasion=chosen)
    groups = [
        (texts.OCCASIONS[Occasion(occasion)], list(rows)) for occasion, rows in groupby(found, attrgetter("occasion"))
    ]
    here = reverse("content:scripts")
    tabs = [{"label": _("All of them"), "url": here, "active": not chosen}] + [
        {"label": words, "url": f"{here}?occasion={one}", "active": one == chosen}
        for one, words in texts.OCCASIONS.items()
    ]
    may_write = request.scope.can(Ability.WRITE_SCRIPTS)
    return render(request, "content/scripts.html", {"groups": groups, "tabs": tabs, "may_write": may_write})


@require_safe
def desk(request: TiejunRequest) -> HttpResponse:
    """List all scripts for who writes them, drafts first."""
    in_use, retired = queries.desk(request.scope)
    context = {
        "in_use": [(line, texts.OCCASIONS[Occasion(line.script.occasion)]) for line in in_use],
        "retired": [(line, texts.OCCASIONS[Occasion(line.script.occasion)]) for line in retired],
        "may_publish": request.scope.can(Ability.PUBLISH_SCRIPTS),
    }
    return render(request, "content/desk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest) -> HttpResponse:
    """Start a script."""
    request.scope.require(Ability.WRITE_SCRIPTS)
    form = NewScriptForm(request.POST or None)
    if form.is_valid():
        row = actions.start_script(
            request.scope, occasion=form.cleaned_data["occasion"], words=form.words(), now=request.now
        )
        messages.success(request, _("The draft is kept. Nobody reads it before it is published."))
        return redirect("content:script", row.pk)
    context = {"form": form, "title": _("New script"), "back": reverse("content:desk")}
    return render(request, "content/new.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def script(request: TiejunRequest, script_id: UUID) -> HttpResponse:
    """Show a script with its versions, and write the draft of the next one."""
    page = queries.script_page(request.scope, script_id, request.now)
    form = DraftForm(request.POST or None, initial=_initial(page))
    if form.is_valid():
        given = form.cleaned_data
        actions.write_draft(
            request.scope,
            script_id=script_id,
            version=given["version"],
            words=form.words(),
            why=given["why"],
            now=request.now,
        )
        messages.success(request, _("The draft is kept. Nobody reads it before it is published."))
        return redirect("content:script", script_id)
    context = {
        "page": page,
        "form": form,
        "occasion": texts.OCCASIONS[Occasion(page.script.occasion)],
        "advice": [texts.ADVICE[one] for one in page.advice],
        "refusal": words_of(page.why_not_publish) if page.why_not_publish else "",
    }
    return render(request, "content/script.html", context, status=422 if form.is_bound else 200)


def _initial(page: ScriptPage) -> dict[str, Any]:
    """The newest words, with what was said of the draft."""
    names = ("title", "body", "title_en", "body_en")
    words = {name: getattr(page.versions[0].row, name) for name in names}
    return words | {"version": page.script.version, "why": page.draft.why if page.draft else ""}


@require_POST
def publish(request: TiejunRequest, script_id: UUID) -> HttpResponse:
    """Publish the draft as it was read."""
    text = request.POST.get("version", "")
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    actions.publish_script(request.scope, script_id=script_id, version=version, now=request.now)
    messages.success(request, _("Published: people read it now, and phones keep it with the day."))
    return redirect("content:script", script_id)


@require_POST
def retire(request: TiejunRequest, script_id: UUID) -> HttpResponse:
    """Let a script be read no more."""
    actions.retire_script(request.scope, script_id=script_id, now=request.now)
    messages.success(request, _("The script is read no more. Its versions stay."))
    return redirect("content:desk")


@require_POST
def restore(request: TiejunRequest, script_id: UUID) -> HttpResponse:
    """Take a retired script back into use."""
    actions.restore_script(request.scope, script_id=script_id)
    messages.success(request, _("The script is in use again."))
    return redirect("content:desk")
