"""The words of this module: refusals, states, notices."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.access.abilities import Ability
from tiejun.customers.rules import Refusal
from tiejun.customers.rules.closing import Answer, Criterion, StepOrigin, Tier
from tiejun.engines.duplicates import Reason
from tiejun.fields.rules import PREFIX
from tiejun.foundation import audit, clock, refusals
from tiejun.inbox.rules import register_notices
from tiejun.lists.rules import Column, ListKind, register_list

REFUSALS = refusals.register(
    {
        Refusal.A_WAS_REFUSED: _(
            "The last visit was a clear refusal: a visit that reaches them has to change that first."
        ),
        Refusal.A_NEEDS_KP: _("Class A needs a key person: mark the contact who decides."),
        Refusal.A_NEEDS_EXPLAINED_VISIT: _("Class A needs a visit at which the service was explained."),
        Refusal.A_NEEDS_AMOUNT: _("Class A needs the amount that will be signed."),
        Refusal.A_NEEDS_DAY: _("Class A needs the day of signing."),
        Refusal.A_DAY_IS_NOT_NEXT: _("Class A is for the next working day: choose that day, or class B."),
        Refusal.A_RENEWALS_USED_UP: _("Class A was renewed often enough: your supervisor decides now."),
        Refusal.B_NEEDS_NEXT_STEP: _("Class B needs a next step with its time."),
        Refusal.B_STEP_IS_TOO_LATE: _("The next step of class B is too far away: choose a nearer day, or class C."),
        Refusal.C_NEEDS_NEXT_STEP: _("Class C needs the time of the next contact."),
        Refusal.STEP_IS_PAST: _("The next step lies in the past."),
        Refusal.STEP_SAYS_NOTHING: _("Say what is to be done."),
        Refusal.STEP_IS_DONE: _("This step is done already."),
        Refusal.BACKUP_IS_FOR_A: _("Only a class A customer has a backup."),
        Refusal.BACKUP_IS_NOT_B: _("A backup is a class B customer of the same holder."),
        Refusal.SAME_CLASS: _("The customer has this class already."),
        Refusal.SAME_STAGE: _("The customer is at this stage already."),
        Refusal.BACKWARD_NEEDS_REASON: _("Moving back needs a reason."),
        Refusal.COMPANY_EXISTS: _("Another company has this credit code, or this name in this city."),
        Refusal.SAME_COMPANY: _("These are one company already."),
        Refusal.ALREADY_MERGED: _("Somebody was faster: one of the two has been merged meanwhile."),
        Refusal.PROPOSAL_DECIDED: _("Somebody was faster: this pair has been decided."),
        Refusal.ALREADY_UNDONE: _("This merge has been undone already."),
        Refusal.UNDO_TOO_LATE: _("The time in which this merge could be undone is over."),
        Refusal.LATER_MERGE: _("The company was merged into another one since: undo that merge first."),
    }
)

CLASSES = {
    "A": _("Signs on the next working day"),
    "B": _("Reserve, with a plan"),
    "C": _("In development"),
    "D": _("No value at present"),
    "-": _("Not classed"),
}
CRITERIA = {
    Criterion.NEED: _("They say what problem they want solved"),
    Criterion.DECIDER: _("The key person is for it"),
    Criterion.BUDGET: _("The money for it is there"),
    Criterion.TIMING: _("They named the day by which they want it"),
    Criterion.RIVAL: _("No competitor is ahead of us"),
    Criterion.TERMS: _("Price and terms are agreed in principle"),
}
ANSWERS = {
    Answer.YES: pgettext_lazy("maturity", "Yes"),
    Answer.NO: pgettext_lazy("maturity", "No"),
    Answer.UNKNOWN: _("Not known"),
}
TIERS = {Tier.HIGH: _("High value"), Tier.MIDDLE: _("Middle value"), Tier.LOW: _("Small value")}
TIER_BASES = {
    "AMOUNT": _("By the amount that was named"),
    "CAPITAL": _("By the registered capital, until an amount is named"),
}
STEPS = {
    StepOrigin.CLASS: _("Next contact"),
    StepOrigin.VISIT: _("Agreed at the visit"),
    StepOrigin.EXPIRED: _("Was not signed: decide how to go on"),
}
LIFECYCLES = {
    "PROSPECT": _("Prospect"),
    "ACQUIRE": _("Acquire"),
    "ACTIVATE": _("Activate"),
    "RETAIN": _("Retain"),
    "EXPAND": _("Sell more"),
    "REFER": _("Refer"),
}
ROLES = {
    "KP": _("Key person (KP)"),
    "INFLUENCER": _("Decision influencer"),
    "GATEKEEPER": _("Gatekeeper"),
    "USER": pgettext_lazy("contact role", "User"),
}

CHOICES = {
    "name": _("Name"),
    "credit_code": _("Credit code"),
    "address": _("Address"),
    "industry": _("Industry"),
    "legal_person": _("Legal representative"),
    "domain": _("Website"),
    "registered_on": _("Registered"),
    "capital_minor": _("Capital"),
    "segment_id": _("Segment"),
    "opening_hours": _("Hours in which they can be met"),
}
# What a merge moves or reads together, named by the modules that own it.
KINDS_OF_ROWS = {
    "customers.company": _("Company details"),
    "customers.earlier_merge": _("Earlier merges"),
    "customers.contact": _("Contacts"),
    "customers.class_spell": _("Spells of a class"),
    "customers.follow_up_plan": _("Follow-up plans"),
    "customers.class": pgettext_lazy("row of a merge", "Class"),
    "leads.lead": _("Leads"),
    "leads.tenure": _("Holdings"),
    "marketing.handover": _("Hand-overs"),
    "marketing.referral": _("Referrals"),
    "marketing.tag": _("Tags"),
    "visits.stop": _("Stops planned"),
    "visits.visit": _("Visits"),
    "pipeline.opportunity": _("Opportunities"),
    "pipeline.draft": _("Draft orders"),
    "pipeline.order": _("Orders"),
    "pipeline.receipt": _("Receipts"),
    "success.handover": pgettext_lazy("row of a merge", "Hand-overs after signing"),
    "success.complaint": _("Complaints"),
}
REASONS = {
    Reason.CREDIT_CODE: _("same credit code"),
    Reason.DOMAIN: _("same website"),
    Reason.PHONE: _("same telephone"),
    Reason.NAME: _("same name"),
    Reason.NAME_PART: _("name in common"),
    Reason.CITY: _("same city"),
    Reason.ROOM: _("same door"),
    Reason.SITE: _("same building"),
    Reason.NEARBY: _("close by"),
    Reason.LEGAL_PERSON: _("same legal representative"),
    Reason.OTHER_NAME: _("other name"),
    Reason.OTHER_BRANCH: _("branch of it"),
    Reason.OTHER_CITY: _("other city"),
    Reason.OTHER_LEGAL_PERSON: _("other legal representative"),
}

NOTICES = register_notices(
    {
        "customers.class_a_expired": _("%(company)s was not signed on its day and is class B now."),
        "customers.class_a_renewals": _("%(company)s left class A for the third time: decide with its holder."),
    }
)

audit.register(
    {
        "customers.class_a_expired": _("Class A expired"),
        "customers.class_set": _("Class set"),
        "customers.step_planned": _("Step planned"),
        "customers.step_finished": _("Step finished"),
        "customers.maturity_answered": _("Maturity answered"),
        "customers.backup_chosen": _("Backup chosen"),
        "customers.companies_created": _("Companies created"),
        "customers.company_created": _("Company created"),
        "customers.company_edited": _("Company edited"),
        "customers.moved_to_building": _("Companies placed into another building"),
        "customers.fields_written": _("Custom fields of a company written"),
        "customers.contact_added": _("Contact added"),
        "customers.placed_in_building": _("Companies placed in a building"),
        "customers.contact_edited": _("Contact edited"),
        "customers.contact_removed": _("Contact removed"),
        "customers.holder_set": _("Holder set"),
        "customers.holders_set": _("Holders of companies set"),
        "customers.lifecycle_changed": _("Lifecycle stage changed"),
        "customers.past_visits_noted": _("Past visits noted"),
        "customers.companies_merged": _("Companies merged"),
        "customers.contacts_moved": _("Contacts followed a merge"),
        "customers.duplicates_found": _("Search for duplicates done"),
        "customers.duplicates_proposed": _("Duplicates proposed"),
        "customers.keys_written": _("Keys of companies written"),
        "customers.duplicates_sought": _("Duplicates looked for"),
        "customers.merge_undone": _("Merge undone"),
        "customers.told_apart": _("Two companies told apart"),
        "customers.visit_noted": _("Visit noted on the customer"),
    }
)

clock.register({"customers.class_a_expiry": _("Expiry of class A")})

CUSTOMERS = register_list(
    ListKind(
        "customers",
        Ability.VIEW_CUSTOMERS,
        "customers:list",
        ("q", "class", "stage", "district", "industry", "mine", "layout", "holder"),
        (
            Column("class", _("Class"), 2),
            Column("contact", _("Contact"), 3),
            Column("visit", _("Last visit"), 4),
            Column("step", _("Next step"), 5),
            Column("holder", _("Holder"), 6),
        ),
        prefix=PREFIX,
        name=_("Customers"),
    )
)
