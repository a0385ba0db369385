"""Lessons of reviews: drawn, carried out, used again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.pipeline.events import LessonDrawn
from tiejun.pipeline.locks import lock_review
from tiejun.pipeline.models import Lesson, LessonUse
from tiejun.pipeline.queries.reviews import lesson_owners
from tiejun.pipeline.rules.reviews import LessonFacts, Refusal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.LEAD_REVIEW)
def draw_lesson(scope: Scope, *, review_id: UUID, facts: LessonFacts, now: datetime) -> Lesson:
    """Draw a lesson from a review: what changes, who sees to it, until when.

    Raises `NotFound`, `Refused` (REVIEW_CLOSED) and `Invalid` (no words, a day that has passed, somebody who cannot own it).
    """
    review = lock_review(scope, review_id, Ability.LEAD_REVIEW)
    if review.closed_at is not None:
        raise Refused(Refusal.REVIEW_CLOSED)
    today = local_date(now, scope.zone)
    if not facts.words.strip():
        raise Invalid(words=_("Say what should be done differently."))
    if facts.due_on < today:
        raise Invalid(due_on=_("This day has passed already."))
    if facts.owner_id not in {person_id for person_id, _name in lesson_owners(scope, review.owner_id, on=today)}:
        raise Invalid(owner=_("Choose who sees to it."))
    lesson = Lesson.objects.create(
        review=review, kind=facts.kind.value, words=facts.words.strip()[:600], owner_id=facts.owner_id,
        due_on=facts.due_on, created_by_id=scope.person_id, created_at=now,
    )  # fmt: skip
    audit.record(
        scope, "pipeline.lesson_drawn", lesson, review_id=review.pk, kind=lesson.kind, owner_id=lesson.owner_id
    )
    announce(LessonDrawn(lesson.pk, review.pk, lesson.owner_id, lesson.kind, lesson.due_on))
    return lesson


def _lock_lesson(lesson_id: UUID) -> Lesson:
    lesson = Lesson.objects.select_for_update(of=("self",)).select_related("review").filter(pk=lesson_id).first()
    if lesson is None:
        raise NotFound
    return lesson


@action(Ability.USE_LESSON)
def finish_lesson(scope: Scope, *, lesson_id: UUID, note: str, now: datetime) -> Lesson:
    """Say what was changed because of a lesson; only its owner and who leads the review may.

    Raises `NotFound`, `Refused` (NOT_OWN_LESSON, LESSON_DONE) and `Invalid` without a note.
    """
    lesson = _lock_lesson(lesson_id)
    leads = scope.covers(Ability.LEAD_REVIEW, owner_id=lesson.review.owner_id, unit_id=lesson.review.unit_id)
    if scope.person_id != lesson.owner_id and not leads:
        raise Refused(Refusal.NOT_OWN_LESSON)
    if lesson.done_at is not None:
        raise Refused(Refusal.LESSON_DONE)
    if not note.strip():
        raise Invalid(note=_("Say what is different now."))
    lesson.done_at, lesson.done_note = now, note.strip()[:600]
    lesson.save(update_fields=["done_at", "done_note"])
    audit.record(scope, "pipeline.lesson_finished", lesson, note=lesson.done_note)
    return lesson


@action(Ability.USE_LESSON)
def use_lesson(scope: Scope, *, lesson_id: UUID, note: str, now: datetime) -> LessonUse:
    """Note that the asker used a lesson today; once a day. Raises `NotFound`, `Refused` (USED_TODAY)."""
    lesson, today = _lock_lesson(lesson_id), local_date(now, scope.zone)
    if LessonUse.objects.filter(lesson=lesson, person_id=scope.own_id, used_on=today).exists():
        raise Refused(Refusal.USED_TODAY)
    use = LessonUse.objects.create(
        lesson=lesson, person_id=scope.own_id, used_on=today, note=note.strip()[:300], used_at=now
    )
    audit.record(scope, "pipeline.lesson_used", use, lesson_id=lesson.pk)
    return use
