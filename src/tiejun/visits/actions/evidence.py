"""What proves a visit beyond its record: photos, the customer's word, what was made on the spot, who went along."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.engines import pictures
from tiejun.foundation import audit, files
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.visits import texts
from tiejun.visits.actions._verdict import judge_again
from tiejun.visits.locks import lock_person, lock_visit
from tiejun.visits.models import Confirmation, DayLock, Visit, VisitEvidence
from tiejun.visits.queries.confirming import question_of
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.confirming import digest_of_token
from tiejun.visits.rules.vocabulary import RECORDED, Answer, EvidenceKind, Flag, Refusal, VisitState

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

MOST_PHOTOS = 9
MOST_BYTES = 8 << 20
ARTEFACT_WINDOW = timedelta(hours=12)


@action(Ability.RECORD_VISIT)
def attach_photo(scope: Scope, *, record_key: UUID, content: bytes, now: datetime) -> VisitEvidence:
    """Add a photo to one's own visit, which is named by the key of its record; the same photo again is the same evidence.

    It is kept as drawn anew, under our name. Until the soft lock any photo may come, later those that the record named; after
    the hard lock they stand beside the frozen verdict. Raises `NotFound`, `Invalid`, `Refused` (DAY_IS_LOCKED, TOO_MANY_PHOTOS).
    """
    lock_person(scope.own_id)
    visit_id = Visit.objects.filter(record_key=record_key, person=scope.own_id).values_list("pk", flat=True).first()
    if visit_id is None:
        raise NotFound
    visit = lock_visit(visit_id, scope.own_id)
    digest = hashlib.sha256(content).digest()
    row = VisitEvidence.objects.filter(visit=visit, kind=EvidenceKind.PHOTO, digest=digest).first()
    if row is not None and row.file_id is not None:
        audit.record(scope, "visits.photo_repeated", visit)
        return row
    if row is None:
        _require_room(scope, visit, now)
        row = VisitEvidence(visit=visit, kind=EvidenceKind.PHOTO, captured_at=now, digest=digest)
    try:
        drawn = pictures.redraw(content)
    except pictures.PictureRefused as refused:
        raise Invalid(photo=texts.PICTURE_FAULTS[refused.fault]) from refused
    row.file = files.store([drawn], name=f"{row.pk}.jpg", content_type=pictures.CONTENT_TYPE, limit=len(drawn), now=now)
    row.save(update_fields=None if row._state.adding else ["file"])
    judge_again(scope, visit, now=now)
    audit.record(scope, "visits.photo_attached", visit, evidence_level=visit.evidence_level)
    return row


def _require_room(scope: Scope, visit: Visit, now: datetime) -> None:
    bounds = field_policy(scope, now).bounds(visit.business_day)
    if (
        now >= bounds.soft_at
        or DayLock.objects.filter(person=visit.person_id, business_day=visit.business_day).exists()
    ):
        raise Refused(Refusal.DAY_IS_LOCKED)
    if VisitEvidence.objects.filter(visit=visit, kind=EvidenceKind.PHOTO).count() >= MOST_PHOTOS:
        raise Refused(Refusal.TOO_MANY_PHOTOS, most=MOST_PHOTOS)


@action(Ability.RECORD_VISIT)
def ask_customer(scope: Scope, *, visit_id: UUID, now: datetime) -> Confirmation:
    """Ask the customer whether a visit took place; an open question that is still valid is asked again.

    Raises `NotFound` and `Refused` (NOT_IN_PROGRESS for what was cancelled, QUESTION_IS_ANSWERED).
    """
    lock_person(scope.own_id)
    visit = lock_visit(visit_id, scope.own_id)
    if visit.state not in (VisitState.STARTED, *RECORDED):
        raise Refused(Refusal.NOT_IN_PROGRESS)
    known = Confirmation.objects.filter(visit=visit).order_by("-asked_at").first()
    if known is not None and known.answer:
        raise Refused(Refusal.QUESTION_IS_ANSWERED)
    expires_at = now + timedelta(
        hours=field_policy(scope, now).book.integer("visit.confirmation_hours", scope.unit_chain)
    )
    if known is not None:
        known.expires_at = expires_at
        known.save(update_fields=["expires_at"])
    else:
        known = Confirmation(visit=visit, asked_at=now, expires_at=expires_at)
        known.token_digest = digest_of_token(known.token)
        known.save(force_insert=True)
    audit.record(scope, "visits.customer_asked", visit, expires_at=expires_at)
    return known


@action(Ability.CONFIRM_VISIT)
def answer_question(scope: Scope, *, token: str, answer: Answer, now: datetime) -> Confirmation:
    """Take the customer's word, once: yes proves the visit until its day is frozen, no is shown to who checks.

    Raises `NotFound` for a token that was never given, `Refused` (QUESTION_IS_OVER, QUESTION_IS_ANSWERED).
    """
    asked = question_of(scope, token)
    lock_person(asked.visit.person_id)
    visit = lock_visit(asked.visit_id, asked.visit.person_id)
    row = Confirmation.objects.select_for_update().get(pk=asked.pk)
    if row.answer:
        raise Refused(Refusal.QUESTION_IS_ANSWERED)
    if now >= row.expires_at:
        raise Refused(Refusal.QUESTION_IS_OVER)
    row.answer, row.answered_at = answer, now
    row.save(update_fields=["answer", "answered_at"])
    if answer is Answer.YES:
        _prove(scope, visit, EvidenceKind.CUSTOMER_CONFIRMATION, now=now)
    elif visit.state in (VisitState.STARTED, VisitState.COMPLETED, VisitState.SUBMITTED):
        visit.flags = sorted({*visit.flags, Flag.CUSTOMER_DENIES})
        visit.save(update_fields=["flags"])
    audit.record(scope, "visits.customer_answered", visit, answer=answer)
    return row


@action(Ability.ACCOMPANY_VISIT)
def note_accompanied(scope: Scope, *, visit_id: UUID, now: datetime) -> Visit:
    """Say that a leader went along, which is the best evidence; raises `NotFound`. For the module that plans coaching."""
    found = Visit.objects.within(scope, Ability.ACCOMPANY_VISIT).filter(pk=visit_id).first()
    if found is None or found.person_id == scope.person_id:
        raise NotFound
    lock_person(found.person_id)
    visit = lock_visit(visit_id, found.person_id)
    _prove(scope, visit, EvidenceKind.ACCOMPANIED, now=now)
    audit.record(scope, "visits.accompanied", visit, evidence_level=visit.evidence_level)
    return visit


@action(Ability.RECORD_VISIT)
def note_artefact(scope: Scope, *, company_id: UUID, what: str, now: datetime) -> Visit | None:
    """Say that something was made for a company on the spot (an order draft, a demo): it proves the asker's visit there, if one is near."""
    lock_person(scope.own_id)
    near = Visit.objects.filter(
        person=scope.own_id, company=company_id, state__in=(VisitState.STARTED, VisitState.COMPLETED),
        started_at__gt=now - ARTEFACT_WINDOW, started_at__lte=now,
    )  # fmt: skip
    visit_id = near.order_by("-started_at").values_list("pk", flat=True).first()
    visit = lock_visit(visit_id, scope.own_id) if visit_id else None
    if visit is not None:
        _prove(scope, visit, EvidenceKind.ARTEFACT, note=what, now=now)
    audit.record(scope, "visits.artefact_noted", visit, what=what)
    return visit


def _prove(scope: Scope, visit: Visit, kind: EvidenceKind, *, now: datetime, note: str = "") -> None:
    """Add a piece of evidence once and judge again; beside a frozen day nothing moves any more."""
    frozen = DayLock.objects.filter(person=visit.person_id, business_day=visit.business_day, hard_at__isnull=False)
    if visit.state == VisitState.LOCKED or frozen.exists():
        return
    _row, is_new = VisitEvidence.objects.get_or_create(
        visit=visit, kind=kind, digest=b"", defaults={"captured_at": now, "note": note}
    )
    if is_new:
        judge_again(scope, visit, now=now)
