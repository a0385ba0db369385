"""The forecast's words: refusals, reasons, states, notices, the clock, the audit."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.engines.forecast.terms import Reason as EngineReason
from tiejun.forecast.rules import DayState, Reason, Refusal, ReviewKind, ReviewState
from tiejun.forecast.rules.months import MonthState, Support
from tiejun.forecast.rules.weekly import Found, Section
from tiejun.foundation import audit, clock, refusals
from tiejun.inbox.rules import register_notices
from tiejun.pipeline.rules import LostReason

REFUSALS = refusals.register(
    {
        Refusal.NOT_A_WORKDAY: _("This is no working day of yours. Choose the next one."),
        Refusal.DAY_HAS_BEGUN: _("This day has begun: what was said for it stands."),
        Refusal.DAY_REVIEWED: _("This forecast was talked through already and stands as agreed."),
        Refusal.TOO_FAR_AHEAD: _("A day can be forecast from five working days before on."),
        Refusal.NOT_YOUR_CUSTOMER: _("One of these customers is not in your hands any more. Open the page again."),
        Refusal.EVENING_NOT_OPEN: _("The evening opens when its list is computed; nothing can be reviewed before."),
        Refusal.REVIEW_CLOSED: _("This review was handled already."),
        Refusal.REVIEW_OF_ONESELF: _("Nobody reviews their own forecast."),
        Refusal.CARRIED_TWICE: _("This person was carried over yesterday already: tonight the talk must happen."),
        Refusal.BACKUP_NOT_ASKED: _("Deals are expected tomorrow: ask whether a backup is ready, and note the answer."),
        Refusal.ITINERARY_NOT_ASKED: _("Ask for tomorrow's itinerary first, in the words that everybody is asked in."),
        Refusal.REVIEWS_OPEN: _("Still to be reviewed or carried over (%(count)s): %(names)s."),
        Refusal.REPORT_CLOSED: _("The report of this day is closed."),
        Refusal.MONTH_OVER: _("This month is over: what was said for it stands."),
        Refusal.NOT_TALKED: _("It must be talked through with the supervisor before it is signed."),
        Refusal.TALK_WITH_ONESELF: _("Nobody talks their own number through."),
        Refusal.SANCTION_CLAUSE: _(
            "A commitment threatens nobody: take out the consequence for pay or position. %(word)s"
        ),
        Refusal.IMPOSSIBLE_NUMBER: _(
            "%(deals)s deals need %(visits)s visits a day; a day holds %(capacity)s, and the %(days)s days left yield "
            "%(possible)s. Change the number, record evidence or support, or let the supervisor write an exception."
        ),
        Refusal.DEVIATION_UNEXPLAINED: _("This number lies far from the last months: write down why."),
        Refusal.NO_IMPROVEMENT_PLAN: _("This number lies far from the last months: it needs an improvement plan."),
        Refusal.ALREADY_SIGNED: _("This is signed already."),
        Refusal.REP_SIGNS_FIRST: _("The representative signs first."),
        Refusal.CONTENT_CHANGED: _("The number has changed since you looked at it. Look at it again."),
        Refusal.WEEK_OVER: _("This week is over: what was agreed for it stands."),
        Refusal.OWN_COMMITMENT: _("Nobody signs their own commitment as the supervisor."),
        Refusal.PROVE_WHO_YOU_ARE: _(
            "A signature is yours alone: sign in again, then sign. A program's token signs nothing."
        ),
        Refusal.SIGNER_GONE: _("Who signed first does not work here any more: this cannot be published."),
    }
)

MONTH_STATES = {
    MonthState.DRAFT: pgettext_lazy("commitment", "Said, not talked through"),
    MonthState.TALKED: pgettext_lazy("commitment", "Talked through"),
    MonthState.SIGNED: pgettext_lazy("commitment", "Signed by the representative"),
    MonthState.PUBLISHED: pgettext_lazy("commitment", "Published"),
    MonthState.SUPERSEDED: pgettext_lazy("commitment", "Revised"),
}
MONTH_TONES = {
    MonthState.DRAFT: "neutral",
    MonthState.TALKED: "info",
    MonthState.SIGNED: "warning",
    MonthState.PUBLISHED: "success",
    MonthState.SUPERSEDED: "neutral",
}
SUPPORTS = {
    Support.NONE.value: pgettext_lazy("support of a number", "nothing more"),
    Support.RATIO.value: pgettext_lazy("support of a number", "Evidence of a better ratio"),
    Support.COACHING.value: pgettext_lazy("support of a number", "Accompanied visits"),
    Support.LEADS.value: pgettext_lazy("support of a number", "More or better leads"),
}
SUPPORT_CHOICES = list(SUPPORTS.items())
ENGINE_REASONS = {
    EngineReason.NO_HISTORY: pgettext_lazy("why expected", "no history of one's own: the group's rate"),
    EngineReason.FEW_DEALS: pgettext_lazy("why expected", "few deals so far: mostly the group's rate"),
    EngineReason.OWN_HISTORY: pgettext_lazy(
        "why expected", "from half a year of one's own deals, weighed against the group's"
    ),
    EngineReason.GROUP_RISING: pgettext_lazy("why expected", "the group is rising"),
    EngineReason.GROUP_FALLING: pgettext_lazy("why expected", "the group is falling"),
    EngineReason.NO_DAYS: pgettext_lazy("why expected", "no working day is left"),
}

SECTIONS = {
    Section.QUANTITY: pgettext_lazy("analysis of a week", "Quantity"),
    Section.QUALITY: pgettext_lazy("analysis of a week", "Quality"),
    Section.CONVERSION: pgettext_lazy("analysis of a week", "Conversion"),
}
FINDINGS = {
    Found.NO_VISITS: _("No visit this week."),
    Found.BELOW_FLOOR: _("%(visits)s visits; the floor of the days present is %(floor)s."),
    Found.FLOOR_MET: _("%(visits)s visits, at or above the floor of %(floor)s."),
    Found.LESS_THAN_BEFORE: _("Fewer visits than usual: %(visits)s against %(before)s a week before."),
    Found.LOW_EFFECTIVE: _("%(share)s %% of the visits were effective; the group's share is %(group)s %%."),
    Found.HIGH_EFFECTIVE: _("%(share)s %% of the visits were effective, above the group's %(group)s %%."),
    Found.NO_NEXT_STEP: _("%(count)s of %(visits)s visits ended without a next step."),
    Found.NOTHING_MATURE: _("Nobody in class A or B; %(c)s in class C."),
    Found.MATURE: _("Maturity: %(a)s in class A, %(b)s in class B, %(c)s in class C."),
    Found.FEW_DEMOS: _("A demo in %(share)s %% of the visits; the group shows one in %(group)s %%."),
    Found.FEW_CLOSES: _("A trial close in %(share)s %% of the visits; the group tries in %(group)s %%."),
    Found.FEW_KITS: _("The sales kit with an order in %(share)s %% of the visits; the group shows it in %(group)s %%."),
    Found.UNANSWERED: _(
        "%(answered)s of %(count)s objections were answered with a close or a next step; the group answers %(group)s %%."
    ),
    Found.LOST_DEALS: _("%(count)s lost; most often: %(reason)s (%(most)s)."),
    Found.LONG_CYCLE: _("Customers in reserve wait %(days)s days for a visit, at the median."),
    Found.WON: _("%(deals)s signed."),
}
LOST_REASONS = {
    LostReason.PRICE.value: pgettext_lazy("why lost", "Price"),
    LostReason.COMPETITOR.value: pgettext_lazy("why lost", "Bought from a competitor"),
    LostReason.NO_BUDGET.value: pgettext_lazy("why lost", "No budget"),
    LostReason.NO_NEED.value: pgettext_lazy("why lost", "No need"),
    LostReason.NO_DECISION.value: pgettext_lazy("why lost", "No decision"),
    LostReason.PRODUCT_GAP.value: pgettext_lazy("why lost", "The product lacks something"),
    LostReason.TIMING.value: pgettext_lazy("why lost", "Not now"),
    LostReason.CLOSED_DOWN.value: pgettext_lazy("why lost", "The company closed down"),
    LostReason.OTHER.value: pgettext_lazy("why lost", "Something else"),
}
HORIZONS = {
    "DAY": pgettext_lazy("horizon of a forecast", "Day"),
    "WEEK": pgettext_lazy("horizon of a forecast", "Week"),
    "MONTH": pgettext_lazy("horizon of a forecast", "Month"),
}

REASONS = {
    Reason.CARRIED: pgettext_lazy("why reviewed", "Carried over"),
    Reason.MISSED_RESULT: pgettext_lazy("why reviewed", "Missed today's deals"),
    Reason.HIGH: pgettext_lazy("why reviewed", "High for tomorrow"),
    Reason.NO_BACKUP: pgettext_lazy("why reviewed", "Class A without backup"),
    Reason.MISSED_PROCESS: pgettext_lazy("why reviewed", "Missed today's visits"),
    Reason.COVERAGE: pgettext_lazy("why reviewed", "Due this week"),
}
REASON_TONES = {
    Reason.CARRIED: "danger",
    Reason.MISSED_RESULT: "danger",
    Reason.HIGH: "info",
    Reason.NO_BACKUP: "warning",
    Reason.MISSED_PROCESS: "warning",
    Reason.COVERAGE: "neutral",
}
REVIEW_STATES = {
    ReviewState.REQUIRED: pgettext_lazy("review", "Required"),
    ReviewState.SUGGESTED: pgettext_lazy("review", "Suggested"),
    ReviewState.DONE: pgettext_lazy("review", "Done"),
    ReviewState.CARRIED: pgettext_lazy("review", "Carried over"),
    ReviewState.WAIVED: pgettext_lazy("review", "On leave"),
}
REVIEW_KINDS = {
    ReviewKind.FULL: pgettext_lazy("review", "Full review"),
    ReviewKind.SHORT: pgettext_lazy("review", "Short review"),
}
DAY_STATES = {
    DayState.DRAFT: pgettext_lazy("forecast of a day", "Draft"),
    DayState.SUBMITTED: pgettext_lazy("forecast of a day", "Submitted"),
    DayState.REVIEWED: pgettext_lazy("forecast of a day", "Agreed"),
    DayState.CLOSED: pgettext_lazy("forecast of a day", "Closed"),
}

clock.register(
    {
        "forecast.evening": _("Compute who must be reviewed"),
        "forecast.take_drafts": _("Take the forecasts of tomorrow"),
        "forecast.snapshot": _("Copy what is known about the months"),
        "forecast.close_days": _("Close the forecasts of the day"),
    }
)

NOTICES = register_notices(
    {
        "forecast.own_published": _("Your commitment for %(month)s is signed by both and published: %(deals)s deals."),
        "forecast.published": _("%(name)s commits to %(deals)s deals for %(month)s, signed by both."),
    }
)

audit.register(
    {
        "forecast.commitment_published": _("Commitment signed by both and published"),
        "forecast.commitment_said": _("Commitment said"),
        "forecast.commitment_signed": _("Commitment signed by the representative"),
        "forecast.commitment_talked": _("Commitment talked through"),
        "forecast.group_submitted": _("Group number submitted"),
        "forecast.promises_brought_in": _("Earlier promises brought in"),
        "forecast.days_brought_in": _("Earlier forecasts of days brought in"),
        "forecast.snapshot_taken": _("Snapshot of the months taken"),
        "forecast.day_submitted": _("Forecast of a day submitted"),
        "forecast.days_closed": _("Forecasts of a day closed"),
        "forecast.days_drafted": _("Forecasts of a day drafted"),
        "forecast.drafts_taken": _("Drafts taken at the deadline"),
        "forecast.evening_computed": _("Evening reviews computed"),
        "forecast.week_agreed": _("Week agreed"),
        "forecast.report_closed": _("Daily report closed"),
        "forecast.review_carried": _("Review carried over"),
        "forecast.review_finished": _("Review finished"),
    }
)
