"""The words of own reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import register
from tiejun.insight.rules.reporting import Dimension, ReportRefusal, ReportSpan
from tiejun.lists.rules import ListKind, register_list

if TYPE_CHECKING:
    from tiejun.foundation.refusals import Words

DIMENSIONS: dict[Dimension, Words] = {
    Dimension.DAY: _("Day"),
    Dimension.WEEK: _("Week beginning"),
    Dimension.MONTH: pgettext_lazy("group of a report", "Month"),
    Dimension.UNIT: _("Unit"),
    Dimension.PERSON: _("Person"),
    Dimension.SOURCE: _("Source"),
    Dimension.PRODUCT: _("Product line"),
}
SPANS: dict[ReportSpan, Words] = {
    ReportSpan.THIS_MONTH: _("This month"),
    ReportSpan.LAST_MONTH: _("Last month"),
    ReportSpan.LAST_30: _("The last 30 days"),
    ReportSpan.LAST_90: _("The last 90 days"),
    ReportSpan.THIS_YEAR: _("This year"),
    ReportSpan.CHOSEN: _("Chosen days"),
}
register(
    {
        ReportRefusal.NOTHING_MEASURED: _("Choose at least one metric."),
        ReportRefusal.TOO_MANY_MEASURES: _("Choose fewer metrics: a table of more columns cannot be read."),
        ReportRefusal.SAME_TWICE: _("Group by two different things, one of them at most a span of time."),
        ReportRefusal.TWO_CUTS: _("Facts are kept by person, by source or by product line. Group by one of them."),
        ReportRefusal.NO_SOURCE: _(
            "Only leads, orders and money have a source. Leave out the other metrics, or group otherwise."
        ),
        ReportRefusal.NO_PRODUCT: _(
            "Only opportunities are of one product line. Leave out the other metrics, or group otherwise."
        ),
        ReportRefusal.DAYS_TURNED_ROUND: _("Choose a first day and a last day that is not before it."),
        ReportRefusal.TOO_WIDE: _(
            "This report would read about %(about)s rows; at most %(most)s are read. Choose fewer days, one unit, or fewer metrics."
        ),
        ReportRefusal.TOO_MANY_LINES: _(
            "This report has more than %(most)s lines. Group by week or month, or by one thing alone."
        ),
        ReportRefusal.TOO_SLOW: _(
            "This report took more than %(seconds)s seconds and was ended. Choose fewer days or one unit."
        ),
    }
)
REPORT = register_list(
    ListKind(
        "insight.report",
        Ability.VIEW_BOARD,
        "insight:report",
        ("m", "by", "also", "span", "since", "until", "unit", "currency"),
        name=_("Own reports"),
    )
)
