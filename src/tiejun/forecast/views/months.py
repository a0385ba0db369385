"""Pages of the month: one's own number, the regional form, the talk sheet, signatures, the commitment as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tiejun.access.abilities import Ability
from tiejun.forecast import texts
from tiejun.forecast.actions import months as actions
from tiejun.forecast.forms import CommitForm, SignForm, TalkForm, demanded
from tiejun.forecast.queries import months as queries
from tiejun.forecast.queries.figures import month_after
from tiejun.forecast.rules.months import MonthState
from tiejun.forecast.views.asked import asked_day, asked_id
from tiejun.foundation.refusals import words_of
from tiejun.foundation.web import render
from tiejun.org.sign_in import fresh_sign_in_required

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from tiejun.forecast.models import MonthlyForecast
    from tiejun.forecast.queries.months import MonthSheet
    from tiejun.foundation.web import TiejunRequest


@require_safe
def mine(request: TiejunRequest) -> HttpResponse:
    """Show one's own number: what it asks of each day, what the engine expects, whether it can be signed."""
    sheet = queries.own_sheet(request.scope, month=asked_day(request.GET, "month"), now=request.now)
    context = _beside(request, sheet) | {
        "form": CommitForm(initial=_initial(sheet)),
        "team": queries.team_commitments(request.scope, sheet.month),
        "here": reverse("forecast:mine"),
    }
    return render(request, "forecast/mine.html", context)


@require_POST
def commit(request: TiejunRequest) -> HttpResponse:
    """Say one's own number."""
    request.scope.require(Ability.MAKE_FORECAST)
    form = demanded(CommitForm(request.POST))
    given = form.cleaned_data
    row = actions.commit(
        request.scope,
        month=given["month"],
        version=given["version"],
        deals=given["deals"],
        amount_minor=given["amount"],
        words=form.words(),
        now=request.now,
    )
    messages.success(request, _("Your number is in. Your supervisor talks it through with you."))
    return redirect(f"{reverse('forecast:mine')}?month={row.month.isoformat()}")


@require_safe
def form(request: TiejunRequest) -> HttpResponse:
    """Show the monthly form of a group, line by line."""
    shown = queries.month_form(
        request.scope,
        unit_id=asked_id(request.GET, "unit"),
        month=asked_day(request.GET, "month"),
        now=request.now,
    )
    states = {state.value: (str(words), texts.MONTH_TONES[state]) for state, words in texts.MONTH_STATES.items()}
    rows = [(line, *(states[line.row.state] if line.row else (_("no number yet"), "neutral"))) for line in shown.lines]
    query = {"month": shown.month.isoformat()}
    units = [
        {"label": one.name, "url": f"?{urlencode(query | {'unit': str(one.pk)})}", "active": one.pk == shown.unit.pk}
        for one in shown.units
    ]
    context = {"shown": shown, "rows": rows, "units": units if len(units) > 1 else []}
    return render(request, "forecast/form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: TiejunRequest, person_id: UUID) -> HttpResponse:
    """Show the talk sheet of a person's month, and keep what was said."""
    if request.method == "POST":
        request.scope.require(Ability.REVIEW_FORECASTS)
        queries.talked_with(request.scope, person_id, now=request.now)
        sent = demanded(TalkForm(request.POST))
        given = sent.cleaned_data
        row = actions.talk(
            request.scope,
            person_id=person_id,
            month=given["month"],
            version=given["version"],
            deals=given["deals"],
            amount_minor=given["amount"],
            words=sent.words(),
            now=request.now,
        )
        messages.success(request, _("The talk is kept."))
        return redirect(f"{reverse('forecast:talk', args=[person_id])}?month={row.month.isoformat()}")
    sheet = queries.talk_sheet(request.scope, person_id, month=asked_day(request.GET, "month"), now=request.now)
    context = _beside(request, sheet) | {
        "form": TalkForm(initial=_initial(sheet)),
        "may_talk": _may_talk(request, sheet),
        "here": reverse("forecast:talk", args=[person_id]),
    }
    return render(request, "forecast/talk.html", context)


def _may_talk(request: TiejunRequest, sheet: MonthSheet) -> bool:
    unit_id, person_id = sheet.member.unit_id, sheet.member.person_id
    return person_id != request.scope.person_id and request.scope.covers(
        Ability.REVIEW_FORECASTS, owner_id=None, unit_id=unit_id
    )


def _beside(request: TiejunRequest, sheet: MonthSheet) -> dict[str, Any]:
    row = sheet.row
    refusal = words_of(sheet.refusal, **(sheet.refused_with | {"word": ""})) if sheet.refusal else ""
    return {
        "sheet": sheet,
        "row": row,
        "refusal": refusal,
        "state": texts.MONTH_STATES[MonthState(row.state)] if row else _("no number yet"),
        "why": [str(texts.ENGINE_REASONS[reason]) for reason in sheet.figures.prediction.reasons],
        "previous": month_after(request.scope, sheet.month, -1),
        "following": month_after(request.scope, sheet.month),
        "steps": _steps(row),
        "gap": sheet.tree.deals - sheet.figures.expected,
    }


def _steps(row: MonthlyForecast | None) -> list[dict[str, str]]:
    """The way of a number: said, talked through, signed by one, signed by the other."""
    words = [_("Said"), _("Talked through"), _("You sign"), _("Supervisor signs")]
    order = [MonthState.DRAFT, MonthState.TALKED, MonthState.SIGNED, MonthState.PUBLISHED]
    done = order.index(MonthState(row.state)) + 1 if row and row.state in order else 0
    states = ["done" if place < done else "now" if place == done else "" for place in range(len(words))]
    return [{"label": word, "state": state} for word, state in zip(words, states, strict=True)]


def _initial(sheet: MonthSheet) -> dict[str, Any]:
    row = sheet.row
    amount = row.amount_minor if row else sheet.deals * sheet.figures.mean_minor
    given = {name: getattr(row, name) for name in (*queries.TEXTS, "support")} if row else {}
    return given | {
        "month": sheet.month,
        "version": row.version if row else 0,
        "deals": sheet.deals,
        "amount": amount,
    }


@require_safe
def commitment(request: TiejunRequest, commitment_id: UUID) -> HttpResponse:
    """Show a commitment as the document that was signed; it prints on one page."""
    row = queries.commitment_in_reach(request.scope, commitment_id)
    return render(request, "forecast/commitment.html", _document(request, row))


def _document(request: TiejunRequest, row: MonthlyForecast) -> dict[str, Any]:
    is_mine = row.person_id == request.scope.person_id
    may_countersign = not is_mine and request.scope.covers(Ability.REVIEW_FORECASTS, owner_id=None, unit_id=row.unit_id)
    return {
        "row": row,
        "state": texts.MONTH_STATES[MonthState(row.state)],
        "support": texts.SUPPORTS[row.support],
        "is_mine": is_mine,
        "may_countersign": may_countersign and row.state == MonthState.SIGNED,
        "shows_all": queries.shows_talk(request.scope, row),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def sign(request: TiejunRequest, commitment_id: UUID) -> HttpResponse:
    """Sign one's own commitment, after proving who one is."""
    request.scope.require(Ability.MAKE_FORECAST)
    if request.method == "POST":
        version = demanded(SignForm(request.POST)).cleaned_data["version"]
        row = actions.sign(request.scope, commitment_id=commitment_id, version=version, now=request.now)
        messages.success(request, _("Signed. Your supervisor signs next, then it is published."))
        return redirect("forecast:commitment", row.pk)
    row = queries.commitment_to_sign(request.scope, commitment_id, Ability.MAKE_FORECAST)
    return render(request, "forecast/sign.html", _document(request, row) | {"who": "rep"})


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_sign_in_required
def countersign(request: TiejunRequest, commitment_id: UUID) -> HttpResponse:
    """Sign a member's commitment after them, which publishes it."""
    request.scope.require(Ability.REVIEW_FORECASTS)
    if request.method == "POST":
        seen = demanded(SignForm(request.POST)).cleaned_data["content_hash"]
        row = actions.countersign(request.scope, commitment_id=commitment_id, content_hash=seen, now=request.now)
        messages.success(request, _("Signed by both and published to the team."))
        return redirect("forecast:commitment", row.pk)
    row = queries.commitment_to_sign(request.scope, commitment_id, Ability.REVIEW_FORECASTS)
    return render(request, "forecast/sign.html", _document(request, row) | {"who": "supervisor"})
