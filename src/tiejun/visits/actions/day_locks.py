"""The evening: soft lock, hard lock, amendments afterwards, and the erasure of positions."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.times import local_date
from tiejun.inbox import actions as inbox_actions
from tiejun.org import queries as org_queries
from tiejun.visits.actions._aftermath import book
from tiejun.visits.actions._arrival import trusted
from tiejun.visits.locks import lock_company, lock_person, lock_visit
from tiejun.visits.models import Amendment, DayLock, DayPlan, Visit, VisitPosition
from tiejun.visits.queries.amended import as_amended
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.amending import field_texts, parsed_text
from tiejun.visits.rules.counting import counted, counts_hash, counts_of
from tiejun.visits.rules.timing import why_not_amend
from tiejun.visits.rules.vocabulary import RECORDED, Cause, Entry, Flag, PlanState, Refusal, VisitState

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.visits.queries.policy import FieldPolicy

NOT_FINISHED = "NOT_FINISHED"


@action(Ability.LOCK_DAYS)
def soft_lock_day(scope: Scope, *, unit_id: UUID, business_day: date, soft_at: datetime, now: datetime) -> int:
    """End a unit's day for its authors: records become submitted, plans close. Returns how many persons; safe to run twice."""
    persons = sorted(_persons_of(scope, unit_id, business_day))
    for person_id in persons:
        lock_person(person_id)
    locks = [
        DayLock(person_id=person_id, unit_id=unit_id, business_day=business_day, soft_at=soft_at)
        for person_id in persons
    ]
    DayLock.objects.bulk_create(locks, ignore_conflicts=True)
    ours = {"person__in": persons, "business_day": business_day}
    submitted = Visit.objects.filter(**ours, state=VisitState.COMPLETED).update(state=VisitState.SUBMITTED)
    open_plans = DayPlan.objects.filter(**ours).exclude(state__in=(PlanState.CLOSED, PlanState.LOCKED))
    closed = open_plans.update(state=PlanState.CLOSED, changed_at=now)
    audit.record(
        scope, "visits.day_soft_locked", unit=unit_id, business_day=business_day, persons=len(persons), visits=submitted, plans=closed
    )  # fmt: skip
    return len(persons)


@action(Ability.LOCK_DAYS)
def hard_lock_day(
    scope: Scope, *, unit_id: UUID, business_day: date, soft_at: datetime, hard_at: datetime, now: datetime
) -> int:
    """Freeze a unit's day: counts are written once with their hash, unfinished visits end, late entries are booked.

    Returns how many days of persons were frozen by this run; a day that is frozen already stays as it is.
    """
    policy = field_policy(scope, now)
    persons = sorted(_persons_of(scope, unit_id, business_day))
    for person_id in persons:
        lock_person(person_id)
    frozen = set(
        DayLock.objects.filter(person__in=persons, business_day=business_day, hard_at__isnull=False).values_list(
            "person_id", flat=True
        )
    )
    waiting = [person_id for person_id in persons if person_id not in frozen]
    _end_unfinished(waiting, business_day, now)
    visits: dict[UUID, list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(person__in=waiting, business_day=business_day, state__in=RECORDED).order_by(
        "received_at", "pk"
    ):
        visits[visit.person_id].append(visit)
    Visit.objects.filter(person__in=waiting, business_day=business_day, state__in=RECORDED).update(
        state=VisitState.LOCKED
    )
    for person_id in waiting:
        _freeze(person_id, unit_id, business_day, visits[person_id], policy=policy, soft_at=soft_at, hard_at=hard_at)
        _book_late(visits[person_id], policy=policy, now=now)
    DayPlan.objects.filter(person__in=waiting, business_day=business_day).update(state=PlanState.LOCKED, changed_at=now)
    total = sum(len(rows) for rows in visits.values())
    audit.record(
        scope, "visits.day_hard_locked", unit=unit_id, business_day=business_day, persons=len(waiting), visits=total
    )
    return len(waiting)


def _persons_of(scope: Scope, unit_id: UUID, day: date) -> set[UUID]:
    members = org_queries.members_in_reach(scope, Ability.LOCK_DAYS, on=day)
    visited = Visit.objects.filter(unit=unit_id, business_day=day).values_list("person_id", flat=True)
    planned = DayPlan.objects.filter(unit=unit_id, business_day=day).values_list("person_id", flat=True)
    return {member.person_id for member in members if member.unit_id == unit_id} | set(visited) | set(planned)


def _end_unfinished(persons: Iterable[UUID], day: date, now: datetime) -> None:
    """A check-in without a record would keep its person from starting tomorrow; a record that comes later is a late entry."""
    running = Visit.objects.filter(person__in=persons, business_day=day, state=VisitState.STARTED)
    for visit in running.select_for_update(of=("self",)).order_by("pk"):
        visit.state, visit.cancel_reason, visit.ended_at = (
            VisitState.CANCELLED,
            NOT_FINISHED,
            max(now, visit.started_at),
        )
        visit.flags = sorted({*visit.flags, Flag.NOT_FINISHED})
        visit.save(update_fields=["state", "cancel_reason", "ended_at", "flags"])


def _freeze(
    person_id: UUID,
    unit_id: UUID,
    day: date,
    visits: list[Visit],
    *,
    policy: FieldPolicy,
    soft_at: datetime,
    hard_at: datetime,
) -> None:
    rows = counted([visit for visit in visits if visit.entry == Entry.ON_TIME], policy.half_day_at)
    counts = counts_of(rows)
    frozen = {
        "hard_at": hard_at,
        "visits": counts.visits,
        "effective_visits": counts.effective_visits,
        "new_effective_customers": counts.new_effective_customers,
        "morning_new": counts.morning_new,
        "afternoon_new": counts.afternoon_new,
        "cold_visits": counts.cold_visits,
        "counts_hash": counts_hash(person_id, day, counts, rows),
    }
    begun = {"unit_id": unit_id, "soft_at": soft_at}
    DayLock.objects.update_or_create(
        person_id=person_id, business_day=day, defaults=frozen, create_defaults=frozen | begun
    )


def _book_late(visits: list[Visit], *, policy: FieldPolicy, now: datetime) -> None:
    half = policy.half_day_at
    known = [visit for visit in visits if visit.entry == Entry.ON_TIME]
    for visit in visits:
        if visit.entry == Entry.LATE:
            book(
                visit,
                counts_of(counted(known, half)),
                counts_of(counted([*known, visit], half)),
                cause=Cause.LATE_ENTRY,
                now=now,
            )
            known.append(visit)


@action(Ability.AMEND_VISIT)
def amend_visit(scope: Scope, *, visit_id: UUID, field: str, value: str, reason: str, now: datetime) -> Amendment:
    """Say what one field of an own visit should have been, after the hard lock; the record itself never changes.

    `field` and `value` as in `rules.amending.AMENDABLE`. What that changes in the counts is booked on the day of `now`.
    Raises `NotFound`, `Invalid`, `Refused` (DAY_IS_NOT_LOCKED, REASON_IS_MISSING, NOTHING_CHANGES).
    """
    lock_person(scope.own_id)
    visit = lock_visit(visit_id, scope.own_id)
    refusal = why_not_amend(is_author=True, is_frozen=visit.state == VisitState.LOCKED, reason=reason)
    if refusal:
        raise Refused(refusal)
    lock_company(visit.company_id)
    before = _day_as_amended(scope, visit)
    old, new = field_texts(before[0]).get(field), parsed_text(field, value)
    if old is None or new is None:
        raise Invalid(value=_("This value does not fit."))
    if old == new:
        raise Refused(Refusal.NOTHING_CHANGES)
    row = Amendment(visit=visit, field=field, old_value=old, new_value=new, reason=reason.strip(), amended_at=now)
    row.amended_by_id = scope.own_id
    row.save(force_insert=True)
    half = field_policy(scope, now).half_day_at
    counts = [counts_of(counted(rows, half)) for rows in (before, _day_as_amended(scope, visit))]
    moved = book(visit, *counts, cause=Cause.AMENDMENT, now=now)
    deltas = {str(name): delta for name, delta in moved.items()}
    audit.record(scope, "visits.amended", visit, reason=row.reason, field=field, adjustments=deltas)
    _tell_supervisor(scope, row, now=now)
    return row


def _day_as_amended(scope: Scope, visit: Visit) -> list[Visit]:
    """Return the visits of a locked day as amended so far, the given one first."""
    day = Visit.objects.filter(person=visit.person_id, business_day=visit.business_day, state=VisitState.LOCKED)
    return as_amended(scope, [visit, *day.exclude(pk=visit.pk)])


def _tell_supervisor(scope: Scope, row: Amendment, *, now: datetime) -> None:
    leader_id = org_queries.leader_of(scope, row.visit.unit_id, on=local_date(now, row.visit.zone))
    if leader_id is None or leader_id == row.amended_by_id:
        return
    inbox_actions.notify(
        trusted(scope),
        person_id=leader_id,
        code="visits.amended",
        facts={"person": str(row.amended_by_id), "day": row.visit.business_day.isoformat()},
        url=f"/visits/{row.visit_id}/",
        dedupe_key=f"visits.amended:{row.pk}",
        now=now,
    )


@action(Ability.LOCK_DAYS)
def erase_positions(scope: Scope, *, now: datetime) -> int:
    """Erase raw positions that are older than the policy's retention; the visits keep their flag and district."""
    days = field_policy(scope, now).book.integer("privacy.location_retention_days", scope.unit_chain)
    erased, _kinds = VisitPosition.objects.filter(taken_at__lt=now - timedelta(days=days)).delete()
    audit.record(scope, "visits.positions_erased", positions=erased, older_than_days=days)
    return erased
