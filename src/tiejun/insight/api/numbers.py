"""The growth equation and how good the scores of leads are, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import StringConstraints

from tiejun.engines.growth import Counts
from tiejun.foundation.schemas import Day, Moment
from tiejun.insight import queries
from tiejun.insight.queries import channels as channel_queries
from tiejun.insight.queries import cohorts as cohort_queries
from tiejun.insight.queries import growth as growth_queries
from tiejun.insight.queries import metrics as metric_queries
from tiejun.insight.queries import trials as trial_queries

if TYPE_CHECKING:
    from tiejun.engines.shares import Share
    from tiejun.foundation.web import TiejunRequest
    from tiejun.insight.queries.cohorts import Cohort
    from tiejun.insight.queries.growth import Line
    from tiejun.insight.queries.trials import TrialLine

router = Router()


class ScoreModelOut(Schema):
    """An attempt to learn a chance: `target` EFFECTIVE or SIGN within `window_days`; `card`: how it did on the newest tries."""

    id: UUID
    target: str
    number: int
    state: str
    why: str
    method: str
    rows: int
    positives: int
    window_days: int
    first_at: Moment | None
    last_at: Moment | None
    card: dict[str, Any]
    learned_at: Moment
    replaced_at: Moment | None


@router.get(
    "/insight/score-models",
    response=list[ScoreModelOut],
    summary="List how the models of the lead score did",
)
def list_models(request: TiejunRequest) -> Any:
    return queries.attempts(request.scope)


class GrowthCountsOut(Schema):
    """What was counted in a span: valid leads, first-time buyers among them, first-time buyers of earlier leads, customers from before, orders, net minor units."""

    leads: int
    buyers: int
    late: int
    existing: int
    orders: int
    net_minor: int


class GrowthLineOut(Schema):
    """A part of the whole: `shares` are what each factor did to the change in minor units, and sum to it exactly.

    `key`: the id of a unit or person, or the code of a source; null for what belongs to none of them.
    """

    key: str | None
    name: str
    before: GrowthCountsOut
    after: GrowthCountsOut
    change_minor: int
    shares: dict[str, int]


class GrowthOut(Schema):
    """The equation R = (V·c + L + E)·f·a of two spans: from `month` and `other` to `until` and `other_until` (exclusive)."""

    month: Day
    until: Day
    other: Day
    other_until: Day
    currency: str
    churn_days: int
    whole: GrowthLineOut
    lines: list[GrowthLineOut]
    collected_minor: int
    collected_minor_before: int
    running_as_of: Moment | None


class GrowthQuery(Schema):
    """`month`: any day of it, default today's; `other`: default the month before; `by`: what the lines are."""

    month: Day | None = None
    other: Day | None = None
    unit_id: UUID | None = None
    by: Literal["unit", "person", "source"] = "unit"
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"


@router.get(
    "/insight/growth",
    response=GrowthOut,
    summary="Show which factor of the growth equation moved the money of a month",
)
def show_growth(request: TiejunRequest, wish: Query[GrowthQuery]) -> Any:
    found = growth_queries.growth(
        request.scope,
        now=request.now,
        month=wish.month,
        other=wish.other,
        unit_id=wish.unit_id,
        part=wish.by,
        currency=wish.currency,
    )
    shared = {name: getattr(found, name) for name in GrowthOut.model_fields if name not in ("whole", "lines")}
    return shared | {"whole": _line(found.whole), "lines": [_line(line) for line in found.lines]}


class ChannelOut(Schema):
    """A source: costs of the span, valid leads received in it, and what their companies came to since, in minor units."""

    code: str
    name: str
    spent_minor: int
    leads: int
    lead_minor: int | None
    buyers: int
    buyer_minor: int | None
    signed_minor: int
    collected_minor: int
    returned: float | None


class ChannelsOut(Schema):
    """Channels of leads received from `since` on, of the last `months` (1, 3 or 12), with orders and money as of the last roll-up.

    `returned`: what was received for each unit spent.
    """

    since: Day
    today: Day
    months: int
    currency: str
    as_of: Moment
    whole: ChannelOut
    lines: list[ChannelOut]


@router.get(
    "/insight/channels",
    response=ChannelsOut,
    summary="Show what each source cost and brought, to the money received",
)
def show_channels(request: TiejunRequest, months: int = 3) -> Any:
    return channel_queries.channels(request.scope, now=request.now, months=months)


class CohortSinceOut(Schema):
    """So many months after the first: `again` of the customers had come back by then, with its 95 % interval; `kept`: spent in that month against the first."""

    months: int
    again: int
    again_share: float | None
    again_low: float
    again_high: float
    net_minor: int
    kept: float | None


class CohortOut(Schema):
    """Customers who signed their first order in a month (null: all together, each as far as it is old enough)."""

    month: Day | None
    customers: int
    since: list[CohortSinceOut]


class CohortPartOut(Schema):
    """A unit or source: of its customers old enough, how many came back within `window` months; too few to compare unless `is_ranked`."""

    key: str | None
    name: str
    customers: int
    again: int
    again_share: float | None
    again_low: float
    again_high: float
    is_ranked: bool


class CohortsOut(Schema):
    """Cohorts of the last twelve months as of the last roll-up."""

    as_of: Moment
    currency: str
    window: int
    least_cases: int
    lines: list[CohortOut]
    whole: CohortOut | None
    parts: list[CohortPartOut]


class CohortQuery(Schema):
    """`source`: the code of one; `by`: what the parts are."""

    unit_id: UUID | None = None
    source: Annotated[str, StringConstraints(max_length=30)] = ""
    by: Literal["unit", "source"] = "unit"
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"


@router.get(
    "/insight/cohorts",
    response=CohortsOut,
    summary="Show which customers came back, by the month of their first order",
)
def show_cohorts(request: TiejunRequest, wish: Query[CohortQuery]) -> Any:
    found = cohort_queries.cohorts(
        request.scope,
        now=request.now,
        unit_id=wish.unit_id,
        source=wish.source,
        part=wish.by,
        currency=wish.currency,
    )
    return {
        "as_of": found.as_of,
        "currency": found.currency,
        "window": found.window,
        "least_cases": found.least_cases,
        "lines": [_cohort(line) for line in found.lines],
        "whole": _cohort(found.whole) if found.whole else None,
        "parts": [
            {"key": str(part.key) if part.key else None, "name": part.name, "customers": part.again.cases}
            | {"is_ranked": part.is_ranked}
            | _share(part.again)
            for part in found.parts
        ],
    }


def _cohort(line: Cohort) -> dict[str, Any]:
    since = [
        {"months": one.months, "net_minor": one.net_minor, "kept": one.kept} | _share(one.again) for one in line.since
    ]
    return {"month": line.month, "customers": line.customers, "since": since}


def _share(share: Share) -> dict[str, Any]:
    return {"again": share.hits, "again_share": share.value, "again_low": share.low, "again_high": share.high}


class TrialLineOut(Schema):
    """Trials of a month or a unit (`key`; null for all together): of the `old` ones, `in_time` led to the full service within their days.

    `led_on`: how many did at whatever time, after `days` on the mean. Too few to compare unless `is_ranked`.
    """

    key: str | None
    name: str
    trials: int
    old: int
    in_time: int
    in_time_share: float | None
    in_time_low: float
    in_time_high: float
    led_on: int
    days: float | None
    tried_minor: int
    full_minor: int
    is_ranked: bool


class TrialsOut(Schema):
    """Trials of the last twelve months, by month and by the unit that sold them."""

    currency: str
    least_cases: int
    lines: list[TrialLineOut]
    whole: TrialLineOut | None
    parts: list[TrialLineOut]


class TrialSumsQuery(Schema):
    """The trials of a unit with what is below it, in one currency."""

    unit_id: UUID | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"


@router.get("/insight/trials", response=TrialsOut, summary="Show how many trials led to the full service")
def show_trials(request: TiejunRequest, wish: Query[TrialSumsQuery]) -> Any:
    found = trial_queries.trials(request.scope, now=request.now, unit_id=wish.unit_id, currency=wish.currency)
    return {
        "currency": found.currency,
        "least_cases": found.least_cases,
        "lines": [_trial(line) for line in found.lines],
        "whole": _trial(found.whole) if found.whole else None,
        "parts": [_trial(line) for line in found.parts],
    }


def _trial(line: TrialLine) -> dict[str, Any]:
    names = ("name", "trials", "led_on", "days", "tried_minor", "full_minor", "is_ranked")
    share = line.in_time
    return {name: getattr(line, name) for name in names} | {
        "key": None if line.key is None else str(line.key), "old": share.cases, "in_time": share.hits,
        "in_time_share": share.value, "in_time_low": share.low, "in_time_high": share.high,
    }  # fmt: skip


class MetricOut(Schema):
    """A metric of the boards: what it is, exactly; `facts`: the tables it is counted from; `code`: its number in the definitions."""

    key: str
    shelf: str
    code: str
    name: str
    definition: str
    unit: str
    owner: str
    facts: list[str]


@router.get("/insight/metrics", response=list[MetricOut], summary="Say what each number of the boards is")
def list_metrics(request: TiejunRequest) -> Any:
    return [
        {
            "key": one.key,
            "shelf": one.metric.shelf.value,
            "code": one.metric.code,
            "name": one.name,
            "definition": one.definition,
            "unit": one.metric.unit.value,
            "owner": one.metric.owner,
            "facts": list(one.metric.facts),
        }
        for one in metric_queries.entries(request.scope).values()
    ]


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": None if line.key is None else str(line.key),
        "name": line.name,
        "before": _counts(line.before),
        "after": _counts(line.after),
        "change_minor": line.change_minor,
        "shares": {factor.value: share for factor, share in line.shares.items()},
    }


def _counts(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in GrowthCountsOut.model_fields}
