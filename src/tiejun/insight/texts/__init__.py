"""The words of this module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.engines.control import Side
from tiejun.foundation import audit, clock
from tiejun.foundation.refusals import register
from tiejun.inbox.rules import register_notices
from tiejun.insight.rules import Refusal
from tiejun.insight.rules.anomalies import Part, State, Step
from tiejun.insight.rules.links import Link, Measure
from tiejun.meetings.rules.words import register_agenda

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
    "product": _("No product line"),
}
SPANS: dict[int, Words] = {
    1: _("This month"),
    3: _("Three months"),
    12: _("Twelve months"),
}
MONTH_BEFORE: Words = _("Month before")
YEAR_BEFORE: Words = _("A year before")
LINKS = {
    Link.CAMPAIGNS: _("Campaigns"),
    Link.LEADS: _("Lead management"),
    Link.INTENT: _("Intent"),
    Link.CUSTOMERS: _("Customers"),
    Link.OPPORTUNITIES: _("Opportunities"),
    Link.ORDERS: _("Contracts and orders"),
    Link.COLLECTION: pgettext_lazy("one of the nine links", "Collection"),
    Link.PERFORMANCE: _("Performance"),
    Link.INSIGHT: _("Insight"),
}
LINK_ICONS = {
    Link.CAMPAIGNS: "megaphone",
    Link.LEADS: "contact-round",
    Link.INTENT: "flame",
    Link.CUSTOMERS: "building-2",
    Link.OPPORTUNITIES: "target",
    Link.ORDERS: "signature",
    Link.COLLECTION: "banknote",
    Link.PERFORMANCE: "chart-column",
    Link.INSIGHT: "lightbulb",
}
LINK_DEFINITIONS = {
    Link.CAMPAIGNS: _("Leads that came in, each counted once on the day it was created, whatever its source."),
    Link.LEADS: _(
        "Leads that somebody took (claimed, assigned or allotted), and leads given back or reclaimed. A lead taken twice counts twice."
    ),
    Link.INTENT: _(
        "Of the leads that came in this month: those whose intent is high today, and those of medium intent."
    ),
    Link.CUSTOMERS: _(
        "New effective customers: companies won by an effective visit for the first time within the window of the policy. Frozen at the hard lock, restated by later corrections."
    ),
    Link.OPPORTUNITIES: _("Opportunities opened in this month, with the amounts they stand at today."),
    Link.ORDERS: _("Orders signed in this month less those cancelled in it; an amendment adds only its difference."),
    Link.COLLECTION: _(
        "Money received in this month, less reversals. Cash counts once a second person has confirmed it."
    ),
    Link.PERFORMANCE: _(
        "Signed amounts against money received in the same month. They belong to different orders: money follows a signature later."
    ),
    Link.INSIGHT: _(
        "Visits recorded in time; the same customer twice on a day counts once. Effective visits are judged from the facts, never entered."
    ),
}

MEASURES = {
    Measure.ENTERED: _("leads in"),
    Measure.TAKEN: _("leads taken"),
    Measure.GIVEN_UP: _("given back"),
    Measure.HIGH: _("high intent"),
    Measure.MEDIUM: _("medium intent"),
    Measure.NEW_EFFECTIVE: _("new effective customers"),
    Measure.VISITS: pgettext_lazy("measure", "visits"),
    Measure.EFFECTIVE: _("effective visits"),
    Measure.OPENED: _("opened"),
    Measure.OPENED_MONEY: _("their amount"),
    Measure.SIGNED: _("orders signed"),
    Measure.SIGNED_MONEY: _("signed"),
    Measure.COLLECTED_MONEY: _("received"),
}
# What a conversion is taken of: "38% of leads taken".
OF_MEASURES = {
    Measure.ENTERED: _("of leads in"),
    Measure.TAKEN: _("of leads taken"),
    Measure.NEW_EFFECTIVE: _("of new effective customers"),
    Measure.OPENED: _("of opportunities opened"),
    Measure.SIGNED_MONEY: _("of the signed amount"),
}

SIDES: dict[str, Words] = {
    Side.LOW: pgettext_lazy("of a number", "below the usual"),
    Side.HIGH: pgettext_lazy("of a number", "above the usual"),
}
ANOMALY_STATES: dict[str, Words] = {
    State.RAISED: pgettext_lazy("state of an anomaly", "Nobody's yet"),
    State.ACTED: pgettext_lazy("state of an anomaly", "In hand"),
    State.CLOSED: pgettext_lazy("state of an anomaly", "Closed"),
}
ANOMALY_TONES = {State.RAISED: "warning", State.ACTED: "info", State.CLOSED: "success"}
STEPS: dict[str, Words] = {
    Step.RAISED: pgettext_lazy("step of an anomaly", "Found"),
    Step.SEEN_AGAIN: pgettext_lazy("step of an anomaly", "Still so"),
    Step.ACTED: pgettext_lazy("step of an anomaly", "Action agreed"),
    Step.CLOSED: pgettext_lazy("step of an anomaly", "Closed"),
}
STEP_ICONS = {Step.RAISED: "activity", Step.SEEN_AGAIN: "refresh-cw", Step.ACTED: "list-checks", Step.CLOSED: "check"}
EXPLAINED_BY: dict[str, Words] = {
    Part.UNIT: _("By unit"),
    Part.PERSON: _("By person"),
    Part.SOURCE: _("By source"),
}
OPEN_ANOMALIES: Words = pgettext_lazy("anomalies", "Open")
MY_ANOMALIES: Words = pgettext_lazy("anomalies", "Mine")
CLOSED_ANOMALIES: Words = pgettext_lazy("anomalies", "Closed")
NOT_YET: Words = _("Nothing was learned yet; the first night does it.")

REFUSALS = register(
    {
        Refusal.LEARNER_MISSING: _(
            "This machine lacks the library that scores are learned with (on Debian: libgomp1). Ask who looks after the machine "
            "to install it, then try again. Until then leads are given out by the last scores."
        ),
        Refusal.NOTHING_UNUSUAL: _("The last working day of this link is as usual."),
        Refusal.ANOMALY_CLOSED: _("This anomaly is closed already."),
        Refusal.ACTION_DUE_IN_THE_PAST: _("The day until which it is to be done has passed."),
        Refusal.OWNER_NOT_OF_UNIT: _("The owner must belong to this unit or lead it."),
        Refusal.NOT_YOUR_ANOMALY: _("Who leads the unit says what is to be done."),
    }
)

# What stands on an evening's agenda: the link is told in the reader's language, the rest are facts.
register_agenda(
    {
        f"insight.{link.value.lower()}_{side.value.lower()}": format_lazy(
            "{} · {}",
            LINKS[link],
            _("%(unit)s %(day)s, below the usual. %(owner)s until %(due)s: %(action)s")
            if side is Side.LOW
            else _("%(unit)s %(day)s, above the usual. %(owner)s until %(due)s: %(action)s"),
        )
        for link in Link
        for side in Side
    }
)

NOTICES = register_notices(
    {
        "insight.anomaly_raised": _(
            "%(unit)s, %(day)s: a number of the nine links is not as usual. See what explains it."
        ),
        "insight.anomaly_given": _("You own an anomaly of %(unit)s: %(action)s, until %(due)s."),
        "insight.anomaly_overdue": _(
            "The action about an anomaly of %(unit)s was due on %(due)s. Say what came of it."
        ),
    }
)

clock.register(
    {
        "insight.anomalies": _("Look for anomalies"),
        "insight.facts": _("Sum up the closed days"),
        "insight.scores": _("Score leads"),
    }
)
audit.register(
    {
        "insight.anomalies_found": _("Anomalies looked for"),
        "insight.anomaly_acted_on": _("Action about an anomaly agreed"),
        "insight.anomaly_closed": _("Anomaly closed"),
        "insight.anomaly_raised": _("Anomaly raised"),
        "insight.rolled_up": _("Closed days summed up"),
        "insight.running_days_summed": _("Running days summed up"),
        "insight.month_summed": _("A month of the past summed up"),
        "insight.score_learned": _("Chance of leads learned"),
    }
)
