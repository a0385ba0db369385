"""The pipeline's words: refusals, notices, the clock."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.access.abilities import Ability
from tiejun.foundation import audit, clock, refusals
from tiejun.inbox.rules import register_notices
from tiejun.lists.rules import ListKind, register_list
from tiejun.pipeline.rules import Category, LostReason, Refusal, Stage, contracts, reviews, statements

STAGES = [
    (Stage.IDENTIFIED.value, pgettext_lazy("stage", "Identified")),
    (Stage.KP_MET.value, pgettext_lazy("stage", "KP met")),
    (Stage.EXPLAINED.value, pgettext_lazy("stage", "Explained")),
    (Stage.DEMONSTRATED.value, pgettext_lazy("stage", "Demonstrated")),
    (Stage.TRIAL_CLOSED.value, pgettext_lazy("stage", "Trial close")),
    (Stage.ORDERED.value, pgettext_lazy("stage", "Order presented")),
    (Stage.SIGNED.value, pgettext_lazy("stage", "Signed")),
    (Stage.COLLECTED.value, pgettext_lazy("stage", "Collected")),
    (Stage.LOST.value, pgettext_lazy("stage", "Lost")),
    (Stage.DORMANT.value, pgettext_lazy("stage", "Dormant")),
]
CATEGORIES = [
    (Category.PIPELINE.value, pgettext_lazy("forecast category", "Pipeline")),
    (Category.BEST_CASE.value, pgettext_lazy("forecast category", "Best case")),
    (Category.COMMIT.value, pgettext_lazy("forecast category", "Commit")),
    (Category.OMITTED.value, pgettext_lazy("forecast category", "Omitted")),
    (Category.CLOSED.value, pgettext_lazy("forecast category", "Closed")),
]
REASONS = [
    (LostReason.PRICE.value, pgettext_lazy("why lost", "Price")),
    (LostReason.COMPETITOR.value, pgettext_lazy("why lost", "Bought from a competitor")),
    (LostReason.NO_BUDGET.value, pgettext_lazy("why lost", "No budget")),
    (LostReason.NO_NEED.value, pgettext_lazy("why lost", "No need")),
    (LostReason.NO_DECISION.value, pgettext_lazy("why lost", "No decision")),
    (LostReason.PRODUCT_GAP.value, pgettext_lazy("why lost", "The product lacks something")),
    (LostReason.TIMING.value, pgettext_lazy("why lost", "Not now")),
    (LostReason.CLOSED_DOWN.value, pgettext_lazy("why lost", "The company closed down")),
    (LostReason.OTHER.value, pgettext_lazy("why lost", "Something else")),
]

OUTCOMES = [
    (reviews.Outcome.WON.value, pgettext_lazy("outcome of a deal", "Won")),
    (reviews.Outcome.LOST.value, pgettext_lazy("outcome of a deal", "Lost")),
]
SELECTIONS = [
    (reviews.Selection.THRESHOLD.value, pgettext_lazy("why reviewed", "Large loss")),
    (reviews.Selection.RANDOM.value, pgettext_lazy("why reviewed", "Drawn at random")),
    (reviews.Selection.REQUESTED.value, pgettext_lazy("why reviewed", "Asked for")),
]
SIDES = [
    (reviews.Side.REP.value, pgettext_lazy("side of a review", "Seller")),
    (reviews.Side.MANAGER.value, pgettext_lazy("side of a review", "Manager")),
    (reviews.Side.CUSTOMER.value, pgettext_lazy("side of a review", "Customer")),
]
FACTORS = [
    (reviews.Factor.PRICE.value, pgettext_lazy("what decided", "Price")),
    (reviews.Factor.PRODUCT.value, pgettext_lazy("what decided", "The product")),
    (reviews.Factor.PERSON.value, pgettext_lazy("what decided", "The person who sold")),
    (reviews.Factor.SERVICE.value, pgettext_lazy("what decided", "Service")),
    (reviews.Factor.TRUST.value, pgettext_lazy("what decided", "Trust")),
    (reviews.Factor.COMPETITOR.value, pgettext_lazy("what decided", "A competitor")),
    (reviews.Factor.TIMING.value, pgettext_lazy("what decided", "Timing")),
    (reviews.Factor.BUDGET.value, pgettext_lazy("what decided", "Budget")),
    (reviews.Factor.NEED.value, pgettext_lazy("what decided", "The need")),
    (reviews.Factor.OTHER.value, pgettext_lazy("what decided", "Something else")),
]
LESSON_KINDS = [
    (reviews.LessonKind.SCRIPT.value, pgettext_lazy("kind of lesson", "Script")),
    (reviews.LessonKind.OBJECTION.value, pgettext_lazy("kind of lesson", "Objection")),
    (reviews.LessonKind.PRODUCT.value, pgettext_lazy("kind of lesson", "Product")),
    (reviews.LessonKind.PRICE.value, pgettext_lazy("kind of lesson", "Price")),
    (reviews.LessonKind.PERSON.value, pgettext_lazy("kind of lesson", "Person")),
]

FAULTS = {
    statements.LineFault.NO_DATE.value: _("The day is missing."),
    statements.LineFault.BAD_DATE.value: _("This is no certain day: write it as year, month, day."),
    statements.LineFault.AHEAD.value: _("The day lies ahead."),
    statements.LineFault.BAD_AMOUNT.value: _("The amount cannot be read."),
    statements.LineFault.OTHER_CURRENCY.value: _("The amount is in another currency than the account."),
    statements.LineFault.NO_WORDS.value: _("Neither payer nor reference nor purpose: nobody could match it."),
}
PROPOSED = {
    statements.Reason.NUMBER: pgettext_lazy("why proposed", "number in the reference"),
    statements.Reason.PAYER: pgettext_lazy("why proposed", "payer is the customer"),
    statements.Reason.AMOUNT: pgettext_lazy("why proposed", "amount fits"),
}

FINANCE_REFUSALS = refusals.register(
    {
        statements.Refusal.FILE_KNOWN: _("This file was read already. Nothing was taken in twice."),
        statements.Refusal.MONTH_CLOSED: _(
            "The month %(month)s is closed. Record the money with today's day and name the real one in the note."
        ),
        statements.Refusal.NO_STATEMENT: _(
            "No row of this file names day and amount. Export the statement with its header."
        ),
        statements.Refusal.NOTHING_LEFT: _("This payment is used up already."),
        statements.Refusal.NOTHING_OPEN: _("Nothing is open of order %(number)s."),
        statements.Refusal.OTHER_CURRENCY: _("The order is in %(ours)s, the payment in %(theirs)s."),
        statements.Refusal.SET_ASIDE: _("This payment was set aside. Take it back first."),
        statements.Refusal.MATCHED_ALREADY: _("A part of this payment is matched. Undo that first."),
    }
)

PAPER_REFUSALS = refusals.register(
    {
        contracts.Refusal.NO_LINES: _("This order has no lines yet."),
        contracts.Refusal.NO_PRINTER: _(
            "This server lacks the text library Pango, so it makes no PDF. Print the order from the browser instead."
        ),
    }
)

REVIEW_REFUSALS = refusals.register(
    {
        reviews.Refusal.NOT_DECIDED: _("This deal is not decided yet. A review looks at won and lost deals."),
        reviews.Refusal.REVIEW_EXISTS: _("This deal is reviewed already."),
        reviews.Refusal.REVIEW_CLOSED: _("This review is closed."),
        reviews.Refusal.VIEW_GIVEN: _("This view was given already and stands as it is."),
        reviews.Refusal.OWN_REVIEW: _("Nobody leads the review of an own deal. Somebody else has to."),
        reviews.Refusal.NOT_OWN_REVIEW: _("Only who owned the deal gives this view."),
        reviews.Refusal.VIEW_FIRST: _("Give your own view first, so that the customer's does not colour it."),
        reviews.Refusal.ASKED_RECENTLY: _(
            "This customer was asked within the last %(days)s days. Do not ask again yet."
        ),
        reviews.Refusal.VIEWS_MISSING: _("The seller and the manager both have to give their view first."),
        reviews.Refusal.NOTHING_LEARNED: _("Draw a lesson, or say why there is none."),
        reviews.Refusal.LESSON_DONE: _("This lesson is carried out already."),
        reviews.Refusal.NOT_OWN_LESSON: _("Only who owns the lesson, or leads its review, carries it out."),
        reviews.Refusal.USED_TODAY: _("You noted this lesson today already."),
        reviews.Refusal.SURVEY_OVER: _("This survey is over. Thank you all the same."),
    }
)

REFUSALS = refusals.register(
    {
        Refusal.ALREADY_OPEN: _(
            "This company already has an open opportunity for this product line. Continue that one."
        ),
        Refusal.NOT_OPEN: _("This opportunity is decided already. Reopen it first."),
        Refusal.NOT_CLOSED: _("Only a lost opportunity can be reopened."),
        Refusal.PUSHED_TOO_OFTEN: _(
            "The close date was pushed %(pushes)s times: this cannot be a commitment any more. Choose best case."
        ),
        Refusal.NOT_SOLD: _("This product line is not sold any more."),
        Refusal.NO_OWNER: _("Nobody holds this company. Claim or assign it first."),
        Refusal.NOT_DRAFT: _("Order %(number)s is not a draft any more. A signed order changes by an amendment."),
        Refusal.NOT_SIGNED: _("Order %(number)s is not signed."),
        Refusal.DRAFT_EXISTS: _("There is a draft already. Finish or cancel it first."),
        Refusal.EMPTY_ORDER: _("An order without an amount cannot be signed."),
        Refusal.NEEDS_APPROVAL: _("This order needs an approval before it is signed. Ask for it first."),
        Refusal.NO_APPROVAL_NEEDED: _("This order can be signed as it is."),
        Refusal.OWN_APPROVAL: _("Nobody approves what they sell or asked for. Somebody above has to look at it."),
        Refusal.NOT_ASKED: _("Nobody has asked for an approval of this order."),
        Refusal.MONEY_RECEIVED: _("Money has come in for this order: it cannot be cancelled."),
        Refusal.BELOW_RECEIVED: _("More has come in already than the amendment asks for."),
        Refusal.CONTRACT_KNOWN: _("Contract %(number)s is recorded already."),
        Refusal.ALREADY_REVERSED: _("This receipt was reversed already."),
        Refusal.ALREADY_CONFIRMED: _("This receipt was confirmed already."),
        Refusal.NOT_CASH: _("Only cash needs a second person."),
        Refusal.OWN_CASH: _("Cash is confirmed by somebody else than who recorded or sold it."),
        Refusal.RECEIPT_KNOWN: _("A receipt with this reference, day and amount is recorded already."),
        Refusal.OVERPAYMENT: _("This is more than is open. If the customer really paid it, mark it as an overpayment."),
        Refusal.WRONG_SUM: _("The instalments must add up to what is still open."),
    }
)

NOTICES = register_notices(
    {
        "pipeline.approval_asked": _("Order %(number)s of %(company)s waits for your approval."),
        "pipeline.approval_given": _("Order %(number)s of %(company)s is approved: it can be signed."),
        "pipeline.approval_declined": _(
            "Order %(number)s of %(company)s was not approved. See what would have to change."
        ),
        "pipeline.order_signed": _("Signed: %(company)s, %(amount)s (order %(number)s)."),
        "pipeline.receipt_recorded": _("Received: %(amount)s from %(company)s (order %(number)s)."),
        "pipeline.receipt_reversed": _("Reversed: %(amount)s of %(company)s (order %(number)s) is open again."),
        "pipeline.collected": _("Fully collected: %(company)s, order %(number)s."),
        "pipeline.overdue": _("Overdue for %(days)s days: %(amount)s of %(company)s (order %(number)s)."),
        "pipeline.review_opened": _("What decided it at %(company)s? Give your view by %(due_on)s."),
        "pipeline.review_owed": _("Your view of %(company)s is still missing; it is due on %(due_on)s."),
        "pipeline.customer_answered": _("%(company)s has answered: read it in the review."),
        "pipeline.lesson_drawn": _("A lesson is yours: see to it by %(due_on)s."),
        "pipeline.lesson_late": _("A lesson of yours was due on %(due_on)s."),
    }
)

clock.register(
    {
        "pipeline.overdue": _("Remind of overdue instalments"),
        "pipeline.rest_silent": _("Let silent opportunities rest"),
        "pipeline.remind_of_reviews": _("Remind of reviews and lessons"),
    }
)

audit.register(
    {
        "pipeline.merge_followed": _("Undecided deals followed a merge"),
        "pipeline.merge_followed_back": _("Deal put back after a merge"),
        "pipeline.customer_asked": _("Customer asked what decided"),
        "pipeline.lesson_drawn": _("Lesson drawn"),
        "pipeline.lesson_finished": _("Lesson carried out"),
        "pipeline.lesson_used": _("Lesson used"),
        "pipeline.review_closed": _("Review closed"),
        "pipeline.review_considered": _("Review of a deal considered"),
        "pipeline.review_requested": _("Review asked for"),
        "pipeline.view_given": _("View given in a review"),
        "pipeline.payment_matched": _("Payment matched"),
        "pipeline.payment_set_aside": _("Payment set aside"),
        "pipeline.payment_taken_back": _("Payment taken back"),
        "pipeline.statement_imported": _("Bank statement read"),
        "pipeline.contract_text_published": _("Contract text published"),
        "pipeline.paper_made": _("Contract made as PDF"),
        "pipeline.amendment_drafted": _("Amendment of an order drafted"),
        "pipeline.approval_asked": _("Approval asked for"),
        "pipeline.collection_planned": _("Collection planned"),
        "pipeline.contract_recorded": _("Contract recorded"),
        "pipeline.owners_followed": _("Opportunities followed their companies"),
        "pipeline.handed_over": _("Opportunities handed over"),
        "pipeline.opportunity_edited": _("Opportunity edited"),
        "pipeline.opportunity_lost": _("Opportunity lost"),
        "pipeline.opportunity_opened": _("Opportunity opened"),
        "pipeline.opportunity_reopened": _("Opportunity reopened"),
        "pipeline.order_approved": _("Order approved"),
        "pipeline.order_cancelled": _("Order cancelled"),
        "pipeline.order_declined": _("Order declined"),
        "pipeline.order_drafted": _("Order drafted"),
        "pipeline.order_edited": _("Order edited"),
        "pipeline.order_signed": _("Order signed"),
        "pipeline.owner_followed": _("Opportunities followed their customer"),
        "pipeline.receipt_confirmed": _("Receipt confirmed"),
        "pipeline.receipt_recorded": _("Receipt recorded"),
        "pipeline.receipt_reversed": _("Receipt reversed"),
        "pipeline.rested": _("Silent opportunities put to rest"),
        "pipeline.visits_noted": _("Visits noted on the pipeline"),
    }
)

OPPORTUNITIES = register_list(
    ListKind(
        "pipeline.opportunities",
        Ability.VIEW_PIPELINE,
        "pipeline:list",
        ("q", "layout", "state", "stage", "category", "owner", "unit", "month"),
        name=_("Opportunities"),
    )
)
ORDERS = register_list(
    ListKind("pipeline.orders", Ability.VIEW_PIPELINE, "pipeline:orders", ("status", "waiting"), name=_("Orders"))
)
