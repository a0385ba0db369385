"""The words of this module: states, kinds, reasons, refusals, and the values that go through its doors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from tiejun.engines.effectiveness import Advancement, ContactRole, TrialClose
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.foundation import refusals


class PlanState(StrEnum):
    PROPOSED = "PROPOSED"
    SUBMITTED = "SUBMITTED"
    ADJUSTED = "ADJUSTED"
    ACTIVE = "ACTIVE"
    CLOSED = "CLOSED"
    LOCKED = "LOCKED"


class ItemKind(StrEnum):
    ANCHOR = "ANCHOR"
    FILLER = "FILLER"
    BACKUP = "BACKUP"


class Slot(StrEnum):
    MORNING = "MORNING"
    AFTERNOON = "AFTERNOON"


class StopReason(StrEnum):
    """Why a stop is in the plan, strongest first."""

    NEXT_STEP = "NEXT_STEP"
    CLASS_A = "CLASS_A"
    DUE_SOON = "DUE_SOON"
    CLASS_B = "CLASS_B"
    NEARBY = "NEARBY"
    NOT_VISITED = "NOT_VISITED"
    CHOSEN = "CHOSEN"


class TravelSource(StrEnum):
    """Where the ways of a plan come from: an estimate by straight lines, a routing server, or the estimate in its stead."""

    STRAIGHT = "STRAIGHT"
    ROADS = "ROADS"
    FALLBACK = "FALLBACK"


class VisitKind(StrEnum):
    ANCHOR = "ANCHOR"
    RETURN = "RETURN"
    COLD = "COLD"
    COLLECTION = "COLLECTION"
    SERVICE = "SERVICE"


class VisitState(StrEnum):
    """STARTED by a check-in, COMPLETED by its record, SUBMITTED at the soft lock, LOCKED at the hard lock."""

    STARTED = "STARTED"
    COMPLETED = "COMPLETED"
    SUBMITTED = "SUBMITTED"
    LOCKED = "LOCKED"
    CANCELLED = "CANCELLED"
    VOID = "VOID"


RECORDED = (VisitState.COMPLETED, VisitState.SUBMITTED, VisitState.LOCKED)


class Entry(StrEnum):
    """Whether a record came in time for the day it belongs to (rule 6)."""

    ON_TIME = "ON_TIME"
    LATE = "LATE"


class Flag(StrEnum):
    """What somebody should know about a visit; none of them stops it."""

    OFFLINE = "OFFLINE"
    CLOCK_SKEW = "CLOCK_SKEW"
    CLOCK_UNREADABLE = "CLOCK_UNREADABLE"
    SHORT = "SHORT"
    OVERLAP = "OVERLAP"
    HELD_BY_COLLEAGUE = "HELD_BY_COLLEAGUE"
    SAME_DAY_AGAIN = "SAME_DAY_AGAIN"
    NOT_FINISHED = "NOT_FINISHED"
    CUSTOMER_DENIES = "CUSTOMER_DENIES"
    POSITION_COARSE = "POSITION_COARSE"
    POSITION_FROZEN = "POSITION_FROZEN"
    POSITION_JUMP = "POSITION_JUMP"
    FAR_FROM_SITE = "FAR_FROM_SITE"
    LEFT_BEFORE_END = "LEFT_BEFORE_END"


class Presence(StrEnum):
    """What the position says. SITE_UNKNOWN: the company has no coordinates to compare with, or such as nobody near it can
    reach; COARSE: the reading is too rough to tell.
    """

    NONE = "NONE"
    REFUSED = "REFUSED"
    OFF_HOURS = "OFF_HOURS"
    IN_RANGE = "IN_RANGE"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    SITE_UNKNOWN = "SITE_UNKNOWN"
    COARSE = "COARSE"


class Moment(StrEnum):
    """When a position was taken: at the two ends of a visit and never between."""

    START = "START"
    END = "END"


# The version of the consent's text that a moment needs: the first one spoke of the check-in alone.
CONSENT_TEXT_VERSION = 2
CONSENT_NEEDED = {Moment.START: 1, Moment.END: 2}


class Answer(StrEnum):
    """What a customer says to the question whether a visit took place."""

    YES = "YES"
    NO = "NO"


class DoorResult(StrEnum):
    """What came of a knock."""

    NO_ANSWER = "NO_ANSWER"
    GATEKEEPER = "GATEKEEPER"
    INTEREST = "INTEREST"
    REFUSED = "REFUSED"
    NOT_TARGET = "NOT_TARGET"


class DoorStanding(StrEnum):
    """Whose the company behind a door is: nobody's yet, a new lead of the asker, already the asker's, a colleague's."""

    UNKNOWN = "UNKNOWN"
    NEW = "NEW"
    MINE = "MINE"
    COLLEAGUE = "COLLEAGUE"
    FREE = "FREE"


class EvidenceKind(StrEnum):
    PHOTO = "PHOTO"
    CARD = "CARD"
    ARTEFACT = "ARTEFACT"
    CUSTOMER_CONFIRMATION = "CUSTOMER_CONFIRMATION"
    ACCOMPANIED = "ACCOMPANIED"


class Metric(StrEnum):
    VISITS = "VISITS"
    EFFECTIVE_VISITS = "EFFECTIVE_VISITS"
    NEW_EFFECTIVE_CUSTOMERS = "NEW_EFFECTIVE_CUSTOMERS"


class Cause(StrEnum):
    AMENDMENT = "AMENDMENT"
    LATE_ENTRY = "LATE_ENTRY"
    QA_VOID = "QA_VOID"


class Refusal(refusals.Refusal):
    VISIT_IN_PROGRESS = "VISIT_IN_PROGRESS"
    ALREADY_RECORDED = "ALREADY_RECORDED"
    NOT_IN_PROGRESS = "NOT_IN_PROGRESS"
    DAY_IS_LOCKED = "DAY_IS_LOCKED"
    DAY_IS_NOT_LOCKED = "DAY_IS_NOT_LOCKED"
    ONLY_THE_AUTHOR = "ONLY_THE_AUTHOR"
    PLAN_IS_LOCKED = "PLAN_IS_LOCKED"
    PLAN_IS_PAST = "PLAN_IS_PAST"
    PLAN_IS_FULL = "PLAN_IS_FULL"
    PLAN_IS_EMPTY = "PLAN_IS_EMPTY"
    PLAN_IS_TOO_FAR = "PLAN_IS_TOO_FAR"
    ALREADY_SUBMITTED = "ALREADY_SUBMITTED"
    STOP_IS_THERE = "STOP_IS_THERE"
    STOP_IS_VISITED = "STOP_IS_VISITED"
    OUTSIDE_THE_DAY = "OUTSIDE_THE_DAY"
    NOTHING_TO_PROPOSE = "NOTHING_TO_PROPOSE"
    NOTHING_CHANGES = "NOTHING_CHANGES"
    COMPANY_IS_MISSING = "COMPANY_IS_MISSING"
    REASON_IS_MISSING = "REASON_IS_MISSING"
    TOO_MANY_PHOTOS = "TOO_MANY_PHOTOS"
    QUESTION_IS_OVER = "QUESTION_IS_OVER"
    QUESTION_IS_ANSWERED = "QUESTION_IS_ANSWERED"


@dataclass(frozen=True, slots=True)
class PhonePosition:
    """A position from the phone: WGS-84 degrees, accuracy in metres, and when it was taken by the phone's clock."""

    latitude: float
    longitude: float
    accuracy_metres: int
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Capture:
    """How a record came to us.

    `recorded_at`: the phone's clock when the person pressed the button; `sent_at`: the same clock when the record left the
    phone, which gives the offset. `sequence` counts the device's records.
    """

    recorded_at: datetime | None = None
    sent_at: datetime | None = None
    device_id: UUID | None = None
    sequence: int | None = None
    position: PhonePosition | None = None
    position_refused: str = ""
    is_clock_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class MetContact:
    """A person met: an existing contact by id, or a new one by name; role and seniority as seen at this visit."""

    role: ContactRole
    is_senior: bool = False
    contact_id: UUID | None = None
    name: str = ""
    title: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class CheckInInput:
    """A check-in at a company, or at a new one by name."""

    client_key: UUID
    company_id: UUID | None = None
    company_name: str = ""
    plan_item_id: UUID | None = None
    kind: VisitKind | None = None
    capture: Capture = Capture()


@dataclass(frozen=True, slots=True)
class VisitFactsInput:
    """What a person says happened; nothing in here is a judgement."""

    met: tuple[MetContact, ...] = ()
    service_explained: bool = False
    demo_steps_done: int = 0
    trial_close: TrialClose = TrialClose.NOT_TRIED
    order_presented: bool = False
    refusal: CustomerRefusal = CustomerRefusal.NONE
    advancement: Advancement = Advancement.NONE
    note: str = ""
    next_step: str = ""
    next_step_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class VisitInput:
    """A whole record. `visit_id` names the visit that a check-in started; without it the record is the visit.

    `client_key` is made by the phone when the form opens and is unique for ever. `started_at` and `ended_at` are the
    phone's clock. `check_in_key` is the client key of a check-in that waited in the same phone; `photos` are SHA-256 (hex) of
    the photos that follow.
    """

    client_key: UUID
    company_id: UUID | None = None
    company_name: str = ""
    visit_id: UUID | None = None
    plan_item_id: UUID | None = None
    kind: VisitKind | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    facts: VisitFactsInput = VisitFactsInput()
    evidence: frozenset[EvidenceKind] = frozenset()
    capture: Capture = Capture()
    check_in_key: UUID | None = None
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitFilters:
    """What a list of visits is narrowed by; None and empty: not at all."""

    person_id: UUID | None = None
    since: date | None = None
    until: date | None = None
    effective: bool | None = None
    evidence_level: int | None = None
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit of the past from an earlier system: of a person, in the unit of that day; contacts by id, what its presence proved
    as it was kept there.
    """

    client_key: UUID
    person_id: UUID
    unit_id: UUID
    company_id: UUID
    kind: VisitKind
    started_at: datetime
    ended_at: datetime
    facts: VisitFactsInput
    presence: Presence = Presence.NONE
    district_code: str = ""
    evidence: frozenset[EvidenceKind] = frozenset()


@dataclass(frozen=True, slots=True)
class DoorInput:
    """One knock: `floor` as people count it (basements below zero), `door` as the sign says."""

    client_key: UUID
    building_id: UUID
    floor: int
    door: str
    result: DoorResult
    company_name: str = ""
    in_charge: str = ""
    phone: str = ""
    product: str = ""
    capture: Capture = Capture()
