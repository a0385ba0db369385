"""The method inspector's desk of spot checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.coaching import texts
from tiejun.coaching.actions import inspecting as actions
from tiejun.coaching.forms import SpotForm
from tiejun.coaching.queries import inspecting as queries
from tiejun.coaching.rules import InspectedSide
from tiejun.coaching.rules.inspecting import Question
from tiejun.foundation.web import render
from tiejun.ui import dialogs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest


@require_safe
def spots(request: TiejunRequest) -> HttpResponse:
    """List the spot checks that wait, or those that are done."""
    done = request.GET.get("show") == "done"
    context = {
        "lines": [
            (line, texts.SIDES[InspectedSide(line.check.side)]) for line in queries.spot_desk(request.scope, done=done)
        ],
        "done": done,
        "tabs": [
            {"label": _("Waiting"), "url": "?show=open", "active": not done},
            {"label": _("Done checks"), "url": "?show=done", "active": done},
        ],
    }
    return render(request, "coaching/spots.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def spot(request: TiejunRequest, check_id: UUID) -> HttpResponse:
    """Ask one side the questions; the record shows once they are answered."""
    view = queries.spot_view(request.scope, check_id, now=request.now)
    form = SpotForm(view.points, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.record_spot_check(
            request.scope,
            check_id=check_id,
            answers=form.answers(),
            feedback=form.cleaned_data["feedback"],
            now=request.now,
        )
        return dialogs.done(request, _("Kept. The record stands beside it now."), "coaching:spot", check_id)
    context = {
        "view": view,
        "form": form,
        "side": texts.SIDES[InspectedSide(view.check.side)],
        "answers": answer_rows(view.check.answers, view.check.facts, dict(view.points)),
    }
    return render(request, "coaching/spot.html", context, status=422 if form.is_bound else 200)


def answer_rows(answers: dict[str, str], facts: dict[str, str], points: dict[Any, str]) -> list[dict[str, Any]]:
    """Return the questions with what was answered and what the record says, in words."""
    named = {str(key): title for key, title in points.items()}

    def said(text: str) -> Any:
        return named.get(text) or texts.YES_NO.get(text, text) or "–"

    return [
        {
            "question": texts.QUESTIONS[question],
            "answer": said(answers.get(question.value, "")),
            "record": said(facts.get(question.value, "")),
            "agrees": answers.get(question.value) == facts.get(question.value),
            "asked": bool(answers.get(question.value)),
        }
        for question in Question
    ]
