"""The words of this module: refusals, states, kinds, questions, audit."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.access.abilities import Ability
from tiejun.foundation import audit, clock, refusals
from tiejun.inbox.rules import register_notices
from tiejun.lists.rules import Column, ListKind, register_list
from tiejun.marketing.rules import campaigns, handover, inbound, tags

refusals.register(
    {
        inbound.Refusal.NOT_LOOKED_UP: _("The duplicate check has not finished yet. Try again in a few seconds."),
        inbound.Refusal.NOT_CHECKED: _("Ask the intent questions first."),
        inbound.Refusal.DECIDED_ALREADY: _("This record was decided already."),
        inbound.Refusal.NAME_MISSING: _("The company's name is missing or cannot be read."),
        inbound.Refusal.CHANNEL_MISSING: _("There is no number or address to reach them."),
        inbound.Refusal.PHONE_UNREADABLE: _("Nobody can call this number. Please check its digits."),
        inbound.Refusal.AREA_CODE_MISSING: _("Please write the area code before the number, as 0571-88886666."),
        inbound.Refusal.REGION_MISSING: _("The city is missing: without it nobody is responsible."),
        inbound.Refusal.CONSENT_MISSING: _("There is no consent and no other basis to call."),
        inbound.Refusal.INTENT_TOO_LOW: _("The intent is %(score)s points; a lead needs %(least)s."),
        inbound.Refusal.CAMPAIGN_CLOSED: _("This campaign is closed."),
        inbound.Refusal.SOURCE_UNKNOWN: _("There is no such source or campaign."),
        campaigns.Refusal.NOT_PLANNED: _("Only a planned campaign can be started."),
        campaigns.Refusal.NOT_RUNNING: _("Only a running campaign can be closed."),
        campaigns.Refusal.CLOSED: _("A closed campaign stays as it is."),
        campaigns.Refusal.TAKEN_BACK_ALREADY: _("This entry was taken back already."),
        campaigns.Refusal.NAME_TAKEN: _("Another campaign has this name."),
        campaigns.Refusal.FORM_CLOSED: _("This form is closed."),
        campaigns.Refusal.FORM_TOO_OFTEN: _("Too many forms came from here. Please try again in an hour."),
        campaigns.Refusal.FORM_EXPIRED: _("This form was open for too long. Please send it once more."),
        campaigns.Refusal.FORM_TOO_FAST: _("That was very quick. Please look it over and send it once more."),
        tags.Refusal.NO_CONDITION: _("A rule needs at least one condition."),
        tags.Refusal.TOO_MANY_CONDITIONS: _("A rule has at most five conditions."),
        tags.Refusal.FIELD_UNKNOWN: _("Choose a field."),
        tags.Refusal.COMPARISON_UNFIT: _("This comparison does not fit the field."),
        tags.Refusal.VALUE_UNFIT: _("The value does not fit the field."),
        handover.Refusal.NOT_INVALID: _("Only a lead marked as invalid can be disputed."),
        handover.Refusal.DISPUTED_ALREADY: _("This mark was disputed already."),
        handover.Refusal.DISPUTE_DECIDED: _("This dispute was decided already."),
        handover.Refusal.REASON_MISSING: _("Say why in a few words."),
        handover.Refusal.OWN_MARK: _("You set this mark yourself: somebody else decides."),
        handover.Refusal.CHECKED_ALREADY: _("This mark was checked already."),
        handover.Refusal.NOTHING_TO_DRAW: _("Nothing was marked invalid in these days."),
    }
)

PLAYS = {
    "OWN_WORK": _("Own work of sales"),
    "INBOUND": _("Inbound, with intent check"),
    "REGISTRATION": _("New registration"),
    "REFERRAL": _("Referral"),
}
MEANS = {
    "BENEFIT": pgettext_lazy("means", "Benefit"),
    "BRAND": pgettext_lazy("means", "Brand"),
    "EVENT": pgettext_lazy("means", "Event"),
    "ADS": pgettext_lazy("means", "Advertising"),
}
PLACES = {True: _("Online"), False: _("Offline")}
CAMPAIGN_STATUSES = {
    "PLANNED": pgettext_lazy("campaign", "Planned"),
    "RUNNING": pgettext_lazy("campaign", "Running"),
    "CLOSED": pgettext_lazy("campaign", "Closed"),
}
CAMPAIGN_TONES = {"PLANNED": "neutral", "RUNNING": "success", "CLOSED": "info"}
STATUSES = {
    "RECEIVED": pgettext_lazy("inbound", "Received"),
    "DEDUPLICATED": pgettext_lazy("inbound", "Looked up"),
    "CHECKED": pgettext_lazy("inbound", "Checked"),
    "ACCEPTED": pgettext_lazy("inbound", "Accepted"),
    "REJECTED": pgettext_lazy("inbound", "Rejected"),
}
STATUS_TONES = {
    "RECEIVED": "neutral",
    "DEDUPLICATED": "info",
    "CHECKED": "primary",
    "ACCEPTED": "success",
    "REJECTED": "warning",
}
GROUPS = {
    "open": pgettext_lazy("inbound", "To check"),
    "accepted": pgettext_lazy("inbound", "Accepted"),
    "rejected": pgettext_lazy("inbound", "Rejected"),
}
DOORS = {
    "FORM": pgettext_lazy("door", "Form"),
    "API": pgettext_lazy("door", "Program"),
    "FILE": pgettext_lazy("door", "File"),
    "DESK": pgettext_lazy("door", "Entered by hand"),
}
CHANNELS = {
    "PHONE": pgettext_lazy("channel", "Phone"),
    "MESSAGE": pgettext_lazy("channel", "Message"),
    "EMAIL": pgettext_lazy("channel", "E-mail"),
    "VISIT": pgettext_lazy("channel", "Visit"),
}
WINDOWS = {
    "ANY": pgettext_lazy("contact window", "Any time"),
    "MORNING": pgettext_lazy("contact window", "In the morning"),
    "AFTERNOON": pgettext_lazy("contact window", "In the afternoon"),
    "EVENING": pgettext_lazy("contact window", "In the evening"),
}
REJECTIONS = {
    "DUPLICATE": _("Duplicate"),
    "NO_NEED": _("No need"),
    "LOW_INTENT": _("Low intent"),
    "UNREACHABLE": _("Cannot be reached"),
    "WRONG_DETAILS": _("Wrong details"),
    "OUTSIDE_AREA": _("Outside our area"),
    "ADVERTISING": _("Advertising"),
}
KNOWN_BY = {
    "CREDIT_CODE": _("by its credit code"),
    "DOMAIN": _("by its domain"),
    "PHONE": _("by the phone number"),
    "NAME": _("by name and city"),
}
INTENTS = {
    "UNKNOWN": pgettext_lazy("intent", "Unknown"),
    "LOW": pgettext_lazy("intent", "Low"),
    "MEDIUM": pgettext_lazy("intent", "Medium"),
    "HIGH": pgettext_lazy("intent", "High"),
}
INTENT_TONES = {"UNKNOWN": "neutral", "LOW": "neutral", "MEDIUM": "info", "HIGH": "success"}
QUESTIONS = {
    "NEED": _("What do you need?"),
    "TIMING": _("When would you like to begin?"),
    "BUDGET": _("Is there a budget?"),
    "AUTHORITY": _("What is your part in the decision?"),
}
ANSWERS = {
    "NEED": {
        "CLEAR": _("I know what I need"),
        "VAGUE": _("I am looking around"),
        "NONE": _("Nothing for now"),
    },
    "TIMING": {
        "THIS_MONTH": _("This month"),
        "THIS_QUARTER": _("Within three months"),
        "THIS_YEAR": _("Within a year"),
        "NOT_PLANNED": _("Not planned yet"),
    },
    "BUDGET": {
        "SET": _("Yes, it is set"),
        "ROUGH": _("Roughly"),
        "UNKNOWN": _("I cannot say"),
        "NONE": _("No"),
    },
    "AUTHORITY": {
        "DECIDES": _("I decide"),
        "INFLUENCES": _("I prepare the decision"),
        "USES": _("I would use it"),
    },
}
COLUMNS = {
    "RECEIVED": pgettext_lazy("hand-over board", "Received"),
    "CHECKING": pgettext_lazy("hand-over board", "In check"),
    "ACCEPTED": pgettext_lazy("hand-over board", "Handed over"),
    "CONTACTED": pgettext_lazy("hand-over board", "Contacted"),
    "EFFECTIVE": pgettext_lazy("hand-over board", "Effective"),
    "SIGNED": pgettext_lazy("hand-over board", "Signed"),
    "INVALID": pgettext_lazy("hand-over board", "Invalid or lost"),
}
STAGES = {
    "HANDED": pgettext_lazy("hand-over", "Handed over"),
    "CONTACTED": pgettext_lazy("hand-over", "Contacted"),
    "EFFECTIVE": pgettext_lazy("hand-over", "Effective customer"),
    "SIGNED": pgettext_lazy("hand-over", "Signed"),
    "LOST": pgettext_lazy("hand-over", "Lost"),
    "INVALID": pgettext_lazy("hand-over", "Invalid"),
}
STAGE_TONES = {
    "HANDED": "neutral",
    "CONTACTED": "info",
    "EFFECTIVE": "primary",
    "SIGNED": "success",
    "LOST": "warning",
    "INVALID": "danger",
}
DISPUTES = {
    "OPEN": pgettext_lazy("dispute", "Open"),
    "UPHELD": pgettext_lazy("dispute", "Upheld: the lead was good"),
    "OVERTURNED": pgettext_lazy("dispute", "Overturned: the mark stands"),
}
VERDICTS = {"CONFIRMED": _("Rightly invalid"), "WRONG": _("Wrongly invalid")}
FIELDS = {
    "source": _("Source"),
    "means": _("Means"),
    "intent": _("Intent"),
    "channel": _("Channel"),
    "company_name": _("Company"),
    "industry": _("Industry"),
    "need": _("Need"),
    "contact_title": _("Title"),
    "district": _("District code"),
    "score": _("Intent points"),
}
COMPARISONS = {
    "IS": pgettext_lazy("comparison", "is"),
    "IS_NOT": pgettext_lazy("comparison", "is not"),
    "CONTAINS": pgettext_lazy("comparison", "contains"),
    "CONTAINS_NOT": pgettext_lazy("comparison", "does not contain"),
    "BEGINS": pgettext_lazy("comparison", "begins with"),
    "AT_LEAST": pgettext_lazy("comparison", "is at least"),
    "AT_MOST": pgettext_lazy("comparison", "is at most"),
}

clock.register({"marketing.draw_invalid": _("Draw invalid marks to be checked")})
NOTICES = register_notices(
    {"marketing.sample_waits": _("%(drawn)s of last week’s %(frame)s “invalid” marks are to be checked.")}
)
audit.register(
    {
        "marketing.merge_followed": _("Hand-overs followed a merge"),
        "marketing.merge_followed_back": _("Row of marketing put back after a merge"),
        "marketing.tags_followed": _("Tags followed a merge"),
        "marketing.breaches_noted": _("Overdue first contacts told"),
        "marketing.campaign_edited": _("Campaign edited"),
        "marketing.campaign_moved": _("Campaign started or closed"),
        "marketing.campaign_planned": _("Campaign planned"),
        "marketing.contact_noted": _("First contact noted"),
        "marketing.cost_entered": _("Campaign cost entered"),
        "marketing.cost_taken_back": _("Campaign cost taken back"),
        "marketing.dispute_decided": _("Dispute decided"),
        "marketing.dispute_opened": _("Invalid mark disputed"),
        "marketing.disposition_noted": _("Disposition noted"),
        "marketing.effective_noted": _("Effective customer noted on the hand-over"),
        "marketing.form_edited": _("Public form edited"),
        "marketing.form_published": _("Public form published"),
        "marketing.inbound_accepted": _("Inbound record accepted"),
        "marketing.inbound_assessed": _("Intent assessed"),
        "marketing.inbound_completed": _("Inbound record completed"),
        "marketing.inbound_duplicate": _("Inbound record is a duplicate"),
        "marketing.inbound_looked_up": _("Duplicate check done"),
        "marketing.inbound_received": _("Inbound record received"),
        "marketing.inbound_rejected": _("Inbound record rejected"),
        "marketing.inbound_repeated": _("Inbound record sent again"),
        "marketing.lead_noted": _("Inbound record became a lead"),
        "marketing.lead_noted_again": _("Lead of a record noted again"),
        "marketing.lead_tagged": _("Lead tagged"),
        "marketing.tag_put": _("Tag put on a lead"),
        "marketing.tag_taken": _("Tag taken from a lead"),
        "marketing.lookup_repeated": _("Duplicate check repeated"),
        "marketing.mark_checked": _("Invalid mark checked"),
        "marketing.referral_noted": _("Referral noted"),
        "marketing.registrations_handed_over": _("New registrations handed over"),
        "marketing.sample_drawn": _("Sample of invalid marks drawn"),
        "marketing.signing_noted": _("Signing noted on the hand-over"),
        "marketing.source_set": _("Source set"),
        "marketing.tag_retired": _("Tag retired"),
        "marketing.tag_rule_added": _("Tag rule added"),
        "marketing.tag_rule_switched": _("Tag rule switched"),
        "marketing.tag_set": _("Tag set"),
    }
)

INBOUND = register_list(
    ListKind(
        "marketing.inbound",
        Ability.VIEW_INBOUND,
        "marketing:inbound",
        ("show",),
        (
            Column("contact", _("Contact"), 2),
            Column("source", _("Source"), 3),
            Column("intent", _("Intent"), 4),
            Column("state", _("State"), 5),
            Column("received", _("Came in"), 6),
        ),
        name=_("Inbound"),
    )
)
