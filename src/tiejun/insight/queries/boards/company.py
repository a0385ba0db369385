"""The CEO's board: is the voyage on course, where does the work or the organisation drift (GRW-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.control import Side
from tiejun.engines.shares import share_of
from tiejun.insight.queries.boards.answers import Answer, act_on
from tiejun.insight.queries.boards.shared import anomalies, efficiency, promise
from tiejun.insight.queries.cohorts import cohorts
from tiejun.insight.queries.growth import growth
from tiejun.insight.rules.boards import Question, Verdict, growth_side
from tiejun.insight.rules.links import Measure
from tiejun.insight.texts import FACTORS
from tiejun.insight.texts import boards as texts
from tiejun.pipeline.queries.facts import overdue_by_unit
from tiejun.pipeline.queries.reviews import completion
from tiejun.quality.queries.truth import truth_by_unit

if TYPE_CHECKING:
    from tiejun.access.scope import Scope
    from tiejun.insight.queries.boards.ground import Ground
    from tiejun.insight.queries.growth import Growth


def answers(scope: Scope, ground: Ground) -> list[Answer]:
    """Answer the CEO's questions."""
    # Whatever the part, the whole is the same; there are fewest sources.
    found = growth(scope, now=ground.now, currency=ground.currency, part="source")
    this, last = ground.by_unit((Measure.VISITS, Measure.EFFECTIVE))
    return [
        _course(ground, found),
        _money_in(ground, found),
        efficiency(scope, ground, this, last),
        anomalies(scope, ground, Question.ORGANISATION, _reviewed(ground)),
        *_truth(ground),
        _customers(ground),
    ]


def _course(ground: Ground, found: Growth) -> Answer:
    whole = found.whole
    now, before = whole.after.net_minor, whole.before.net_minor
    act = act_on(
        ground.scope, texts.ACTS[Question.COURSE], "insight:growth", Ability.VIEW_BOARD,
        currency=ground.currency if ground.currency != "CNY" else "",
    )  # fmt: skip
    promised, keeps_pace = promise(ground.scope, ground, now)
    if not now and not before:
        return Answer.of(Question.COURSE, Verdict.NOTHING, texts.NOTHING[Question.COURSE], promised, act=act)
    side = growth_side(now, before)
    main = ""
    if whole.main:
        by = texts.money(whole.shares[whole.main], ground.currency, signed=True)
        main = texts.MAIN_FACTOR % {"factor": FACTORS[whole.main], "by": by}
    return Answer.of(
        Question.COURSE,
        Verdict.WATCH if side is Side.LOW or keeps_pace is False else Verdict.GOOD if side else Verdict.PLAIN,
        texts.sum_moved(
            Question.COURSE, texts.money(now, ground.currency), texts.money(before, ground.currency), now, before
        ),
        main,
        promised,
        value=now,
        before=before,
        act=act,
    )


def _money_in(ground: Ground, found: Growth) -> Answer:
    now, before = found.collected_minor, found.collected_minor_before
    late = [
        sums
        for (_unit, code), sums in overdue_by_unit(ground.scope, today=ground.today).items()
        if code == ground.currency
    ]
    number, minor = sum(one for one, _minor in late), sum(minor for _one, minor in late)
    act = act_on(ground.scope, texts.ACTS[Question.MONEY_IN], "pipeline:collections", Ability.VIEW_COLLECTIONS)
    if not now and not before and not minor:
        return Answer.of(Question.MONEY_IN, Verdict.NOTHING, texts.NOTHING[Question.MONEY_IN], act=act)
    overdue = (
        texts.OVERDUE % {"amount": texts.money(minor, ground.currency), "n": number}
        if number
        else texts.NOTHING_OVERDUE
    )
    side = growth_side(now, before)
    return Answer.of(
        Question.MONEY_IN,
        Verdict.WATCH if number or side is Side.LOW else Verdict.GOOD,
        texts.sum_moved(
            Question.MONEY_IN, texts.money(now, ground.currency), texts.money(before, ground.currency), now, before
        ),
        overdue,
        value=now,
        before=before,
        act=act,
    )


def _reviewed(ground: Ground) -> str:
    if not ground.scope.can(Ability.VIEW_REVIEWS):
        return ""
    rows = completion(ground.scope, now=ground.now)
    due, closed = sum(one.due for one in rows), sum(one.closed for one in rows)
    return str(texts.REVIEWED % {"share": texts.share(share_of(closed, due))} if due else texts.NOT_REVIEWED)


def _truth(ground: Ground) -> list[Answer]:
    if not ground.scope.can(Ability.VIEW_TRUTH_RATE):
        return []
    tops = [unit.pk for unit in ground.path[-1:]]
    top = next(iter(truth_by_unit(ground.scope, tops, now=ground.now).values()), None)
    act = act_on(ground.scope, texts.ACTS[Question.TRUTH], "quality:truth", Ability.VIEW_TRUTH_RATE)
    if top is None or top.estimate is None:
        return [Answer.of(Question.TRUTH, Verdict.NOTHING, texts.TRUTH_UNKNOWN, act=act)]
    rate = top.estimate
    words = f"{rate.percent}% ({rate.low_percent}–{rate.high_percent}%)"
    return [
        Answer.of(
            Question.TRUTH,
            Verdict.WATCH if top.open_cases else Verdict.PLAIN,
            texts.TRUTH % {"share": words, "n": texts.number(top.audited)},
            texts.CASES_OPEN % {"n": top.open_cases} if top.open_cases else "",
            value=rate.percent,
            act=act,
        )
    ]


def _customers(ground: Ground) -> Answer:
    found = cohorts(ground.scope, now=ground.now, currency=ground.currency, part="source")
    act = act_on(ground.scope, texts.ACTS[Question.CUSTOMERS], "insight:cohorts", Ability.VIEW_BOARD)
    words = {"n": found.window, "share": texts.share(found.in_time)}
    if found.in_time.value is None:
        return Answer.of(Question.CUSTOMERS, Verdict.NOTHING, texts.NOBODY_OLD % words, act=act)
    kept = "" if found.kept is None else texts.KEPT % {"percent": round(100 * found.kept)}
    return Answer.of(Question.CUSTOMERS, Verdict.PLAIN, texts.CAME_BACK % words, kept, share=found.in_time, act=act)
