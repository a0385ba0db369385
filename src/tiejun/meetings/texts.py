"""The words of meetings: refusals, states, agenda, drills, notices, the clock, the audit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.foundation import audit, clock, refusals
from tiejun.inbox.rules import register_notices
from tiejun.meetings.rules import Kind, MeetingState, Missing, Presence, Refusal, Share
from tiejun.meetings.rules.agenda import Topic
from tiejun.meetings.rules.drilling import Flow, Subject, UseState
from tiejun.meetings.rules.talks import DraftKind, TalkKind
from tiejun.meetings.rules.words import register_agenda, words_of_item
from tiejun.ui.display import named_day

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from tiejun.foundation.refusals import Words

REFUSALS = refusals.register(
    {
        Refusal.TOO_EARLY: _("This meeting begins at %(at)s; it can be opened four hours before at the earliest."),
        Refusal.NO_MEETING_TODAY: _("This unit does not meet on this day."),
        Refusal.ALREADY_OPEN: _("This meeting was begun already."),
        Refusal.NOT_OPEN: _("This meeting is not running."),
        Refusal.MINUTES_LOCKED: _("The minutes of this day are locked and stand as they are."),
        Refusal.REASON_NEEDED: _("Something is missing: add it, or say in a sentence why it is left out."),
        Refusal.NOT_IN_MEETING: _("This person is not in the room."),
        Refusal.ON_LEAVE: _("Who is on leave is excused and tells nothing."),
        Refusal.DRILL_RUNNING: _("A drill is being played. Reveal its scores first."),
        Refusal.NO_DRILL_RUNNING: _("This round is over: its scores are revealed."),
        Refusal.DRILL_OVER: _("This was drilled already."),
        Refusal.SAME_PLAYERS: _("A drill is played by two: choose somebody else as the customer."),
        Refusal.SCORE_OF_ONESELF: _("Who plays is scored by the others."),
        Refusal.TOO_FEW_SCORES: _("%(count)s have scored; at least %(least)s are needed, so that nobody's figure can be told."),
        Refusal.OWNER_NOT_IN_GROUP: _("An action belongs to somebody of this meeting."),
        Refusal.DUE_IN_THE_PAST: _("An action is due on the day of the meeting or later."),
        Refusal.ACTION_ENDED: _("This action was ended already."),
        Refusal.NOT_AMONG_THE_BEST: _("Only who is among the best by verified results is asked to share."),
        Refusal.SHARED_ALREADY: _("This unit has shared for this month already."),
        Refusal.NOT_YOUR_ACTION: _("Its owner says when an action is done; who leads the unit can drop it."),
    }
)  # fmt: skip

KINDS: dict[str, Words] = {
    Kind.BRIEFING: _("Morning briefing"),
    Kind.EVENING: _("Evening meeting"),
}
STATES: dict[str, Words] = {
    MeetingState.SCHEDULED: pgettext_lazy("meeting", "Scheduled"),
    MeetingState.OPEN: pgettext_lazy("meeting", "Running"),
    MeetingState.CLOSED: pgettext_lazy("meeting", "Closed"),
    MeetingState.LOCKED: pgettext_lazy("meeting", "Locked"),
}
STATE_TONES: dict[str, str] = {
    MeetingState.SCHEDULED: "neutral",
    MeetingState.OPEN: "success",
    MeetingState.CLOSED: "info",
    MeetingState.LOCKED: "neutral",
}
PARTS = (
    pgettext_lazy("part of a meeting", "Agenda"),
    pgettext_lazy("part of a meeting", "Shares"),
    pgettext_lazy("part of a meeting", "Drill"),
    pgettext_lazy("part of a meeting", "Outcome"),
)
MISSING: dict[str, Words] = {
    Missing.NOT_HELD: pgettext_lazy("meeting lacks", "not held"),
    Missing.SHARES: pgettext_lazy("meeting lacks", "shares"),
    Missing.DRILL: pgettext_lazy("meeting lacks", "a drill"),
    Missing.OUTCOME: pgettext_lazy("meeting lacks", "a decision or an action"),
    Missing.AGENDA: pgettext_lazy("meeting lacks", "items of the agenda"),
}
PRESENCES: dict[str, Words] = {
    Presence.PRESENT: pgettext_lazy("at a meeting", "Here"),
    Presence.REMOTE: pgettext_lazy("at a meeting", "Remote"),
    Presence.ABSENT: pgettext_lazy("at a meeting", "Absent"),
    Presence.EXCUSED: pgettext_lazy("at a meeting", "Excused"),
}
SHARES = {
    Share.GAIN: pgettext_lazy("share", "Gain"),
    Share.LOSS: pgettext_lazy("share", "Loss"),
    Share.CHALLENGE: pgettext_lazy("share", "Challenge"),
}
SHARE_HINTS = {
    Share.GAIN: _("What worked today that others can use?"),
    Share.LOSS: _("What was lost, and what would you do differently?"),
    Share.CHALLENGE: _("What is hard tomorrow, and who can help?"),
}
USES = {
    UseState.WAITING: pgettext_lazy("use of a drill", "Still open"),
    UseState.NO_VISIT: pgettext_lazy("use of a drill", "No visit"),
    UseState.NO_CHANCE: pgettext_lazy("use of a drill", "No chance to use it"),
    UseState.NOT_USED: pgettext_lazy("use of a drill", "Not used"),
    UseState.USED: pgettext_lazy("use of a drill", "Used"),
}
USE_TONES = {
    UseState.WAITING: "info",
    UseState.NO_VISIT: "neutral",
    UseState.NO_CHANCE: "neutral",
    UseState.NOT_USED: "warning",
    UseState.USED: "success",
}
SUBJECTS = {
    Subject.PRICE: pgettext_lazy("drill", "“Too expensive”"),
    Subject.COMPETITOR: pgettext_lazy("drill", "“We buy from somebody else”"),
    Subject.NO_BUDGET: pgettext_lazy("drill", "“There is no budget”"),
    Subject.NO_NEED: pgettext_lazy("drill", "“We do not need it”"),
    Subject.NO_DECISION: pgettext_lazy("drill", "“We have to think about it”"),
    Subject.PRODUCT_GAP: pgettext_lazy("drill", "“Your product lacks something”"),
    Subject.TIMING: pgettext_lazy("drill", "“Not now”"),
    Subject.PITCH: pgettext_lazy("drill", "30-second pitch"),
    Subject.DEMO: pgettext_lazy("drill", "Four-step demo"),
    Subject.CLOSE: pgettext_lazy("drill", "Sit, demo, order: the trial close"),
}
STEPS = {
    Flow.EXPERIENCED: (
        pgettext_lazy("step of a drill", "Agree and praise"),
        pgettext_lazy("step of a drill", "Clarify the question"),
        pgettext_lazy("step of a drill", "State the solution"),
        pgettext_lazy("step of a drill", "Confirm and close again"),
    ),
    Flow.NEW: (
        pgettext_lazy("step of a drill", "Agree and praise"),
        pgettext_lazy("step of a drill", "Set aside"),
        pgettext_lazy("step of a drill", "Assign homework"),
        pgettext_lazy("step of a drill", "Book the next contact"),
    ),
    Flow.PITCH: (
        pgettext_lazy("step of a drill", "Opening"),
        pgettext_lazy("step of a drill", "Questions that involve"),
        pgettext_lazy("step of a drill", "Benefit in 30 seconds"),
        pgettext_lazy("step of a drill", "Trial close"),
    ),
    Flow.DEMO: (
        pgettext_lazy("step of a drill", "Home page and keyword"),
        pgettext_lazy("step of a drill", "Live buying requests"),
        pgettext_lazy("step of a drill", "Peers nearby"),
        pgettext_lazy("step of a drill", "A trusted peer's shop"),
    ),
    Flow.CLOSE: (
        pgettext_lazy("step of a drill", "Sit down"),
        pgettext_lazy("step of a drill", "Show what interests"),
        pgettext_lazy("step of a drill", "Order form and pen"),
        pgettext_lazy("step of a drill", "Wait for the answer"),
    ),
}
LOST_REASONS = {
    "PRICE": pgettext_lazy("why lost", "Price"),
    "COMPETITOR": pgettext_lazy("why lost", "Bought from a competitor"),
    "NO_BUDGET": pgettext_lazy("why lost", "No budget"),
    "NO_NEED": pgettext_lazy("why lost", "No need"),
    "NO_DECISION": pgettext_lazy("why lost", "No decision"),
    "PRODUCT_GAP": pgettext_lazy("why lost", "The product lacks something"),
    "TIMING": pgettext_lazy("why lost", "Not now"),
    "CLOSED_DOWN": pgettext_lazy("why lost", "The company closed down"),
    "OTHER": pgettext_lazy("why lost", "Something else"),
}
TALK_KINDS: dict[str, Words] = {
    TalkKind.WEEKLY: pgettext_lazy("one-to-one", "Weekly review"),
    TalkKind.COACHING: pgettext_lazy("one-to-one", "Coaching plan"),
}
TALK_FACTS: dict[str, Words] = {
    "visits": _("Visits"),
    "effective": _("Effective visits"),
    "new_effective": _("New effective customers"),
    "trial_closed": _("Trial closes"),
    "deals": _("Deals"),
    "people": _("People"),
    "reviews_done": _("Full reviews done"),
    "reviews_due": _("Full reviews due"),
    "evenings": _("Evening meetings held"),
    "without_drill": _("Evenings without a drill"),
    "open_actions": _("Open actions"),
}
DRAFT_KINDS: dict[str, Words] = {
    DraftKind.PITCH: pgettext_lazy("shared content", "Pitch"),
    DraftKind.DEMO: pgettext_lazy("shared content", "Demo"),
    DraftKind.OBJECTION: pgettext_lazy("shared content", "Answer to an objection"),
    DraftKind.CASE: pgettext_lazy("shared content", "Case"),
}
TOPIC_ICONS = {
    Topic.WON: "trophy",
    Topic.SHORT_OF_FORECAST: "goal",
    Topic.LOST: "circle-x",
    Topic.BELOW_FLOOR: "footprints",
    Topic.NO_BACKUP: "shield-alert",
    Topic.ACTION_DUE: "list-checks",
    Topic.NOTHING_DECIDED: "circle-help",
}

register_agenda(
    {
        "meetings.won": _("%(name)s signed %(deals)s today: how?"),
        "meetings.short_of_forecast": _("%(said)s deals were said for today, %(came)s came: what was different?"),
        "meetings.lost": _("Lost today to “%(reason)s”: %(count)s. Who has an answer?"),
        "meetings.below_floor": _("%(count)s of %(people)s below the floor of visits: what kept us?"),
        "meetings.no_backup": _("%(company)s (%(name)s) is to sign and has no backup: who steps in?"),
        "meetings.action_due": _("%(name)s, due %(due)s: %(words)s"),
        "meetings.nothing_decided": _(
            "The last %(count)s meetings ended without a decision or an action: shorten them, or change what?"
        ),
    }
)


def said(code: str, facts: Mapping[str, Any]) -> str:
    """Return the words of an agenda item; the reason of a lost sale and a day are told in the reader's language."""
    told = dict(facts)
    if "reason" in told:
        told["reason"] = LOST_REASONS.get(told["reason"], told["reason"])
    if "due" in told:
        told["due"] = named_day(date.fromisoformat(told["due"]))
    return words_of_item(code, told)


def drafted(kind: Share, facts: Mapping[str, Any]) -> str:
    """Return what somebody's day offers to be told, as a sentence to begin with."""
    if kind is Share.GAIN:
        return str(_("Signed %(deals)s, newly effective customers: %(customers)s.")) % facts
    if kind is Share.LOSS:
        return str(_("Lost %(count)s, mostly: %(reason)s.")) % {
            **facts,
            "reason": LOST_REASONS.get(facts["reason"], ""),
        }
    return str(_("%(count)s of tomorrow's deals have no backup yet.")) % facts


clock.register(
    {
        "meetings.prepare_briefing": _("Prepare the morning briefing"),
        "meetings.prepare_evening": _("Prepare the evening meeting"),
        "meetings.lock": _("Lock the minutes of the day"),
    }
)

NOTICES = register_notices(
    {
        "meetings.not_held": _("The meeting of %(day)s was not held; its agenda is carried over."),
        "meetings.closed_by_clock": _(
            "The meeting of %(day)s was left open and closed by the clock. See what is missing; it can be completed "
            "until the minutes are locked."
        ),
    }
)

audit.register(
    {
        "meetings.action_agreed": _("Action agreed"),
        "meetings.action_ended": _("Action ended"),
        "meetings.agenda_added": _("Put on a meeting's agenda"),
        "meetings.closed": _("Meeting closed"),
        "meetings.decided": _("Decision written down"),
        "meetings.drill_repeated": _("Drill played again"),
        "meetings.drill_revealed": _("Scores of a drill revealed"),
        "meetings.drill_scored": _("Drill scored"),
        "meetings.drill_skipped": _("Drill passed over"),
        "meetings.drill_started": _("Drill started"),
        "meetings.item_settled": _("Item of an agenda settled"),
        "meetings.locked": _("Minutes locked"),
        "meetings.opened": _("Meeting opened"),
        "meetings.overrun_closed": _("Overlong meeting closed by the clock"),
        "meetings.prepared": _("Meeting prepared"),
        "meetings.presence_marked": _("Presence at a meeting marked"),
        "meetings.content_drafted": _("Draft of shared content made"),
        "meetings.draft_withdrawn": _("Draft of shared content taken back"),
        "meetings.screen_closed": _("Wall board closed"),
        "meetings.screen_made": _("Wall board made"),
        "meetings.sharing_held": _("Monthly sharing held"),
        "meetings.talk_held": _("One-to-one held"),
        "meetings.shared": _("Gain, loss and challenge shared"),
    }
)
