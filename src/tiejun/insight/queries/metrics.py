"""The catalogue of metrics in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.insight.rules.metrics import METRICS, OF_FACTOR, OF_MEASURE, Metric, Shelf
from tiejun.insight.texts import metrics as texts

if TYPE_CHECKING:
    from tiejun.access.scope import Scope
    from tiejun.insight.rules.links import Measure


@dataclass(frozen=True, slots=True)
class MetricEntry:
    """A metric with its words; `rows` is the url name of the page that lists what it counts, empty where the asker has none."""

    metric: Metric
    name: str
    definition: str
    unit: str
    owner: str
    facts: tuple[str, ...]
    rows: str

    @property
    def key(self) -> str:
        return self.metric.key


def catalogue(scope: Scope) -> list[tuple[Shelf, str, list[MetricEntry]]]:
    """Return every metric of the boards, by the part of the catalogue that it stands in with its name."""
    return [
        (shelf, str(texts.SHELVES[shelf]), [_entry(scope, one) for one in METRICS if one.shelf is shelf])
        for shelf in Shelf
    ]


def entries(scope: Scope) -> dict[str, MetricEntry]:
    """Return every metric by its key."""
    return {one.key: _entry(scope, one) for one in METRICS}


def entries_of_measures(scope: Scope) -> dict[Measure, MetricEntry]:
    """Return the metric of each measure of the nine links."""
    known = entries(scope)
    return {measure: known[key] for measure, key in OF_MEASURE.items()}


def entries_of_factors(scope: Scope) -> dict[str, MetricEntry]:
    """Return the metric of each factor of the growth equation."""
    known = entries(scope)
    return {factor: known[key] for factor, key in OF_FACTOR.items()}


def _entry(scope: Scope, metric: Metric) -> MetricEntry:
    may_list = bool(metric.rows) and scope.can(Ability(metric.rows_ability))
    return MetricEntry(
        metric=metric,
        name=str(texts.NAMES[metric.key]),
        definition=str(texts.DEFINITIONS[metric.key]),
        unit=str(texts.UNITS[metric.unit]),
        owner=str(texts.OWNERS[metric.owner]),
        facts=tuple(str(texts.FACTS[name]) for name in metric.facts),
        rows=metric.rows if may_list else "",
    )
