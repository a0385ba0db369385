"""What programs send and get."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tiejun.engines.effectiveness import Advancement, ContactRole, TrialClose
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.foundation.schemas import Day, In, Line, Moment, Text
from tiejun.visits.rules.vocabulary import DoorResult, EvidenceKind, Flag, VisitKind


class PositionIn(In):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    accuracy_metres: int = Field(default=0, ge=0, le=1_000_000)


class CaptureIn(In):
    """How the record came: the device's clock at the button (`recorded_at`) and when it left (`sent_at`)."""

    recorded_at: str = Field(default="", max_length=40)
    sent_at: str = Field(default="", max_length=40)
    device_id: UUID | None = None
    sequence: int | None = Field(default=None, ge=0, le=2**62)
    position: PositionIn | None = None
    position_refused: str = Field(default="", max_length=20)


class MetIn(In):
    role: ContactRole
    is_senior: bool = False
    contact_id: UUID | None = None
    name: Line = ""
    title: Line = ""
    phone: Line = ""


class FactsIn(In):
    met: list[MetIn] = Field(default_factory=list, max_length=20)
    service_explained: bool = False
    demo_steps_done: int = Field(default=0, ge=0, le=20)
    trial_close: TrialClose = TrialClose.NOT_TRIED
    order_presented: bool = False
    refusal: CustomerRefusal = CustomerRefusal.NONE
    advancement: Advancement = Advancement.NONE
    note: Text = ""
    next_step: Line = ""
    next_step_at: Moment | None = None


class VisitIn(FactsIn):
    """A record; `client_key` is made by the client when the form opens and unique for ever."""

    client_key: UUID
    company_id: UUID | None = None
    company_name: Line = ""
    visit_id: UUID | None = None
    plan_item_id: UUID | None = None
    kind: VisitKind | None = None
    started_at: Moment | None = None
    ended_at: Moment | None = None
    evidence: list[EvidenceKind] = Field(default_factory=list, max_length=5)
    check_in_key: UUID | None = None
    photo_digests: list[Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] = Field(default_factory=list, max_length=9)
    capture: CaptureIn = CaptureIn()


class CheckInIn(In):
    client_key: UUID
    company_id: UUID | None = None
    company_name: Line = ""
    plan_item_id: UUID | None = None
    kind: VisitKind | None = None
    capture: CaptureIn = CaptureIn()


class DoorIn(In):
    """One knock; `client_key` is made by the client and unique for ever."""

    client_key: UUID
    building_id: UUID
    floor: int = Field(ge=-9, le=200)
    door: str = Field(default="", max_length=20)
    result: DoorResult
    company_name: Line = ""
    in_charge: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=20)
    product: str = Field(default="", max_length=200)
    capture: CaptureIn = CaptureIn()


class DoorOut(Schema):
    id: UUID
    building_id: UUID
    floor: int
    door: str
    result: str
    company_name: str
    company_id: UUID | None
    standing: str
    in_charge: str
    phone_last4: str
    product: str
    is_usable: bool
    knocked_at: datetime


class BuildingOut(Schema):
    building_id: UUID
    name: str
    doors: list[DoorOut]
    door_count: int
    usable_count: int
    yield_percent: int | None


class EvidenceOut(Schema):
    id: UUID
    visit_id: UUID
    kind: str
    captured_at: datetime


class ConfirmationOut(Schema):
    """`token` completes the address `/visits/confirm/<token>/` for the customer."""

    token: str
    expires_at: datetime
    answer: str


class VisitEditIn(FactsIn):
    version: int


class VisitReasonIn(In):
    reason: Line


class AmendIn(In):
    field: Line
    value: Text = ""
    reason: Line


class ReasonOut(Schema):
    question: str
    code: str
    holds: bool


class VisitOut(Schema):
    id: UUID
    company_id: UUID
    person_id: UUID
    kind: str
    state: str
    entry: str
    flags: list[str]
    business_day: date
    started_at: datetime
    ended_at: datetime | None
    service_explained: bool
    demo_steps_done: int
    trial_close: str
    order_presented: bool
    refusal: str
    advancement: str
    note: str
    next_step: str
    next_step_at: datetime | None
    presence: str
    evidence_level: int
    effective_visit: bool
    effective_customer: bool
    new_effective_customer: bool
    reasons: list[ReasonOut]
    version: int


class AmendmentOut(Schema):
    id: UUID
    field: str
    old_value: str
    new_value: str
    reason: str
    amended_at: datetime


class StopOut(Schema):
    item_id: UUID
    company_id: UUID
    kind: str
    slot: str
    number: int
    name: str
    address: str
    latitude: float | None
    longitude: float | None
    closing_class: str
    reason: str
    reason_at: datetime | None
    objective: str
    planned_at: datetime | None
    travel_metres: int
    appointment_at: datetime | None
    is_pinned: bool
    service_minutes: int
    canvass_minutes: int
    building_id: UUID | None
    building_name: str
    late_minutes: int
    expected_minor: int
    backup_for: str
    visit_id: UUID | None
    visit_state: str
    links: dict[str, str]

    @staticmethod
    def resolve_links(row: Any) -> dict[str, str]:
        return {link.app: link.url for link in row.links}


class PlanNoticeOut(Schema):
    """What the day cannot keep, and when the visit could start instead."""

    code: str
    item_id: UUID | None
    name: str
    other_name: str
    could_start_at: datetime | None


class PaceGapOut(Schema):
    """How far the present day is behind the last pulse."""

    done: int
    expected: int


class TeamPlanOut(Schema):
    """A representative's plan of a day; `bare`: class A stops without a backup."""

    person_id: UUID
    name: str
    unit_name: str
    leave_part: str
    state: str | None
    is_submitted: bool
    is_late: bool
    stops: int
    wanted: int
    travel_metres: int
    ends_at: datetime | None
    expected_minor: int
    anchors: list[str]
    bare: list[str]
    notices: int


class PlanOut(Schema):
    """A plan. `solver`, `seed` and `inputs_digest` name how its last proposal was found: the same three give the same stops."""

    plan_id: UUID | None
    person_id: UUID
    business_day: date
    state: str | None
    version: int
    submitted_at: datetime | None
    is_late: bool
    canvass_note: str
    travel_metres: int
    travel_source: str
    expected_minor: int
    lunch_at: datetime | None
    ends_at: datetime | None
    solver: str
    seed: int
    inputs_digest: str
    notices: list[PlanNoticeOut]
    due_at: datetime | None
    stops: list[StopOut]
    backups: list[StopOut]
    gap: PaceGapOut | None


class PlanSaveIn(In):
    version: int
    order: list[UUID] | None = Field(default=None, max_length=60)
    canvass_note: Line | None = None


class StopIn(In):
    company_id: UUID
    objective: Line = ""


class StopMoveIn(In):
    step: int = Field(ge=-60, le=60)


class StopPinIn(In):
    pinned: bool


class AppointmentIn(In):
    at: Moment | None = None


class CountsOut(Schema):
    visits: int
    effective_visits: int
    new_effective_customers: int
    morning_new: int
    afternoon_new: int
    cold_visits: int
    late_count: int
    is_frozen: bool
    adjusted_visits: int
    adjusted_effective_visits: int
    adjusted_new_effective_customers: int


class FloorOut(Schema):
    visits: int
    effective_min: int
    effective_target: int
    noon: int


class DayOut(Schema):
    day: date
    counts: CountsOut
    floor: FloorOut
    soft_lock_at: datetime
    hard_lock_at: datetime


class MemberDayOut(Schema):
    person_id: UUID
    name: str
    unit_name: str
    leave_part: str
    floor: FloorOut
    counts: CountsOut
    plan_state: str | None
    planned_stops: int
    has_submitted_tomorrow: bool
    started_at: datetime | None
    last_seen_at: datetime | None
    current_stop: str
    noon_visits: int
    is_behind_at_noon: bool


class VisitQuery(In):
    person_id: UUID | None = None
    since: Day | None = None
    until: Day | None = None
    effective: bool | None = None
    evidence_level: int | None = Field(default=None, ge=0, le=4)
    flag: Flag | None = None
    cursor: str | None = None
    size: int = Field(50, ge=1, le=200)
