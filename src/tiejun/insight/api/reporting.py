"""Own reports for programs: the metrics of the catalogue, summed from the facts by one or two groups."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from ninja import Field, Query, Router, Schema
from pydantic import StringConstraints

from tiejun.access.abilities import Ability
from tiejun.engines.shares import Share
from tiejun.foundation.refusals import Invalid
from tiejun.foundation.schemas import Day
from tiejun.insight.queries import reporting as queries
from tiejun.insight.rules.reporting import MEASURES, Dimension, ReportSpan, ReportWish

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.insight.queries.reporting import ReportLine, Value

router = Router()


class ReportQuery(Schema):
    """What a report shall show. `metrics`: keys of the catalogue; `since` and `until` (included) go with the span `chosen`."""

    metrics: list[Annotated[str, StringConstraints(max_length=40)]] = Field(default_factory=list)
    by: Dimension = Dimension.UNIT
    also: Dimension | None = None
    span: ReportSpan = ReportSpan.THIS_MONTH
    since: Day | None = None
    until: Day | None = None
    unit_id: UUID | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"


class ReportColumnOut(Schema):
    """A metric of the report; amounts of the unit MONEY are in minor units."""

    key: str
    name: str
    unit: str


class ReportValueOut(Schema):
    """A number of the report; a share with its cases and its 95 % interval. Null where there is nothing to divide by."""

    value: float | None
    cases: int | None = None
    low: float | None = None
    high: float | None = None


class ReportLineOut(Schema):
    """A line: what it is of, as ids, codes or days (null: nobody's, or of none) and as people call it, and a value for each column."""

    keys: list[str | None]
    names: list[str]
    values: list[ReportValueOut]


class ReportOut(Schema):
    """A report. `since`, `until`: both included; `is_ranked`: in the order of the first number, else by name, because some part has fewer than `least_cases`."""

    since: Day
    until: Day
    currency: str
    groups: list[Dimension]
    is_ranked: bool
    least_cases: int
    columns: list[ReportColumnOut]
    lines: list[ReportLineOut]
    whole: list[ReportValueOut]


@router.get("/insight/report", response=ReportOut, summary="Make a report of metrics of the catalogue")
def show_report(request: TiejunRequest, asked: Query[ReportQuery]) -> Any:
    request.scope.require(Ability.VIEW_BOARD)
    if not set(asked.metrics) <= set(MEASURES):
        raise Invalid(metrics=_("Only these can be asked for: %(names)s") % {"names": ", ".join(MEASURES)})
    given = asked.dict() | {"measures": tuple(key for key in MEASURES if key in asked.metrics)}
    del given["metrics"]
    found = queries.report(request.scope, ReportWish(**given), now=request.now)
    return {
        "since": found.since,
        "until": found.until,
        "currency": found.wish.currency,
        "groups": list(found.wish.groups),
        "is_ranked": found.is_ranked,
        "least_cases": found.least_cases,
        "columns": [{"key": one.key, "name": one.name, "unit": one.metric.unit.value} for one in found.columns],
        "lines": [_line(line) for line in found.lines],
        "whole": [_value(one) for one in found.whole.values],
    }


def _line(line: ReportLine) -> dict[str, Any]:
    return {
        "keys": [_key(part) for part in line.key],
        "names": [_key(name) for name in line.names],
        "values": [_value(one) for one in line.values],
    }


def _key(part: Any) -> str | None:
    return part.isoformat() if isinstance(part, date) else str(part) if part else None


def _value(value: Value) -> dict[str, Any]:
    if isinstance(value, Share):
        return {"value": value.value, "cases": value.cases, "low": value.low, "high": value.high}
    return {"value": value}
