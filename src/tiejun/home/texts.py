"""Words of the combined pages: phases, paces, reasons of stops, the nine links and their definitions."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.home.rules import Kind, Link, Measure, Pace
from tiejun.visits.rules.vocabulary import PlanState, StopReason

GREETINGS = {
    "MORNING": _("Good morning, %(name)s"),
    "NOON": pgettext_lazy("greeting at noon", "Hello, %(name)s"),
    "AFTERNOON": _("Good afternoon, %(name)s"),
    "EVENING": _("Good evening, %(name)s"),
}

PACES = {
    Pace.BEHIND: _("Behind at noon"),
    Pace.NOT_STARTED: _("Not started"),
    Pace.SHORT: _("Below the floor"),
    Pace.UNDER_WAY: _("Under way"),
    Pace.WAITING: _("Before the first visit"),
    Pace.REACHED: _("Floor reached"),
    Pace.AWAY: _("Away"),
}
PACE_TONES = {
    Pace.BEHIND: "danger",
    Pace.NOT_STARTED: "warning",
    Pace.SHORT: "warning",
    Pace.UNDER_WAY: "info",
    Pace.WAITING: "neutral",
    Pace.REACHED: "success",
    Pace.AWAY: "neutral",
}

LEAVE_PARTS = {
    "FULL": _("On leave"),
    "MORNING": _("On leave in the morning"),
    "AFTERNOON": _("On leave in the afternoon"),
}

PLAN_STATES = {
    PlanState.PROPOSED: _("Proposed"),
    PlanState.SUBMITTED: _("Submitted"),
    PlanState.ADJUSTED: _("Adjusted"),
    PlanState.ACTIVE: _("Under way"),
    PlanState.CLOSED: _("Closed"),
    PlanState.LOCKED: _("Locked"),
}

STOP_REASONS = {
    StopReason.NEXT_STEP: _("Next step agreed"),
    StopReason.CLASS_A: _("Class A: to be signed next"),
    StopReason.DUE_SOON: _("The holding runs out"),
    StopReason.CLASS_B: _("Class B: keep it warm"),
    StopReason.NEARBY: _("Close to another stop"),
    StopReason.NOT_VISITED: _("Longest without a contact"),
    StopReason.CHOSEN: _("Added by you"),
}
STOP_TONES = {
    StopReason.NEXT_STEP: ("info", "calendar-check"),
    StopReason.CLASS_A: ("primary", "target"),
    StopReason.DUE_SOON: ("warning", "timer"),
    StopReason.CLASS_B: ("primary", "flame"),
    StopReason.NEARBY: ("neutral", "map-pin"),
    StopReason.NOT_VISITED: ("warning", "clock"),
    StopReason.CHOSEN: ("neutral", "pin"),
}

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
    Measure.VISITS: _("visits"),
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

KINDS = {
    Kind.PAGE: pgettext_lazy("group of results", "Pages"),
    Kind.PERSON: _("People"),
    Kind.CUSTOMER: _("Customers"),
    Kind.LEAD: _("Leads"),
    Kind.OPPORTUNITY: _("Opportunities"),
    Kind.ORDER: _("Orders"),
}
