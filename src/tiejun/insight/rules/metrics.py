"""The catalogue of metrics: what each number on the boards is, what it is counted from, who owns it, where its rows are."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tiejun.insight.rules.links import Measure


class Unit(StrEnum):
    """What a metric is measured in."""

    NUMBER = "NUMBER"
    PERCENT = "PERCENT"
    RATIO = "RATIO"
    MONEY = "MONEY"


class Shelf(StrEnum):
    """The part of the catalogue that a metric stands in, in its order."""

    LINKS = "LINKS"
    RATES = "RATES"
    GROWTH = "GROWTH"
    CHANNELS = "CHANNELS"
    COHORTS = "COHORTS"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric. `facts`: the tables that it is counted from, as `module.row`; `code`: its number in the domain where it has one.

    `rows`: the page that lists what it counts (url name) and the ability that opens it, empty where there is none.
    """

    key: str
    shelf: Shelf
    unit: Unit
    owner: str
    facts: tuple[str, ...]
    code: str = ""
    rows: str = ""
    rows_ability: str = ""


_LEADS = {"owner": "leads", "rows": "leads:mine", "rows_ability": "leads.view"}
_VISITS = {"owner": "visits", "rows": "visits:list", "rows_ability": "visits.view"}
_DEALS = {"owner": "pipeline", "rows": "pipeline:list", "rows_ability": "pipeline.view"}
_ORDERS = {"owner": "pipeline", "rows": "pipeline:orders", "rows_ability": "pipeline.view"}
_MONEY = {"owner": "pipeline", "rows": "pipeline:receipts", "rows_ability": "pipeline.view_collections"}
_COSTS = {"owner": "marketing", "rows": "marketing:campaigns", "rows_ability": "marketing.view_campaigns"}
_TRIALS = {"owner": "success", "rows": "success:trials", "rows_ability": "success.view"}
_LOCKED = ("visits.DayLock", "visits.CountAdjustment", "visits.Visit")
_SOLD = ("pipeline.Order",)
_TRIED = ("pipeline.Order", "success.CustomerTrial")

METRICS: tuple[Metric, ...] = (
    Metric("leads-in", Shelf.LINKS, Unit.NUMBER, facts=("leads.Lead",), **_LEADS),
    Metric("leads-taken", Shelf.LINKS, Unit.NUMBER, facts=("leads.LeadTenure",), **_LEADS),
    Metric("leads-given-up", Shelf.LINKS, Unit.NUMBER, facts=("leads.LeadTenure",), **_LEADS),
    Metric("high-intent", Shelf.LINKS, Unit.NUMBER, facts=("leads.Lead",), **_LEADS),
    Metric("medium-intent", Shelf.LINKS, Unit.NUMBER, facts=("leads.Lead",), **_LEADS),
    Metric("new-effective-customers", Shelf.LINKS, Unit.NUMBER, facts=_LOCKED, code="M-V3", **_VISITS),
    Metric("opportunities-opened", Shelf.LINKS, Unit.NUMBER, facts=("pipeline.Opportunity",), **_DEALS),
    Metric("opportunities-amount", Shelf.LINKS, Unit.MONEY, facts=("pipeline.Opportunity",), **_DEALS),
    Metric("deals-decided", Shelf.LINKS, Unit.NUMBER, facts=("pipeline.Opportunity",), **_DEALS),
    Metric("deals-won", Shelf.LINKS, Unit.NUMBER, facts=("pipeline.Opportunity",), **_DEALS),
    Metric("orders-signed", Shelf.LINKS, Unit.NUMBER, facts=_SOLD, **_ORDERS),
    Metric("signed-amount", Shelf.LINKS, Unit.MONEY, facts=_SOLD, code="R", **_ORDERS),
    Metric("received-amount", Shelf.LINKS, Unit.MONEY, facts=("pipeline.Receipt",), **_MONEY),
    Metric("visits", Shelf.LINKS, Unit.NUMBER, facts=_LOCKED, code="M-V1", **_VISITS),
    Metric("effective-visits", Shelf.LINKS, Unit.NUMBER, facts=_LOCKED, code="M-V2", **_VISITS),
    Metric(
        "overdue",
        Shelf.RATES,
        Unit.MONEY,
        owner="pipeline",
        facts=("pipeline.Instalment",),
        rows="pipeline:collections",
        rows_ability="pipeline.view_collections",
    ),
    Metric("win-rate", Shelf.RATES, Unit.PERCENT, facts=("pipeline.Opportunity",), **_DEALS),
    Metric("effective-rate", Shelf.RATES, Unit.PERCENT, facts=_LOCKED, code="M-V4", **_VISITS),
    Metric(
        "truth-rate",
        Shelf.RATES,
        Unit.PERCENT,
        owner="quality",
        facts=("quality.SamplingDraw", "quality.QaTask"),
        code="M-Q1",
        rows="quality:truth",
        rows_ability="quality.view_truth_rate",
    ),
    Metric(
        "review-completion",
        Shelf.RATES,
        Unit.PERCENT,
        owner="pipeline",
        facts=("pipeline.DealReview",),
        rows="pipeline:reviews",
        rows_ability="pipeline.view_reviews",
    ),
    Metric(
        "conversion-of-links",
        Shelf.RATES,
        Unit.PERCENT,
        owner="insight",
        facts=("leads.Lead", "visits.DayLock", "pipeline.Order"),
    ),
    Metric(
        "control-limits",
        Shelf.RATES,
        Unit.NUMBER,
        owner="insight",
        facts=("insight.Anomaly",),
        rows="insight:anomalies",
        rows_ability="insight.view_anomalies",
    ),
    Metric("valid-leads", Shelf.GROWTH, Unit.NUMBER, facts=("leads.Lead", "leads.LeadTenure"), code="V", **_LEADS),
    Metric("lead-conversion", Shelf.GROWTH, Unit.PERCENT, facts=("leads.Lead", "pipeline.Order"), code="c", **_ORDERS),
    Metric("late-buyers", Shelf.GROWTH, Unit.NUMBER, facts=("leads.Lead", "pipeline.Order"), code="L", **_ORDERS),
    Metric("existing-customers", Shelf.GROWTH, Unit.NUMBER, facts=_SOLD, code="E", **_ORDERS),
    Metric("orders-a-customer", Shelf.GROWTH, Unit.RATIO, facts=_SOLD, code="f", **_ORDERS),
    Metric("order-value", Shelf.GROWTH, Unit.MONEY, facts=_SOLD, code="a", **_ORDERS),
    Metric("outside-changes", Shelf.GROWTH, Unit.MONEY, facts=_SOLD, code="±", **_ORDERS),
    Metric("factor-shares", Shelf.GROWTH, Unit.MONEY, owner="insight", facts=("leads.Lead", "pipeline.Order")),
    Metric("spent", Shelf.CHANNELS, Unit.MONEY, facts=("marketing.CostEntry",), **_COSTS),
    Metric("lead-cost", Shelf.CHANNELS, Unit.MONEY, facts=("marketing.CostEntry", "leads.Lead"), code="M-L8", **_COSTS),
    Metric("buyers", Shelf.CHANNELS, Unit.NUMBER, facts=("leads.Lead", "pipeline.Order"), **_ORDERS),
    Metric(
        "buyer-cost", Shelf.CHANNELS, Unit.MONEY, facts=("marketing.CostEntry", "pipeline.Order"), code="M-L8", **_COSTS
    ),
    Metric("channel-signed", Shelf.CHANNELS, Unit.MONEY, facts=("leads.Lead", "pipeline.Order"), **_ORDERS),
    Metric("channel-received", Shelf.CHANNELS, Unit.MONEY, facts=("leads.Lead", "pipeline.Receipt"), **_MONEY),
    Metric("returned", Shelf.CHANNELS, Unit.RATIO, facts=("marketing.CostEntry", "pipeline.Receipt"), **_COSTS),
    Metric("cohort", Shelf.COHORTS, Unit.NUMBER, facts=_SOLD, **_ORDERS),
    Metric("repurchase-rate", Shelf.COHORTS, Unit.PERCENT, facts=_SOLD, **_ORDERS),
    Metric("revenue-retained", Shelf.COHORTS, Unit.PERCENT, facts=_SOLD, **_ORDERS),
    Metric("trial-conversion", Shelf.COHORTS, Unit.PERCENT, facts=_TRIED, **_TRIALS),
    Metric("trial-step-up", Shelf.COHORTS, Unit.RATIO, facts=_TRIED, **_TRIALS),
)
OF_MEASURE: dict[Measure, str] = {
    Measure.ENTERED: "leads-in",
    Measure.TAKEN: "leads-taken",
    Measure.GIVEN_UP: "leads-given-up",
    Measure.HIGH: "high-intent",
    Measure.MEDIUM: "medium-intent",
    Measure.NEW_EFFECTIVE: "new-effective-customers",
    Measure.VISITS: "visits",
    Measure.EFFECTIVE: "effective-visits",
    Measure.OPENED: "opportunities-opened",
    Measure.OPENED_MONEY: "opportunities-amount",
    Measure.SIGNED: "orders-signed",
    Measure.SIGNED_MONEY: "signed-amount",
    Measure.COLLECTED_MONEY: "received-amount",
}
OF_FACTOR: dict[str, str] = {
    "LEADS": "valid-leads",
    "CONVERSION": "lead-conversion",
    "LATE": "late-buyers",
    "EXISTING": "existing-customers",
    "FREQUENCY": "orders-a-customer",
    "VALUE": "order-value",
    "OUTSIDE": "outside-changes",
}
