"""What scores are learned from, which models are used, and how they did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.engines.scoring.packing import card_of
from tiejun.engines.scoring.problem import Examples
from tiejun.foundation import policies
from tiejun.foundation.times import local_date
from tiejun.insight import texts
from tiejun.insight.models import ScoreModel
from tiejun.insight.rules import EFFECTIVE, TARGETS, ScorePolicy, came_true, is_due
from tiejun.leads.queries import snapshots
from tiejun.leads.queries.scoring import feature_words
from tiejun.leads.rules.scoring import columns_of
from tiejun.pipeline.queries.outcomes import signing_days
from tiejun.visits.queries.outcomes import effective_days

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.engines.scoring.problem import Card

MOST_EXAMPLES = 40_000
SHOWN = 12
PLOT = 100.0  # the plot's side, in the units of its view box


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a chance is learned from: the span of the examples, None where there are none."""

    examples: Examples
    first_at: datetime | None
    last_at: datetime | None
    window_days: int


def score_policy(scope: Scope, now: datetime) -> ScorePolicy:  # noqa: ARG001 -- policies are everybody's to read
    """Return the policy of scores in force."""
    return ScorePolicy.by_policy(policies.book(now))


def targets_due(scope: Scope, now: datetime) -> list[str]:
    """Return what is to be learned again by now."""
    scope.require(Ability.RUN_ALLOTMENT)
    policy = score_policy(scope, now)
    latest = {row.target: row.learned_at for row in ScoreModel.objects.only("target", "learned_at").order_by("number")}
    return [target for target in TARGETS if is_due(latest.get(target), policy.learn_every_days, now)]


def lesson(scope: Scope, target: str, now: datetime) -> Lesson:
    """Return the tries that are old enough to have come true, and whether they did; the oldest first."""
    policy = score_policy(scope, now)
    window = policy.window_days[target]
    until = now - timedelta(days=window)
    rows = snapshots.past_snapshots(
        scope, since=now - timedelta(days=policy.history_days), until=until, most=MOST_EXAMPLES
    )
    since = local_date(rows[0].at, scope.zone) if rows else local_date(now, scope.zone)
    asked = effective_days if target == EFFECTIVE else signing_days
    days = asked(scope, {row.company_id for row in rows}, since=since)
    outcomes = [came_true(local_date(row.at, scope.zone), days.get(row.company_id, ()), window) for row in rows]
    first, last = (rows[0].at, rows[-1].at) if rows else (None, None)
    return Lesson(Examples(columns_of(rows), outcomes), first, last, window)


def live_models(scope: Scope) -> list[ScoreModel]:
    """Return the models that may be used, with their bytes."""
    scope.require(Ability.RUN_ALLOTMENT)
    return list(ScoreModel.objects.filter(state=ScoreModel.State.LIVE).order_by("target"))


# -- the page ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Spot:
    """A tenth of the held-back rows on the plot: its place in the view box, what was said and what came, in percent."""

    x: float
    y: float
    said: float
    came: float
    rows: int


@dataclass(frozen=True, slots=True)
class Weight:
    """A feature and its share in what moves the chances, in percent."""

    words: str
    percent: float


@dataclass(frozen=True, slots=True)
class ModelCard:
    """The latest attempt of a target as a page shows it; `card` is None where there was too little to learn from."""

    target: str
    row: ScoreModel | None
    card: Card | None
    spots: tuple[Spot, ...]
    axis_percent: int
    weights: tuple[Weight, ...]
    needed_rows: int
    needed_outcomes: int

    @property
    def words(self) -> str:
        """Return what is predicted, in the reader's language."""
        return str(texts.TARGETS[self.target])

    @property
    def why(self) -> str:
        """Return why there is a score or none, in the reader's language."""
        return str(texts.WHY[self.row.why]) if self.row else str(texts.NOT_YET)

    @property
    def is_live(self) -> bool:
        return self.row is not None and self.row.state == ScoreModel.State.LIVE

    @property
    def method(self) -> str:
        """Return the method's name in the reader's language."""
        return str(texts.METHODS[self.row.method]) if self.row and self.row.method else ""

    @property
    def gain_percent(self) -> float:
        """Return by how many percent the log loss lies below the base rate's."""
        return round(100 * (1 - self.card.log_loss / self.card.base_log_loss), 1) if self.card else 0.0


def model_cards(scope: Scope, now: datetime) -> list[ModelCard]:
    """Return the latest attempt of each target."""
    scope.require(Ability.VIEW_SCORE_MODELS)
    policy = score_policy(scope, now)
    latest = {row.target: row for row in ScoreModel.objects.defer("model").order_by("number")}
    words = feature_words(scope)
    return [_model_card(target, latest.get(target), policy, words) for target in TARGETS]


def attempts(scope: Scope) -> list[ScoreModel]:
    """Return the latest attempts of all targets, the newest first, without their bytes."""
    scope.require(Ability.VIEW_SCORE_MODELS)
    return list(ScoreModel.objects.defer("model").order_by("-learned_at", "target")[:SHOWN])


def _model_card(target: str, row: ScoreModel | None, policy: ScorePolicy, words: Mapping[str, str]) -> ModelCard:
    card = card_of(row.card) if row and row.card else None
    axis = _axis(card)
    spots = tuple(_spot(part, axis) for part in card.bins) if card else ()
    weights = tuple(Weight(words[name], round(100 * share, 1)) for name, share in card.weights) if card else ()
    return ModelCard(
        target=target,
        row=row,
        card=card,
        spots=spots,
        axis_percent=axis,
        weights=weights,
        needed_rows=policy.terms.least_rows,
        needed_outcomes=policy.terms.least_each,
    )


def _axis(card: Card | None) -> int:
    """Return how far both axes reach, in percent: as far as the highest tenth, in steps of five."""
    most = max((max(part.said, part.came) for part in card.bins), default=0.0) if card else 0.0
    return min(100, max(5, -(-int(100 * most + 1) // 5) * 5))


def _spot(part: Any, axis_percent: int) -> Spot:
    scale = PLOT * 100 / axis_percent
    return Spot(
        x=round(part.said * scale, 2),
        y=round(PLOT - part.came * scale, 2),
        said=round(100 * part.said, 1),
        came=round(100 * part.came, 1),
        rows=part.rows,
    )
