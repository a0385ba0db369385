"""Days away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.org.events import LeaveCancelled, LeaveRecorded
from tiejun.org.locks import lock_person
from tiejun.org.models import Leave, Position
from tiejun.org.rules import Refusal, leaves_collide, why_not_away, why_not_from

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.RECORD_LEAVE)
def record_leave(
    scope: Scope,
    *,
    person_id: UUID,
    kind: str,
    part: str = "FULL",
    starts_on: date,
    ends_on: date,
    note: str = "",
    now: datetime,
) -> Leave:
    """Record days away, both ends included: one's own, or those of a person in reach; `part` MORNING or AFTERNOON of one day.

    Refused: ALREADY_LEFT, ENDS_BEFORE_START, HALF_DAY_IS_ONE_DAY, LEAVE_TOO_LONG, TOO_FAR_BACK, LEAVE_OVERLAPS. Raises `NotFound`
    out of reach.
    """
    person = lock_person(person_id)
    unit_id = _unit_on(person_id, starts_on)
    if unit_id is None or not scope.covers(Ability.RECORD_LEAVE, owner_id=person_id, unit_id=unit_id):
        raise NotFound
    if person.left_on is not None:
        raise Refused(Refusal.ALREADY_LEFT, name=person.name)
    book = policies.book(now)
    longest, back = (book.integer(key, scope.unit_chain) for key in ("org.leave_max_days", "org.backdate_days"))
    today = local_date(now, scope.zone)
    refusal = why_not_away(part, starts_on, ends_on, max_days=longest) or why_not_from(
        starts_on, today=today, backdate_days=back
    )
    if refusal:
        raise Refused(refusal, days=back if refusal is Refusal.TOO_FAR_BACK else longest)
    others = Leave.objects.filter(person=person, cancelled_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if any(leaves_collide(part, other) for other in others.values_list("part", flat=True)):
        raise Refused(Refusal.LEAVE_OVERLAPS)
    leave = Leave.objects.create(
        person=person,
        unit_id=unit_id,
        kind=Leave.Kind(kind),
        part=Leave.Part(part),
        starts_on=starts_on,
        ends_on=ends_on,
        note=note.strip()[:200],
        recorded_by_id=scope.person_id,
        recorded_at=now,
    )
    audit.record(scope, "org.leave_recorded", leave, person=person_id, part=part, starts_on=starts_on, ends_on=ends_on)
    announce(LeaveRecorded(leave.pk, person_id, unit_id, scope.person_id, kind, part, starts_on, ends_on))
    return leave


@action(Ability.RECORD_LEAVE)
def cancel_leave(scope: Scope, *, leave_id: UUID, now: datetime) -> Leave:
    """Cancel a leave that is not over longer than the policy allows. Refused: LEAVE_CANCELLED, TOO_FAR_BACK. Raises `NotFound`."""
    leave = Leave.objects.within(scope, Ability.RECORD_LEAVE).filter(pk=leave_id).first()
    if leave is None:
        raise NotFound
    lock_person(leave.person_id)
    leave.refresh_from_db(fields=["cancelled_at"])
    if leave.cancelled_at is not None:
        raise Refused(Refusal.LEAVE_CANCELLED)
    back = policies.book(now).integer("org.backdate_days", scope.unit_chain)
    refusal = why_not_from(leave.ends_on, today=local_date(now, scope.zone), backdate_days=back)
    if refusal:
        raise Refused(refusal, days=back)
    leave.cancelled_at = now
    leave.save(update_fields=["cancelled_at"])
    audit.record(scope, "org.leave_cancelled", leave, person=leave.person_id)
    announce(LeaveCancelled(leave.pk, leave.person_id, leave.unit_id, scope.person_id, leave.starts_on, leave.ends_on))
    return leave


def _unit_on(person_id: UUID, day: date) -> UUID | None:
    return Position.objects.on(day).filter(person_id=person_id).values_list("unit_id", flat=True).first()
