"""The desk: what came in, its check, and the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.engines.districts.divisions import division
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.web import render
from tiejun.lists.queries import views_bar
from tiejun.marketing import texts
from tiejun.marketing.actions import inbound as actions
from tiejun.marketing.forms.inbound import AssessForm, CompleteForm, DeskForm, RejectForm, VersionForm
from tiejun.marketing.queries import inbound as queries
from tiejun.marketing.queries.places import districts_by_city
from tiejun.marketing.views.dialogs import source_choices, source_name
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.marketing.models import InboundRecord


@require_safe
def desk(request: TiejunRequest) -> HttpResponse:
    """List what came in: to check, accepted, rejected."""
    views = views_bar(request.scope, texts.INBOUND, request.GET.items())
    if views.opens_with:
        return redirect(f"{reverse(texts.INBOUND.page)}?{views.opens_with.query}")
    group = request.GET.get("show", "open") if request.GET.get("show") in queries.GROUPS else "open"
    page = queries.inbound_page(request.scope, group=group, cursor=request.GET.get("cursor"))
    tabs = [
        {"label": words, "url": f"?show={code}", "active": code == group, "count": page.counts[code]}
        for code, words in texts.GROUPS.items()
    ]
    context = {
        "page": page,
        "views": views,
        "group": group,
        "tabs": tabs,
        "lines": [{"line": line, **_words(line.row)} for line in page.lines],
        "may_enter": request.scope.can(Ability.RECEIVE_INBOUND),
    }
    return render(request, "marketing/desk.html", context)


@require_safe
def record(request: TiejunRequest, inbound_id: UUID) -> HttpResponse:
    """Show one record: what they left, what is known of them, the intent questions, the decision."""
    view = queries.inbound_detail(request.scope, inbound_id, request.now)
    answers = view.assessment.answers if view.assessment else {}
    context = {
        "view": view,
        "row": view.row,
        **_words(view.row),
        "answers": answer_words(answers),
        "assess": AssessForm(known=answers, initial={"version": view.row.version}) if view.may_check else None,
        "door": texts.DOORS[view.row.door],
        "touches": [(touch, source_name(touch.source)) for touch in view.touches],
    }
    return render(request, f"marketing/record.html{_part(request)}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest) -> HttpResponse:
    """Enter somebody who called or came by."""
    request.scope.require(Ability.RECEIVE_INBOUND)
    form = DeskForm(
        request.POST or None,
        sources=source_choices(request),
        campaigns=queries.campaign_choices(request.scope),
        districts=districts_by_city(request.scope),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        row = actions.receive_inbound(
            request.scope,
            facts=form.facts(),
            source_code=given["source"],
            campaign_id=UUID(given["campaign"]) if given["campaign"] else None,
            door="DESK",
            now=request.now,
        )
        return done(request, _("Entered. The duplicate check runs."), "marketing:record", row.pk)
    back = reverse("marketing:inbound")
    return dialog(request, form, title=_("New inbound record"), submit=_("Enter"), back=back, is_grid=True)


@require_POST
def assess(request: TiejunRequest, inbound_id: UUID) -> HttpResponse:
    """Answer the intent questions."""
    form = AssessForm(request.POST)
    if not form.is_valid():
        raise Invalid(answers=_("Answer at least one question."))
    version = form.cleaned_data["version"]
    row = actions.assess_inbound(
        request.scope, inbound_id=inbound_id, version=version, answers=form.answers(), now=request.now
    )
    return done(request, _("Intent: %(score)s points.") % {"score": row.score}, "marketing:record", inbound_id)


@require_POST
def accept(request: TiejunRequest, inbound_id: UUID) -> HttpResponse:
    """Hand a record over to sales."""
    form = VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else 0
    actions.accept_inbound(request.scope, inbound_id=inbound_id, version=version, now=request.now)
    return done(request, _("Handed over to sales."), "marketing:record", inbound_id)


@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: TiejunRequest, inbound_id: UUID) -> HttpResponse:
    """Reject a record, with a reason."""
    request.scope.require(Ability.CHECK_INBOUND)
    row = queries.record(request.scope, inbound_id)
    form = RejectForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        actions.reject_inbound(request.scope, inbound_id=inbound_id, now=request.now, **form.cleaned_data)
        return done(request, _("Rejected."), "marketing:inbound")
    back = reverse("marketing:record", args=[inbound_id])
    return dialog(request, form, title=_("Reject the record?"), intro=row.company_name, submit=_("Reject"), back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: TiejunRequest, inbound_id: UUID) -> HttpResponse:
    """Fill in what a record lacks."""
    request.scope.require(Ability.CHECK_INBOUND)
    row = queries.record(request.scope, inbound_id)
    start = {name: getattr(row, name) for name in ("company_name", "contact_name", "credit_code", "version")}
    form = CompleteForm(
        request.POST or None,
        districts=districts_by_city(request.scope),
        initial={**start, "district": row.district_code},
    )
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        actions.complete_inbound(request.scope, inbound_id=inbound_id, version=version, facts=form.facts())
        return done(request, _("Saved."), "marketing:record", inbound_id)
    back = reverse("marketing:record", args=[inbound_id])
    return dialog(request, form, title=_("Complete the record"), submit=_("Save"), back=back)


def answer_words(answers: dict[str, str]) -> list[tuple[Any, Any]]:
    """Return questions and answers in words."""
    return [
        (texts.QUESTIONS[question], texts.ANSWERS[question].get(answer, answer))
        for question, answer in answers.items()
        if question in texts.QUESTIONS
    ]


def _words(row: InboundRecord) -> dict[str, Any]:
    place = division(row.district_code or row.city_code)
    return {
        "source": source_name(row.source),
        "status": texts.STATUSES[row.status],
        "status_tone": texts.STATUS_TONES[row.status],
        "intent": texts.INTENTS[row.intent] if row.score is not None else "",
        "intent_tone": texts.INTENT_TONES[row.intent],
        "rejection": texts.REJECTIONS.get(row.rejection, ""),
        "known_by": texts.KNOWN_BY.get(row.known_by, ""),
        "channel": texts.CHANNELS[row.channel],
        "window": texts.WINDOWS[row.window],
        "place": place.name if place else "",
    }


def _part(request: TiejunRequest) -> str:
    return "#card" if request.htmx.target == "drawer-body" else ""
