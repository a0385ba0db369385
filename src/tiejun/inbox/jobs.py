"""What happens to people becomes notices for those whom it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.foundation.events import on
from tiejun.inbox.actions import notify
from tiejun.org import queries
from tiejun.org.events import (
    LeaveCancelled,
    LeaveRecorded,
    PasswordReset,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    RoleEnded,
    RoleGranted,
)

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

SYSTEM = Scope.system("inbox.people")


@on(LeaveRecorded)
def tell_of_leave(event: LeaveRecorded) -> None:
    """Tell the leader of one's leave, or the person of leave that a leader recorded."""
    facts = {"starts_on": event.starts_on.isoformat(), "ends_on": event.ends_on.isoformat()}
    key, url = f"leave:{event.leave_id}", f"{reverse('org:leave')}?month={event.starts_on:%Y-%m}"
    _tell_both(
        event.person_id, event.unit_id, event.recorded_by_id, "org.leave_recorded", facts, url, key, event.starts_on
    )


@on(LeaveCancelled)
def tell_of_cancelled_leave(event: LeaveCancelled) -> None:
    """Tell the leader, or the person, that a leave does not count any more."""
    facts = {"starts_on": event.starts_on.isoformat(), "ends_on": event.ends_on.isoformat()}
    key, url = f"leave-cancelled:{event.leave_id}", f"{reverse('org:leave')}?month={event.starts_on:%Y-%m}"
    _tell_both(
        event.person_id, event.unit_id, event.cancelled_by_id, "org.leave_cancelled", facts, url, key, event.starts_on
    )


@on(PersonJoined)
def tell_of_joining(event: PersonJoined) -> None:
    """Tell the leader who joins."""
    facts = {"name": _name(event.person_id), "joined_on": event.joined_on.isoformat()}
    key = f"joined:{event.person_id}"
    _tell_leader(
        event.unit_id, event.joined_on, event.person_id, "org.person_joined", facts, _page(event.person_id), key
    )


@on(PersonLeft)
def tell_of_leaving(event: PersonLeft) -> None:
    """Tell the leader who left."""
    if event.unit_id is not None:
        facts = {"name": _name(event.person_id), "left_on": event.left_on.isoformat()}
        key = f"left:{event.person_id}"
        _tell_leader(
            event.unit_id, event.left_on, event.person_id, "org.person_left", facts, _page(event.person_id), key
        )


@on(PersonMoved)
def tell_of_move(event: PersonMoved) -> None:
    """Tell the person and the new leader."""
    facts = {"name": _name(event.person_id), "unit": _unit(event.to_unit_id), "starts_on": event.starts_on.isoformat()}
    key = f"moved:{event.person_id}:{event.starts_on}"
    _tell(event.person_id, "org.person_moved", facts, _page(event.person_id), key)
    _tell_leader(
        event.to_unit_id,
        event.starts_on,
        event.person_id,
        "org.person_moved_to_you",
        facts,
        _page(event.person_id),
        key,
    )


@on(RoleGranted)
def tell_of_role(event: RoleGranted) -> None:
    """Tell the person of a further role."""
    ends_on = event.ends_on.isoformat() if event.ends_on else ""
    facts = {"unit": _unit(event.unit_id), "starts_on": event.starts_on.isoformat(), "ends_on": ends_on}
    code = "org.acting_leader" if event.is_acting else "org.role_granted"
    _tell(event.person_id, code, facts, _page(event.person_id), f"role:{event.position_id}")


@on(RoleEnded)
def tell_of_ended_role(event: RoleEnded) -> None:
    """Tell the person that a role ends."""
    facts = {"unit": _unit(event.unit_id), "ends_on": event.ends_on.isoformat()}
    _tell(
        event.person_id,
        "org.role_ended",
        facts,
        _page(event.person_id),
        f"role-ended:{event.position_id}:{event.ends_on}",
    )


@on(PasswordReset)
def tell_of_reset(event: PasswordReset) -> None:
    """Tell the person that somebody else changed how they sign in; several resets within an hour are one notice."""
    now = timezone.now()
    _tell(event.person_id, "org.password_reset", {}, reverse("org:account"), f"reset:{event.login_id}:{now:%Y%m%d%H}")


def _tell_both(
    person_id: UUID, unit_id: UUID, by_id: UUID | None, code: str, facts: dict[str, Any], url: str, key: str, day: date
) -> None:
    if by_id != person_id:
        _tell(person_id, f"{code}_for_you", facts, url, key)
    leader_id = queries.leader_of(SYSTEM, unit_id, on=day)
    if leader_id not in (None, person_id, by_id):
        _tell_leader(unit_id, day, person_id, code, facts | {"name": _name(person_id)}, url, key)


def _tell_leader(
    unit_id: UUID, day: date, about_id: UUID, code: str, facts: dict[str, Any], url: str, key: str
) -> None:
    leader_id = queries.leader_of(SYSTEM, unit_id, on=day)
    if leader_id is not None and leader_id != about_id:
        _tell(leader_id, code, facts, url, f"{key}:leader")


def _tell(person_id: UUID, code: str, facts: dict[str, Any], url: str, key: str) -> None:
    notify(SYSTEM, person_id=person_id, code=code, facts=facts, url=url, dedupe_key=key, now=timezone.now())


def _name(person_id: UUID) -> str:
    return queries.names_of(SYSTEM, [person_id]).get(person_id, "")


def _unit(unit_id: UUID) -> str:
    return next((unit.name for unit in queries.all_units(SYSTEM) if unit.pk == unit_id), "")


def _page(person_id: UUID) -> str:
    return reverse("org:person", args=[person_id])
