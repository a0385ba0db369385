"""What accompanied visits decide, without a database; their refusals and their vocabulary."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from tiejun.foundation import refusals


class Refusal(refusals.Refusal):
    """Why an accompanied visit says no."""

    COACH_ONESELF = "COACH_ONESELF"
    PERSON_GONE = "PERSON_GONE"
    PERSON_AWAY = "PERSON_AWAY"
    NOT_A_WORKDAY = "NOT_A_WORKDAY"
    DAY_OVER = "DAY_OVER"
    TOO_FAR_AHEAD = "TOO_FAR_AHEAD"
    NO_POINT = "NO_POINT"
    TOO_MANY_POINTS = "TOO_MANY_POINTS"
    POINT_NOT_OPEN = "POINT_NOT_OPEN"
    PLAN_HAS_BEGUN = "PLAN_HAS_BEGUN"
    NOT_YOUR_PLAN = "NOT_YOUR_PLAN"
    NOT_TODAY = "NOT_TODAY"
    TOO_LATE = "TOO_LATE"
    PLAN_CANCELLED = "PLAN_CANCELLED"
    NOT_IN_FIELD = "NOT_IN_FIELD"
    STRENGTH_FIRST = "STRENGTH_FIRST"
    PRIMARY_NOT_RATED = "PRIMARY_NOT_RATED"
    NOT_A_POINT_OF_THE_DAY = "NOT_A_POINT_OF_THE_DAY"
    SHOW_BEFORE_WATCHING = "SHOW_BEFORE_WATCHING"
    NOTHING_WATCHED = "NOTHING_WATCHED"
    PRIMARY_NOT_REPEATED = "PRIMARY_NOT_REPEATED"
    SUMMARY_SENT = "SUMMARY_SENT"
    CHECK_SETTLED = "CHECK_SETTLED"
    CHECK_NOT_DUE = "CHECK_NOT_DUE"
    NOT_ONES_OWN_CHECK = "NOT_ONES_OWN_CHECK"
    NOT_SIGNED_BY_PERSON = "NOT_SIGNED_BY_PERSON"
    SIGNED_BEFORE_COACHED = "SIGNED_BEFORE_COACHED"
    DEAL_LINKED = "DEAL_LINKED"
    NOTHING_TO_PRAISE = "NOTHING_TO_PRAISE"
    NOT_OUTSIDE = "NOT_OUTSIDE"
    SPOT_CHECK_DONE = "SPOT_CHECK_DONE"


class Purpose(StrEnum):
    """What an accompanied visit is for (COA-02)."""

    CONFIDENCE = "CONFIDENCE"
    SKILL = "SKILL"


class Subject(StrEnum):
    """Whom it is with: somebody new, or experienced."""

    NEW = "NEW"
    EXPERIENCED = "EXPERIENCED"


class Skill(StrEnum):
    """What a point is about; each has its measure in the facts of visits (`rules.skills`)."""

    PITCH = "PITCH"
    DEMO = "DEMO"
    CLOSE = "CLOSE"
    OBJECTION = "OBJECTION"
    KIT = "KIT"
    PROSPECTING = "PROSPECTING"
    FOLLOW_UP = "FOLLOW_UP"


class PlanState(StrEnum):
    """Where a plan stands. CANCELLED: it did not take place; CLOSED: its points were followed up."""

    DRAFTED = "DRAFTED"
    CONFIRMED = "CONFIRMED"
    IN_FIELD = "IN_FIELD"
    SUMMARISED = "SUMMARISED"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


SEALED_STATES = (PlanState.DRAFTED, PlanState.CONFIRMED)
DONE_STATES = (PlanState.SUMMARISED, PlanState.CLOSED)


class PointState(StrEnum):
    """OPEN until it was first coached, PRACTISING until it was used often enough."""

    OPEN = "OPEN"
    PRACTISING = "PRACTISING"
    MASTERED = "MASTERED"
    DROPPED = "DROPPED"


OPEN_POINTS = (PointState.OPEN, PointState.PRACTISING)


class Phase(StrEnum):
    """The sixteen characters, in their order (COA-07)."""

    I_DO = "I_DO"
    I_SAY = "I_SAY"
    YOU_DO = "YOU_DO"
    YOU_SAY = "YOU_SAY"


class Rating(IntEnum):
    """How a point was seen at a visit."""

    NOT_SEEN = 0
    TRIED = 1
    DONE = 2
    DONE_WELL = 3


class CheckState(StrEnum):
    """An application check: NO_CHANCE = no visit where it could be used; LIFTED = used often enough, or the point was dropped."""

    DUE = "DUE"
    USED = "USED"
    NOT_USED = "NOT_USED"
    NO_CHANCE = "NO_CHANCE"
    MISSED = "MISSED"
    LIFTED = "LIFTED"


ANSWERS = (CheckState.USED, CheckState.NOT_USED, CheckState.NO_CHANCE)


class InspectedSide(StrEnum):
    """Whom a spot check asks."""

    SUPERVISOR = "SUPERVISOR"
    REP = "REP"
