"""Judge a visit: was it effective, and did it win a new effective customer.

Two different facts that are never one checkbox. The representative answers facts (whom did
you meet, did you explain, did they refuse, what comes next); this module computes both:

- *effective visit* - a senior key person or influencer was met, and the opportunity
  advanced, and there is some evidence. Drives the daily floor.
- *effective customer* - a key person or influencer was met, the service was explained, and
  there was no clear refusal; *new* when it is the first such visit to the customer in the
  counting window. Drives the golden rule.

Levels of evidence, from what was recorded:

====== =========================================================================
level  meaning
====== =========================================================================
0      nothing
1      one trace: position in range, or a photo, or a card, or an artefact
2      position in range and one thing from the spot (photo, card or artefact)
3      the customer confirmed the visit
4      a leader was there, or the customer confirmed and an artefact exists
====== =========================================================================
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

DEFAULT_WINDOW_DAYS = 90


class ContactRole(StrEnum):
    """The part a person plays in the customer's decision."""

    KP = "KP"
    INFLUENCER = "INFLUENCER"
    GATEKEEPER = "GATEKEEPER"
    USER = "USER"


class Refusal(StrEnum):
    """How the customer declined, if at all."""

    NONE = "NONE"
    SOFT = "SOFT"
    CLEAR = "CLEAR"


class Advancement(StrEnum):
    """What moved because of the visit."""

    NONE = "NONE"
    NEXT_STEP_AGREED = "NEXT_STEP_AGREED"
    STAGE_UP = "STAGE_UP"
    ORDER = "ORDER"


class TrialClose(StrEnum):
    """The result of asking for the decision."""

    NOT_TRIED = "NOT_TRIED"
    NO = "NO"
    MAYBE = "MAYBE"
    YES = "YES"


class EvidenceLevel(IntEnum):
    """How well the visit is proven; the table is in the module's docstring."""

    NOTHING = 0
    TRACE = 1
    ON_THE_SPOT = 2
    CUSTOMER_CONFIRMED = 3
    WITNESSED = 4


class Question(StrEnum):
    """What a reason is about."""

    EFFECTIVE_VISIT = "EFFECTIVE_VISIT"
    EFFECTIVE_CUSTOMER = "EFFECTIVE_CUSTOMER"
    NEW_CUSTOMER = "NEW_CUSTOMER"
    EVIDENCE = "EVIDENCE"


class ReasonCode(StrEnum):
    """Why, or why not. The words shown to people belong to the pages."""

    SENIOR_MET = "SENIOR_MET"
    SENIOR_NOT_MET = "SENIOR_NOT_MET"
    ADVANCED = "ADVANCED"
    NOT_ADVANCED = "NOT_ADVANCED"
    EVIDENCED = "EVIDENCED"
    NO_EVIDENCE = "NO_EVIDENCE"
    DECIDER_MET = "DECIDER_MET"
    DECIDER_NOT_MET = "DECIDER_NOT_MET"
    EXPLAINED = "EXPLAINED"
    NOT_EXPLAINED = "NOT_EXPLAINED"
    NOT_REFUSED = "NOT_REFUSED"
    CLEARLY_REFUSED = "CLEARLY_REFUSED"
    FIRST_IN_WINDOW = "FIRST_IN_WINDOW"
    COUNTED_IN_WINDOW = "COUNTED_IN_WINDOW"
    POSITION_IN_RANGE = "POSITION_IN_RANGE"
    PHOTO = "PHOTO"
    CARD = "CARD"
    ARTEFACT = "ARTEFACT"
    CUSTOMER_CONFIRMED = "CUSTOMER_CONFIRMED"
    ACCOMPANIED = "ACCOMPANIED"


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """What proves the visit.

    ``position_in_range``: the check-in lay within the site's radius. ``card``: a business
    card or the decision chart was captured. ``artefact``: something the visit produced (a
    signed offer, a sample left against receipt). ``customer_confirmed``: the customer said
    so, by code, message or call. ``accompanied``: a leader or colleague was there and says so.
    """

    position_in_range: bool = False
    photo: bool = False
    card: bool = False
    artefact: bool = False
    customer_confirmed: bool = False
    accompanied: bool = False


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What the representative recorded about one completed visit.

    ``senior_met``: a boss or senior manager was among the key persons and influencers met.
    ``demo_steps_done`` and ``trial_close`` decide nothing here: they are kept because the
    opportunity's stage and coaching read them from the same record.
    """

    visited_on: date
    roles_met: frozenset[ContactRole] = frozenset()
    senior_met: bool = False
    service_explained: bool = False
    demo_steps_done: int = 0
    trial_close: TrialClose = TrialClose.NOT_TRIED
    refusal: Refusal = Refusal.NONE
    advancement: Advancement = Advancement.NONE
    evidence: EvidenceFacts = EvidenceFacts()


@dataclass(frozen=True, slots=True)
class Reason:
    """One condition of one question: which, and whether it holds."""

    question: Question
    code: ReasonCode
    holds: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """The computed facts about a visit, with every condition that was looked at."""

    effective_visit: bool
    effective_customer: bool
    new_effective_customer: bool
    evidence_level: EvidenceLevel
    reasons: tuple[Reason, ...]

    def why(self, question: Question) -> tuple[ReasonCode, ...]:
        """The conditions that hold for the question, in the order they were asked."""
        return tuple(r.code for r in self.reasons if r.question is question and r.holds)

    def why_not(self, question: Question) -> tuple[ReasonCode, ...]:
        """The conditions that fail for the question; empty where the answer is yes."""
        return tuple(r.code for r in self.reasons if r.question is question and not r.holds)


def verdict(
    facts: VisitFacts,
    *,
    last_effective_on: date | None,
    window_days: int = DEFAULT_WINDOW_DAYS,
) -> Verdict:
    """Judge one visit.

    ``last_effective_on`` is the business day of the nearest *other* visit that already made
    this customer an effective customer in the same segment, or None. ``window_days`` is the
    counting window in calendar days: on day ``window_days`` after it the customer counts as
    new again. A later visit that was judged first blocks an earlier one as well, so no order
    of synchronisation can count a customer twice. A refusal at a later visit revokes nothing.

    Raises ValueError when ``window_days`` is below 1.
    """
    if window_days < 1:
        raise ValueError("the counting window has at least one day")
    level = evidence_level(facts.evidence)
    decider_met = bool(facts.roles_met & {ContactRole.KP, ContactRole.INFLUENCER})
    reasons = (
        *_visit_reasons(facts, decider_met=decider_met, level=level),
        *_customer_reasons(facts, decider_met=decider_met),
        _window_reason(facts.visited_on, last_effective_on, window_days),
        *_evidence_reasons(facts.evidence),
    )
    effective_customer = _all_hold(reasons, Question.EFFECTIVE_CUSTOMER)
    return Verdict(
        effective_visit=_all_hold(reasons, Question.EFFECTIVE_VISIT),
        effective_customer=effective_customer,
        new_effective_customer=effective_customer and _all_hold(reasons, Question.NEW_CUSTOMER),
        evidence_level=level,
        reasons=reasons,
    )


def evidence_level(evidence: EvidenceFacts) -> EvidenceLevel:
    """The level 0 to 4 that the evidence reaches; the table is in the module's docstring."""
    from_the_spot = evidence.photo or evidence.card or evidence.artefact
    if evidence.accompanied or (evidence.customer_confirmed and evidence.artefact):
        return EvidenceLevel.WITNESSED
    if evidence.customer_confirmed:
        return EvidenceLevel.CUSTOMER_CONFIRMED
    if evidence.position_in_range and from_the_spot:
        return EvidenceLevel.ON_THE_SPOT
    if evidence.position_in_range or from_the_spot:
        return EvidenceLevel.TRACE
    return EvidenceLevel.NOTHING


def _visit_reasons(facts: VisitFacts, *, decider_met: bool, level: EvidenceLevel) -> tuple[Reason, ...]:
    about = Question.EFFECTIVE_VISIT
    senior_met = decider_met and facts.senior_met
    advanced = facts.advancement is not Advancement.NONE
    return (
        _reason(about, ReasonCode.SENIOR_MET, ReasonCode.SENIOR_NOT_MET, holds=senior_met),
        _reason(about, ReasonCode.ADVANCED, ReasonCode.NOT_ADVANCED, holds=advanced),
        _reason(about, ReasonCode.EVIDENCED, ReasonCode.NO_EVIDENCE, holds=level >= EvidenceLevel.TRACE),
    )


def _customer_reasons(facts: VisitFacts, *, decider_met: bool) -> tuple[Reason, ...]:
    about = Question.EFFECTIVE_CUSTOMER
    not_refused = facts.refusal is not Refusal.CLEAR
    return (
        _reason(about, ReasonCode.DECIDER_MET, ReasonCode.DECIDER_NOT_MET, holds=decider_met),
        _reason(about, ReasonCode.EXPLAINED, ReasonCode.NOT_EXPLAINED, holds=facts.service_explained),
        _reason(about, ReasonCode.NOT_REFUSED, ReasonCode.CLEARLY_REFUSED, holds=not_refused),
    )


def _window_reason(visited_on: date, last_effective_on: date | None, window_days: int) -> Reason:
    first = last_effective_on is None or abs((visited_on - last_effective_on).days) >= window_days
    return _reason(Question.NEW_CUSTOMER, ReasonCode.FIRST_IN_WINDOW, ReasonCode.COUNTED_IN_WINDOW, holds=first)


def _evidence_reasons(evidence: EvidenceFacts) -> tuple[Reason, ...]:
    found = (
        (evidence.position_in_range, ReasonCode.POSITION_IN_RANGE),
        (evidence.photo, ReasonCode.PHOTO),
        (evidence.card, ReasonCode.CARD),
        (evidence.artefact, ReasonCode.ARTEFACT),
        (evidence.customer_confirmed, ReasonCode.CUSTOMER_CONFIRMED),
        (evidence.accompanied, ReasonCode.ACCOMPANIED),
    )
    return tuple(Reason(Question.EVIDENCE, code, holds=True) for there, code in found if there)


def _reason(question: Question, yes: ReasonCode, no: ReasonCode, *, holds: bool) -> Reason:
    return Reason(question, yes if holds else no, holds)


def _all_hold(reasons: tuple[Reason, ...], question: Question) -> bool:
    return all(reason.holds for reason in reasons if reason.question is question)
