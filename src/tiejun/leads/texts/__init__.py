"""The words of this module: refusals, states, reasons, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.foundation import audit, clock, refusals
from tiejun.inbox.rules import register_notices
from tiejun.leads.rules import Fault, Refusal, ReleaseReason
from tiejun.leads.rules.closing import ACCEPTED, EvidenceKind, InvalidReason
from tiejun.leads.rules.swapping import Cheap, Reason
from tiejun.leads.texts.lists import COLUMNS as COLUMNS
from tiejun.leads.texts.lists import MINE as MINE
from tiejun.leads.texts.lists import POOL as POOL
from tiejun.leads.texts.reclaims import RECLAIM_CAUSES as RECLAIM_CAUSES
from tiejun.leads.texts.reclaims import RECLAIM_OUTCOMES as RECLAIM_OUTCOMES
from tiejun.leads.texts.reclaims import WHY_LEFT as WHY_LEFT
from tiejun.leads.texts.reclaims import why_next as why_next
from tiejun.marketing.rules.handover import register_dispositions

if TYPE_CHECKING:
    from collections.abc import Mapping

REFUSALS = refusals.register(
    {
        Refusal.CAP_REACHED: _("Your private pool is full: %(held)s of %(cap)s. Give one back first."),
        Refusal.DAILY_LIMIT_REACHED: _("You have claimed %(claims)s of %(limit)s leads today."),
        Refusal.COOLING_DOWN: _("Held before: it can be taken again after the cool-down."),
        Refusal.FROZEN: _("This lead is frozen."),
        Refusal.NOT_IN_POOL: _("This lead is not in a pool."),
        Refusal.UNDO_IS_OVER: _("It is too late to take this back."),
        Refusal.ALREADY_UNDONE: _("This was taken back already."),
        Refusal.ALREADY_TAKEN: _("A colleague has just taken it."),
        Refusal.ALREADY_YOURS: _("You hold this lead already."),
        Refusal.OUTSIDE_POOL: _("This pool is not yours to claim from."),
        Refusal.NOT_HELD: _("Nobody holds this lead any more."),
        Refusal.PROTECTED: _("A customer is protected and is not given back to the pool."),
        Refusal.REASON_MISSING: _("Say why in a few words."),
        Refusal.NOT_AT_WORK: _("Nobody of those chosen is at work that day."),
        Refusal.LIST_FULL: _("The working lists are full: at most %(most)s leads each."),
        Refusal.SAME_HOLDER: _("This person holds it already."),
        Refusal.NOT_A_REP: _("Choose a representative of your team."),
        Refusal.RING: _("This person gave the lead up lately, and nobody has worked on it since."),
        Refusal.HELD_BY_COLLEAGUE: _("This company is held by a colleague."),
        Refusal.IN_POOL_ALREADY: _("This company is in the public pool already: claim it there."),
        Refusal.FUTURE_CONTACT: _("The contact lies in the future."),
        Refusal.BEFORE_HOLDING: _("The contact was before this lead was held."),
        Refusal.STEP_IS_PAST: _("The next step comes before the contact."),
        Refusal.SWAP_NEEDED: _("A lead for a lead: give one of your private pool back for it."),
        Refusal.SAME_LEAD: _("Choose another lead to give back."),
        Refusal.NOT_ALLOTTED: _("This lead is not in your allotment."),
        Refusal.NOT_PRIVATE: _("Only a lead of your private pool can be given back for another."),
        Refusal.NOTE_TOO_SHORT: _("Say what you tried, in at least %(length)s characters."),
        Refusal.WRONG_EVIDENCE: _("This evidence does not show this reason. What does: %(kinds)s."),
        Refusal.CALLS_MISSING: _("Record %(needed)s failed calls first; %(calls)s are recorded."),
        Refusal.VISIT_MISSING: _("Record the visit first."),
        Refusal.NOT_CLOSED: _("This lead is not closed."),
        Refusal.OPEN_LEAD_EXISTS: _("This company has another open lead."),
        Refusal.CLOSED: _("This lead is closed."),
        Refusal.ALREADY_FROZEN: _("This lead is frozen already."),
        Refusal.NOT_FROZEN: _("This lead is not frozen."),
        Refusal.NOT_RESTING: _("This lead is not resting."),
        Refusal.NO_DEADLINE: _("This lead has no deadline that could be extended."),
        Refusal.EXTENSION_OPEN: _("An extension is asked for already."),
        Refusal.EXTENSION_USED: _("This lead was extended once; follow it up or give it back."),
        Refusal.ALREADY_DECIDED: _("This request is decided already."),
        Refusal.OWN_REQUEST: _("Somebody else decides your own request."),
        Refusal.VIEW_LIMIT: _(
            "You have opened %(opened)s of %(limit)s leads of the pool today. Tomorrow there are more."
        ),
        Refusal.NOT_ADMINISTRATOR: _("This pool is administered by others."),
    }
)

STATUSES = {
    "POOLED": _("Public pool"),
    "ALLOTTED": _("Today's allotment"),
    "PRIVATE": pgettext_lazy("lead", "Private pool"),
    "CONVERTED": pgettext_lazy("lead", "Customer"),
    "RESTING": _("Resting pool"),
    "CLOSED_INVALID": _("Closed as invalid"),
    "CLOSED_LOST": pgettext_lazy("lead", "Lost"),
    "MERGED": _("Merged"),
}
INTENTS = {
    "UNKNOWN": pgettext_lazy("intent", "Unknown"),
    "LOW": pgettext_lazy("intent", "Low"),
    "MEDIUM": pgettext_lazy("intent", "Medium"),
    "HIGH": pgettext_lazy("intent", "High"),
}
RELEASE_REASONS = {
    ReleaseReason.NO_NEED: _("No need"),
    ReleaseReason.UNREACHABLE: _("Cannot be reached"),
    ReleaseReason.WRONG_DETAILS: _("Wrong details"),
    ReleaseReason.NO_BUDGET: _("No budget"),
    ReleaseReason.COMPETITOR: _("Bought elsewhere"),
    ReleaseReason.OUTSIDE_AREA: _("Outside my area"),
    ReleaseReason.NO_CAPACITY: _("No time for it"),
    ReleaseReason.OTHER: pgettext_lazy("release reason", "Other"),
}
INVALID_REASONS = {
    "WRONG_NUMBER": _("Wrong number"),
    "NOT_FOUND": _("Not at this address"),
    "MOVED_AWAY": _("Moved away"),
    "CLOSED_DOWN": _("Closed down"),
    "NO_COMPANY": _("Not a company"),
    "DUPLICATE": _("Known under another name"),
    "OTHER": pgettext_lazy("invalid", "Other"),
}
LOST_REASONS = {
    "NO_NEED": _("No need"),
    "NO_BUDGET": _("No budget"),
    "COMPETITOR": _("Bought elsewhere"),
    "TIMING": _("Not this year"),
    "REFUSED": _("Refused"),
    "OTHER": pgettext_lazy("lost", "Other"),
}
CLOSING_REASONS = {"INVALID": INVALID_REASONS, "LOST": LOST_REASONS}
register_dispositions({**LOST_REASONS, **INVALID_REASONS})
EVIDENCE = {
    "CALLS": _("Calls I recorded"),
    "VISIT": _("A visit I recorded"),
    "SEEN": _("Seen on the spot: where and what"),
    "REGISTER": _("The business register"),
    "TOLD": _("I was told: by whom"),
}


def evidence_of(reason: str) -> str:
    """Return what shows a reason of "invalid", in words; empty for what is none."""
    if reason not in list(InvalidReason):
        return ""
    return " / ".join(str(EVIDENCE[kind.value]) for kind in EvidenceKind if kind in ACCEPTED[InvalidReason(reason)])


FREEZES = {
    "DISPUTE": _("Dispute about who holds it"),
    "DO_NOT_CONTACT": _("Wishes not to be contacted"),
    "LEGAL": _("Legal matter"),
}
OVERRIDDEN = {"RING": _("Ring rule"), "COOLING_DOWN": _("Cool-down")}
EXTENSION_STATUSES = {
    "OPEN": _("Waiting"),
    "GRANTED": pgettext_lazy("extension", "Granted"),
    "DENIED": pgettext_lazy("extension", "Denied"),
}
HOLDING_KINDS = {
    "ALLOTTED": _("Today's allotment"),
    "PRIVATE": pgettext_lazy("lead", "Private pool"),
    "PROTECTED": _("Protected customer"),
}
# Ends after which the lead came back: what the next one reads before a claim.
RETURNS = ("RELEASED", "RECLAIMED", "SWAPPED_OUT", "LEAVER")
STEPS = {
    "extend": _("Ask for more days"),
    "invalid": _("Close as invalid"),
    "lost": _("Close as lost"),
    "freeze": _("Freeze"),
    "thaw": _("Unfreeze"),
    "wake": _("Wake"),
    "reopen": _("Reopen"),
}
LEAST_WORTH = _("Worth the least of what you hold")
GIVE_BACK = {
    Cheap.LOW_VALUE: _("%(n)s%% of the chance of your best lead"),
    Cheap.NEVER_REACHED: _("Never reached in %(n)s days"),
    Cheap.SILENT: _("No contact for %(n)s days"),
    Cheap.OVERDUE: _("Its deadline has passed"),
    Cheap.TIME_UP: _("Goes back in %(n)s days anyway"),
    Cheap.FAR: _("%(n)s km from your other leads"),
    Cheap.NO_CONTACT: _("Nobody to call"),
}


def why_ended(end_reason: str, release_reason: str) -> str:
    """Return how a holding ended, with the reason of a return, in the reader's language; empty while it runs."""
    if not end_reason:
        return ""
    reasons = {code.value: said for code, said in RELEASE_REASONS.items()}
    return " · ".join(filter(None, (str(ENDS[end_reason]), str(reasons.get(release_reason, "")))))


def why_give_back(reason: Reason) -> str:
    """Return why a lead is cheap to give back, in the reader's language."""
    words = str(GIVE_BACK[reason.why])
    return words % {"n": reason.number} if "%" in words else words


STARTS = {
    "CLAIMED": _("Claimed"),
    "CREATED": _("Created"),
    "ASSIGNED": _("Assigned"),
    "TRANSFERRED": _("Transferred"),
    "ALLOTTED": _("Allotted"),
    "PROMOTED": _("Moved to private"),
    "SWAPPED_IN": _("Swapped in"),
    "HANDED_OVER": _("Handed over by rule"),
    "CONVERTED": _("Converted"),
    "RESTORED": _("Held again by undo"),
}
ENDS = {
    "PROMOTED": _("Moved to private"),
    "RELEASED": _("Given back"),
    "RECLAIMED": _("Taken back"),
    "SWAPPED_OUT": _("Swapped out"),
    "TRANSFERRED": _("Transferred"),
    "CONVERTED": _("Converted"),
    "CLOSED": pgettext_lazy("holding", "Closed"),
    "MERGED": _("Merged"),
    "LEAVER": _("The holder left"),
    "UNDONE": _("Taken back by undo"),
}
KINDS = {
    "VISIT": pgettext_lazy("follow-up", "Visit"),
    "CALL": pgettext_lazy("follow-up", "Call"),
    "MESSAGE": pgettext_lazy("follow-up", "Message"),
    "MEETING": pgettext_lazy("follow-up", "Meeting"),
    "DEMO": pgettext_lazy("follow-up", "Demo"),
    "NOTE": pgettext_lazy("follow-up", "Note"),
}
OUTCOMES = {
    "NO_ANSWER": _("No answer"),
    "TALKED": _("Talked"),
    "INTERESTED": _("Interested"),
    "NEXT_STEP": _("Next step agreed"),
    "REFUSED": _("Refused"),
    "WRONG_NUMBER": _("Wrong number"),
}
FAULTS = {
    Fault.REPEATED_IN_FILE: _("Repeats an earlier row"),
    Fault.OPEN_LEAD_EXISTS: _("Is an open lead already"),
    Fault.NAME_UNREADABLE: _("The name cannot be read"),
}

NOTICES = register_notices(
    {
        "leads.transferred_to_you": _("You hold %(company)s now. Reason: %(reason)s"),
        "leads.holding_merged": _(
            "%(company)s turned out to be a company that a colleague has held for longer. Your contacts with it stay on record."
        ),
        "leads.shortened": _(
            "Colleagues were at doors that you hold and had not followed up: %(count)s of your leads, first %(company)s, run out sooner."
        ),
        "leads.transferred_from_you": _("%(company)s was given to a colleague. Reason: %(reason)s"),
        "leads.run_out": _("Leads that run out: %(count)s (today %(today)s, tomorrow %(tomorrow)s). %(companies)s"),
        "leads.reclaimed_from_you": _("Taken back last night: %(count)s. %(companies)s"),
        "leads.reclaimed_to_you": _("You hold more leads since last night: %(count)s. %(companies)s"),
        "leads.assigned_to_you": _("%(person)s put leads on your list: %(count)s. Reason: %(reason)s"),
        "leads.asked_again": _("%(company)s has asked for us again."),
        "leads.dispute_overturned": _("The dispute about %(company)s was overturned: it stays invalid."),
        "leads.dispute_upheld": _("The dispute about %(company)s was upheld: the lead was good and is back."),
        "leads.first_contact_overdue": _(
            "First contact is overdue with %(count)s leads, the longest with %(company)s."
        ),
        "leads.extension_asked": _("%(person)s asks for %(days)s more working days for %(company)s: %(reason)s"),
        "leads.extension_granted": _("Granted: %(days)s more working days for %(company)s."),
        "leads.extension_denied": _("Denied: no more days for %(company)s. %(note)s"),
    }
)

audit.register(
    {
        "leads.allotment_compared": _("Allotment compared with its repetition"),
        "leads.allotment_done": _("Allotment done"),
        "leads.allotment_failed": _("Allotment failed"),
        "leads.allotment_looked_at": _("Allotment looked at in advance"),
        "leads.allotment_opened": _("Allotment opened"),
        "leads.allotment_repeated": _("Allotment computed again"),
        "leads.allotted": _("Leads allotted"),
        "leads.assigned": _("Leads assigned by hand"),
        "leads.scored": _("Leads scored"),
        "leads.scores_withdrawn": _("Scores of leads withdrawn"),
        "leads.bulk_done": _("Many leads at once"),
        "leads.bulk_undone": _("Bulk action taken back"),
        "leads.claimed": _("Lead claimed"),
        "leads.holdings_brought_in": _("Leads held before brought in"),
        "leads.past_contacts_noted": _("Past contacts noted on leads"),
        "leads.contact_noted": _("Contact noted on the lead"),
        "leads.conversion_repeated": _("Conversion repeated"),
        "leads.converted": _("Lead converted"),
        "leads.created": _("Lead created"),
        "leads.followed_up": _("Follow-up recorded"),
        "leads.imported": _("Leads imported"),
        "leads.inbound_repeated": _("Inbound record settled already"),
        "leads.made_of_inbound": _("Lead made of an inbound record"),
        "leads.referred": _("Company referred by a customer"),
        "leads.tagged": _("Lead tagged"),
        "leads.fields_written": _("Custom fields of a lead written"),
        "leads.leaver_pooled": _("Leads of a leaver returned to the pool"),
        "leads.paused_for_leave": _("Holdings paused for leave"),
        "leads.pool_closed": _("Pool closed"),
        "leads.pool_edited": _("Pool edited"),
        "leads.pool_opened": _("Pool opened"),
        "leads.released": _("Lead released"),
        "leads.reminders_planned": _("Reminders of leads planned"),
        "leads.reminders_sent": _("Reminders of leads sent"),
        "leads.transferred": _("Lead transferred"),
        "leads.handed_over": _("Leads handed over"),
        "leads.closed": _("Lead closed"),
        "leads.extension_asked": _("Extension asked for"),
        "leads.extension_decided": _("Extension decided"),
        "leads.relinked": _("Leads followed a merge"),
        "leads.relinked_back": _("Lead or holding put back after a merge"),
        "leads.foreign_visit_noted": _("Visit at a colleague's door noted"),
        "leads.frozen": _("Lead frozen"),
        "leads.pool_member_added": _("Member added to a pool"),
        "leads.pool_member_removed": _("Member removed from a pool"),
        "leads.promoted": _("Lead moved to private"),
        "leads.reopened": _("Lead reopened"),
        "leads.rested_woken": _("Rested leads woken"),
        "leads.swapped": _("Leads swapped"),
        "leads.thawed": _("Lead unfrozen"),
        "leads.viewed": _("Lead of the pool opened"),
        "leads.woken": _("Lead woken"),
    }
)

clock.register(
    {
        "leads.remind_morning": _("Remind of leads that run out, morning"),
        "leads.remind_afternoon": _("Remind of leads that run out, afternoon"),
        "leads.reclaim": _("Take back leads that ran out"),
    }
)
FEATURES = {
    "SOURCE": _("Source"),
    "INTENT": _("Intent"),
    "INDUSTRY": _("Industry"),
    "DISTRICT": _("District"),
    "COMPANY_DAYS": _("Age of the company in days"),
    "CAPITAL": _("Registered capital"),
    "WAITING_DAYS": _("Days known to us"),
    "PHONES": _("Telephone numbers"),
    "HOLDERS": _("Earlier holders"),
    "CONTACTS": _("Contacts so far"),
    "TALKS": _("Talks so far"),
    "REFUSALS": _("Refusals so far"),
}
FEATURE_IS = _("%(feature)s: %(value)s")
NOT_KNOWN = _("not known")

TIERS = {
    "A": pgettext_lazy("worth of a lead", "High value"),
    "B": pgettext_lazy("worth of a lead", "Good value"),
    "C": pgettext_lazy("worth of a lead", "Usual value"),
}
REASONS = {
    "SAME_BUILDING": _("in the same building as %(name)s"),
    "YOUR_BUILDING": _("in your building %(name)s"),
    "NEAR_A_CLASS": _("%(minutes)s min from your A-class customer %(name)s"),
    "NEAR_CUSTOMER": _("%(minutes)s min from your customer %(name)s"),
    "NEAR_HELD": _("%(minutes)s min from %(name)s, which you hold"),
    "NEAR_HOME": _("%(minutes)s min from your building %(name)s"),
    "IN_TERRITORY": _("in your territory"),
    "BEST_INDUSTRY": _("industry you convert best: %(industry)s, %(percent)s %% above the company"),
    "GOOD_INDUSTRY": _("you convert %(industry)s %(percent)s %% better than the company"),
    "HIGH_INTENT": _("high intent"),
    "NEVER_CONTACTED": _("never contacted"),
    "HELD_BEFORE": _("earlier holders: %(times)s"),
    "NEW_COMPANY": _("registered %(days)s days ago"),
    "NEWCOMER_SHARE": _("part of a newcomer's fresh share"),
    "BEST_FREE": _("the best that was free for you"),
    "LIKELY_TO_SIGN": _("likely to sign: %(percent)s %%, the average lead %(usual)s %%"),
    "ASSIGNED_BY": _("given by %(name)s: %(reason)s"),
}


def reason_words(reason: Mapping[str, Any], names: Mapping[UUID, str]) -> str:
    """Return why a lead stands on a list, in the reader's language; `names` of the persons that reasons mention."""
    facts = dict(reason["facts"])
    if reason["code"] == "ASSIGNED_BY":
        facts["name"] = names.get(UUID(facts["person"]), "") if facts.get("person") else ""
    return str(REASONS[reason["code"]]) % facts
