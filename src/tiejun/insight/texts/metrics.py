"""The words of the catalogue of metrics: names and exact definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.insight.rules.metrics import Shelf, Unit

if TYPE_CHECKING:
    from tiejun.foundation.refusals import Words

SHELVES: dict[Shelf, Words] = {
    Shelf.LINKS: _("Nine links"),
    Shelf.RATES: _("Rates and limits"),
    Shelf.GROWTH: _("Growth equation"),
    Shelf.CHANNELS: _("Channels"),
    Shelf.COHORTS: _("Cohorts"),
}
UNITS: dict[Unit, Words] = {
    Unit.NUMBER: pgettext_lazy("unit of a metric", "number"),
    Unit.PERCENT: pgettext_lazy("unit of a metric", "percent"),
    Unit.RATIO: pgettext_lazy("unit of a metric", "ratio"),
    Unit.MONEY: pgettext_lazy("unit of a metric", "amount, by currency"),
}
OWNERS: dict[str, Words] = {
    "leads": _("Leads"),
    "visits": _("Visits"),
    "pipeline": _("Opportunities, orders and money"),
    "marketing": _("Marketing"),
    "quality": _("Integrity"),
    "success": _("Customers for life"),
    "insight": pgettext_lazy("module", "Insight"),
}
FACTS: dict[str, Words] = {
    "leads.Lead": _("leads, by the moment they were created"),
    "leads.LeadTenure": _("holdings of leads, by their beginning or end"),
    "visits.DayLock": _("days frozen at the hard lock"),
    "visits.CountAdjustment": _("later corrections of frozen days"),
    "visits.Visit": _("visits of days that are not frozen yet"),
    "pipeline.Opportunity": _("opportunities, by the moment they were opened or decided"),
    "pipeline.Order": _("orders, amendments and cancellations, by their day"),
    "pipeline.Receipt": _("receipts and reversals, by the day of the money"),
    "pipeline.Instalment": _("instalments of collection plans"),
    "marketing.CostEntry": _("costs of campaigns and their corrections, by the day they were spent"),
    "quality.SamplingDraw": _("visits drawn by chance, with their chance to be drawn"),
    "pipeline.DealReview": _("reviews of won and lost deals"),
    "quality.QaTask": _("what the inspectors found"),
    "success.CustomerTrial": _("trials by which customers began, by their first day"),
    "insight.Anomaly": _("the working days before, of this month and the one before"),
}
NAMES: dict[str, Words] = {
    "leads-in": _("Leads in"),
    "leads-taken": _("Leads taken"),
    "leads-given-up": _("Leads given back"),
    "high-intent": _("Leads of high intent"),
    "medium-intent": _("Leads of medium intent"),
    "new-effective-customers": _("New effective customers"),
    "opportunities-opened": _("Opportunities opened"),
    "opportunities-amount": _("Amount of opportunities opened"),
    "deals-decided": _("Opportunities decided"),
    "deals-won": _("Opportunities won"),
    "orders-signed": _("Orders signed"),
    "signed-amount": _("Signed amount"),
    "received-amount": _("Received amount"),
    "visits": _("Visits"),
    "effective-visits": _("Effective visits"),
    "overdue": _("Overdue"),
    "win-rate": _("Win rate"),
    "effective-rate": _("Effective rate"),
    "truth-rate": _("Truth rate"),
    "review-completion": _("Completion of reviews"),
    "conversion-of-links": _("Conversion of a link"),
    "control-limits": _("Unusual, and the usual"),
    "valid-leads": _("Valid leads"),
    "lead-conversion": _("Lead conversion"),
    "late-buyers": _("Buyers of earlier leads"),
    "existing-customers": _("Existing customers"),
    "orders-a-customer": _("Orders a customer"),
    "order-value": _("Order value"),
    "outside-changes": _("Changes of earlier orders"),
    "factor-shares": _("What each factor did"),
    "spent": _("Spent"),
    "lead-cost": _("A lead costs"),
    "buyers": _("Buyers"),
    "buyer-cost": _("A buyer costs"),
    "channel-signed": _("Signed, of a channel"),
    "channel-received": _("Received, of a channel"),
    "returned": _("Received for each yuan spent"),
    "cohort": _("Cohort"),
    "repurchase-rate": _("Repurchase rate"),
    "revenue-retained": _("Revenue retained"),
    "trial-conversion": _("Conversion of trials"),
    "trial-step-up": _("Full order against the trial"),
}
DEFINITIONS: dict[str, Words] = {
    "leads-in": _(
        "Leads created in the span, each counted once on its day, whatever its source; on a unit those that somebody of it holds today."
    ),
    "leads-taken": _(
        "Holdings of leads that began in the span by a claim, an assignment or the night's allotment. A lead taken twice counts twice. The unit is that of the holder then."
    ),
    "leads-given-up": _("Holdings that ended in the span because the lead was given back or reclaimed by rule."),
    "high-intent": _("Of the leads in: those whose intent is high today."),
    "medium-intent": _("Of the leads in: those whose intent is medium today."),
    "new-effective-customers": _(
        "Companies where a key person or influencer was met, the service was explained and nobody clearly refused, for the first time within the window of the policy; counted on the day of that visit. Frozen at the hard lock; later corrections are added as rows of their own."
    ),
    "opportunities-opened": _("Opportunities opened in the span, whatever became of them."),
    "opportunities-amount": _(
        "The amounts at which the opportunities opened in the span stand today, of one currency."
    ),
    "deals-decided": _(
        "Opportunities won or lost in the span, by the moment of the first signature or of giving up; one that was opened again since is not decided."
    ),
    "deals-won": _("Of the opportunities decided in the span: those whose order stands signed today."),
    "orders-signed": _(
        "First editions of orders signed in the span less orders cancelled in it. An amendment is no order."
    ),
    "signed-amount": _(
        "What the signatures of the span add: the full amount of a first edition, the difference of an amendment, less the amount of what was cancelled in the span. Of one currency, to the fen."
    ),
    "received-amount": _(
        "Receipts dated in the span less reversals. Cash counts once a second person has confirmed it. The unit is that of the order."
    ),
    "visits": _(
        "Visits recorded in time, completed and not void; the same customer twice on a day counts once. Frozen at the hard lock; later corrections are added."
    ),
    "effective-visits": _(
        "Visits in which a senior key person or influencer was met, something moved (a next step agreed, a stage up, an order) and some evidence exists, as the rule in force judged the recorded facts; never entered by hand. The floor of the day counts them."
    ),
    "overdue": _("What is left to be received of instalments whose day has passed, as of today."),
    "win-rate": _(
        "Opportunities won divided by those decided in the span, by number, with the 95 % interval of Wilson. What is still open or sleeps is in neither."
    ),
    "effective-rate": _(
        "e = effective visits / visits of the span, with the 95 % interval of Wilson. Not to be mixed with e' = new effective customers / visits, which the golden ratio uses."
    ),
    "truth-rate": _(
        "The share of reported visits that took place: estimated from the visits drawn by chance alone, each weighted by one over its chance to be drawn, corrected for errors of the inspection, with its 95 % interval."
    ),
    "review-completion": _(
        "The share of the reviews of won and lost deals, decided in the last days that the policy names, that are closed: of those that fell due or were closed. A deal is reviewed where its amount or a draw asks for it."
    ),
    "conversion-of-links": _(
        "A link's number divided by that of an earlier link in the same span. It compares totals and does not follow single leads; it can exceed 100 %."
    ),
    "control-limits": _(
        "The last working day that is over against those before it (at least 20): the mean, scaled to the weekday, and three standard deviations to both sides. Unusual is outside three on one day, or outside two on the same side for three days running."
    ),
    "valid-leads": _(
        "V: leads received in the span less those found invalid or double. A unit counts the leads that it held first; a channel those of its source."
    ),
    "lead-conversion": _("c: of V, the share whose company signed its first order in the same span."),
    "late-buyers": _(
        "L: companies that signed their first order in the span, from leads received before it or with no lead on record."
    ),
    "existing-customers": _(
        "E: companies that had signed before the span, the last time not longer ago than a customer is taken to have left; counted where their last order was signed."
    ),
    "orders-a-customer": _("f: orders signed less those cancelled, divided by V·c + L + E."),
    "order-value": _("a: the signed amount divided by the orders of the span. R = (V·c + L + E)·f·a exactly."),
    "outside-changes": _(
        "Amendments and cancellations in a span that has no order or no customer to divide by; shown by itself."
    ),
    "factor-shares": _(
        "The change of R between two spans, shared out to the factors: the effect of each, averaged over all orders in which they could have changed (Shapley). The parts sum to the change to the last fen."
    ),
    "spent": _("Costs of all campaigns of a source that were spent in the span, corrections taken off."),
    "lead-cost": _("Spent divided by valid leads of the source in the span; nothing without cost or lead."),
    "buyers": _(
        "Companies whose first lead is of the source and was received in the span, with an order signed since the month began in which it was received."
    ),
    "buyer-cost": _("Spent divided by buyers; nothing without cost or buyer."),
    "channel-signed": _(
        "What these companies signed from the beginning of the span to this day, cancellations taken off."
    ),
    "channel-received": _("What was received from these companies from the beginning of the span to this day."),
    "returned": _(
        "Received of the channel divided by spent; nothing without cost. A young span brings its money later."
    ),
    "cohort": _(
        "Customers whose first order that stands was signed in a month, of one currency, at the unit that signed it and of the source of their first lead. A merged company counts as the one that stands for it."
    ),
    "repurchase-rate": _(
        "The share of a cohort with a second order by a month, in the first one too, with the 95 % interval of Wilson. Units and sources are compared by the customers whose window has passed; those with too few stand by name."
    ),
    "revenue-retained": _(
        "What the customers of a cohort signed in a later month, cancellations taken off in theirs, divided by what they signed in their first month."
    ),
    "trial-conversion": _(
        "Of the customers whose first order was a trial and whose days for it are over: the share that ordered the full service within these days, with the 95 % interval of Wilson. Trials whose days still run are left out, also those that led on already: they would make the share too high. A trial is an order of nothing but product lines that were marked as trials when it was signed; its days are those of the policy on its first day."
    ),
    "trial-step-up": _(
        "What customers who began with a trial ordered with their first order of the full service, divided by what the trial cost, in the same currency; and the mean number of days between the two."
    ),
}
