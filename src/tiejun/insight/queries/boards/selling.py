"""The sales head's board: which link leaks, where, what is being done, and whether the month's promise holds (GRW-04, GRW-18, GRW-21)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.shares import share_of
from tiejun.insight.queries.boards.answers import Answer, act_on
from tiejun.insight.queries.boards.shared import anomalies, efficiency, promise, reviews
from tiejun.insight.queries.links import base_words, link_words
from tiejun.insight.rules.boards import Conversion, Part, Question, Verdict, leak_of
from tiejun.insight.rules.links import SHOWN, Link, Measure
from tiejun.insight.rules.metrics import Unit
from tiejun.insight.rules.reporting import may_rank
from tiejun.insight.texts import boards as texts

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.insight.queries.boards.ground import Ground
    from tiejun.insight.queries.links import Sums
    from tiejun.insight.rules.boards import Leak

CHAIN = (Link.LEADS, Link.CUSTOMERS, Link.OPPORTUNITIES, Link.ORDERS)
COUNTED = (
    Measure.ENTERED, Measure.TAKEN, Measure.NEW_EFFECTIVE, Measure.OPENED, Measure.SIGNED, Measure.SIGNED_MONEY,
    Measure.VISITS, Measure.EFFECTIVE,
)  # fmt: skip


def answers(scope: Scope, ground: Ground) -> list[Answer]:
    """Answer the sales head's questions; a regional manager's are of the region."""
    this, last = ground.by_unit(COUNTED)
    chain = [_conversion(link, this, last) for link in CHAIN]
    orders, signed = (sum(this[measure].values()) for measure in (Measure.SIGNED, Measure.SIGNED_MONEY))
    found = leak_of(chain, order_minor=signed // orders if orders > 0 else 0, least=ground.least)
    return [
        _leak(ground, chain, found),
        _who(ground, found, this),
        anomalies(scope, ground, Question.ACTION),
        *_promise(ground, signed, sum(last[Measure.SIGNED_MONEY].values())),
        efficiency(scope, ground, this, last),
        reviews(scope, ground),
    ]


def _conversion(link: Link, this: Sums, last: Sums) -> Conversion:
    large, _beside, base = SHOWN[link]
    assert base is not None
    return Conversion(
        link,
        sum(this[large].values()),
        sum(this[base].values()),
        sum(last[large].values()),
        sum(last[base].values()),
    )


def _leak(ground: Ground, chain: list[Conversion], found: Leak | None) -> Answer:
    act = act_on(ground.scope, texts.ACTS[Question.LEAK], "home:board", Ability.VIEW_BOARD)
    if all(min(one.base, one.base_before) < ground.least for one in chain):
        return Answer.of(Question.LEAK, Verdict.NOTHING, texts.NOTHING[Question.LEAK], act=act)
    words = link_words(ground.scope)
    parts = [
        Part(words[one.link].title, value=_hundred(one.hits, one.base), cases=one.base, few=one.base < ground.least,
             note=f"{_hundred(one.hits_before, one.base_before):.0f} → {_hundred(one.hits, one.base):.0f}")
        for one in chain
    ]  # fmt: skip
    if found is None:
        return Answer.of(Question.LEAK, Verdict.GOOD, texts.NO_LEAK, parts=parts, unit=Unit.PERCENT, act=act)
    one = found.conversion
    now, before = _hundred(one.hits, one.base), _hundred(one.hits_before, one.base_before)
    base = SHOWN[one.link][2]
    assert base is not None
    return Answer.of(
        Question.LEAK,
        Verdict.WATCH,
        texts.LEAK % {
            "link": words[one.link].title, "now": f"{now:.0f}", "before": f"{before:.0f}",
            "of": base_words(ground.scope)[base], "missing": texts.number(one.missing),
        },
        texts.LEAK_MONEY % {"amount": texts.money(found.minor, ground.currency)} if found.minor else "",
        value=now,
        before=before,
        share=None,
        unit=Unit.PERCENT,
        parts=parts,
        act=act,
    )  # fmt: skip


def _hundred(hits: int, base: int) -> float:
    return 100 * hits / base if base else 0.0


def _who(ground: Ground, found: Leak | None, this: Sums) -> Answer:
    if found is None:
        return Answer.of(Question.WHO, Verdict.NOTHING, texts.NO_WHO)
    large, _beside, base = SHOWN[found.conversion.link]
    assert base is not None
    whole = found.conversion
    hits, cases = _by_name(ground, this, large), _by_name(ground, this, base)
    units = {
        unit_id: Conversion(whole.link, hits[unit_id], cases[unit_id], whole.hits_before, whole.base_before)
        for unit_id in cases
        if cases[unit_id] > 0
    }
    lost = [unit_id for unit_id, one in units.items() if one.is_lost(ground.least)]
    names = dict(ground.shown.values())
    order = sorted(units, key=lambda key: names[key])
    if may_rank([one.base for one in units.values()], ground.least):
        order = sorted(units, key=lambda key: (-units[key].missing, names[key]))
    lost.sort(key=order.index)
    parts = [_who_part(ground, names[unit_id], units[unit_id]) for unit_id in order]
    return Answer.of(
        Question.WHO,
        Verdict.WATCH if lost else Verdict.PLAIN,
        _where([names[unit_id] for unit_id in lost], len(units)),
        texts.FEW % {"least": ground.least} if any(part.few for part in parts) else "",
        parts=parts,
        act=act_on(
            ground.scope, texts.ACTS[Question.WHO], "home:board", Ability.VIEW_BOARD, unit=lost[0] if lost else None
        ),
    )


def _where(lost: list[str], units: int) -> str:
    if not lost:
        return str(texts.WHO_NOBODY)
    return str(texts.WHO_ALL if 1 < units == len(lost) else texts.WHO % {"names": texts.listed(lost)})


def _by_name(ground: Ground, sums: Sums, measure: Measure) -> Counter[UUID]:
    found: Counter[UUID] = Counter()
    for unit_id, count in sums[measure].items():
        if unit_id in ground.shown:
            found[ground.shown[unit_id][0]] += count
    return found


def _who_part(ground: Ground, name: str, one: Conversion) -> Part:
    proper = one.hits <= one.base
    return Part(
        name,
        share_of(one.hits, one.base) if proper else None,
        value=None if proper else _hundred(one.hits, one.base),
        cases=one.base,
        few=one.base < ground.least,
        note=texts.number(-one.missing, signed=True),
    )


def _promise(ground: Ground, signed_minor: int, before_minor: int) -> list[Answer]:
    if not ground.scope.can(Ability.VIEW_ROLL_UP):
        return []
    words, keeps_pace = promise(ground.scope, ground, signed_minor)
    signed = texts.money(signed_minor, ground.currency)
    return [
        Answer.of(
            Question.PROMISE,
            Verdict.PLAIN if keeps_pace is None else Verdict.GOOD if keeps_pace else Verdict.WATCH,
            texts.sum_moved(
                Question.COURSE, signed, texts.money(before_minor, ground.currency), signed_minor, before_minor
            ),
            words,
            value=signed_minor,
            before=before_minor,
            act=act_on(ground.scope, texts.ACTS[Question.PROMISE], "forecast:roll_up", Ability.VIEW_ROLL_UP),
        )
    ]
