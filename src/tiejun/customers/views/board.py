"""Dialogs of the class board: steps of a follow-up plan, maturity, the backup of a class A customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tiejun.access.abilities import Ability
from tiejun.customers import queries
from tiejun.customers.actions import follow_up as actions
from tiejun.customers.forms import BackupForm, FinishForm, MaturityForm, StepForm
from tiejun.customers.queries.board import backup_choices
from tiejun.customers.queries.follow_up import step_in_reach
from tiejun.customers.rules.closing import Answer, Criterion
from tiejun.customers.views.dialogs import dialog, done
from tiejun.customers.views.presenting import step_words
from tiejun.foundation.web import render

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def plan_step(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Add a step to the follow-up plan."""
    found = queries.company_in_reach(request.scope, company_id, Ability.SET_CLOSING_CLASS)
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        goal = form.cleaned_data["goal"]
        actions.plan_step(request.scope, company_id=company_id, step=form.step(), goal=goal, now=request.now)
        return done(request, _("The step is planned."), company_id)
    return dialog(request, form, title=_("Next step"), submit=_("Plan it"), company=found)


@require_http_methods(METHODS)
def finish_step(request: TiejunRequest, step_id: UUID) -> HttpResponse:
    """Finish a step and name the one that follows."""
    found, step = step_in_reach(request.scope, step_id)
    form = FinishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome, following = form.cleaned_data["outcome"], form.next_step()
        actions.finish_step(request.scope, step_id=step_id, outcome=outcome, next_step=following, now=request.now)
        return done(request, _("The step is done."), found.pk)
    return dialog(request, form, title=step_words(step.origin, step.what), submit=_("It is done"), company=found)


@require_http_methods(METHODS)
def maturity(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Answer the questions of maturity."""
    found = queries.company_in_reach(request.scope, company_id, Ability.SET_CLOSING_CLASS)
    known = queries.answers_of(request.scope, [found.pk]).get(found.pk, {})
    first = {criterion.value: known.get(criterion, Answer.UNKNOWN) for criterion in Criterion}
    form = MaturityForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        actions.answer_maturity(request.scope, company_id=company_id, answers=form.cleaned_data, now=request.now)
        return done(request, _("Saved."), company_id)
    return dialog(request, form, title=_("How ripe is this customer?"), submit=_("Save"), company=found)


@require_http_methods(METHODS)
def backup(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Choose who stands by for a class A customer, the nearest first."""
    found, choices = backup_choices(request.scope, company_id)
    form = BackupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        backup_id = form.cleaned_data["backup"]
        actions.choose_backup(request.scope, company_id=company_id, backup_id=backup_id, now=request.now)
        return done(request, _("The backup is chosen.") if backup_id else _("Nobody stands by now."), company_id)
    rows = [(choice, step_words(choice.step.origin, choice.step.what) if choice.step else "") for choice in choices]
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    context = {"company": found, "choices": rows, "here": request.get_full_path()}
    return render(request, f"customers/backup.html{part}", context, status=422 if form.is_bound else 200)
