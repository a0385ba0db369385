"""What this module announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PersonJoined:
    """A person joined at a unit, in a role, on a day."""

    person_id: UUID
    unit_id: UUID
    role: str
    joined_on: date


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """A person left: positions ended on `left_on`, sign-in is over; what they held must find another holder."""

    person_id: UUID
    unit_id: UUID | None
    left_on: date


@dataclass(frozen=True, slots=True)
class PersonMoved:
    """A person's own position changes unit or role from a day on."""

    person_id: UUID
    from_unit_id: UUID
    to_unit_id: UUID
    role: str
    starts_on: date


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """A person holds a further role from a day on; `is_acting` = stands in for a leader."""

    position_id: UUID
    person_id: UUID
    unit_id: UUID
    role: str
    starts_on: date
    ends_on: date | None
    is_acting: bool


@dataclass(frozen=True, slots=True)
class RoleEnded:
    """A role ends after a day."""

    position_id: UUID
    person_id: UUID
    unit_id: UUID
    role: str
    ends_on: date


@dataclass(frozen=True, slots=True)
class LeaveRecorded:
    """A person will be, or was, away; `recorded_by_id` is the person themselves or a leader."""

    leave_id: UUID
    person_id: UUID
    unit_id: UUID
    recorded_by_id: UUID | None
    kind: str
    part: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class LeaveCancelled:
    """A leave does not count any more."""

    leave_id: UUID
    person_id: UUID
    unit_id: UUID
    cancelled_by_id: UUID | None
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class LoginClosed:
    """A login was deactivated: nothing that acts for it may go on."""

    login_id: UUID
    person_id: UUID | None


@dataclass(frozen=True, slots=True)
class PasswordReset:
    """Somebody else gave a login a new password or a reset link."""

    login_id: UUID
    person_id: UUID
    by_link: bool


@dataclass(frozen=True, slots=True)
class BuildingReported:
    """Somebody in the field found a building that nobody had written down; it waits to be confirmed."""

    building_id: UUID
    name: str
    person_id: UUID
    reported_on: date
