"""Pages of lessons: the library, one lesson with its uses, carrying out and using again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.pipeline.actions import lessons as actions
from tiejun.pipeline.forms.reviews import DoneForm, UseForm
from tiejun.pipeline.queries import reviews as queries
from tiejun.pipeline.texts import LESSON_KINDS
from tiejun.pipeline.views.dialogs import dialog
from tiejun.ui.dialogs import done

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest

SHOWN = ("all", "open", "mine")


@require_safe
def lessons(request: TiejunRequest) -> HttpResponse:
    """List what was learned from won and lost deals, with how often it was used again."""
    asked, kinds = request.GET.get("which", "all"), dict(LESSON_KINDS)
    which = asked if asked in SHOWN else "all"
    kind = request.GET.get("kind", "") if request.GET.get("kind") in kinds else ""
    today = local_date(request.now, request.scope.zone)
    page = queries.lessons_page(request.scope, today=today, which=which, kind=kind, cursor=request.GET.get("cursor"))
    words = {"all": _("All"), "open": pgettext("lessons", "To carry out"), "mine": pgettext("lessons", "Mine")}
    here = reverse("pipeline:lessons")
    tabs: list[dict[str, Any]] = [
        {"label": words[key], "url": f"{here}?which={key}&kind={kind}", "active": key == which} for key in SHOWN
    ]
    kind_tabs: list[dict[str, Any]] = [
        {"label": label, "url": f"{here}?which={which}&kind={key}", "active": key == kind}
        for key, label in [("", pgettext("kinds of lessons", "Every kind")), *LESSON_KINDS]
    ]
    context = {
        "page": page, "tabs": tabs, "kind_tabs": kind_tabs, "query": f"which={which}&kind={kind}",
        "may_use": request.scope.can(Ability.USE_LESSON), "sees_reviews": request.scope.can(Ability.VIEW_REVIEWS),
    }  # fmt: skip
    return render(request, "pipeline/lessons.html", context)


@require_safe
def lesson(request: TiejunRequest, lesson_id: UUID) -> HttpResponse:
    """Show a lesson and who used it when."""
    row, uses = queries.lesson_uses(request.scope, lesson_id)
    may_use = request.scope.can(Ability.USE_LESSON)
    leads = request.scope.covers(Ability.LEAD_REVIEW, owner_id=row.review.owner_id, unit_id=row.review.unit_id)
    may_finish = may_use and row.done_at is None and (leads or row.owner_id == request.scope.person_id)
    context = {
        "row": row, "uses": uses, "may_use": may_use, "may_finish": may_finish,
        "sees_review": request.scope.covers(
            Ability.VIEW_REVIEWS, owner_id=row.review.owner_id, unit_id=row.review.unit_id
        ),
        "today": local_date(request.now, request.scope.zone),
    }  # fmt: skip
    return render(request, "pipeline/lesson.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: TiejunRequest, lesson_id: UUID) -> HttpResponse:
    """Carry out a lesson."""
    request.scope.require(Ability.USE_LESSON)
    row, _uses = queries.lesson_uses(request.scope, lesson_id)
    form = DoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.finish_lesson(request.scope, lesson_id=lesson_id, note=form.cleaned_data["note"], now=request.now)
        return done(request, _("The lesson is carried out."), "pipeline:lesson", lesson_id)
    return dialog(
        request, form, title=_("Carry out"), intro=row.words, submit=_("Carried out"), back=_address(lesson_id)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def use(request: TiejunRequest, lesson_id: UUID) -> HttpResponse:
    """Note that a lesson was used again."""
    request.scope.require(Ability.USE_LESSON)
    row, _uses = queries.lesson_uses(request.scope, lesson_id)
    form = UseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.use_lesson(request.scope, lesson_id=lesson_id, note=form.cleaned_data["note"], now=request.now)
        return done(request, _("Noted."), "pipeline:lesson", lesson_id)
    return dialog(
        request, form, title=_("I used it"), intro=row.words, submit=_("Write down"), back=_address(lesson_id)
    )


def _address(lesson_id: UUID) -> str:
    return reverse("pipeline:lesson", args=[lesson_id])
