"""The words of this module: refusals, states, findings, the call script, notices, audit."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.foundation import audit, clock, refusals
from tiejun.inbox.rules import register_notices
from tiejun.quality.rules.vocabulary import (
    CaseState,
    EvidenceKind,
    Finding,
    Method,
    Outcome,
    Part,
    Refusal,
    TaskState,
    Vote,
)

refusals.register(
    {
        Refusal.NOT_YOURS: _("Another inspector works on this task."),
        Refusal.NOT_OUTSIDE: _("You belong to the line of the person concerned: somebody else checks this visit."),
        Refusal.WRONG_STEP: _("This step is not the next one. Reload the page to see where it stands."),
        Refusal.ASKED_LATELY: _("This customer was asked within the last %(days)s days. We do not bother them again."),
        Refusal.FIRST_IS_OPEN: _("The first inspector has not finished yet."),
        Refusal.NOTE_MISSING: _("Say it in a few words."),
        Refusal.NOT_CONTRADICTED: _("Only a contradicted visit can become a case."),
        Refusal.ONE_EVIDENCE: _("A case needs two independent evidences of different kinds."),
        Refusal.ANSWER_STILL_DUE: _("The person still has time to answer."),
        Refusal.ANSWERED: _("The answer was given already and stays as it is."),
        Refusal.TOO_LATE: _("The time for this has passed."),
        Refusal.THREE_ARE_NEEDED: _("A panel has exactly three members."),
        Refusal.IN_THE_LINE: _("One of them is in the person's line or took part in the check."),
        Refusal.SAT_ALREADY: _("One of them sat on the first panel. An appeal is heard by other people."),
        Refusal.VOTED: _("You have voted. A vote stays as it is."),
        Refusal.SEVERITY_MISSING: _("Choose how severe it is."),
        Refusal.SEED_IS_MISSING: _("The seed of this day was never promised, so nothing may be drawn."),
        Refusal.NO_POSITION: _("There is no position of this visit (any more)."),
    }
)

PARTS: dict[str, refusals.Words] = {Part.RISK: _("Drawn for its signs"), Part.RANDOM: _("Drawn at random")}
METHODS: dict[str, refusals.Words] = {
    Method.CALL: _("Call to the customer"),
    Method.RECORDS: _("From the records"),
    Method.SECOND: _("Second look"),
}
METHOD_HINTS: dict[str, refusals.Words] = {
    Method.CALL: _("One neutral call. The number shows once you begin."),
    Method.RECORDS: _("The customer was asked lately. Check photo, evidence and records; no call."),
    Method.SECOND: _("Judge the answers of the first call again, without knowing the first finding."),
}
TASK_STATES: dict[str, refusals.Words] = {
    TaskState.DRAWN: pgettext_lazy("check", "Drawn"),
    TaskState.ASSIGNED: pgettext_lazy("check", "Assigned"),
    TaskState.CONTACTING: pgettext_lazy("check", "At work"),
    TaskState.FOUND: pgettext_lazy("check", "Waits for evidence"),
    TaskState.CLOSED: pgettext_lazy("check", "Closed"),
}
TASK_TONES: dict[str, str] = {
    TaskState.DRAWN: "warning",
    TaskState.ASSIGNED: "neutral",
    TaskState.CONTACTING: "info",
    TaskState.FOUND: "danger",
    TaskState.CLOSED: "success",
}
FINDINGS: dict[str, refusals.Words] = {
    Finding.CONFIRMED: pgettext_lazy("finding", "Confirmed"),
    Finding.DISCREPANCY: pgettext_lazy("finding", "Took place, details differ"),
    Finding.UNVERIFIABLE: pgettext_lazy("finding", "Cannot be verified"),
    Finding.CONTRADICTED: pgettext_lazy("finding", "Contradicted"),
}
FINDING_TONES: dict[str, str] = {
    Finding.CONFIRMED: "success",
    Finding.DISCREPANCY: "warning",
    Finding.UNVERIFIABLE: "neutral",
    Finding.CONTRADICTED: "danger",
}
EVIDENCE: dict[str, refusals.Words] = {
    EvidenceKind.CUSTOMER_STATEMENT: _("What the customer said"),
    EvidenceKind.SECOND_PERSON: _("What another person at the customer said"),
    EvidenceKind.POSITION: _("Position of the check-in"),
    EvidenceKind.PHOTO: _("Photo"),
    EvidenceKind.DEVICE_RECORD: _("Record of the phone"),
    EvidenceKind.PHONE_RECORD: _("Number of the contact"),
    EvidenceKind.DOCUMENT: _("Document"),
}
CASE_STATES: dict[str, refusals.Words] = {
    CaseState.OPENED: pgettext_lazy("case", "Opened"),
    CaseState.NOTIFIED: pgettext_lazy("case", "Answer due"),
    CaseState.PANEL: pgettext_lazy("case", "Before the panel"),
    CaseState.UPHELD: pgettext_lazy("case", "Upheld, appeal possible"),
    CaseState.DISMISSED: pgettext_lazy("case", "Dismissed"),
    CaseState.APPEAL: pgettext_lazy("case", "Appeal"),
    CaseState.FINAL: pgettext_lazy("case", "Final"),
}
CASE_TONES: dict[str, str] = {
    CaseState.OPENED: "neutral",
    CaseState.NOTIFIED: "warning",
    CaseState.PANEL: "info",
    CaseState.UPHELD: "warning",
    CaseState.DISMISSED: "success",
    CaseState.APPEAL: "info",
    CaseState.FINAL: "neutral",
}
OUTCOMES: dict[str, refusals.Words] = {
    Outcome.UPHELD: pgettext_lazy("case", "Upheld"),
    Outcome.DISMISSED: pgettext_lazy("case", "Dismissed"),
}
VOTES: dict[str, refusals.Words] = {
    Vote.UPHOLD: pgettext_lazy("vote", "Uphold"),
    Vote.DISMISS: pgettext_lazy("vote", "Dismiss"),
}
SEVERITIES = {
    1: _("1 · careless: a wrong entry without intent"),
    2: _("2 · serious: a visit reported that did not take place"),
    3: _("3 · red line: deliberate or repeated"),
}
# What follows from a final decision, by its severity; 0 for a visit that stands.
CONSEQUENCES = {
    0: _("The visit stands, and nothing of this case is held against anybody."),
    1: _("The visit counts no more. A talk helps to avoid it; nothing else follows."),
    2: _(
        "The visit counts no more. Person and leader agree how visits are reported from now on; nothing else follows by itself."
    ),
    3: _(
        "The visit counts no more. Human resources hear the person before anything further is decided. Nothing about pay or employment follows by itself."
    ),
}
SIGNS = {
    "NO_POSITION": _("no position"),
    "FAR": _("far from the customer"),
    "FAST": _("too fast between two visits"),
    "SAME_NOTE": _("same note as another visit"),
    "SAME_PHOTO": _("same photo as another visit"),
    "BURST": _("several entered within minutes"),
    "PERFECT": _("the same number every day"),
    "COLLEAGUE_PHONE": _("number of a colleague"),
    "LATE": _("late entry"),
    "NO_EVIDENCE": _("no evidence"),
}
SCRIPT = (
    ("knows_us", _("Good day, this is the service quality team. Do you know our company?")),
    ("was_visited", _("Has somebody from us been at your place lately?")),
    ("day_fits", _("Do you remember about which day that was?")),
    ("was_explained", _("Was our service explained to you?")),
    ("next_step_fits", _("Did you agree on something for the next time?")),
)
ANSWERS = {"yes": _("Yes"), "no": _("No"), "": _("Not asked or not known")}

clock.register(
    {
        "quality.promise_seed": _("Promise the seed of the sample"),
        "quality.draw": _("Draw visits to be checked"),
    }
)

register_notices(
    {
        "quality.tasks_assigned": _("%(count)s visits of %(day)s wait for your check."),
        "quality.case_opened": _(
            "A visit of yours of %(day)s could not be confirmed. You may give your account until %(due)s."
        ),
        "quality.case_answered": _("The account on the visit of %(day)s is in."),
        "quality.panel_appointed": _("You were appointed to a panel on a visit of %(day)s. Please read and vote."),
        "quality.case_upheld": _("The panel upheld the case on your visit of %(day)s. You may appeal until %(due)s."),
        "quality.case_appealed": _("An appeal came in on the visit of %(day)s. It needs a new panel."),
        "quality.case_final_upheld": _("The case on the visit of %(day)s is final: the visit counts no more."),
        "quality.case_final_severe": _(
            "A case of %(person)s is final at the red line. Hear the person before anything is decided; the product decides nothing."
        ),
        "quality.case_final_dismissed": _("The case on the visit of %(day)s is closed: the visit stands."),
    }
)

audit.register(
    {
        "quality.seed_promised": _("Seed of the sample promised"),
        "quality.drawn": _("Sample drawn"),
        "quality.drawn_already": _("Sample was drawn already"),
        "quality.task_taken": _("Check taken"),
        "quality.task_begun": _("Check begun"),
        "quality.finding_recorded": _("Finding recorded"),
        "quality.task_dropped": _("Contradiction closed without a case"),
        "quality.case_opened": _("Integrity case opened"),
        "quality.case_answered": _("Integrity case answered"),
        "quality.panel_appointed": _("Panel appointed"),
        "quality.vote_cast": _("Vote cast"),
        "quality.case_appealed": _("Appeal received"),
        "quality.cases_finished": _("Integrity cases made final"),
        "quality.position_seen": _("Raw location seen within a case"),
    }
)
