"""The words of this module: refusals, notices, and the labels of every code that a page shows."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.access.abilities import Ability
from tiejun.content.rules import Occasion
from tiejun.engines.effectiveness import Advancement, ContactRole, EvidenceLevel, Question, ReasonCode, TrialClose
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.engines.geo import Datum
from tiejun.engines.pictures import PictureFault
from tiejun.foundation import audit, clock
from tiejun.foundation.refusals import register
from tiejun.inbox.rules import register_notices
from tiejun.lists.rules import Column, ListKind, register_list
from tiejun.visits.rules.notices import NoticeCode
from tiejun.visits.rules.vocabulary import (
    DoorResult,
    DoorStanding,
    Entry,
    EvidenceKind,
    Flag,
    ItemKind,
    PlanState,
    Presence,
    Refusal,
    Slot,
    StopReason,
    VisitKind,
    VisitState,
)

REFUSALS = register(
    {
        Refusal.VISIT_IN_PROGRESS: _("You are still at %(company)s: record that visit first, or cancel it."),
        Refusal.ALREADY_RECORDED: _("This visit is recorded already."),
        Refusal.NOT_IN_PROGRESS: _("This visit is not in progress any more."),
        Refusal.DAY_IS_LOCKED: _(
            "The day is locked. After the lock a visit is corrected by an amendment with its reason."
        ),
        Refusal.DAY_IS_NOT_LOCKED: _("The day is not locked yet: simply edit the visit."),
        Refusal.ONLY_THE_AUTHOR: _("Only the person who made the visit may change its record."),
        Refusal.PLAN_IS_LOCKED: _("This plan is closed: its day has ended."),
        Refusal.PLAN_IS_PAST: _("A day that is over is not planned any more."),
        Refusal.PLAN_IS_FULL: _("A plan holds at most %(most)s stops. Take one out first."),
        Refusal.PLAN_IS_EMPTY: _("There is no stop yet. Add one, or let the plan be proposed."),
        Refusal.PLAN_IS_TOO_FAR: _("Plans are made for the next %(days)s days."),
        Refusal.ALREADY_SUBMITTED: _("The plan is submitted already. Later changes are kept as new versions."),
        Refusal.STOP_IS_THERE: _("This company is in the plan already."),
        Refusal.STOP_IS_VISITED: _("This stop has its visit: it stays in the plan."),
        Refusal.OUTSIDE_THE_DAY: _("This time lies outside the working hours of the day."),
        Refusal.NOTHING_TO_PROPOSE: _("You hold no companies that could be visited. Claim leads from the pool first."),
        Refusal.NOTHING_CHANGES: _("That is what the record says already."),
        Refusal.COMPANY_IS_MISSING: _("Say which company: choose one, or write its name."),
        Refusal.REASON_IS_MISSING: _("Say why."),
        Refusal.TOO_MANY_PHOTOS: _("A visit keeps at most %(most)s photos."),
        Refusal.QUESTION_IS_OVER: _("This link is no longer valid."),
        Refusal.QUESTION_IS_ANSWERED: _("This question was answered already."),
    }
)

register_notices(
    {
        "visits.amended": _("A visit of %(day)s was amended after the lock"),
        "visits.pulse_behind": _(
            "%(visits)s visits so far, %(expected)s would be on course. Plan the rest of the day again?"
        ),
        "visits.team_behind": _("%(count)s behind their day: %(names)s"),
        "visits.long_day": _("More than %(hours)s hours at work: %(names)s. Let them go home."),
    }
)

clock.register(
    {
        "visits.propose_plans": _("Propose day plans"),
        "visits.soft_lock": _("Soft lock of the day"),
        "visits.hard_lock": _("Hard lock of the day"),
        "visits.pulse_noon": _("Pulse at noon"),
        "visits.pulse_afternoon": _("Pulse in the afternoon"),
        "visits.pulse_evening": _("Pulse before the evening"),
    }
)

PLAN_STATES = {
    PlanState.PROPOSED: _("Proposed"),
    PlanState.SUBMITTED: _("Submitted"),
    PlanState.ADJUSTED: _("Adjusted"),
    PlanState.ACTIVE: _("Under way"),
    PlanState.CLOSED: _("Closed"),
    PlanState.LOCKED: _("Locked"),
}
ITEM_KINDS = {ItemKind.ANCHOR: _("Anchor visit"), ItemKind.FILLER: _("On the way"), ItemKind.BACKUP: _("Backup")}
SLOTS = {Slot.MORNING: _("Morning"), Slot.AFTERNOON: _("Afternoon")}
STOP_REASONS = {
    StopReason.NEXT_STEP: _("Next step agreed"),
    StopReason.CLASS_A: _("Class A: to be signed next"),
    StopReason.DUE_SOON: _("The holding runs out"),
    StopReason.CLASS_B: _("Class B: keep it warm"),
    StopReason.NEARBY: _("Close to another stop"),
    StopReason.NOT_VISITED: _("Longest without a contact"),
    StopReason.CHOSEN: _("Added by you"),
}
NOTICES = {
    NoticeCode.OUT_OF_HOURS: _("%(name)s cannot be visited at its time on this day."),
    NoticeCode.CLASHES: _("%(name)s and %(other)s cannot both be kept."),
    NoticeCode.DAY_IS_FULL: _("%(name)s finds no room at its time beside the other stops."),
    NoticeCode.NO_BACKUP: _("%(name)s is class A and has no backup within reach."),
    NoticeCode.ENDS_LATE: _("The day ends later than it should. Take a stop out, or plan anew."),
    NoticeCode.NO_ROADS: _("The routing server does not answer: ways are estimated by straight lines."),
}


def notice_words(notice: Any) -> str:
    """Say a notice of a plan in one sentence."""
    return str(NOTICES[notice.code]) % {"name": notice.name, "other": notice.other_name}


VISIT_KINDS = {
    VisitKind.ANCHOR: _("Anchor visit"),
    VisitKind.RETURN: _("Return visit"),
    VisitKind.COLD: _("Cold visit"),
    VisitKind.COLLECTION: _("Collection visit"),
    VisitKind.SERVICE: _("Service visit"),
}
VISIT_STATES = {
    VisitState.STARTED: _("In progress"),
    VisitState.COMPLETED: _("Recorded"),
    VisitState.SUBMITTED: _("Submitted"),
    VisitState.LOCKED: _("Locked"),
    VisitState.CANCELLED: _("Cancelled"),
    VisitState.VOID: pgettext_lazy("state of a visit", "Void"),
}
ENTRIES = {Entry.ON_TIME: _("In time"), Entry.LATE: _("Late entry")}
FLAGS = {
    Flag.OFFLINE: _("Recorded offline"),
    Flag.CLOCK_SKEW: _("The phone's clock was wrong"),
    Flag.CLOCK_UNREADABLE: _("The phone's time could not be read"),
    Flag.SHORT: _("Very short"),
    Flag.OVERLAP: _("Overlaps another visit"),
    Flag.HELD_BY_COLLEAGUE: _("Held by a colleague"),
    Flag.SAME_DAY_AGAIN: _("Second visit of the day: counts once"),
    Flag.NOT_FINISHED: _("Never recorded"),
    Flag.CUSTOMER_DENIES: _("The customer says it did not take place"),
    Flag.POSITION_COARSE: _("Position too rough"),
    Flag.POSITION_FROZEN: _("Position did not move since the last visit"),
    Flag.POSITION_JUMP: _("Position jumped"),
    Flag.FAR_FROM_SITE: _("Very far from the address"),
    Flag.LEFT_BEFORE_END: _("Recorded after leaving"),
}
PRESENCES = {
    Presence.NONE: _("No position"),
    Presence.REFUSED: _("Position not given"),
    Presence.OFF_HOURS: _("No position outside working time or without consent"),
    Presence.IN_RANGE: _("Position in range"),
    Presence.OUT_OF_RANGE: _("Position out of range"),
    Presence.SITE_UNKNOWN: _("Position taken, the site is not on the map yet"),
    Presence.COARSE: _("Position too rough to tell"),
}
DOOR_RESULTS = {
    DoorResult.NO_ANSWER: _("No answer"),
    DoorResult.GATEKEEPER: _("Gatekeeper"),
    DoorResult.INTEREST: _("Interest"),
    DoorResult.REFUSED: _("Refused"),
    DoorResult.NOT_TARGET: _("Not for us"),
}
DOOR_STANDINGS = {
    DoorStanding.UNKNOWN: "",
    DoorStanding.NEW: _("New lead"),
    DoorStanding.MINE: _("Yours already"),
    DoorStanding.COLLEAGUE: _("Held by a colleague"),
    DoorStanding.FREE: _("In the pool"),
}
PHOTO_TOO_LARGE = _("This photo is too large.")
PICTURE_FAULTS = {
    PictureFault.EMPTY: _("This photo is empty. Take it once more."),
    PictureFault.HEIC: _("This photo is in a format (HEIC) that only Apple reads. Take it here, or choose “Most compatible” in the camera's settings."),
    PictureFault.NO_PICTURE: _("This is not a photo. JPEG, PNG and WebP can be sent."),
    PictureFault.TOO_MANY_PIXELS: _("This picture has far more pixels than a photo. Send a smaller one."),
    PictureFault.DAMAGED: _("This photo is damaged and cannot be read. Take it once more."),
}  # fmt: skip
EVIDENCE_KINDS = {
    EvidenceKind.PHOTO: _("Photo"),
    EvidenceKind.CARD: _("Business card"),
    EvidenceKind.ARTEFACT: _("Something left or signed"),
    EvidenceKind.CUSTOMER_CONFIRMATION: _("Confirmed by the customer"),
    EvidenceKind.ACCOMPANIED: _("Accompanied"),
}
EVIDENCE_LEVELS = {
    EvidenceLevel.NOTHING: _("No evidence"),
    EvidenceLevel.TRACE: _("One trace"),
    EvidenceLevel.ON_THE_SPOT: _("On the spot"),
    EvidenceLevel.CUSTOMER_CONFIRMED: _("Confirmed by the customer"),
    EvidenceLevel.WITNESSED: _("Witnessed"),
}
CONTACT_ROLES = {
    ContactRole.KP: _("Decision maker"),
    ContactRole.INFLUENCER: _("Influencer"),
    ContactRole.GATEKEEPER: _("Gatekeeper"),
    ContactRole.USER: _("User"),
}
TRIAL_CLOSES = {
    TrialClose.NOT_TRIED: _("Not tried"),
    TrialClose.NO: _("No"),
    TrialClose.MAYBE: _("Maybe"),
    TrialClose.YES: _("Yes"),
}
CUSTOMER_REFUSALS = {
    CustomerRefusal.NONE: _("No refusal"),
    CustomerRefusal.SOFT: _("Soft refusal"),
    CustomerRefusal.CLEAR: _("Clear refusal"),
}
ADVANCEMENTS = {
    Advancement.NONE: _("Nothing moved"),
    Advancement.NEXT_STEP_AGREED: _("Next step agreed"),
    Advancement.STAGE_UP: _("One stage further"),
    Advancement.ORDER: pgettext_lazy("advancement of a visit", "Order"),
}
QUESTIONS = {
    Question.EFFECTIVE_VISIT: _("Effective visit"),
    Question.EFFECTIVE_CUSTOMER: _("Effective customer"),
    Question.NEW_CUSTOMER: _("New effective customer"),
    Question.EVIDENCE: _("Evidence"),
}
REASONS = {
    ReasonCode.SENIOR_MET: _("Owner or senior person met"),
    ReasonCode.SENIOR_NOT_MET: _("No owner or senior person met"),
    ReasonCode.ADVANCED: _("The opportunity moved forward"),
    ReasonCode.NOT_ADVANCED: _("No next step agreed"),
    ReasonCode.EVIDENCED: _("There is evidence"),
    ReasonCode.NO_EVIDENCE: _("No evidence"),
    ReasonCode.DECIDER_MET: _("Decision maker or influencer met"),
    ReasonCode.DECIDER_NOT_MET: _("No decision maker or influencer met"),
    ReasonCode.EXPLAINED: _("Service explained"),
    ReasonCode.NOT_EXPLAINED: _("Service not explained"),
    ReasonCode.NOT_REFUSED: _("No clear refusal"),
    ReasonCode.CLEARLY_REFUSED: _("Clear refusal"),
    ReasonCode.FIRST_IN_WINDOW: _("First time in the counting window"),
    ReasonCode.COUNTED_IN_WINDOW: _("Counted already in the counting window"),
    ReasonCode.POSITION_IN_RANGE: _("Position taken"),
    ReasonCode.PHOTO: _("Photo"),
    ReasonCode.CARD: _("Business card"),
    ReasonCode.ARTEFACT: _("Something left or signed"),
    ReasonCode.CUSTOMER_CONFIRMED: _("Confirmed by the customer"),
    ReasonCode.ACCOMPANIED: _("Accompanied"),
}
FIELDS = {
    "service_explained": _("Service explained"),
    "order_presented": _("Order presented"),
    "demo_steps_done": _("Demo steps"),
    "trial_close": _("Trial close"),
    "refusal": _("Refusal"),
    "advancement": _("Advancement"),
    "note": _("Note"),
    "next_step": _("Next step"),
    "next_step_at": _("When"),
}

OCCASIONS = {
    Occasion.PITCH: _("30-second pitch"),
    Occasion.DEMO: _("Four-step demo"),
    Occasion.TRIAL_CLOSE: _("Trial close"),
    Occasion.OBJECTION: _("Objection"),
}
DATUMS = {
    Datum.GCJ02.value: _("GCJ-02: Amap, Tencent and most Chinese maps"),
    Datum.BD09.value: _("BD-09: Baidu Maps"),
    Datum.WGS84.value: _("WGS-84: GPS devices, Tianditu, OpenStreetMap"),
}

audit.register(
    {
        "visits.buildings_merged": _("Buildings merged"),
        "visits.merge_followed": _("Stops of plans followed a merge"),
        "visits.merge_followed_back": _("Stop put back after a merge"),
        "visits.amended": _("Visit amended"),
        "visits.brought_in": _("Past visits brought in"),
        "visits.appointment_set": _("Appointment set"),
        "visits.cancelled": _("Visit cancelled"),
        "visits.check_in_repeated": _("Check-in repeated"),
        "visits.checked_in": _("Checked in"),
        "visits.accompanied": _("Visit accompanied"),
        "visits.artefact_noted": _("Something made on the spot"),
        "visits.customer_answered": _("Customer answered"),
        "visits.customer_asked": _("Customer asked"),
        "visits.door_knocked": _("Door knocked"),
        "visits.door_repeated": _("Door repeated"),
        "visits.photo_attached": _("Photo attached"),
        "visits.photo_repeated": _("Photo repeated"),
        "visits.conflict_kept": _("Conflicting record kept"),
        "visits.day_hard_locked": _("Day locked hard"),
        "visits.day_soft_locked": _("Day locked softly"),
        "visits.edited": _("Visit edited"),
        "visits.location_consent_given": _("Consent to location given"),
        "visits.location_consent_withdrawn": _("Consent to location withdrawn"),
        "visits.plan_ordered": _("Plan put in order"),
        "visits.plan_proposed": _("Day plan proposed"),
        "visits.plan_replanned": _("Day planned anew"),
        "visits.stops_handed_over": _("Stops followed their companies"),
        "visits.stops_dropped": _("Stops of lost companies dropped"),
        "visits.plan_saved": _("Day plan saved"),
        "visits.plan_submitted": _("Day plan submitted"),
        "visits.plans_proposed": _("Day plans proposed"),
        "visits.positions_erased": _("Old positions erased"),
        "visits.pulse_sent": _("Pulse of the day sent"),
        "visits.record_repeated": _("Record repeated"),
        "visits.recorded": _("Visit recorded"),
        "visits.stop_added": _("Stop added"),
        "visits.stop_called_off": _("Meeting called off"),
        "visits.stop_moved": _("Stop moved"),
        "visits.stop_pinned": _("Stop pinned or let go"),
        "visits.stop_removed": _("Stop removed"),
        "visits.voided": _("Visit voided by the final decision of a case"),
    }
)

VISITS = register_list(
    ListKind(
        "visits",
        Ability.VIEW_VISITS,
        "visits:list",
        ("person", "effective", "evidence", "flag", "since", "until"),
        (
            Column("person", _("Person"), 3),
            Column("kind", _("Kind"), 4),
            Column("new", _("New effective customer"), 6),
            Column("evidence", _("Evidence"), 7),
            Column("state", _("State"), 8),
        ),
        name=_("Visits"),
    )
)
