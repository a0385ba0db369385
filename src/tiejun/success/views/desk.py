"""The desk of customers for life, a customer's life, and its card on the customer's page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from tiejun.access.abilities import Ability
from tiejun.foundation.times import local_date
from tiejun.foundation.web import render
from tiejun.success import texts
from tiejun.success.queries import desk as queries
from tiejun.success.queries import lives
from tiejun.success.queries import trials as trial_queries
from tiejun.success.queries.desk import signals_of
from tiejun.success.views.presenting import next_step, reasons, standing

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.success.models import Complaint, SatisfactionSurvey
    from tiejun.success.queries.lives import LifeView, OrderLine

STEP_WORDS = dict(texts.STEPS)
SHOWN_REASONS = 3


@require_safe
def desk(request: TiejunRequest) -> HttpResponse:
    """List what waits: hand-overs, customers at risk, contracts that end, trials, complaints; or all customers."""
    return _desk(request, request.GET.get("which", ""))


@require_safe
def trials(request: TiejunRequest) -> HttpResponse:
    """List the trials, those that run or those that led to the full service."""
    return _desk(request, "trials")


def _desk(request: TiejunRequest, asked: str) -> HttpResponse:
    which = asked if asked in queries.WHICH else "hand_over"
    cursor = request.GET.get("cursor")
    counts = queries.desk_counts(request.scope, now=request.now)
    today = local_date(request.now, request.scope.zone)
    if which == "hand_over":
        page = queries.handovers_page(request.scope, now=request.now, cursor=cursor)
    elif which == "trials":
        page = trial_queries.trials_page(request.scope, today=today, state=_state(request), cursor=cursor)
    elif which == "complaints":
        page = queries.complaints_page(request.scope, today=today, cursor=cursor)
    else:
        page = queries.lives_page(request.scope, which=which, now=request.now, cursor=cursor)
    rows: list[Any] = page.rows
    if which in ("at_risk", "renew", "all"):
        rows = [_line(row, request) for row in rows]
    context = {
        "which": which, "tabs": _tabs(which, counts), "rows": rows, "page": page, "today": today, "counts": counts,
        "empty": _empty(which), "states": _states(_state(request)), "state": _state(request),
    }  # fmt: skip
    return render(request, "success/desk.html", context)


def _state(request: TiejunRequest) -> str:
    asked = request.GET.get("state", "")
    return asked if asked in trial_queries.STATES else trial_queries.RUNNING


def _states(state: str) -> list[dict[str, Any]]:
    words = {
        trial_queries.RUNNING: pgettext("trials", "Running"),
        trial_queries.LED_ON: pgettext("trials", "Led to the full service"),
    }
    here = reverse("success:desk")
    return [
        {"label": words[key], "url": f"{here}?which=trials&state={key}", "active": key == state}
        for key in trial_queries.STATES
    ]


def _line(row: queries.LifeRow, request: TiejunRequest) -> dict[str, Any]:
    return {
        "life": row.life, "company": row.life.company, "holder": row.holder, "standing": standing(row.life),
        "reasons": reasons(row.signals)[:SHOWN_REASONS], "next": next_step(row.life, row.signals),
        "is_planned": bool(row.life.next_step),
        "is_late": row.life.next_step_on is not None
        and row.life.next_step_on < local_date(request.now, request.scope.zone),
    }  # fmt: skip


def _tabs(which: str, counts: queries.DeskCounts) -> list[dict[str, Any]]:
    words = {
        "hand_over": _("To hand over"),
        "at_risk": pgettext("tab of customers", "At risk"),
        "renew": _("Renew soon"),
        "trials": _("Trials"),
        "complaints": _("Complaints"),
        "all": pgettext("tab of customers", "All"),
    }
    here = reverse("success:desk")
    return [
        {"label": words[key], "url": f"{here}?which={key}", "active": key == which, "count": getattr(counts, key) or ""}
        for key in queries.WHICH
    ]


def _empty(which: str) -> dict[str, str]:
    words = {
        "hand_over": (_("Nothing to hand over"), _("A signed order appears here by itself, and is handed over within two working days.")),
        "at_risk": (_("Nobody is at risk"), _("The score is worked out from facts each night; who falls below the line appears here.")),
        "renew": (_("No contract ends soon"), _("Contracts appear here in time before their end, as the policy says.")),
        "trials": (_("No trial"), _("Whoever begins with a product line that is a trial appears here, until they order the full service.")),
        "complaints": (_("No open complaint"), _("Each complaint is an action with an owner, a day and a closing answer.")),
        "all": (_("No customer yet"), _("Whoever signs an order becomes a customer for life.")),
    }  # fmt: skip
    title, text = words[which]
    return {"title": title, "text": text}


@require_safe
def life(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Show a customer's life."""
    view = lives.life_view(request.scope, company_id, now=request.now)
    signals = view.health.signals if view.health else ()
    context = {
        "view": view, "company": view.company, "today": local_date(request.now, request.scope.zone),
        "standing": standing(view.life) if view.life else None,
        "reasons": reasons(signals),
        "next": next_step(view.life, signals) if view.life else "",
        "stages": [{"label": texts.LIFE_STAGES[line.stage], "state": line.state} for line in view.stages],
        "proven": [
            {"label": texts.LIFE_STAGES[line.stage], "why": texts.STAGE_FACTS[line.stage], "since": line.since}
            for line in view.stages
        ],
        "orders": [_order(view, line, request) for line in view.orders],
        "voices": [
            {"row": row, "usage": row.get_usage_display() if row.usage is not None else "", "who": _name(view, row.noted_by_id)}
            for row in view.voices
        ],
        "surveys": [_survey(row, request) for row in view.surveys],
        "trial": _trial(view, request),
        "holder": _name(view, view.company.owner_id),
        "answerable": [row.pk for row in view.complaints if _may_answer(request, view, row)],
    }  # fmt: skip
    return render(request, "success/life.html", context)


def _trial(view: LifeView, request: TiejunRequest) -> dict[str, Any] | None:
    row = view.trial
    if row is None:
        return None
    today = local_date(request.now, request.scope.zone)
    return {
        "row": row, "is_late": row.full_on is None and row.due_on < today,
        "days": (row.full_on - row.began_on).days if row.full_on else None,
    }  # fmt: skip


def _order(view: LifeView, line: OrderLine, request: TiejunRequest) -> dict[str, Any]:
    handover = line.handover
    return {
        "line": line, "order": line.order, "handover": handover,
        "is_due": handover is not None and handover.handed_at is None and not handover.is_over,
        "is_late": handover is not None and handover.is_late(request.now),
        "to_receive": handover is not None
        and handover.handed_at is not None
        and handover.received_at is None
        and handover.receiver_id == request.scope.person_id,
        "steps": [
            {"step": one.step.value, "words": STEP_WORDS[one.step.value], "means": texts.STEP_MEANINGS[one.step], "line": one, "who": _name(view, one.done.done_by_id if one.done else None)}
            for one in line.steps
        ],
    }  # fmt: skip


def _survey(row: SatisfactionSurvey, request: TiejunRequest) -> dict[str, Any]:
    is_open = row.answered_at is None and row.open_until > request.now
    address = request.build_absolute_uri(reverse("success:survey", args=[row.code])) if is_open else ""
    return {"row": row, "is_open": is_open, "address": address}


def _may_answer(request: TiejunRequest, view: LifeView, row: Complaint) -> bool:
    return row.answered_at is None and request.scope.covers(
        Ability.ANSWER_COMPLAINT, owner_id=row.owner_id, unit_id=view.company.unit_id
    )


def _name(view: LifeView, person_id: UUID | None) -> str:
    return view.names.get(person_id, "") if person_id else ""


@require_safe
def panel(request: TiejunRequest, company_id: UUID) -> HttpResponse:
    """Show in short how a customer stands, on the customer's own page; nothing for who signed nothing."""
    found = lives.life_panel(request.scope, company_id)
    context: dict[str, Any] = {"found": found, "company_id": company_id}
    if found is not None:
        signals = signals_of(request.scope, [found.life])[found.life.pk]
        context |= {
            "standing": standing(found.life), "reasons": reasons(signals)[:SHOWN_REASONS], "next": next_step(found.life, signals),
            "is_late": found.handover is not None and found.handover.is_late(request.now),
        }  # fmt: skip
    return render(request, "success/panel.html", context)
