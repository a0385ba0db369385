"""The boards of CEO, marketing head and sales head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from tiejun.foundation.web import render
from tiejun.insight.queries import boards as queries
from tiejun.insight.queries.metrics import entries
from tiejun.insight.rules.boards import BoardOf, Verdict
from tiejun.insight.texts import boards as texts
from tiejun.insight.views.asking import MAIN, asked_currency
from tiejun.ui.display import chart_span

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tiejun.foundation.web import TiejunRequest
    from tiejun.insight.queries.boards.answers import Answer
    from tiejun.insight.queries.metrics import MetricEntry
    from tiejun.insight.rules.boards import Part

LOOKS = {
    Verdict.GOOD: ("success", "check"),
    Verdict.WATCH: ("warning", "hand"),
    Verdict.PLAIN: ("neutral", "minus"),
    Verdict.NOTHING: ("neutral", "circle-dashed"),
}


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """An answer as a page draws it: its verdict's words, tone and icon, its metrics, and parts with the length of their bars (percent of the longest)."""

    answer: Answer
    verdict: str
    tone: str
    icon: str
    entries: list[MetricEntry]
    parts: list[tuple[Part, float]]

    @property
    def key(self) -> str:
        return self.answer.question.lower()


@require_safe
def first(request: TiejunRequest) -> HttpResponse:
    """Lead to the board of the reader's own role."""
    return redirect("insight:board", queries.boards_open(request.scope)[0])


@require_safe
def board(request: TiejunRequest, name: str) -> HttpResponse:
    """Show the questions of a role with their answers."""
    board_of = queries.board_named(request.scope, name)
    currency = asked_currency(request)
    found = queries.role_board(request.scope, board_of, now=request.now, currency=currency)
    context = {
        "board": found,
        "lead": texts.LEADS[found.board],
        "cards": _cards(request, found.answers),
        "watched": sum(one.verdict is Verdict.WATCH for one in found.answers),
        "boards": [
            {"label": texts.BOARDS[one], "url": _address(one, currency), "active": one is found.board}
            for one in BoardOf
            if one in found.open_to
        ],
        "chart_of": chart_span([unit.name for unit in found.path[-1:]], found.since, found.until),
    }
    return render(request, "insight/board.html", context)


def _cards(request: TiejunRequest, answers: list[Answer]) -> list[AnswerCard]:
    known = entries(request.scope)
    return [
        AnswerCard(
            answer=one,
            verdict=str(texts.VERDICTS[one.verdict]),
            tone=LOOKS[one.verdict][0],
            icon=LOOKS[one.verdict][1],
            entries=[known[key] for key in one.metrics],
            parts=_bars(one),
        )
        for one in answers
    ]


def _bars(one: Answer) -> list[tuple[Part, float]]:
    most = max((part.value or 0 for part in one.parts), default=0)
    return [(part, 100 * (part.value or 0) / most if most else 0.0) for part in one.parts]


def _address(one: BoardOf, currency: str) -> str:
    query: dict[str, Any] = {"currency": currency} if currency != MAIN else {}
    return reverse("insight:board", args=[one]) + (f"?{urlencode(query)}" if query else "")
