"""The inspectors' desk, one task, and the calibration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.foundation.web import render
from tiejun.quality import texts
from tiejun.quality.actions import tasks as actions
from tiejun.quality.forms import FindingForm, WordsForm
from tiejun.quality.queries import tasks as queries
from tiejun.quality.rules.vocabulary import Finding, Method, TaskState
from tiejun.quality.views.dialogs import part_of
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

SHOWS = ("mine", "open", "contradicted", "closed")


@require_safe
def desk(request: TiejunRequest) -> HttpResponse:
    """List tasks to check."""
    asked = request.GET.get("show", "mine")
    show = asked if asked in SHOWS else "mine"
    page = queries.tasks_page(request.scope, show=show, cursor=request.GET.get("cursor"))
    labels = {
        "mine": _("Mine"),
        "open": _("All open"),
        "contradicted": _("Contradicted"),
        "closed": _("Closed checks"),
    }
    context = {
        "page": page,
        "show": show,
        "tabs": [{"label": labels[name], "url": f"?show={name}", "active": name == show} for name in SHOWS],
        "lines": [(line, *_words(line.task)) for line in page.lines],
    }
    return render(request, "quality/desk.html", context)


def _words(task: Any) -> tuple[Any, Any, Any]:
    if task.finding:
        return texts.METHODS[task.method], texts.FINDINGS[task.finding], texts.FINDING_TONES[task.finding]
    return texts.METHODS[task.method], texts.TASK_STATES[task.state], texts.TASK_TONES[task.state]


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: TiejunRequest, task_id: UUID) -> HttpResponse:
    """Show one task without its author; POST records the finding."""
    view = queries.task_view(request.scope, task_id)
    form = FindingForm(request.POST or None, asks=view.task.method == Method.CALL)
    if request.method == "POST" and form.is_valid():
        found = actions.record_finding(request.scope, task_id=task_id, now=request.now, **form.values())
        message = _("Recorded. Now look for a second evidence.") if found.state == TaskState.FOUND else _("Recorded.")
        return done(request, message, "quality:task", task_id)
    status = 422 if form.is_bound else 200
    return render(request, f"quality/task.html{part_of(request)}", _task_context(view, form), status=status)


def _task_context(view: queries.TaskView, form: FindingForm) -> dict[str, Any]:
    """Return one task with the words of its codes."""
    return {
        "view": view,
        "task": view.task,
        "visit": view.visit,
        "form": form,
        "method": texts.METHODS[view.task.method],
        "hint": texts.METHOD_HINTS[view.task.method],
        "state": texts.TASK_STATES[view.task.state],
        "tone": texts.TASK_TONES[view.task.state],
        "finding": texts.FINDINGS.get(view.task.finding, ""),
        "finding_tone": texts.FINDING_TONES.get(view.task.finding, ""),
        "part": texts.PARTS.get(view.part, ""),
        "signs": [texts.SIGNS[name] for name in view.signs if name in texts.SIGNS],
        "answers": _answers(view.task.answers),
        "first_answers": _answers(view.first_answers),
        "is_at_work": view.is_mine and view.task.state == TaskState.CONTACTING,
        "may_begin": view.is_mine and view.task.state == TaskState.ASSIGNED,
        "may_take": view.task.state == TaskState.DRAWN,
        "waits_for_case": view.task.state == TaskState.FOUND and view.task.finding == Finding.CONTRADICTED,
    }


def _answers(given: dict[str, Any]) -> list[tuple[Any, Any]]:
    words = {True: texts.ANSWERS["yes"], False: texts.ANSWERS["no"]}
    return [(question, words[given[name]]) for name, question in texts.SCRIPT if given.get(name) is not None]


@require_POST
def take(request: TiejunRequest, task_id: UUID) -> HttpResponse:
    """Take a task that nobody has."""
    actions.take_task(request.scope, task_id=task_id, now=request.now)
    return done(request, _("The task is yours."), "quality:task", task_id)


@require_POST
def begin(request: TiejunRequest, task_id: UUID) -> HttpResponse:
    """Begin one's own task."""
    actions.begin_task(request.scope, task_id=task_id, now=request.now)
    return done(request, _("Begun. Record what you find."), "quality:task", task_id)


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: TiejunRequest, task_id: UUID) -> HttpResponse:
    """Close a contradiction without a case."""
    row = queries.open_finding(request.scope, task_id)
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.drop_task(request.scope, task_id=task_id, reason=form.cleaned_data["words"], now=request.now)
        return done(request, _("Closed without a case."), "quality:desk")
    back = reverse("quality:task", args=[task_id])
    title = _("Close without a case")
    return dialog(request, form, title=title, submit=_("Close"), back=back, intro=row.company.name)


@require_safe
def calibration(request: TiejunRequest) -> HttpResponse:
    """Show how inspectors agree."""
    found = queries.calibration(request.scope)
    context = {
        "found": found,
        "percent": round(100 * found.agreed / found.pairs) if found.pairs else None,
        "lines": [
            (line, [(texts.FINDINGS[name], texts.FINDING_TONES[name], line.findings[name]) for name in Finding])
            for line in found.lines
        ],
        "differences": [
            (row, texts.FINDINGS[first], texts.FINDINGS[second]) for row, first, second in found.differences
        ],
    }
    return render(request, "quality/calibration.html", context)
