"""The marketing head's board: which channel brings valid leads, and at what cost to collected money (GRW-03)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.control import Side
from tiejun.engines.shares import share_of
from tiejun.insight.queries.boards.answers import Answer, act_on
from tiejun.insight.queries.channels import channels
from tiejun.insight.rules.boards import Part, Question, Verdict, growth_side, moved, named, share_parts
from tiejun.insight.rules.links import Measure
from tiejun.insight.rules.reporting import may_rank
from tiejun.insight.texts import NO_PART
from tiejun.insight.texts import boards as texts
from tiejun.marketing.queries.sources import own_sources, source_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tiejun.access.scope import Scope
    from tiejun.engines.shares import Share
    from tiejun.insight.queries.boards.answers import Act
    from tiejun.insight.queries.boards.ground import Ground
    from tiejun.insight.queries.channels import Channel, Channels

Leads = dict[str, tuple[int, int]]


def answers(scope: Scope, ground: Ground) -> list[Answer]:
    """Answer the marketing head's questions; needs VIEW_CAMPAIGNS."""
    names = source_names(scope)
    this, last = ground.by_source(ground.this), ground.by_source(ground.last)
    found = channels(scope, now=ground.now, currency=ground.currency)
    return [
        _traffic(ground, this, last, names),
        _validity(ground, this, last, names),
        _cost(ground, found),
        _buyers(ground, found),
        _taken(ground),
        _relations(ground, this, last),
    ]


def _compare(ground: Ground, question: Question) -> Act | None:
    return act_on(ground.scope, texts.ACTS[question], "insight:channels", Ability.VIEW_CAMPAIGNS)


def _traffic(ground: Ground, this: Leads, last: Leads, names: Mapping[str, str]) -> Answer:
    now, before = (sum(valid for _entered, valid in leads.values()) for leads in (this, last))
    act = act_on(ground.scope, texts.ACTS[Question.TRAFFIC], "marketing:campaigns", Ability.VIEW_CAMPAIGNS)
    if not now and not before:
        return Answer.of(Question.TRAFFIC, Verdict.NOTHING, texts.NOTHING[Question.TRAFFIC], act=act)
    side, none = growth_side(now, before), (0, 0)
    changes = {code: this.get(code, none)[1] - last.get(code, none)[1] for code in {*this, *last}}
    cases = {code: this.get(code, none)[1] + last.get(code, none)[1] for code in changes}
    with_whole = {code: change for code, change in changes.items() if change * (now - before) > 0}
    main = max(with_whole, key=lambda code: (abs(with_whole[code]), code), default=None)
    told = main is not None and cases[main] >= ground.least
    parts = [
        Part(names.get(code, code) or str(NO_PART["source"]), value=this.get(code, none)[1], cases=cases[code],
             few=cases[code] < ground.least, note=texts.number(changes[code], signed=True))
        for code in changes
    ]  # fmt: skip
    return Answer.of(
        Question.TRAFFIC,
        Verdict.WATCH if side is Side.LOW else Verdict.GOOD if side else Verdict.PLAIN,
        texts.sum_moved(Question.TRAFFIC, texts.number(now), texts.number(before), now, before),
        texts.SOURCE_MOVED % {"name": names.get(main, main), "by": texts.number(changes[main], signed=True)}
        if told and main is not None
        else "",
        value=now,
        before=before,
        parts=sorted(parts, key=lambda part: part.name),
        act=act,
    )


def _validity(ground: Ground, this: Leads, last: Leads, names: Mapping[str, str]) -> Answer:
    now, before = (
        share_of(sum(one[1] for one in leads.values()), sum(one[0] for one in leads.values())) for leads in (this, last)
    )
    act = act_on(ground.scope, texts.ACTS[Question.VALIDITY], "marketing:inbound", Ability.VIEW_INBOUND)
    if now.value is None:
        return Answer.of(Question.VALIDITY, Verdict.NOTHING, texts.NOTHING[Question.VALIDITY], act=act)
    shares = {
        names.get(code, code) or str(NO_PART["source"]): share_of(valid, entered)
        for code, (entered, valid) in this.items()
    }
    parts = share_parts(shares, now, least=ground.least)
    return _rate(ground, Question.VALIDITY, now, before, parts=parts, act=act, falls_are_bad=True)


def _rate(
    ground: Ground, question: Question, now: Share, before: Share, *, parts: list[Part], act: Act | None, falls_are_bad: bool
) -> Answer:  # fmt: skip
    """Answer with a share beside the one before; `falls_are_bad`: on which side somebody is needed."""
    side, bad = moved(now, before, least=ground.least), Side.LOW if falls_are_bad else Side.HIGH
    needs = side is bad or bool(named(parts, bad))
    return Answer.of(
        question,
        Verdict.WATCH if needs else Verdict.GOOD if side else Verdict.PLAIN,
        texts.RATE_MOVED[question]
        % {"now": texts.share(now), "before": texts.share(before), "chance": texts.CHANCE[side]},
        *texts.apart(parts, ground.least),
        share=now,
        before=100 * before.value if before.value is not None else None,
        parts=parts,
        act=act,
    )


def _cost(ground: Ground, found: Channels) -> Answer:
    whole, act = found.whole, _compare(ground, Question.COST)
    if not found.lines:
        return Answer.of(Question.COST, Verdict.NOTHING, texts.NOTHING[Question.COST], act=act)
    paid = [line for line in found.lines if line.returned is not None]
    if whole.returned is None:
        return Answer.of(Question.COST, Verdict.PLAIN, texts.NOTHING_SPENT, act=act)
    ranked = len(paid) > 1 and may_rank([line.buyers for line in paid], ground.least)
    if ranked:
        paid = sorted(paid, key=lambda line: (-(line.returned or 0), line.name))
    words = {
        "spent": texts.money(whole.spent_minor, "CNY"),
        "received": texts.money(whole.collected_minor, ground.currency),
        "ratio": f"{whole.returned:.1f}",
    }
    return Answer.of(
        Question.COST,
        Verdict.WATCH if whole.returned < 1 else Verdict.GOOD,
        texts.COST % words,
        _best(paid) if ranked else texts.NOT_RANKED % {"least": ground.least} if len(paid) > 1 else "",
        value=whole.returned,
        parts=[_cost_part(ground, line) for line in paid],
        act=act,
    )


def _best(paid: list[Channel]) -> str:
    best, worst = paid[0], paid[-1]
    words = {
        "best": best.name,
        "best_ratio": f"{best.returned:.1f}",
        "least": worst.name,
        "least_ratio": f"{worst.returned:.1f}",
    }
    return str(texts.BEST_CHANNEL % words)


def _cost_part(ground: Ground, line: Channel) -> Part:
    part = Part(line.name, value=line.returned, cases=line.buyers, few=line.buyers < ground.least)
    spent, received = texts.money(line.spent_minor, "CNY"), texts.money(line.collected_minor, ground.currency)
    return replace(part, note=f"{spent} → {received}")


def _buyers(ground: Ground, found: Channels) -> Answer:
    whole, act = share_of(found.whole.buyers, found.whole.leads), _compare(ground, Question.BUYERS)
    if whole.value is None:
        return Answer.of(Question.BUYERS, Verdict.NOTHING, texts.NOTHING[Question.BUYERS], act=act)
    shares = {line.name or str(NO_PART["source"]): share_of(line.buyers, line.leads) for line in found.lines}
    parts = share_parts(shares, whole, least=ground.least)
    return Answer.of(
        Question.BUYERS,
        Verdict.WATCH if named(parts, Side.LOW) else Verdict.PLAIN,
        texts.BECAME_BUYERS % {"share": texts.share(whole)},
        *texts.apart(parts, ground.least),
        share=whole,
        parts=parts,
        act=act,
    )


def _taken(ground: Ground) -> Answer:
    this, last = ground.by_unit((Measure.TAKEN, Measure.GIVEN_UP))
    now, before = (
        share_of(sum(sums[Measure.GIVEN_UP].values()), sum(sums[Measure.TAKEN].values())) for sums in (this, last)
    )
    act = act_on(ground.scope, texts.ACTS[Question.TAKEN], "marketing:board", Ability.VIEW_HANDOVERS)
    if now.value is None:
        return Answer.of(Question.TAKEN, Verdict.NOTHING, texts.NOTHING[Question.TAKEN], act=act)
    parts = share_parts(ground.shares(this[Measure.GIVEN_UP], this[Measure.TAKEN]), now, least=ground.least)
    return _rate(ground, Question.TAKEN, now, before, parts=parts, act=act, falls_are_bad=False)


def _relations(ground: Ground, this: Leads, last: Leads) -> Answer:
    own, act = own_sources(ground.scope), _compare(ground, Question.RELATIONS)
    now, before = (
        share_of(
            sum(valid for code, (_all, valid) in leads.items() if code in own),
            sum(valid for _all, valid in leads.values()),
        )
        for leads in (this, last)
    )
    if now.value is None:
        return Answer.of(Question.RELATIONS, Verdict.NOTHING, texts.NOTHING[Question.RELATIONS], act=act)
    return _rate(ground, Question.RELATIONS, now, before, parts=[], act=act, falls_are_bad=True)
