"""The boards of CEO, marketing head and sales head, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ninja import Query, Router, Schema
from pydantic import StringConstraints

from tiejun.foundation.schemas import Day, Moment
from tiejun.insight.queries import boards as queries
from tiejun.insight.rules.boards import BoardOf, Question, Verdict

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.insight.queries.boards.answers import Answer
    from tiejun.insight.rules.boards import Part

router = Router()


class BoardFigureOut(Schema):
    """The number of an answer: `unit` NUMBER, PERCENT (0 to 100), RATIO or MONEY (minor units); `low`, `high`: its 95 % interval where it is a rate."""

    value: float
    before: float | None
    unit: str
    cases: int | None
    low: float | None
    high: float | None


class BoardPartOut(Schema):
    """A unit or channel of an answer; `few`: too few cases to compare; `side`: HIGH or LOW where it lies outside the whole beyond chance."""

    name: str
    value: float | None
    cases: int
    low: float | None
    high: float | None
    few: bool
    side: str | None
    note: str


class BoardAnswerOut(Schema):
    """A question with its answer in the language that was asked for; `metrics`: keys of the catalogue; `left_out`: parts that found no room; `act_url`: where something is done about it."""

    question: Question
    title: str
    verdict: Verdict
    sentence: str
    figure: BoardFigureOut | None
    parts: list[BoardPartOut]
    left_out: int
    metrics: list[str]
    act_url: str


class RoleBoardOut(Schema):
    """A board (`ceo`, `marketing` or `sales`) of the month so far beside as many working days of the month before; all days included."""

    board: BoardOf
    since: Day
    until: Day
    other_since: Day
    other_until: Day
    currency: str
    least_cases: int
    as_of: Moment | None
    running_as_of: Moment | None
    answers: list[BoardAnswerOut]


class BoardQuery(Schema):
    """Amounts are of one currency alone."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"


@router.get(
    "/insight/boards/{board}",
    response=RoleBoardOut,
    summary="Answer the questions of the CEO, the marketing head or the sales head",
)
def show_board(request: TiejunRequest, board: str, wish: Query[BoardQuery]) -> Any:
    board_of = queries.board_named(request.scope, board)
    found = queries.role_board(request.scope, board_of, now=request.now, currency=wish.currency)
    shared = {name: getattr(found, name) for name in RoleBoardOut.model_fields if name != "answers"}
    return shared | {"answers": [_answer(one) for one in found.answers]}


def _answer(one: Answer) -> dict[str, Any]:
    figure = one.figure and {
        "value": one.figure.value,
        "before": one.figure.before,
        "unit": one.figure.unit,
        "cases": one.figure.share.cases if one.figure.share else None,
        "low": one.figure.low,
        "high": one.figure.high,
    }
    return {
        "question": one.question,
        "title": one.title,
        "verdict": one.verdict,
        "sentence": one.sentence,
        "figure": figure,
        "parts": [_part(part) for part in one.parts],
        "left_out": one.left_out,
        "metrics": one.metrics,
        "act_url": one.act.url if one.act else "",
    }


def _part(part: Part) -> dict[str, Any]:
    told = part.share is not None and part.share.value is not None
    return {
        "name": part.name,
        "value": 100 * part.share.value if told and part.share and part.share.value is not None else part.value,
        "cases": part.cases,
        "low": 100 * part.share.low if told and part.share else None,
        "high": 100 * part.share.high if told and part.share else None,
        "few": part.few,
        "side": part.side,
        "note": part.note,
    }
