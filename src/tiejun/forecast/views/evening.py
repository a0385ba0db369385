"""The supervisor's evening: queue, review screen, report of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.customers.rules import district_name
from tiejun.forecast import texts
from tiejun.forecast.actions import reports as report_actions
from tiejun.forecast.actions import reviews as actions
from tiejun.forecast.forms import CarryForm, CloseForm, ReviewForm
from tiejun.forecast.queries import evening as queries
from tiejun.forecast.queries import reports as report_queries
from tiejun.forecast.rules import Reason, ReviewState
from tiejun.forecast.views.asked import asked_day, asked_id
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.times import business_day
from tiejun.foundation.web import render

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from django import forms
    from django.http import HttpResponse

    from tiejun.forecast.models import ForecastReview
    from tiejun.forecast.queries.evening import Evening, QueueLine
    from tiejun.foundation.web import TiejunRequest


@require_safe
def evening(request: TiejunRequest) -> HttpResponse:
    """Show the queue of an evening with the first person's review beside it."""
    unit_id, day = asked_id(request.GET, "unit"), asked_day(request.GET)
    shown = queries.evening(request.scope, unit_id=unit_id, day=day, now=request.now)
    context = _queue(shown)
    first = next((line for line in shown.lines if line.is_open), shown.lines[0] if shown.lines else None)
    if first is not None:
        context |= _sheet(request, first.person_id, shown.day)
    return render(request, "forecast/evening.html", context)


@require_safe
def review(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Show everything about one person: beside the queue without a page load, or as a page."""
    day = asked_day(request.GET) or business_day(request.now, request.scope.zone)
    context = _sheet(request, person_id, day)
    if request.htmx.target == "review":
        return render(request, "forecast/review.html#sheet", context)
    shown = queries.evening(request.scope, unit_id=context["sheet"].member.unit_id, day=day, now=request.now)
    return render(request, "forecast/evening.html", context | _queue(shown))


def _queue(shown: Evening) -> dict[str, Any]:
    query = {"day": shown.day.isoformat()}
    return {
        "evening": shown,
        "rows": [(line, _reasons(line.review)) for line in shown.lines],
        "states": {state.value: str(words) for state, words in texts.REVIEW_STATES.items()},
        "units": [
            {
                "label": unit.name,
                "url": f"?{urlencode(query | {'unit': str(unit.pk)})}",
                "active": unit.pk == shown.unit.pk,
            }
            for unit in shown.units
        ]
        if len(shown.units) > 1
        else [],
    }


def _reasons(row: ForecastReview | None) -> list[tuple[str, str]]:
    return [(str(texts.REASONS[one]), texts.REASON_TONES[one]) for one in map(Reason, row.reasons)] if row else []


def _sheet(request: TiejunRequest, person_id: UUID, day: date) -> dict[str, Any]:
    sheet = queries.review_sheet(request.scope, person_id, day=day, now=request.now)
    review_row = sheet.review
    return {
        "sheet": sheet,
        "review": review_row,
        "reasons": _reasons(review_row),
        "state": texts.REVIEW_STATES[ReviewState(review_row.state)] if review_row else "",
        "is_handled": review_row is not None and review_row.state in ("DONE", "CARRIED"),
        "kind": review_row.kind if review_row else "FULL",
        "version": review_row.version if review_row else 0,
        "stops": [(stop, district_name(stop.district_code)) for stop in sheet.stops],
        "kinds": [(kind.value, str(words)) for kind, words in texts.REVIEW_KINDS.items()],
    }


@require_POST
def finish(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Keep what a review brought and go on to the next person."""
    _reached(request, person_id)
    form, day = ReviewForm(request.POST), _posted_day(request)
    _demand(form)
    actions.finish_review(
        request.scope,
        person_id=person_id,
        day=day,
        version=form.cleaned_data["version"],
        facts=form.facts(),
        now=request.now,
    )
    return _go_on(request, person_id, day, _("Reviewed."))


@require_POST
def carry(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Carry a review over and go on to the next person."""
    _reached(request, person_id)
    form, day = CarryForm(request.POST), _posted_day(request)
    _demand(form)
    given = form.cleaned_data
    actions.carry_review(
        request.scope, person_id=person_id, day=day, version=given["version"], reason=given["reason"], now=request.now
    )
    return _go_on(request, person_id, day, _("Carried over to the next evening."))


def _reached(request: TiejunRequest, person_id: UUID) -> None:
    """Let whoever may not review this person learn so before any field is looked at."""
    request.scope.require(Ability.REVIEW_FORECASTS)
    queries.member_in_reach(request.scope, person_id, _posted_day(request), ability=Ability.REVIEW_FORECASTS)


def _go_on(request: TiejunRequest, person_id: UUID, day: date, words: str) -> HttpResponse:
    """Answer with the next person and the renewed queue, without a page load."""
    unit_id = queries.member_in_reach(request.scope, person_id, day).unit_id
    shown = queries.evening(request.scope, unit_id=unit_id, day=day, now=request.now)
    following = _next(shown, person_id)
    if not request.htmx:
        messages.success(request, words)
        return redirect(f"{reverse('forecast:review', args=[following])}?day={day.isoformat()}")
    context = _queue(shown) | _sheet(request, following, day) | {"is_answer": True}
    return render(request, "forecast/answer.html", context, trigger={"toast": {"tone": "success", "text": words}})


def _next(shown: Evening, person_id: UUID) -> UUID:
    open_lines: list[QueueLine] = [line for line in shown.lines if line.is_open]
    return open_lines[0].person_id if open_lines else person_id


def _demand(form: forms.Form) -> None:
    if not form.is_valid():
        raise Invalid(**{name: str(errors[0]) for name, errors in form.errors.items()})


def _posted_day(request: TiejunRequest) -> date:
    return asked_day(request.POST) or business_day(request.now, request.scope.zone)


@require_safe
def report(request: TiejunRequest, unit_id: UUID) -> HttpResponse:
    """Show the report of a group's day."""
    day = asked_day(request.GET) or business_day(request.now, request.scope.zone)
    page = report_queries.report_page(request.scope, unit_id, day, now=request.now)
    talks = [
        {
            **talk,
            "why": [str(texts.REASONS[code]) for code in talk["reasons"]],
            "state_words": texts.REVIEW_STATES[talk["state"]],
            "kind_words": texts.REVIEW_KINDS[talk["kind"]],
        }
        for talk in page.content["reviews"]
    ]
    left = sum(talk["state"] == "REQUIRED" for talk in talks)
    context = {
        "page": page,
        "day": day,
        "talks": talks,
        "sections": [(one.section.template, one.section.present(one.kept, one.ahead)) for one in page.sections],
        "may_close": request.scope.covers(Ability.REVIEW_FORECASTS, owner_id=None, unit_id=unit_id),
        "why_not": _("%(n)s must still be reviewed or carried over.") % {"n": left} if left else "",
    }
    return render(request, "forecast/report.html", context)


@require_POST
def close(request: TiejunRequest, unit_id: UUID) -> HttpResponse:
    """Close the report of a group's day."""
    form, day = CloseForm(request.POST), _posted_day(request)
    _demand(form)
    given = form.cleaned_data
    report_actions.close_report(
        request.scope, unit_id=unit_id, day=day, version=given["version"], note=given["note"], now=request.now
    )
    messages.success(request, _("The report of the day is closed."))
    return redirect(f"{reverse('forecast:report', args=[unit_id])}?day={day.isoformat()}")
