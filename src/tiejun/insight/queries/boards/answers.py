"""What a board answers with: a figure with its comparison, a sentence, the parts it is made of, and where to act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.http import urlencode

from tiejun.access.abilities import Ability
from tiejun.insight.rules.boards import METRICS, Verdict
from tiejun.insight.rules.metrics import METRICS as CATALOGUE
from tiejun.insight.rules.metrics import Unit
from tiejun.insight.texts import boards as texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiejun.access.scope import Scope
    from tiejun.engines.shares import Share
    from tiejun.foundation.refusals import Words
    from tiejun.insight.rules.boards import Part, Question

SHOWN = 8
UNITS = {one.key: one.unit for one in CATALOGUE}


@dataclass(frozen=True, slots=True)
class Figure:
    """The number of an answer, in the unit of its metric (minor units for amounts, from 0 to 100 for percent), and of the span before; None where it cannot be told."""

    value: float | None
    before: float | None
    unit: Unit
    share: Share | None = None

    @property
    def low(self) -> float | None:
        return None if self.share is None or self.share.value is None else 100 * self.share.low

    @property
    def high(self) -> float | None:
        return None if self.share is None or self.share.value is None else 100 * self.share.high


@dataclass(frozen=True, slots=True)
class Act:
    """The page where something is done about an answer."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of a board with its answer; `metrics`: keys of the catalogue, that of the figure first; `left_out`: parts that found no room."""

    question: Question
    title: str
    verdict: Verdict
    sentence: str
    figure: Figure | None
    parts: tuple[Part, ...]
    left_out: int
    metrics: tuple[str, ...]
    act: Act | None

    @classmethod
    def of(
        cls, question: Question, verdict: Verdict, *sentences: Words, value: float | None = None, before: float | None = None,
        share: Share | None = None, unit: Unit | None = None, parts: Sequence[Part] = (), act: Act | None = None,
    ) -> Answer:  # fmt: skip
        """Return an answer of sentences; a `share` is its figure unless a value is given. Without data there is no figure."""
        told = share is not None and share.value is not None
        figure = Figure(
            value=100 * share.value if told and share is not None and share.value is not None else value,
            before=before,
            unit=unit or (Unit.PERCENT if told else UNITS[METRICS[question][0]]),
            share=share,
        )
        return cls(
            question=question,
            title=str(texts.QUESTIONS[question]),
            verdict=verdict,
            sentence=texts.joined(sentences),
            figure=None if verdict is Verdict.NOTHING or figure.value is None else figure,
            parts=_shown(parts),
            left_out=max(0, len(parts) - SHOWN),
            metrics=METRICS[question],
            act=act,
        )


def _shown(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Return as many parts as there is room for, in their order: those that lie outside the whole before others."""
    places = sorted(range(len(parts)), key=lambda place: (parts[place].side is None, place))[:SHOWN]
    return tuple(parts[place] for place in sorted(places))


def act_on(scope: Scope, words: object, name: str, ability: Ability, *args: Any, **query: Any) -> Act | None:
    """Return the page to act on, None for who may not open it."""
    if not scope.can(ability):
        return None
    chosen = {key: str(value) for key, value in query.items() if value}
    return Act(str(words), reverse(name, args=args) + (f"?{urlencode(chosen)}" if chosen else ""))
