"""Integrity cases: list, one case, account and appeal, panels and votes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.foundation.web import render
from tiejun.quality import texts
from tiejun.quality.actions import cases as actions
from tiejun.quality.forms import CaseForm, PanelForm, VoteForm, WordsForm
from tiejun.quality.queries import cases as queries
from tiejun.quality.queries.tasks import open_finding
from tiejun.quality.rules.vocabulary import CaseState
from tiejun.quality.views.dialogs import part_of
from tiejun.ui.dialogs import dialog, done

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.visits.queries.frames import RawPosition

STEPS = (CaseState.NOTIFIED, CaseState.PANEL, CaseState.UPHELD, CaseState.FINAL)
AT_STEP = {
    CaseState.OPENED: 0,
    CaseState.NOTIFIED: 0,
    CaseState.PANEL: 1,
    CaseState.UPHELD: 2,
    CaseState.DISMISSED: 2,
    CaseState.APPEAL: 2,
    CaseState.FINAL: 3,
}


@require_safe
def cases(request: TiejunRequest) -> HttpResponse:
    """List cases within reach."""
    is_open = request.GET.get("show") != "final"
    lines, following, previous = queries.cases_page(request.scope, is_open=is_open, cursor=request.GET.get("cursor"))
    context = {
        "lines": [(line, *_state(line.case)) for line in lines],
        "next": following,
        "previous": previous,
        "keep": "" if is_open else "show=final&",
        "tabs": [
            {"label": _("Open cases"), "url": "?", "active": is_open},
            {"label": _("Final cases"), "url": "?show=final", "active": not is_open},
        ],
    }
    return render(request, "quality/cases.html", context)


def _state(case: Any) -> tuple[Any, Any]:
    if case.state == CaseState.FINAL:
        return texts.OUTCOMES[case.outcome], "danger" if case.outcome == "UPHELD" else "success"
    return texts.CASE_STATES[case.state], texts.CASE_TONES[case.state]


@require_safe
def case(request: TiejunRequest, case_id: UUID) -> HttpResponse:
    """Show one case."""
    return _page(request, queries.case_view(request.scope, case_id, now=request.now))


def _page(request: TiejunRequest, view: queries.CaseView, position: RawPosition | None = None) -> HttpResponse:
    return render(request, f"quality/case.html{part_of(request)}", _context(request, view) | {"position": position})


def _context(request: TiejunRequest, view: queries.CaseView) -> dict[str, Any]:
    case = view.case
    words, tone = _state(case)
    labels = (_("Notice and answer"), _("Panel of three"), _("Time to appeal"), _("Final"))
    at = AT_STEP[CaseState(case.state)]
    return {
        "view": view,
        "case": case,
        "visit": view.visit,
        "state": words,
        "tone": tone,
        "severity": texts.SEVERITIES.get(case.severity, ""),
        "follows": texts.CONSEQUENCES[case.severity] if case.outcome else "",
        "steps": [
            {"label": label, "state": "done" if n < at or case.final_at else "now" if n == at else ""}
            for n, label in enumerate(labels)
        ],
        "evidence": [(texts.EVIDENCE[row.kind], row.note) for row in view.evidence],
        "seats": [
            (seat, name, texts.VOTES.get(seat.vote, "")) for seat, name in view.seats if case.outcome or seat.is_appeal
        ],
        "may_answer": view.is_mine and case.state == CaseState.NOTIFIED and case.answered_at is None
        and case.answer_due_at is not None and request.now <= case.answer_due_at,
        "may_appeal": view.is_mine and case.state == CaseState.UPHELD and case.appeal_due_at is not None
        and request.now <= case.appeal_due_at,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: TiejunRequest, task_id: UUID) -> HttpResponse:
    """Open a case on a contradicted visit."""
    row = open_finding(request.scope, task_id)
    form = CaseForm(request.POST or None, initial={"kind_2": "POSITION", "note_1": row.note})
    if request.method == "POST" and form.is_valid():
        made = actions.open_case(request.scope, task_id=task_id, now=request.now, **form.values())
        return done(request, _("The case is open and the person was told."), "quality:case", made.pk)
    back = reverse("quality:task", args=[task_id])
    return dialog(request, form, title=_("Open a case"), submit=_("Open and notify"), back=back, intro=row.company.name)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: TiejunRequest, case_id: UUID) -> HttpResponse:
    """Give one's own account."""
    queries.own_case(request.scope, case_id)
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.answer_case(request.scope, case_id=case_id, answer=form.cleaned_data["words"], now=request.now)
        return done(request, _("Your account is in the case."), "quality:case", case_id)
    return dialog(
        request,
        form,
        title=_("Give your account"),
        submit=_("Send"),
        back=reverse("quality:case", args=[case_id]),
        note=_("Say what happened, in your own words. Name who can confirm it. It stays as you send it."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: TiejunRequest, case_id: UUID) -> HttpResponse:
    """Appeal against a decision."""
    queries.own_case(request.scope, case_id)
    form = WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.appeal_case(request.scope, case_id=case_id, reason=form.cleaned_data["words"], now=request.now)
        return done(request, _("Your appeal is in. Other people will hear it."), "quality:case", case_id)
    back = reverse("quality:case", args=[case_id])
    return dialog(request, form, title=_("Appeal"), submit=_("Send"), back=back)


@require_http_methods(["GET", "HEAD", "POST"])
def panel(request: TiejunRequest, case_id: UUID) -> HttpResponse:
    """Appoint a panel."""
    request.scope.require(actions.appoint_panel.__ability__)  # type: ignore[attr-defined]
    view = queries.case_view(request.scope, case_id, now=request.now)
    form = PanelForm(request.POST or None, candidates=view.candidates)
    if request.method == "POST" and form.is_valid():
        actions.appoint_panel(request.scope, case_id=case_id, now=request.now, **form.values())
        return done(request, _("The panel is appointed."), "quality:case", case_id)
    return dialog(
        request,
        form,
        title=_("Appoint a panel"),
        submit=_("Appoint"),
        back=reverse("quality:case", args=[case_id]),
        note=_("Only people outside the line who took no part in the check are listed."),
    )


@require_POST
def position(request: TiejunRequest, case_id: UUID) -> HttpResponse:
    """Show the raw position of a case's visit; the look is logged."""
    looked = actions.look_at_position(
        request.scope, case_id=case_id, reason=request.POST.get("reason", "")[:300], now=request.now
    )
    found = queries.position_of_case(request.scope, looked)
    return _page(request, queries.case_view(request.scope, case_id, now=request.now), found)


@require_safe
def seats(request: TiejunRequest) -> HttpResponse:
    """List one's own seats on panels."""
    rows = queries.own_seats(request.scope)
    context = {"lines": [(seat, company, texts.VOTES.get(seat.vote, "")) for seat, company in rows]}
    return render(request, "quality/seats.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: TiejunRequest, seat_id: UUID) -> HttpResponse:
    """Read the case and vote."""
    row, view = queries.seat_view(request.scope, seat_id, now=request.now)
    form = VoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.cast_vote(request.scope, seat_id=seat_id, now=request.now, **form.values())
        return done(request, _("Your vote counts."), "quality:seats")
    context = _context(request, view) | {"seat": row, "form": form, "vote": texts.VOTES.get(row.vote, "")}
    return render(request, "quality/seat.html", context, status=422 if form.is_bound else 200)
