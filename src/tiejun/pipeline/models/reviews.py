"""Reviews of won and lost deals: three views kept apart, the lessons, and who used them again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.pipeline.models.opportunities import Opportunity
from tiejun.pipeline.texts import FACTORS, LESSON_KINDS, OUTCOMES, REASONS, SELECTIONS, SIDES


class DealReview(models.Model):
    """The review of one decision: owner, unit, amount and reason are as they were when the deal was decided."""

    reach = ReachPaths(own="owner_id", unit="unit_id")
    objects = ScopedQuerySet["DealReview"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    opportunity = models.ForeignKey(Opportunity, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=4, choices=OUTCOMES)
    selection = models.CharField(max_length=10, choices=SELECTIONS)
    lost_reason = models.CharField(max_length=12, choices=REASONS, default="", blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    decided_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    survey_code = models.CharField(max_length=64, default="", blank=True)
    survey_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    closing_note = models.CharField(max_length=300, default="", blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "decided_at"], name="one_review_per_decision"),
            models.UniqueConstraint(
                fields=["survey_code"], condition=~Q(survey_code=""), name="one_review_per_survey_code"
            ),
            models.CheckConstraint(
                condition=Q(outcome="LOST") & ~Q(lost_reason="") | Q(outcome="WON", lost_reason=""),
                name="reviews_of_losses_have_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(survey_code="", survey_until=None)
                | ~Q(survey_code="") & Q(survey_until__isnull=False, asked_at__isnull=False),
                name="surveys_have_an_end",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, closed_by=None) | Q(closed_at__isnull=False),
                name="only_closed_reviews_have_a_closer",
            ),
            sane_times(
                "deal_review_times_are_sane", "decided_at", "opened_at", "survey_until", "asked_at", "closed_at"
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(closed_at=None), name="open_reviews_by_day"),
            models.Index(fields=["-decided_at", "-id"], name="reviews_newest_first"),
            models.Index(fields=["unit", "due_on"], name="deal_reviews_of_a_unit"),
            models.Index(fields=["company", "-asked_at"], name="asked_customers_of_reviews"),
        ]


class ReviewView(models.Model):
    """What one side says decided the deal. Given once; a trigger sees to it that only the owner gives the rep's view and never another's."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.ForeignKey(DealReview, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=8, choices=SIDES)
    person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    factor = models.CharField(max_length=10, choices=FACTORS)
    words = models.CharField(max_length=2000, default="", blank=True)
    contact_name = models.CharField(max_length=80, default="", blank=True)
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "side"], name="one_view_per_side"),
            models.CheckConstraint(
                condition=Q(side="CUSTOMER") | Q(person__isnull=False), name="views_of_ours_have_a_person"
            ),
            sane_times("review_view_times_are_sane", "given_at"),
        ]


class Lesson(models.Model):
    """What is to change after a review: who sees to it, until when, and what became of it."""

    reach = ReachPaths(own="review__owner_id", unit="review__unit_id")
    objects = ScopedQuerySet["Lesson"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    review = models.ForeignKey(DealReview, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=LESSON_KINDS)
    words = models.CharField(max_length=600)
    owner = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField()
    created_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_note = models.CharField(max_length=600, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="lessons_say_something"),
            models.CheckConstraint(
                condition=Q(done_at=None, done_note="") | Q(done_at__isnull=False) & ~Q(done_note=""),
                name="done_lessons_say_what_changed",
            ),
            sane_times("lesson_times_are_sane", "created_at", "done_at"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="lessons_newest_first"),
            models.Index(fields=["due_on", "id"], condition=Q(done_at=None), name="open_lessons_by_day"),
        ]


class LessonUse(models.Model):
    """Somebody used a lesson again, with what came of it; once a person, lesson and day."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    used_on = models.DateField()
    note = models.CharField(max_length=300, default="", blank=True)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lesson", "person", "used_on"], name="one_use_per_person_and_day"),
            sane_times("use_times_are_sane", "used_at"),
        ]
        indexes = [models.Index(fields=["lesson", "-used_at"], name="uses_of_a_lesson")]
