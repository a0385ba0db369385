"""Answers that more than one board gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from tiejun.access.abilities import Ability
from tiejun.engines.control import Side
from tiejun.engines.shares import share_of
from tiejun.forecast.queries.promises import promised
from tiejun.foundation.times import at_local
from tiejun.insight.models import Anomaly
from tiejun.insight.queries.boards.answers import Answer, act_on
from tiejun.insight.rules.anomalies import State
from tiejun.insight.rules.boards import Question, Verdict, moved, named, share_parts, whole_percent
from tiejun.insight.rules.links import Measure
from tiejun.insight.texts import boards as texts
from tiejun.pipeline.queries.reviews import completion

if TYPE_CHECKING:
    from tiejun.access.scope import Scope
    from tiejun.insight.queries.boards.ground import Ground
    from tiejun.insight.queries.links import Sums

OWN_CURRENCY = "CNY"  # what is promised is promised in


def efficiency(scope: Scope, ground: Ground, this: Sums, last: Sums) -> Answer:
    """Say whether visits lose their effect, and in which units beyond chance."""
    now, before = (
        share_of(sum(sums[Measure.EFFECTIVE].values()), sum(sums[Measure.VISITS].values())) for sums in (this, last)
    )
    act = act_on(scope, texts.ACTS[Question.EFFICIENCY], "home:board", Ability.VIEW_BOARD)
    if now.value is None:
        return Answer.of(Question.EFFICIENCY, Verdict.NOTHING, texts.NOTHING[Question.EFFICIENCY], act=act)
    units = ground.shares(this[Measure.EFFECTIVE], this[Measure.VISITS])
    parts = share_parts(units, now, least=ground.least)
    side = moved(now, before, least=ground.least)
    return Answer.of(
        Question.EFFICIENCY,
        Verdict.WATCH if side is Side.LOW or named(parts, Side.LOW) else Verdict.GOOD if side else Verdict.PLAIN,
        texts.RATE_MOVED[Question.EFFICIENCY]
        % {"now": texts.share(now), "before": texts.share(before), "chance": texts.CHANCE[side]},
        *texts.apart(parts, ground.least),
        share=now,
        before=100 * before.value if before.value is not None else None,
        parts=parts,
        act=act,
    )


def anomalies(scope: Scope, ground: Ground, question: Question, *more: str) -> Answer:
    """Say how many anomalies are open, wait for an owner or for what was agreed; one query."""
    month = at_local(ground.today.replace(day=1), "00:00", scope.zone)
    rows = Anomaly.objects.within(scope, Ability.VIEW_ANOMALIES).order_by()
    counts = rows.aggregate(
        waiting=Count("pk", filter=Q(state=State.RAISED)),
        acted=Count("pk", filter=Q(state=State.ACTED)),
        late=Count("pk", filter=Q(state=State.ACTED, due_on__lt=ground.today)),
        closed=Count("pk", filter=Q(state=State.CLOSED, closed_at__gte=month)),
    )
    number = counts["waiting"] + counts["acted"]
    words = {key: texts.number(value) for key, value in counts.items()}
    sentence = texts.ANOMALIES_OPEN % (words | {"n": number}) if number else texts.NO_ANOMALY % words
    return Answer.of(
        question,
        Verdict.WATCH if counts["waiting"] or counts["late"] else Verdict.GOOD,
        sentence,
        *more,
        value=number,
        act=act_on(scope, texts.ACTS[question], "insight:anomalies", Ability.VIEW_ANOMALIES),
    )


def reviews(scope: Scope, ground: Ground) -> Answer:
    """Say how many of the due reviews of won and lost deals are closed, by unit (GRW-22)."""
    rows = completion(scope, now=ground.now)
    due, closed = ({one.unit_id: getattr(one, name) for one in rows} for name in ("due", "closed"))
    whole = share_of(sum(closed.values()), sum(due.values()))
    act = act_on(scope, texts.ACTS[Question.REVIEWS], "pipeline:reviews", Ability.VIEW_REVIEWS)
    if whole.value is None:
        return Answer.of(Question.REVIEWS, Verdict.NOTHING, texts.NOT_REVIEWED, act=act)
    parts = share_parts(ground.shares(closed, due), whole, least=ground.least)
    return Answer.of(
        Question.REVIEWS,
        Verdict.GOOD if whole.hits == whole.cases else Verdict.WATCH,
        texts.REVIEWED % {"share": texts.share(whole)},
        *texts.apart(parts, ground.least),
        share=whole,
        parts=parts,
        act=act,
    )


def promise(scope: Scope, ground: Ground, signed_minor: int) -> tuple[str, bool | None]:
    """Say how much of the month's promise is signed; and whether it keeps pace with the days, None without a promise."""
    if ground.currency != OWN_CURRENCY or not scope.can(Ability.VIEW_ROLL_UP):
        return "", None
    minor = promised(scope, ground.today.replace(day=1))
    percent = whole_percent(signed_minor, minor)
    if percent is None:
        return str(texts.NOT_PROMISED), None
    words = {"percent": percent, "promised": texts.money(minor, ground.currency), "gone": ground.gone_percent}
    return str(texts.PROMISED % words), percent >= ground.gone_percent
