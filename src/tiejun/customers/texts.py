"""The words of this module: refusals, states, notices."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.customers.rules import Refusal
from tiejun.foundation import audit, clock, refusals
from tiejun.inbox.rules import register_notices

REFUSALS = refusals.register(
    {
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
        Refusal.SAME_CLASS: _("The customer has this class already."),
        Refusal.SAME_STAGE: _("The customer is at this stage already."),
        Refusal.BACKWARD_NEEDS_REASON: _("Moving back needs a reason."),
        Refusal.COMPANY_EXISTS: _("Another company has this credit code, or this name in this city."),
    }
)

CLASSES = {
    "A": _("Signs on the next working day"),
    "B": _("Reserve, with a plan"),
    "C": _("In development"),
    "D": _("No value at present"),
    "-": _("Not classed"),
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
        "customers.companies_created": _("Companies created"),
        "customers.company_created": _("Company created"),
        "customers.company_edited": _("Company edited"),
        "customers.contact_added": _("Contact added"),
        "customers.placed_in_building": _("Companies placed in a building"),
        "customers.contact_edited": _("Contact edited"),
        "customers.contact_removed": _("Contact removed"),
        "customers.holder_set": _("Holder set"),
        "customers.holders_set": _("Holders of companies set"),
        "customers.lifecycle_changed": _("Lifecycle stage changed"),
        "customers.past_visits_noted": _("Past visits noted"),
        "customers.visit_noted": _("Visit noted on the customer"),
    }
)

clock.register({"customers.class_a_expiry": _("Expiry of class A")})
