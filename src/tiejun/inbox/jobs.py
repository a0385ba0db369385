"""What happens to people becomes notices for those whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.foundation.events import on
from tiejun.inbox.actions import notify
from tiejun.org import queries
from tiejun.org.events import (
    BuildingReported,
    LeaveCancelled,
    LeaveRecorded,
    PasswordReset,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    RoleEnded,
    RoleGranted,
)
from tiejun.org.queries.seats import seats_of

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

SYSTEM = Scope.system("inbox.people")


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell: code, facts, where it leads, and the key that keeps it from being told twice."""

    code: str
    facts: dict[str, Any]
    url: str
    key: str


@on(LeaveRecorded)
def tell_of_leave(event: LeaveRecorded) -> None:
    """Tell the leader of one's leave, or the person of leave that a leader recorded."""
    message = _of_leave("org.leave_recorded", f"leave:{event.leave_id}", event.starts_on, event.ends_on)
    _tell_both(message, event.person_id, event.unit_id, event.recorded_by_id, on=event.starts_on)


@on(LeaveCancelled)
def tell_of_cancelled_leave(event: LeaveCancelled) -> None:
    """Tell the leader, or the person, that a leave does not count any more."""
    message = _of_leave("org.leave_cancelled", f"leave-cancelled:{event.leave_id}", event.starts_on, event.ends_on)
    _tell_both(message, event.person_id, event.unit_id, event.cancelled_by_id, on=event.starts_on)


def _of_leave(code: str, key: str, starts_on: date, ends_on: date) -> Message:
    facts = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    return Message(code, facts, f"{reverse('org:leave')}?month={starts_on:%Y-%m}", key)


@on(PersonJoined)
def tell_of_joining(event: PersonJoined) -> None:
    """Tell the leader who joins."""
    facts = {"name": _name(event.person_id), "joined_on": event.joined_on.isoformat()}
    message = Message("org.person_joined", facts, _page(event.person_id), f"joined:{event.person_id}")
    _tell_leader(message, event.unit_id, event.person_id, on=event.joined_on)


@on(PersonLeft)
def tell_of_leaving(event: PersonLeft) -> None:
    """Tell the leader who left."""
    if event.unit_id is not None:
        facts = {"name": _name(event.person_id), "left_on": event.left_on.isoformat()}
        message = Message("org.person_left", facts, _page(event.person_id), f"left:{event.person_id}")
        _tell_leader(message, event.unit_id, event.person_id, on=event.left_on)


@on(PersonMoved)
def tell_of_move(event: PersonMoved) -> None:
    """Tell the person and the new leader."""
    facts = {
        "name": _name(event.person_id),
        "unit": _unit(event.to_unit_id),
        "starts_on": event.starts_on.isoformat(),
    }
    key = f"moved:{event.person_id}:{event.starts_on}"
    message = Message("org.person_moved", facts, _page(event.person_id), key)
    _tell(event.person_id, message)
    _tell_leader(
        replace(message, code="org.person_moved_to_you"), event.to_unit_id, event.person_id, on=event.starts_on
    )


@on(BuildingReported)
def tell_of_building(event: BuildingReported) -> None:
    """Tell sales operations that a building found in the field waits to be confirmed."""
    facts = {"name": event.name, "person": _name(event.person_id)}
    message = Message("org.building_reported", facts, reverse("visits:reference"), f"building:{event.building_id}")
    seats = seats_of(SYSTEM, [Role.SALES_OPS], on=event.reported_on)
    for person_id in sorted({seat.person_id for seat in seats if seat.role is Role.SALES_OPS}):
        _tell(person_id, message)


@on(RoleGranted)
def tell_of_role(event: RoleGranted) -> None:
    """Tell the person of a further role."""
    ends_on = event.ends_on.isoformat() if event.ends_on else ""
    facts = {"unit": _unit(event.unit_id), "starts_on": event.starts_on.isoformat(), "ends_on": ends_on}
    code = "org.acting_leader" if event.is_acting else "org.role_granted"
    _tell(event.person_id, Message(code, facts, _page(event.person_id), f"role:{event.position_id}"))


@on(RoleEnded)
def tell_of_ended_role(event: RoleEnded) -> None:
    """Tell the person that a role ends."""
    facts = {"unit": _unit(event.unit_id), "ends_on": event.ends_on.isoformat()}
    key = f"role-ended:{event.position_id}:{event.ends_on}"
    _tell(event.person_id, Message("org.role_ended", facts, _page(event.person_id), key))


@on(PasswordReset)
def tell_of_reset(event: PasswordReset) -> None:
    """Tell the person that somebody else changed how they sign in; several resets within an hour are one notice."""
    key = f"reset:{event.login_id}:{timezone.now():%Y%m%d%H}"
    _tell(event.person_id, Message("org.password_reset", {}, reverse("org:account"), key))


def _tell_both(message: Message, person_id: UUID, unit_id: UUID, by_id: UUID | None, *, on: date) -> None:
    if by_id != person_id:
        _tell(person_id, replace(message, code=f"{message.code}_for_you"))
    if by_id != queries.leader_of(SYSTEM, unit_id, on=on):
        named = replace(message, facts=message.facts | {"name": _name(person_id)})
        _tell_leader(named, unit_id, person_id, on=on)


def _tell_leader(message: Message, unit_id: UUID, about_id: UUID, *, on: date) -> None:
    leader_id = queries.leader_of(SYSTEM, unit_id, on=on)
    if leader_id is not None and leader_id != about_id:
        _tell(leader_id, replace(message, key=f"{message.key}:leader"))


def _tell(person_id: UUID, message: Message) -> None:
    notify(
        SYSTEM,
        person_id=person_id,
        code=message.code,
        facts=message.facts,
        url=message.url,
        dedupe_key=message.key,
        now=timezone.now(),
    )


def _name(person_id: UUID) -> str:
    return queries.names_of(SYSTEM, [person_id]).get(person_id, "")


def _unit(unit_id: UUID) -> str:
    return next((unit.name for unit in queries.all_units(SYSTEM) if unit.pk == unit_id), "")


def _page(person_id: UUID) -> str:
    return reverse("org:person", args=[person_id])
