"""What the forecast decides, without a database; its refusals and its vocabulary."""

from __future__ import annotations

from enum import StrEnum

from tiejun.foundation import refusals


class Refusal(refusals.Refusal):
    """Why the forecast says no."""

    NOT_A_WORKDAY = "NOT_A_WORKDAY"
    DAY_HAS_BEGUN = "DAY_HAS_BEGUN"
    DAY_REVIEWED = "DAY_REVIEWED"
    TOO_FAR_AHEAD = "TOO_FAR_AHEAD"
    NOT_YOUR_CUSTOMER = "NOT_YOUR_CUSTOMER"
    EVENING_NOT_OPEN = "EVENING_NOT_OPEN"
    REVIEW_CLOSED = "REVIEW_CLOSED"
    REVIEW_OF_ONESELF = "REVIEW_OF_ONESELF"
    CARRIED_TWICE = "CARRIED_TWICE"
    BACKUP_NOT_ASKED = "BACKUP_NOT_ASKED"
    ITINERARY_NOT_ASKED = "ITINERARY_NOT_ASKED"
    REVIEWS_OPEN = "REVIEWS_OPEN"
    REPORT_CLOSED = "REPORT_CLOSED"
    MONTH_OVER = "MONTH_OVER"
    NOT_TALKED = "NOT_TALKED"
    TALK_WITH_ONESELF = "TALK_WITH_ONESELF"
    SANCTION_CLAUSE = "SANCTION_CLAUSE"
    IMPOSSIBLE_NUMBER = "IMPOSSIBLE_NUMBER"
    DEVIATION_UNEXPLAINED = "DEVIATION_UNEXPLAINED"
    NO_IMPROVEMENT_PLAN = "NO_IMPROVEMENT_PLAN"
    ALREADY_SIGNED = "ALREADY_SIGNED"
    REP_SIGNS_FIRST = "REP_SIGNS_FIRST"
    CONTENT_CHANGED = "CONTENT_CHANGED"
    OWN_COMMITMENT = "OWN_COMMITMENT"
    SIGNER_GONE = "SIGNER_GONE"
    PROVE_WHO_YOU_ARE = "PROVE_WHO_YOU_ARE"
    WEEK_OVER = "WEEK_OVER"


class DayState(StrEnum):
    """Where the forecast of a day stands. A machine draft becomes SUBMITTED when it is accepted, or at the deadline by itself."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    REVIEWED = "REVIEWED"
    CLOSED = "CLOSED"


class ReviewState(StrEnum):
    """What becomes of a review of an evening. SUGGESTED ones spread the week's duty and may be left."""

    REQUIRED = "REQUIRED"
    SUGGESTED = "SUGGESTED"
    DONE = "DONE"
    CARRIED = "CARRIED"
    WAIVED = "WAIVED"


class ReviewKind(StrEnum):
    """A full review goes through the whole person and counts for the week's two; a short one clears one question."""

    FULL = "FULL"
    SHORT = "SHORT"


class Reason(StrEnum):
    """Why somebody is to be talked to tonight, in the order of the queue."""

    CARRIED = "CARRIED"
    MISSED_RESULT = "MISSED_RESULT"
    HIGH = "HIGH"
    NO_BACKUP = "NO_BACKUP"
    MISSED_PROCESS = "MISSED_PROCESS"
    COVERAGE = "COVERAGE"
