"""Recording what happened: the visit's facts, its verdict, and what follows from it, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.idempotency import KeyReused
from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.foundation.times import business_day
from tiejun.visits.actions import _aftermath
from tiejun.visits.actions._arrival import (
    begin_plan,
    company_for,
    held_flags,
    keep_position,
    kind_of,
    locate,
    plan_item_of,
    unit_on,
)
from tiejun.visits.actions._verdict import JUDGED, event_of, judge_visit, proven_kinds
from tiejun.visits.locks import lock_company, lock_person, lock_visit
from tiejun.visits.models import DayLock, Visit, VisitConflict, VisitContact, VisitEvidence
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.digest import digest_of
from tiejun.visits.rules.timing import clocked, entry_of, is_short, why_not_edit
from tiejun.visits.rules.vocabulary import (
    RECORDED,
    EvidenceKind,
    Flag,
    MetContact,
    Moment,
    Presence,
    Refusal,
    VisitKind,
    VisitState,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.models import Company
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.timing import Clocked
    from tiejun.visits.rules.vocabulary import VisitFactsInput, VisitInput

# No visit lasts longer, whatever its phone says.
LONGEST_VISIT = timedelta(hours=12)


@action(Ability.RECORD_VISIT)
def record_visit(scope: Scope, *, facts: VisitInput, now: datetime) -> Visit:
    """Record a visit, online or from the phone's outbox, and judge it.

    The same key with the same contents returns the visit; other contents raise `KeyReused`. A record that comes after its
    time is kept as a late entry. Raises `Refused` (ALREADY_RECORDED, COMPANY_IS_MISSING) and `NotFound`.
    """
    person_id = scope.own_id
    lock_person(person_id)
    known = Visit.objects.filter(record_key=facts.client_key).first()
    if known is not None:
        return _repeated(scope, known, facts)
    policy = field_policy(scope, now)
    clock = clocked(facts.capture, received_at=now, tolerance=policy.tolerance)
    started = _started(person_id, facts)
    company = (
        started.company
        if started
        else company_for(scope, company_id=facts.company_id, name=facts.company_name, now=now)
    )
    lock_company(company.pk)
    visit, where = _timed(scope, facts, started, company, clock, policy=policy, now=now)
    met = _aftermath.met_contacts(scope, company.pk, facts.facts.met, now=now)
    _fill(visit, facts.facts)
    judge_visit(scope, visit, facts.facts, met, facts.evidence, policy=policy)
    visit.save(force_insert=visit._state.adding)
    _keep_parts(visit, met, facts.evidence, facts.photos, at=visit.ended_at or now)
    keep_position(visit, facts.capture, where.presence, at=clock.at, moment=where.moment)
    begin_plan(person_id, visit.business_day)
    _aftermath.book_late_entry(scope, visit, policy=policy, now=now)
    _aftermath.tell_customer_and_lead(scope, visit, met, now=now)
    audit.record(
        scope, "visits.recorded", visit, company=company.pk, effective_visit=visit.effective_visit,
        new_effective_customer=visit.new_effective_customer, evidence_level=visit.evidence_level, entry=visit.entry, flags=visit.flags,
    )  # fmt: skip
    announce(event_of(visit, met))
    return visit


def _repeated(scope: Scope, known: Visit, facts: VisitInput) -> Visit:
    if known.person_id != scope.person_id:
        raise NotFound
    if bytes(known.record_digest) != digest_of(facts):
        raise KeyReused(str(facts.client_key))
    audit.record(scope, "visits.record_repeated", known)
    return known


def _started(person_id: UUID, facts: VisitInput) -> Visit | None:
    """Return the visit that a check-in started; one that was given up or never finished yields a record of its own.

    A check-in that waited in the same phone is known by its key: where it never arrived, the record is the visit.
    """
    visit_id = facts.visit_id
    if visit_id is None and facts.check_in_key is not None:
        visit_id = (
            Visit.objects.filter(client_key=facts.check_in_key, person=person_id).values_list("pk", flat=True).first()
        )
    if visit_id is None:
        return None
    visit = lock_visit(visit_id, person_id)
    if visit.state in (*RECORDED, VisitState.VOID):
        raise Refused(Refusal.ALREADY_RECORDED)
    return visit


@dataclass(frozen=True, slots=True)
class _Where:
    """What the record's own position adds: `moment` tells whether it is the visit's start or its end."""

    presence: Presence
    flags: tuple[Flag, ...]
    moment: Moment


def _timed(
    scope: Scope,
    facts: VisitInput,
    started: Visit | None,
    company: Company,
    clock: Clocked,
    *,
    policy: FieldPolicy,
    now: datetime,
) -> tuple[Visit, _Where]:
    """Return the visit to be written: whose, where, when and how it came; and what its last position says."""
    person_id = scope.own_id
    running = started if started is not None and started.state == VisitState.STARTED else None
    began, ended_at = _span(facts, started, clock, now=now)
    day = started.business_day if started else business_day(began, policy.zone)
    bounds = policy.bounds(day)
    frozen = DayLock.objects.filter(person=person_id, business_day=day, hard_at__isnull=False).exists()
    item = (started.plan_item if started else None) or plan_item_of(person_id, facts.plan_item_id)
    where = _where(scope, facts, started, company, policy=policy, at=clock.at)
    visit = running or Visit(
        client_key=facts.client_key, person_id=person_id, unit_id=started.unit_id if started else unit_on(scope, person_id, day),
        company=company, business_day=day, zone=policy.zone, started_at=began, presence=started.presence if started else where.presence,
    )  # fmt: skip
    if where.moment is Moment.END and where.presence is Presence.IN_RANGE:
        visit.presence = Presence.IN_RANGE
    visit.kind = kind_of(person_id, company, item, facts.kind or (VisitKind(running.kind) if running else None))
    visit.plan_item, visit.district_code = item, company.district_code
    visit.record_key, visit.record_digest = facts.client_key, digest_of(facts)
    visit.ended_at, visit.received_at = max(ended_at, visit.started_at), now
    visit.entry = entry_of(clock, received_at=now, bounds=bounds)
    visit.device_time, visit.device_offset_seconds = facts.capture.recorded_at, int(clock.offset.total_seconds())
    visit.device_id, visit.device_sequence = facts.capture.device_id, facts.capture.sequence
    visit.state = (
        VisitState.LOCKED if frozen else VisitState.SUBMITTED if now >= bounds.soft_at else VisitState.COMPLETED
    )
    visit.flags = _flags(visit, [*clock.flags, *where.flags], running, policy=policy)
    return visit, where


def _span(facts: VisitInput, started: Visit | None, clock: Clocked, *, now: datetime) -> tuple[datetime, datetime]:
    """Return when the visit began and ended, by the corrected clock; a clock that cannot be read gives the time of receipt."""
    is_readable = Flag.CLOCK_UNREADABLE not in clock.flags
    ended_at = min(facts.ended_at + clock.offset, now) if facts.ended_at and is_readable else clock.at
    if started is not None:
        return min(started.started_at, ended_at), ended_at
    began = facts.started_at + clock.offset if facts.started_at and is_readable else ended_at
    return min(max(began, ended_at - LONGEST_VISIT), ended_at), ended_at


def _where(
    scope: Scope, facts: VisitInput, started: Visit | None, company: Company, *, policy: FieldPolicy, at: datetime
) -> _Where:
    # The position was taken when the record was made, whenever the visit began.
    moment = Moment.START if started is None else Moment.END
    found = locate(scope, company, facts.capture, policy=policy, at=at, moment=moment)
    if started is None:
        return _Where(found.presence, found.flags, moment)
    left = found.presence is Presence.OUT_OF_RANGE and started.presence == Presence.IN_RANGE
    return _Where(found.presence, (*found.flags, *([Flag.LEFT_BEFORE_END] if left else [])), moment)


def _flags(visit: Visit, found: Sequence[Flag], running: Visit | None, *, policy: FieldPolicy) -> list[str]:
    assert visit.ended_at is not None
    flags = {*(running.flags if running else ()), *found, *held_flags(visit.person_id, visit.company)}
    least = policy.least_minutes(is_cold=visit.kind == VisitKind.COLD)
    if running is not None and is_short(started_at=visit.started_at, ended_at=visit.ended_at, least_minutes=least):
        flags.add(Flag.SHORT)
    others = Visit.objects.filter(person=visit.person_id, business_day=visit.business_day, state__in=RECORDED).exclude(
        pk=visit.pk
    )
    if others.filter(company=visit.company).exists():
        flags.add(Flag.SAME_DAY_AGAIN)
    if others.filter(started_at__lt=visit.ended_at, ended_at__gt=visit.started_at).exists():
        flags.add(Flag.OVERLAP)
    return sorted(flags)


def _fill(visit: Visit, facts: VisitFactsInput) -> None:
    visit.service_explained = facts.service_explained
    visit.demo_steps_done = facts.demo_steps_done
    visit.trial_close = facts.trial_close
    visit.order_presented = facts.order_presented
    visit.refusal = facts.refusal
    visit.advancement = facts.advancement
    visit.note = facts.note
    visit.next_step = facts.next_step
    visit.next_step_at = facts.next_step_at


def _keep_parts(
    visit: Visit, met: Sequence[MetContact], kinds: Collection[EvidenceKind], photos: Sequence[str], *, at: datetime
) -> None:
    VisitContact.objects.bulk_create(
        VisitContact(visit=visit, contact_id=person.contact_id, role=person.role, is_senior=person.is_senior)
        for person in met
        if person.contact_id is not None
    )
    named = [VisitEvidence(visit=visit, kind=kind, captured_at=at) for kind in sorted(kinds)]
    digests = [bytes.fromhex(photo) for photo in dict.fromkeys(photos)]
    follow = [VisitEvidence(visit=visit, kind=EvidenceKind.PHOTO, captured_at=at, digest=digest) for digest in digests]
    VisitEvidence.objects.bulk_create([*named, *follow])


@action(Ability.RECORD_VISIT)
def edit_visit(scope: Scope, *, visit_id: UUID, version: int, facts: VisitFactsInput, now: datetime) -> Visit:
    """Correct one's own record until the soft lock; it is judged again.

    Raises `NotFound`, `Stale` when `version` is not the current one, `Refused` (DAY_IS_LOCKED, NOT_IN_PROGRESS).
    """
    lock_person(scope.own_id)
    visit = lock_visit(visit_id, scope.own_id)
    policy = field_policy(scope, now)
    locked = DayLock.objects.filter(person=scope.own_id, business_day=visit.business_day).exists()
    refusal = why_not_edit(is_author=True, now=now, bounds=policy.bounds(visit.business_day), is_locked=locked)
    if refusal:
        raise Refused(refusal)
    if visit.state != VisitState.COMPLETED:
        raise Refused(Refusal.NOT_IN_PROGRESS)
    if visit.version != version:
        raise Stale(visit)
    lock_company(visit.company_id)
    met = _aftermath.met_contacts(scope, visit.company_id, facts.met, now=now)
    VisitContact.objects.filter(visit=visit).delete()
    _fill(visit, facts)
    judge_visit(scope, visit, facts, met, proven_kinds(visit), policy=policy)
    _keep_parts(visit, met, (), (), at=now)
    visit.version += 1
    visit.save(update_fields=[*_EDITED, "version"])
    _aftermath.tell_customer(scope, visit, met, now=now)
    audit.record(scope, "visits.edited", visit, effective_visit=visit.effective_visit, version=visit.version)
    announce(event_of(visit, met))
    return visit


_EDITED = (
    "service_explained", "demo_steps_done", "trial_close", "order_presented", "refusal", "advancement", "note", "next_step",
    "next_step_at", *JUDGED,
)  # fmt: skip


@action(Ability.RECORD_VISIT)
def keep_conflict(scope: Scope, *, facts: VisitInput, body: str, now: datetime) -> VisitConflict:
    """Keep a record whose key was used for another one, so that neither is lost; raises `NotFound` for somebody else's key."""
    visit = Visit.objects.filter(record_key=facts.client_key, person=scope.own_id).first()
    if visit is None:
        raise NotFound
    kept, was_new = VisitConflict.objects.get_or_create(
        client_key=facts.client_key,
        digest=digest_of(facts),
        defaults={"visit": visit, "person_id": scope.own_id, "body": body, "received_at": now},
    )
    audit.record(scope, "visits.conflict_kept", kept, visit=visit.pk, was_new=was_new)
    return kept
