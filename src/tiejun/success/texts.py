"""The words of customers for life: refusals, stages, signals, notices, the clock, the audit."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from tiejun.foundation import audit, clock, refusals
from tiejun.inbox.rules import register_notices
from tiejun.success.rules import ComplaintSource, ComplaintSubject, FollowOn, Refusal, Step, Usage, Voice
from tiejun.success.rules.life import Signal, Standing

STEPS = [
    (Step.HELP.value, pgettext_lazy("step after signing", "Help")),
    (Step.EDUCATE.value, pgettext_lazy("step after signing", "Educate")),
    (Step.DECIDE.value, pgettext_lazy("step after signing", "Decide")),
    (Step.TRAIN.value, pgettext_lazy("step after signing", "Train")),
    (Step.GRANT.value, pgettext_lazy("step after signing", "Grant")),
    (Step.EXPAND.value, pgettext_lazy("step after signing", "Expand")),
]
STEP_MEANINGS = {
    Step.HELP: _("Their first problem was solved on site"),
    Step.EDUCATE: _("Whoever is to use it knows what it is for and how it pays"),
    Step.DECIDE: _("The key person was helped to decide the goal and who answers for it"),
    Step.TRAIN: _("The users were trained and do it by themselves"),
    Step.GRANT: _("Access and rights are with their own people"),
    Step.EXPAND: _("What more it could do for them was looked at together"),
}
USAGES = [
    (Usage.NONE.value, pgettext_lazy("use by a customer", "Not used")),
    (Usage.SELDOM.value, pgettext_lazy("use by a customer", "Seldom")),
    (Usage.WEEKLY.value, pgettext_lazy("use by a customer", "Every week")),
    (Usage.DAILY.value, pgettext_lazy("use by a customer", "Every day")),
]
VOICES = [
    (Voice.USAGE.value, pgettext_lazy("what a customer said", "Use")),
    (Voice.PRAISE.value, pgettext_lazy("what a customer said", "Praise")),
    (Voice.WISH.value, pgettext_lazy("what a customer said", "Wish")),
]
SUBJECTS = [
    (ComplaintSubject.PRODUCT.value, pgettext_lazy("what a complaint is about", "Product")),
    (ComplaintSubject.QUALITY.value, pgettext_lazy("what a complaint is about", "Quality")),
    (ComplaintSubject.DELIVERY.value, pgettext_lazy("what a complaint is about", "Delivery")),
    (ComplaintSubject.SERVICE.value, pgettext_lazy("what a complaint is about", "Service")),
    (ComplaintSubject.PRICE.value, pgettext_lazy("what a complaint is about", "Price or bill")),
    (ComplaintSubject.PERSON.value, pgettext_lazy("what a complaint is about", "A person")),
    (ComplaintSubject.OTHER.value, pgettext_lazy("what a complaint is about", "Something else")),
]
SOURCES = [
    (ComplaintSource.TOLD.value, pgettext_lazy("where a complaint comes from", "Told")),
    (ComplaintSource.SURVEY.value, pgettext_lazy("where a complaint comes from", "Survey")),
    (ComplaintSource.REFUND.value, pgettext_lazy("where a complaint comes from", "Refund")),
]
FOLLOW_ONS = [
    (FollowOn.RENEWAL.value, pgettext_lazy("origin of an opportunity", "Renewal")),
    (FollowOn.ADD_ON.value, pgettext_lazy("origin of an opportunity", "Add-on sale")),
    (FollowOn.TRIAL.value, pgettext_lazy("origin of an opportunity", "After a trial")),
]
STANDINGS = [
    (Standing.WELL.value, pgettext_lazy("how a customer stands", "Well")),
    (Standing.WATCH.value, pgettext_lazy("how a customer stands", "Keep an eye on")),
    (Standing.AT_RISK.value, pgettext_lazy("how a customer stands", "At risk")),
]
STANDING_TONES = {Standing.WELL.value: "success", Standing.WATCH.value: "warning", Standing.AT_RISK.value: "danger"}
STANDING_ICONS = {
    Standing.WELL.value: "circle-check",
    Standing.WATCH.value: "eye",
    Standing.AT_RISK.value: "circle-alert",
}
SIGNALS = [
    (Signal.LATE_ANSWER.value, pgettext_lazy("health signal", "Complaint past its day")),
    (Signal.COMPLAINT.value, pgettext_lazy("health signal", "Open complaint")),
    (Signal.OVERDUE.value, pgettext_lazy("health signal", "Payment overdue")),
    (Signal.UNHAPPY.value, pgettext_lazy("health signal", "Low score in the survey")),
    (Signal.UNUSED.value, pgettext_lazy("health signal", "Hardly used")),
    (Signal.NOT_HANDED.value, pgettext_lazy("health signal", "Hand-over late")),
    (Signal.SILENT.value, pgettext_lazy("health signal", "No contact")),
    (Signal.ENDING.value, pgettext_lazy("health signal", "Contract ends")),
    (Signal.TRIAL_OVER.value, pgettext_lazy("health signal", "Trial over, no full order")),
]
_DAYS = ngettext_lazy("%(n)s day", "%(n)s days", "n")
_COUNT = ngettext_lazy("%(n)s complaint", "%(n)s complaints", "n")
MEASURES = {
    Signal.LATE_ANSWER: _COUNT,
    Signal.COMPLAINT: _COUNT,
    Signal.OVERDUE: _DAYS,
    Signal.UNHAPPY: _("%(n)s of 10"),
    Signal.NOT_HANDED: _DAYS,
    Signal.SILENT: _DAYS,
    Signal.ENDING: ngettext_lazy("in %(n)s day", "in %(n)s days", "n"),
    Signal.TRIAL_OVER: _DAYS,
}
ENDED = ngettext_lazy("%(n)s day ago", "%(n)s days ago", "n")
# What to do next about the costliest signal, until somebody says something better.
SUGGESTIONS = {
    Signal.LATE_ANSWER: _("Answer the complaint today and say so to the customer"),
    Signal.COMPLAINT: _("See to the complaint and give a closing answer"),
    Signal.OVERDUE: _("Talk about the payment: what keeps them?"),
    Signal.UNHAPPY: _("Ask what made them give this score"),
    Signal.UNUSED: _("Visit the users and train them again"),
    Signal.NOT_HANDED: _("Hand the customer over"),
    Signal.SILENT: _("Visit or call: nobody has been in touch for long"),
    Signal.ENDING: _("Propose the renewal"),
    Signal.TRIAL_OVER: _("Ask how the trial went and propose the full service"),
}
LIFE_STAGES = {
    "ACQUIRE": _("Acquire"),
    "ACTIVATE": _("Activate"),
    "RETAIN": _("Retain"),
    "EXPAND": _("Sell more"),
    "REFER": _("Refer"),
}
STAGE_FACTS = {
    "ACQUIRE": _("first order signed"),
    "ACTIVATE": _("took a trial, trained, or used every week"),
    "RETAIN": _("a customer for long, and active"),
    "EXPAND": _("ordered again"),
    "REFER": _("named a company that became a lead"),
}

REFUSALS = refusals.register(
    {
        Refusal.NO_CUSTOMER: _("This company has no signed order that stands."),
        Refusal.HANDED_OVER: _("It is handed over already and waits to be received."),
        Refusal.NOT_HANDED_OVER: _("It has not been handed over yet."),
        Refusal.RECEIVED: _("This customer has been received already."),
        Refusal.NOT_THE_RECEIVER: _("Only the person it is handed to can do this."),
        Refusal.RECEIVE_FROM_ONESELF: _("Nobody hands a customer over to oneself."),
        Refusal.STEP_DONE: _("This step is noted already."),
        Refusal.ORDER_OVER: _("This order was cancelled."),
        Refusal.COMPLAINT_CLOSED: _("This complaint has its closing answer already."),
        Refusal.RENEWAL_DECIDED: _("About this contract it is decided already."),
        Refusal.ASKED_LATELY: _("This customer was asked within the last %(days)s days."),
        Refusal.SURVEY_OVER: _("This link is no longer open."),
    }
)

register_notices(
    {
        "success.handover_due": _("Hand over %(company)s (order %(number)s) by %(due)s."),
        "success.handover_late": _("The hand-over of %(company)s (order %(number)s) is late: it was due on %(due)s."),
        "success.handed_over": _("%(name)s hands %(company)s over to you (order %(number)s): receive it."),
        "success.received": _("%(name)s has received %(company)s (order %(number)s)."),
        "success.returned": _("%(name)s sends the hand-over of %(company)s back: %(note)s"),
        "success.complaint": _("A complaint of %(company)s is yours: answer it by %(due_on)s."),
        "success.complaint_late": _("The complaint of %(company)s was due on %(due_on)s."),
        "success.complaint_answered": _("The complaint of %(company)s has its closing answer."),
        "success.survey_answered": _("%(company)s gave %(score)s of 10."),
        "success.at_risk": _("%(company)s is at risk: %(score)s of 100."),
        "success.renewal_due": _("The contract of %(company)s ends on %(ends_on)s: propose the renewal."),
    }
)

clock.register({"success.check_lives": _("Check how customers stand")})

audit.register(
    {
        "success.asked": _("Customer asked how satisfied"),
        "success.complaint_answered": _("Complaint answered"),
        "success.complaint_moved": _("Complaint given to somebody"),
        "success.complaint_opened": _("Complaint opened"),
        "success.followed_merge": _("Life of a customer followed a merge"),
        "success.followed_merge_back": _("Life of a customer put back after a merge"),
        "success.follow_on_opened": _("Opportunity opened with a customer"),
        "success.handed_over": _("Customer handed over"),
        "success.handover_begun": _("Hand-over of a customer begun"),
        "success.lives_checked": _("Customers checked"),
        "success.next_step_set": _("Next step with a customer set"),
        "success.not_renewed": _("Contract not renewed"),
        "success.received": _("Customer received"),
        "success.returned": _("Hand-over of a customer sent back"),
        "success.satisfaction_given": _("Customer said how satisfied"),
        "success.step_noted": _("Step after signing noted"),
        "success.voice_noted": _("Word of a customer noted"),
    }
)
