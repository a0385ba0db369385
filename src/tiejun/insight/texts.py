"""The words of this module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.foundation import audit, clock
from tiejun.foundation.refusals import register
from tiejun.insight.rules import Refusal

if TYPE_CHECKING:
    from tiejun.foundation.refusals import Words

TARGETS: dict[str, Words] = {
    "EFFECTIVE": _("Becomes an effective customer"),
    "SIGN": _("Signs"),
}
METHODS: dict[str, Words] = {
    "BOOSTING": _("Gradient-boosted trees"),
    "LOGISTIC": _("Logistic regression"),
}
STATES: dict[str, Words] = {
    "LIVE": _("in use"),
    "REFUSED": _("not used"),
    "REPLACED": _("replaced"),
}
WHY: dict[str, Words] = {
    "BEATS_BASE": _("It foresaw the newest tries, which it had not seen, better than one chance for all would have."),
    "TOO_FEW_ROWS": _("There are too few finished tries yet to learn from."),
    "TOO_FEW_OUTCOMES": _("Too few of the tries came true, or too few did not."),
    "NO_BETTER_THAN_BASE": _(
        "It foresaw the newest tries no better than one chance for all would have: no score is shown."
    ),
}
FACTORS: dict[str, Words] = {
    "LEADS": _("Valid leads"),
    "CONVERSION": _("Lead conversion"),
    "LATE": _("Buyers of earlier leads"),
    "EXISTING": _("Existing customers"),
    "FREQUENCY": _("Orders a customer"),
    "VALUE": _("Order value"),
    "OUTSIDE": _("Changes of earlier orders"),
}
SYMBOLS: dict[str, str] = {
    "LEADS": "V",
    "CONVERSION": "c",
    "LATE": "L",
    "EXISTING": "E",
    "FREQUENCY": "f",
    "VALUE": "a",
    "OUTSIDE": "±",
}
KINDS: dict[str, str] = {
    "LEADS": "number",
    "CONVERSION": "percent",
    "LATE": "number",
    "EXISTING": "number",
    "FREQUENCY": "ratio",
    "VALUE": "money",
    "OUTSIDE": "none",
}
FACTOR_DEFINITIONS: dict[str, Words] = {
    "LEADS": _(
        "V: leads received in the span, less those found invalid or double. A unit counts the leads that it held first."
    ),
    "CONVERSION": _("c: the share of these leads whose company signed its first order in the same span."),
    "LATE": _("L: companies that signed their first order in the span, from leads received before it."),
    "EXISTING": _(
        "E: customers who had signed before the span, the last time not longer ago than a customer is taken to have left."
    ),
    "FREQUENCY": _("f: orders signed less those cancelled, divided by V·c + L + E."),
    "VALUE": _("a: the net amount of the span divided by its orders; amendments and cancellations are in it."),
    "OUTSIDE": _("Amendments and cancellations in a span without an order or a customer to divide by."),
}
PARTS: dict[str, Words] = {
    "unit": _("By unit"),
    "person": _("By person"),
    "source": _("By source"),
}
NO_PART: dict[str, Words] = {
    "unit": _("Held by nobody yet"),
    "person": _("Held by nobody yet"),
    "source": _("No lead on record"),
}
SPANS: dict[int, Words] = {
    1: _("This month"),
    3: _("Three months"),
    12: _("Twelve months"),
}
MONTH_BEFORE: Words = _("Month before")
YEAR_BEFORE: Words = _("A year before")
NOT_YET: Words = _("Nothing was learned yet; the first night does it.")

REFUSALS = register(
    {
        Refusal.LEARNER_MISSING: _(
            "This machine lacks the library that scores are learned with (on Debian: libgomp1). Ask who looks after the machine "
            "to install it, then try again. Until then leads are given out by the last scores."
        ),
    }
)

clock.register({"insight.scores": _("Score leads")})
audit.register({"insight.score_learned": _("Chance of leads learned")})
