"""The words of accompanied visits: refusals, states, reasons, notices, the clock, the audit."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.coaching.rules import (
    CheckState,
    InspectedSide,
    Phase,
    PlanState,
    PointState,
    Purpose,
    Rating,
    Refusal,
    Skill,
    Subject,
)
from tiejun.coaching.rules.inspecting import Question
from tiejun.coaching.rules.proposing import Why, WhyNot
from tiejun.foundation import audit, clock, refusals
from tiejun.inbox.rules import register_notices

REFUSALS = refusals.register(
    {
        Refusal.COACH_ONESELF: _("Nobody accompanies themselves."),
        Refusal.PERSON_GONE: _("This person does not work here any more."),
        Refusal.PERSON_AWAY: _("This person is away on that day. Choose another day or another person."),
        Refusal.NOT_A_WORKDAY: _("This is no working day. Choose the next one."),
        Refusal.DAY_OVER: _("This day is over."),
        Refusal.TOO_FAR_AHEAD: _("Plan at most two weeks ahead: it follows from the progress of the month."),
        Refusal.NO_POINT: _("Name one point at least: the first one is watched all day."),
        Refusal.TOO_MANY_POINTS: _(
            "At most %(most)s points at a time, the open ones counted (%(open)s). Take an open point up again, or close one first."
        ),
        Refusal.POINT_NOT_OPEN: _("One of these points is closed already. Open the page again."),
        Refusal.PLAN_HAS_BEGUN: _("This accompanied visit has begun: the plan stands as it was."),
        Refusal.NOT_YOUR_PLAN: _("Who planned this accompanied visit does this."),
        Refusal.NOT_TODAY: _("An accompanied visit begins on its own day."),
        Refusal.TOO_LATE: _(
            "This arrived after the day was locked: the accompanied visit counts as called off. Plan it anew."
        ),
        Refusal.PLAN_CANCELLED: _("This accompanied visit was called off."),
        Refusal.NOT_IN_FIELD: _("This accompanied visit is not under way."),
        Refusal.STRENGTH_FIRST: _("Say first what was good: one sentence is enough."),
        Refusal.PRIMARY_NOT_RATED: _("The first point of the day is rated at each visit."),
        Refusal.NOT_A_POINT_OF_THE_DAY: _("One of these points does not belong to this day."),
        Refusal.SHOW_BEFORE_WATCHING: _("This point is new: show it first, or say why not."),
        Refusal.NOTHING_WATCHED: _("No visit has feedback yet: there is nothing to summarise."),
        Refusal.PRIMARY_NOT_REPEATED: _(
            "The first point was watched at one visit only. Watch it again, or say why not."
        ),
        Refusal.SUMMARY_SENT: _("The summary of this day is sent already."),
        Refusal.CHECK_SETTLED: _("This check is answered already."),
        Refusal.CHECK_NOT_DUE: _("This check is for a later day."),
        Refusal.NOT_ONES_OWN_CHECK: _("Nobody checks their own point."),
        Refusal.NOT_SIGNED_BY_PERSON: _("This order was not signed by the person of this point."),
        Refusal.SIGNED_BEFORE_COACHED: _("This order was signed before the point was first coached."),
        Refusal.DEAL_LINKED: _("This order is linked to this point already."),
        Refusal.NOTHING_TO_PRAISE: _("Praise what was seen: this point was not done well or used yet."),
        Refusal.NOT_OUTSIDE: _("You belong to the line of these people: somebody from outside asks them."),
        Refusal.SPOT_CHECK_DONE: _("This spot check is done already."),
    }
)
PURPOSES = {
    Purpose.CONFIDENCE: pgettext_lazy("purpose of an accompanied visit", "Rebuild confidence"),
    Purpose.SKILL: pgettext_lazy("purpose of an accompanied visit", "Raise a skill"),
}
SUBJECTS = {
    Subject.NEW: pgettext_lazy("who is accompanied", "New in the field"),
    Subject.EXPERIENCED: pgettext_lazy("who is accompanied", "Experienced"),
}
SKILLS = {
    Skill.PITCH: pgettext_lazy("skill", "Pitch"),
    Skill.DEMO: pgettext_lazy("skill", "Demo"),
    Skill.CLOSE: pgettext_lazy("skill", "Closing"),
    Skill.OBJECTION: pgettext_lazy("skill", "Objections"),
    Skill.KIT: pgettext_lazy("skill", "Sales kit and order form"),
    Skill.PROSPECTING: pgettext_lazy("skill", "Prospecting"),
    Skill.FOLLOW_UP: pgettext_lazy("skill", "Next step"),
}
MEASURES = {
    Skill.PITCH: _("visits at which the service was explained"),
    Skill.DEMO: _("visits with a demo"),
    Skill.CLOSE: _("visits with a trial close"),
    Skill.OBJECTION: _("visits that ended without a clear refusal"),
    Skill.KIT: _("visits at which an order was put on the table"),
    Skill.PROSPECTING: _("visits that won a new effective customer"),
    Skill.FOLLOW_UP: _("visits that ended with a next step"),
}
STATES = {
    PlanState.DRAFTED: pgettext_lazy("accompanied visit", "Planned"),
    PlanState.CONFIRMED: pgettext_lazy("accompanied visit", "Itinerary confirmed"),
    PlanState.IN_FIELD: pgettext_lazy("accompanied visit", "In the field"),
    PlanState.SUMMARISED: pgettext_lazy("accompanied visit", "Summarised"),
    PlanState.CLOSED: pgettext_lazy("accompanied visit", "Followed up"),
    PlanState.CANCELLED: pgettext_lazy("accompanied visit", "Called off"),
}
CANCEL_REASONS = {
    "NOT_BEGUN": pgettext_lazy("why an accompanied visit was called off", "It had not begun when the day was locked"),
    "LEFT": pgettext_lazy("why an accompanied visit was called off", "One of both left"),
}
STATE_TONES = {
    PlanState.DRAFTED: "neutral",
    PlanState.CONFIRMED: "info",
    PlanState.IN_FIELD: "primary",
    PlanState.SUMMARISED: "success",
    PlanState.CLOSED: "success",
    PlanState.CANCELLED: "neutral",
}
POINT_STATES = {
    PointState.OPEN: pgettext_lazy("improvement point", "New"),
    PointState.PRACTISING: pgettext_lazy("improvement point", "Practising"),
    PointState.MASTERED: pgettext_lazy("improvement point", "Mastered"),
    PointState.DROPPED: pgettext_lazy("improvement point", "Dropped"),
}
POINT_TONES = {
    PointState.OPEN: "neutral",
    PointState.PRACTISING: "info",
    PointState.MASTERED: "success",
    PointState.DROPPED: "neutral",
}
PHASES = {
    Phase.I_DO: pgettext_lazy("coaching phase", "I do, you watch"),
    Phase.I_SAY: pgettext_lazy("coaching phase", "I talk, you listen"),
    Phase.YOU_DO: pgettext_lazy("coaching phase", "You do, I watch"),
    Phase.YOU_SAY: pgettext_lazy("coaching phase", "You talk, I listen"),
}
RATINGS = {
    Rating.NOT_SEEN: pgettext_lazy("rating of a point", "Not seen"),
    Rating.TRIED: pgettext_lazy("rating of a point", "Tried"),
    Rating.DONE: pgettext_lazy("rating of a point", "Done"),
    Rating.DONE_WELL: pgettext_lazy("rating of a point", "Done well"),
}
RATING_TONES = {Rating.NOT_SEEN: "neutral", Rating.TRIED: "warning", Rating.DONE: "info", Rating.DONE_WELL: "success"}
CHECK_STATES = {
    CheckState.DUE: pgettext_lazy("application check", "Due"),
    CheckState.USED: pgettext_lazy("application check", "Used"),
    CheckState.NOT_USED: pgettext_lazy("application check", "Not used"),
    CheckState.NO_CHANCE: pgettext_lazy("application check", "No chance to use it"),
    CheckState.MISSED: pgettext_lazy("application check", "Not checked"),
    CheckState.LIFTED: pgettext_lazy("application check", "Not needed any more"),
}
CHECK_TONES = {
    CheckState.DUE: "info",
    CheckState.USED: "success",
    CheckState.NOT_USED: "warning",
    CheckState.NO_CHANCE: "neutral",
    CheckState.MISSED: "danger",
    CheckState.LIFTED: "neutral",
}
SIDES = {
    InspectedSide.SUPERVISOR: pgettext_lazy("side of a spot check", "Supervisor"),
    InspectedSide.REP: pgettext_lazy("side of a spot check", "Representative"),
}
QUESTIONS = {
    Question.POINT: _("Which point was watched all day?"),
    Question.VISITS: _("After how many visits was there feedback?"),
    Question.SHOWN_FIRST: _("Was it shown before it was watched?"),
    Question.EACH_VISIT: _("Was the point spoken about after each visit?"),
    Question.SUMMARY: _("Did the summary come the same evening?"),
}
YES_NO = {"YES": pgettext_lazy("answer to a spot check", "Yes"), "NO": pgettext_lazy("answer to a spot check", "No")}
REASONS = {
    Why.NEVER: _("never accompanied yet"),
    Why.LONG_AGO: _("last accompanied %(days)s working days ago"),
    Why.DUE: _("accompanied %(count)s of %(due)s times this week"),
    Why.NEW: _("new in the field"),
    Why.BEHIND: _("%(signed)s of %(said)s deals signed, %(asked)s would be due by now"),
    Why.NOT_USED: _("a coached point is not used yet (%(points)s)"),
    Why.BELOW_FLOOR: _("below the floor for %(days)s working days"),
    Why.WEAK_SKILL: _("%(skill)s: at %(percent)s %% of the visits, in the group at %(group)s %%"),
}
REASON_TONES = {
    Why.NEVER: "info",
    Why.LONG_AGO: "info",
    Why.DUE: "neutral",
    Why.NEW: "primary",
    Why.BEHIND: "danger",
    Why.NOT_USED: "warning",
    Why.BELOW_FLOOR: "danger",
    Why.WEAK_SKILL: "neutral",
}
WHY_NOTS = {
    WhyNot.AWAY: pgettext_lazy("why not accompanied", "Away on that day"),
    WhyNot.PLANNED: pgettext_lazy("why not accompanied", "Planned already"),
}

clock.register(
    {
        "coaching.summaries": _("Ask for summaries of accompanied visits"),
        "coaching.close_day": _("Close the day of accompanied visits"),
    }
)
NOTICES = register_notices(
    {
        "coaching.revealed": _("%(coach)s accompanies you today. The point of the day: %(point)s."),
        "coaching.summary_sent": _("%(coach)s sent you the summary of the accompanied day %(day)s."),
        "coaching.summary_waits": _("The summary of the accompanied day with %(name)s is still to be sent."),
        "coaching.summary_answered": _("%(name)s has read the summary of the accompanied day %(day)s."),
        "coaching.mastered": _("Used %(count)s times in real selling: the point %(point)s is mastered."),
        "coaching.deal_linked": _("Signed through what you practised: %(number)s. The point: %(point)s."),
        "coaching.praised": _("Praise for %(name)s from %(coach)s: %(text)s"),
    }
)
audit.register(
    {
        "coaching.plan_saved": _("Accompanied visit planned"),
        "coaching.plan_confirmed": _("Itinerary of an accompanied visit confirmed"),
        "coaching.plan_cancelled": _("Accompanied visit called off"),
        "coaching.revealed": _("Accompanied visit begun"),
        "coaching.reveal_repeated": _("Beginning of an accompanied visit repeated"),
        "coaching.feedback_given": _("Feedback after a visit given"),
        "coaching.visit_matched": _("Feedback matched with its visit"),
        "coaching.summary_sent": _("Summary of an accompanied visit sent"),
        "coaching.summary_answered": _("Summary of an accompanied visit answered"),
        "coaching.check_settled": _("Use of a point checked"),
        "coaching.point_dropped": _("Improvement point dropped"),
        "coaching.deal_linked": _("Deal linked to a point"),
        "coaching.praised": _("Praised before the team"),
        "coaching.spot_checks_drawn": _("Accompanied days drawn for a spot check"),
        "coaching.spot_check_done": _("Spot check done"),
        "coaching.day_closed": _("Day of accompanied visits closed"),
        "coaching.person_released": _("Accompanied visits of a leaver ended"),
    }
)
