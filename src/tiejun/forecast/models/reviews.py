"""The evening: who was to be reviewed, what came of it, and the supervisor's report of the day."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.forecast.rules import Reason, ReviewKind, ReviewState
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class ForecastReview(models.Model):
    """One person's review on one evening: why, for how long, what was found and agreed."""

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    business_day = models.DateField()
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in ReviewState])
    kind = models.CharField(max_length=5, choices=[(one.value, one.value) for one in ReviewKind])
    reasons = ArrayField(models.CharField(max_length=20, choices=[(one.value, one.value) for one in Reason]))
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    findings = models.TextField(default="", blank=True)
    agreed = models.TextField(default="", blank=True)
    itinerary = models.CharField(max_length=500, default="", blank=True)
    itinerary_confirmed = models.BooleanField(default=False)
    backup_checked = models.BooleanField(null=True)
    carry_reason = models.CharField(max_length=300, default="", blank=True)
    handled_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    handled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["ForecastReview"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "business_day"], name="one_review_per_person_and_evening"),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.CARRIED) | ~Q(carry_reason=""), name="carried_reviews_have_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["REQUIRED", "SUGGESTED"]) | Q(handled_at__isnull=False),
                name="handled_reviews_have_their_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.DONE) | Q(itinerary_confirmed=True),
                name="a_review_confirms_the_itinerary",
            ),
            sane_times("review_times_are_sane", "handled_at"),
        ]
        indexes = [models.Index(fields=["unit", "-business_day", "position"], name="reviews_of_a_unit")]


class DailyReport(models.Model):
    """The supervisor's report of a group's day. It writes itself from what was done and is frozen when it is closed."""

    reach = ReachPaths(own="closed_by_id", unit="unit_id")

    class State(models.TextChoices):
        OPEN = "OPEN"
        CLOSED = "CLOSED"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    business_day = models.DateField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    due_at = models.DateTimeField()
    note = models.TextField(default="", blank=True)
    content = models.JSONField(default=dict)
    closed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["DailyReport"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "business_day"], name="one_report_per_unit_and_day"),
            models.CheckConstraint(
                condition=Q(state="OPEN", closed_at=None) | Q(state="CLOSED", closed_at__isnull=False),
                name="closed_reports_have_their_time",
            ),
            sane_times("report_times_are_sane", "due_at", "closed_at"),
        ]
