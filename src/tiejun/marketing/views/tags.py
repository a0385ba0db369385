"""Tags and tag rules."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation import refusals
from tiejun.foundation.web import render
from tiejun.marketing import texts
from tiejun.marketing.actions import tags as actions
from tiejun.marketing.forms.handover import RuleForm, TagForm
from tiejun.marketing.queries import tags as queries
from tiejun.marketing.queries.sources import source_names
from tiejun.marketing.rules.tags import why_not_conditions
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.marketing.rules.tags import Condition


@require_safe
def tags(request: TiejunRequest) -> HttpResponse:
    """List tags and the rules that give them."""
    request.scope.require(Ability.MANAGE_TAGS)
    names = source_names(request.scope)
    rules = [
        (
            rule,
            [
                (texts.FIELDS[one.field], texts.COMPARISONS[one.comparison], _said(one, names))
                for one in rule.conditions
            ],
        )
        for rule in queries.tag_rules(request.scope)
    ]
    return render(request, "marketing/tags.html", {"tags": queries.tags(request.scope), "rules": rules})


def _said(condition: Condition, names: Mapping[str, str]) -> object:
    """Return a condition's value as people call it: a source by its name, a known answer in the reader's language."""
    known: Mapping[str, object] = {
        "source": names,
        "means": texts.MEANS,
        "intent": texts.INTENTS,
        "channel": texts.CHANNELS,
    }.get(condition.field, {})
    return known.get(condition.value, condition.value)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest) -> HttpResponse:
    """Add a tag, or change the one of this name."""
    request.scope.require(Ability.MANAGE_TAGS)
    form = TagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_tag(request.scope, **form.cleaned_data)
        return done(request, _("Saved."), "marketing:tags")
    return dialog(request, form, title=_("New tag"), submit=_("Save"), back=reverse("marketing:tags"))


@require_POST
def retire(request: TiejunRequest, tag_id: UUID) -> HttpResponse:
    """Retire a tag."""
    actions.retire_tag(request.scope, tag_id=tag_id, now=request.now)
    return done(request, _("The tag is given no more."), "marketing:tags")


@require_http_methods(["GET", "HEAD", "POST"])
def new_rule(request: TiejunRequest) -> HttpResponse:
    """Add a rule; `preview` shows what it would do first."""
    request.scope.require(Ability.MANAGE_TAGS)
    offered = [(str(tag.id), tag.label) for tag in queries.tags(request.scope)]
    form = RuleForm(request.POST or None, tags=offered)
    preview = refusal = None
    if request.method == "POST" and form.is_valid():
        conditions = form.conditions()
        refusal = why_not_conditions(conditions)
        if refusal is None and "preview" not in request.POST:
            tag_id = UUID(form.cleaned_data["tag"])
            actions.add_tag_rule(request.scope, tag_id=tag_id, conditions=conditions, now=request.now)
            return done(request, _("The rule is in force."), "marketing:tags")
        preview = queries.preview_rule(request.scope, conditions) if refusal is None else None
    context = {"form": form, "preview": preview, "refusal": refusals.words_of(refusal) if refusal else ""}
    return render(request, "marketing/rule.html", context, status=422 if refusal else 200)


@require_POST
def switch_rule(request: TiejunRequest, rule_id: UUID) -> HttpResponse:
    """Switch a rule on or off."""
    actions.switch_tag_rule(request.scope, rule_id=rule_id, is_on=request.POST.get("is_on") == "1")
    return done(request, _("Saved."), "marketing:tags")
