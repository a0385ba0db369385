"""Own reports: what can be measured and grouped, how an address says it, and what cannot be asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.foundation import refusals

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_MEASURES = 6
OLDEST, NEWEST = date(2000, 1, 1), date(2100, 1, 1)


class Dimension(StrEnum):
    """What the numbers of a report are grouped by."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    UNIT = "unit"
    PERSON = "person"
    SOURCE = "source"
    PRODUCT = "product"


TIMES = (Dimension.DAY, Dimension.WEEK, Dimension.MONTH)


class ReportSpan(StrEnum):
    """The days of a report; a saved one goes on with the calendar, but for chosen days."""

    THIS_MONTH = "this-month"
    LAST_MONTH = "last-month"
    LAST_30 = "last-30-days"
    LAST_90 = "last-90-days"
    THIS_YEAR = "this-year"
    CHOSEN = "chosen"


class ReportRefusal(refusals.Refusal):
    """Why a report is not made."""

    NOTHING_MEASURED = "REPORT_NOTHING_MEASURED"
    TOO_MANY_MEASURES = "REPORT_TOO_MANY_MEASURES"
    SAME_TWICE = "REPORT_SAME_TWICE"
    TWO_CUTS = "REPORT_TWO_CUTS"
    NO_SOURCE = "REPORT_NO_SOURCE"
    NO_PRODUCT = "REPORT_NO_PRODUCT"
    DAYS_TURNED_ROUND = "REPORT_DAYS_TURNED_ROUND"
    TOO_WIDE = "REPORT_TOO_WIDE"
    TOO_MANY_LINES = "REPORT_TOO_MANY_LINES"
    TOO_SLOW = "REPORT_TOO_SLOW"


@dataclass(frozen=True, slots=True)
class Counted:
    """Where a metric is summed: its fact and column; `cases`: the metric that counts what its amounts are of, itself for a count."""

    fact: str
    column: str
    cases: str = ""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A metric that is one summed metric by another: a share of cases (with its interval), or an amount a case."""

    over: str
    under: str
    is_share: bool


SUMS: dict[str, Counted] = {
    "leads-in": Counted("LEAD", "entered"),
    "high-intent": Counted("LEAD", "high"),
    "medium-intent": Counted("LEAD", "medium"),
    "leads-taken": Counted("LEAD", "taken"),
    "leads-given-up": Counted("LEAD", "given_up"),
    "valid-leads": Counted("LEAD", "valid"),
    "visits": Counted("FIELD", "visits"),
    "effective-visits": Counted("FIELD", "effective"),
    "new-effective-customers": Counted("FIELD", "new_effective"),
    "opportunities-opened": Counted("DEAL", "opened"),
    "opportunities-amount": Counted("DEAL", "opened_minor", "opportunities-opened"),
    "deals-decided": Counted("DEAL", "decided"),
    "deals-won": Counted("DEAL", "won"),
    "orders-signed": Counted("SALE", "orders"),
    "signed-amount": Counted("SALE", "signed_minor", "orders-signed"),
    "received-amount": Counted("SALE", "received_minor", "orders-signed"),
}
RATIOS: dict[str, Ratio] = {
    "effective-rate": Ratio("effective-visits", "visits", is_share=True),
    "win-rate": Ratio("deals-won", "deals-decided", is_share=True),
    "order-value": Ratio("signed-amount", "orders-signed", is_share=False),
}
MEASURES = (*SUMS, *RATIOS)
WITH_SOURCE, WITH_PRODUCT = ("LEAD", "SALE"), ("DEAL",)
# What the facts are kept by besides the unit: one of these at a time.
CUTS = {Dimension.PERSON, Dimension.SOURCE, Dimension.PRODUCT}


@dataclass(frozen=True, slots=True)
class ReportWish:
    """What a report shall show: `also`: the second grouping; `since`, `until` (included) count for chosen days."""

    measures: tuple[str, ...] = ()
    by: Dimension = Dimension.UNIT
    also: Dimension | None = None
    span: ReportSpan = ReportSpan.THIS_MONTH
    since: date | None = None
    until: date | None = None
    unit_id: UUID | None = None
    currency: str = "CNY"

    @property
    def groups(self) -> tuple[Dimension, ...]:
        return (self.by,) if self.also is None else (self.by, self.also)

    @property
    def summed(self) -> set[str]:
        """The metrics whose sums are needed, those that ratios are made of included."""
        found: set[str] = set()
        for key in self.measures:
            found |= {RATIOS[key].over, RATIOS[key].under} if key in RATIOS else {key, SUMS[key].cases or key}
        return found


def wish_from(wanted: Mapping[str, str]) -> ReportWish:
    """Read a report from the address of its page; what is no metric, group or day of ours is not heard."""
    asked = wanted.get("m", "").split(".")
    spans, groups = {one.value: one for one in ReportSpan}, {one.value: one for one in Dimension}
    currency = wanted.get("currency", "")
    return ReportWish(
        measures=tuple(key for key in MEASURES if key in asked),
        by=groups.get(wanted.get("by", ""), Dimension.UNIT),
        also=groups.get(wanted.get("also", "")),
        span=spans.get(wanted.get("span", ""), ReportSpan.THIS_MONTH),
        since=_day(wanted.get("since", "")),
        until=_day(wanted.get("until", "")),
        unit_id=_uuid(wanted.get("unit", "")),
        currency=currency if len(currency) == 3 and currency.isascii() and currency.isupper() else "CNY",
    )


def why_not_report(wish: ReportWish) -> ReportRefusal | None:
    """Tell why a report cannot be made as it is asked for, None where it can."""
    groups = wish.groups
    facts = {SUMS[key].fact for key in wish.summed}
    times = [one for one in groups if one in TIMES]
    cases = {
        ReportRefusal.NOTHING_MEASURED: not wish.measures,
        ReportRefusal.TOO_MANY_MEASURES: len(wish.measures) > MOST_MEASURES,
        ReportRefusal.SAME_TWICE: len(set(groups)) < len(groups) or len(times) > 1,
        ReportRefusal.TWO_CUTS: len(CUTS & set(groups)) > 1,
        ReportRefusal.NO_SOURCE: Dimension.SOURCE in groups and not facts <= set(WITH_SOURCE),
        ReportRefusal.NO_PRODUCT: Dimension.PRODUCT in groups and not facts <= set(WITH_PRODUCT),
        ReportRefusal.DAYS_TURNED_ROUND: wish.span is ReportSpan.CHOSEN
        and (wish.since is None or wish.until is None or wish.since > wish.until),
    }
    return next((refusal for refusal, is_so in cases.items() if is_so), None)


def days_of(wish: ReportWish, today: date) -> tuple[date, date]:
    """Return the first day of a report and the day after its last."""
    month, tomorrow = today.replace(day=1), today + timedelta(days=1)
    match wish.span:
        case ReportSpan.LAST_MONTH:
            return (month - timedelta(days=1)).replace(day=1), month
        case ReportSpan.LAST_30:
            return tomorrow - timedelta(days=30), tomorrow
        case ReportSpan.LAST_90:
            return tomorrow - timedelta(days=90), tomorrow
        case ReportSpan.THIS_YEAR:
            return today.replace(month=1, day=1), tomorrow
        case ReportSpan.CHOSEN if wish.since and wish.until:
            return wish.since, wish.until + timedelta(days=1)
    return month, tomorrow


def grouped_day(day: date, group: Dimension) -> date:
    """Return the first day of the day's group: itself, its Monday, or the first of its month."""
    if group is Dimension.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if group is Dimension.MONTH else day


def may_rank(cases: list[int], least: int) -> bool:
    """Tell whether parts may be put in the order of their numbers: none of them with fewer than `least` cases (domain 6.21)."""
    return bool(cases) and min(cases) >= least


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if OLDEST <= day < NEWEST else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
