"""Anomalies: the list, one with its history, and the steps to its answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.web import render
from tiejun.insight import texts
from tiejun.insight.actions import anomalies as actions
from tiejun.insight.forms import AnswerForm, PlanForm, RaiseForm
from tiejun.insight.queries import anomalies as queries
from tiejun.insight.rules.anomalies import PARTS, Part, State, Step
from tiejun.insight.rules.links import Link
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from uuid import UUID

    from django import forms
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.insight.models import Anomaly

TABS = {
    queries.OPEN: texts.OPEN_ANOMALIES,
    queries.MINE: texts.MY_ANOMALIES,
    queries.CLOSED: texts.CLOSED_ANOMALIES,
}


@dataclass(frozen=True, slots=True)
class Words:
    """An anomaly with the words of its codes."""

    row: Anomaly
    link: str
    icon: str
    side: str
    state: str
    tone: str


@require_safe
def anomalies(request: TiejunRequest) -> HttpResponse:
    """Show the anomalies one may see: open, one's own, closed."""
    shown = request.GET.get("show", queries.OPEN)
    page = queries.anomaly_page(request.scope, shown=shown, cursor=request.GET.get("cursor"))
    context = {
        "lines": [_words(row) for row in page.rows],
        "next": page.next_cursor,
        "previous": page.previous_cursor,
        "show": shown,
        "tabs": [{"label": words, "url": f"?show={key}", "active": key == shown} for key, words in TABS.items()],
    }
    return render(request, "insight/anomalies.html", context)


@require_safe
def anomaly(request: TiejunRequest, anomaly_id: UUID) -> HttpResponse:
    """Show an anomaly: the number, what explains it, what is done about it, its history."""
    found = queries.case(request.scope, anomaly_id, now=request.now)
    parts = [part for part in PARTS[Link(found.anomaly.link)] if part is not Part.PERSON or found.sees_people]
    context = {
        "case": found,
        "line": _words(found.anomaly),
        "parts": [(texts.EXPLAINED_BY[part], found.findings.get(part, [])) for part in parts],
        "steps": [
            (step, texts.STEPS[Step(step.kind)], texts.STEP_ICONS[Step(step.kind)]) for step in reversed(found.steps)
        ],
    }
    return render(request, "insight/anomaly.html", context)


@require_POST
def raise_anomaly(request: TiejunRequest) -> HttpResponse:
    """Raise what the board shows as unusual."""
    request.scope.require(Ability.RAISE_ANOMALY)
    form = RaiseForm(request.POST)
    if not form.is_valid():
        raise Invalid(**{name: str(errors[0]) for name, errors in form.errors.items()})
    given = form.cleaned_data
    row = actions.raise_anomaly(
        request.scope, unit_id=given["unit"], link=Link(given["link"]), currency=given["currency"], now=request.now
    )
    return redirect("insight:anomaly", row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: TiejunRequest, anomaly_id: UUID) -> HttpResponse:
    """Say what explains an anomaly and who does what about it."""
    row = queries.anomaly_in_reach(request.scope, anomaly_id, Ability.ACT_ON_ANOMALY)
    owners = queries.owner_choices(request.scope, row, now=request.now)
    first = {"version": row.version, "reason": row.reason, "action": row.action, "owner": row.owner_id}
    first |= {"due_on": row.due_on, "group": row.group_id}
    form = PlanForm(owners, queries.group_choices(request.scope, row), request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        actions.act_on_anomaly(
            request.scope,
            anomaly_id=anomaly_id,
            version=form.cleaned_data["version"],
            plan=form.plan(),
            now=request.now,
        )
        return done(request, _("Agreed. The owner learns of it."), "insight:anomaly", anomaly_id)
    return _dialog(request, form, row, title=_("What is to be done"), submit=_("Agree on it"))


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: TiejunRequest, anomaly_id: UUID) -> HttpResponse:
    """Close an anomaly with an answer."""
    row = queries.anomaly_in_reach(request.scope, anomaly_id, Ability.CLOSE_ANOMALY)
    form = AnswerForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        actions.close_anomaly(request.scope, anomaly_id=anomaly_id, now=request.now, **form.cleaned_data)
        return done(request, _("Closed."), "insight:anomaly", anomaly_id)
    return _dialog(request, form, row, title=_("Close with an answer"), submit=_("Close it"))


def _words(row: Anomaly) -> Words:
    return Words(
        row=row,
        link=str(texts.LINKS[Link(row.link)]),
        icon=texts.LINK_ICONS[Link(row.link)],
        side=str(texts.SIDES[row.side]),
        state=str(texts.ANOMALY_STATES[row.state]),
        tone=texts.ANOMALY_TONES[State(row.state)],
    )


def _dialog(request: TiejunRequest, form: forms.Form, row: Anomaly, *, title: str, submit: str) -> HttpResponse:
    intro = f"{row.unit.name} · {texts.LINKS[Link(row.link)]} · {row.day:%m-%d}"
    back = reverse("insight:anomaly", args=[row.pk])
    return dialog(request, form, title=title, submit=submit, back=back, intro=intro)
