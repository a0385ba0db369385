"""Words of the combined pages: phases, paces, reasons of stops, groups of results."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.home.rules import Kind, Pace
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

KINDS = {
    Kind.PAGE: pgettext_lazy("group of results", "Pages"),
    Kind.PERSON: _("People"),
    Kind.CUSTOMER: _("Customers"),
    Kind.LEAD: _("Leads"),
    Kind.OPPORTUNITY: _("Opportunities"),
    Kind.ORDER: _("Orders"),
}
