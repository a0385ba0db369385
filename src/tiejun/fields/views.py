"""The page on which sales operations define custom fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.fields import actions, queries, texts
from tiejun.fields.forms import FieldForm
from tiejun.fields.rules import Kind, Subject
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.web import render
from tiejun.ui.dialogs import done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.fields.rules import FieldTerms
    from tiejun.foundation.web import TiejunRequest

ICONS = {
    Kind.TEXT: "text-cursor-input",
    Kind.NUMBER: "hash",
    Kind.DATE: "calendar",
    Kind.CHOICE: "list-checks",
    Kind.YES_NO: "circle-check",
}


@require_safe
def desk(request: TiejunRequest) -> HttpResponse:
    """List the fields of leads and customers, those in use and those that were retired."""
    shelves = [
        (shelf, texts.SUBJECTS[Subject(shelf.subject)], [_line(request, terms) for terms in shelf.fields],
         [_line(request, terms) for terms in shelf.retired])
        for shelf in queries.shelves(request.scope, request.now)
    ]  # fmt: skip
    return render(request, "fields/desk.html", {"shelves": shelves})


def _line(request: TiejunRequest, terms: FieldTerms) -> dict[str, Any]:
    offered = [queries.label(request.scope, choice) for choice in terms.choices if not choice.is_retired]
    return {
        "terms": terms,
        "name": queries.label(request.scope, terms),
        "kind": texts.KINDS[Kind(terms.kind)],
        "icon": ICONS[Kind(terms.kind)],
        "choices": " · ".join(offered[:6]) + (" …" if len(offered) > 6 else ""),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TiejunRequest, subject: str) -> HttpResponse:
    """Define a field."""
    request.scope.require(Ability.DEFINE_FIELDS)
    if subject not in list(Subject):
        raise NotFound
    form = FieldForm(request.POST or None, subject=subject, kind=Kind.TEXT)
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        actions.define_field(request.scope, subject=subject, kind=kind, wish=form.wish(), now=request.now)
        return _done(request, _("The field is defined."))
    return _dialog(request, form, title=_("New field"), intro=texts.SUBJECTS[Subject(subject)])


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: TiejunRequest, field_id: UUID) -> HttpResponse:
    """Change a field's words, answers and bounds."""
    terms = queries.field_to_edit(request.scope, field_id)
    form = FieldForm(request.POST or None, subject=terms.subject, terms=terms)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        actions.edit_field(request.scope, field_id=field_id, version=version, wish=form.wish(), now=request.now)
        return _done(request, _("Saved."))
    kind = texts.KINDS[Kind(terms.kind)]
    return _dialog(request, form, title=queries.label(request.scope, terms), intro=kind, retires=field_id)


@require_POST
def retire(request: TiejunRequest, field_id: UUID) -> HttpResponse:
    """Ask for a field no more."""
    actions.retire_field(request.scope, field_id=field_id, now=request.now)
    return _done(request, _("The field is asked for no more. What was written stays."))


@require_POST
def restore(request: TiejunRequest, field_id: UUID) -> HttpResponse:
    """Take a retired field back into use."""
    actions.restore_field(request.scope, field_id=field_id, now=request.now)
    return _done(request, _("The field is in use again, with all its values."))


def _dialog(request: TiejunRequest, form: FieldForm, **more: Any) -> HttpResponse:
    context = {"form": form, "here": request.get_full_path(), "back": reverse("fields:desk"), **more}
    part = "#dialog" if request.htmx.target == "modal-body" else ""
    return render(request, f"fields/form.html{part}", context, status=422 if form.is_bound else 200)


def _done(request: TiejunRequest, message: str) -> HttpResponse:
    return done(request, message, "fields:desk")
