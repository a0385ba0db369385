from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.coaching.models.plans import CoachingPlan, ImprovementPoint
from tiejun.coaching.rules import Phase, Rating
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class CoachingVisit(models.Model):
    """What was said right after one visit. `visit` follows by itself where the record of the visit comes later.

    `given_at`: when it was said, by the phone's corrected clock; `kept_at`: when it arrived.
    """

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(CoachingPlan, on_delete=models.PROTECT, db_index=False, related_name="+")
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, db_index=False, related_name="+")
    visit = models.ForeignKey("visits.Visit", null=True, on_delete=models.PROTECT, related_name="+")
    phase = models.CharField(max_length=7, choices=[(one.value, one.value) for one in Phase])
    why_not_shown = models.CharField(max_length=300, default="", blank=True)
    strength = models.CharField(max_length=500)
    comment = models.CharField(max_length=1000, default="", blank=True)
    encouraged = models.BooleanField()
    given_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(strength=""), name="affirmation_comes_first"),
            sane_times("talk_times_are_sane", "given_at", "kept_at"),
        ]
        indexes = [models.Index(fields=["plan", "given_at"], name="talks_of_a_plan")]


class PointRating(models.Model):
    """How a point was seen at one visit."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    talk = models.ForeignKey(CoachingVisit, on_delete=models.PROTECT, db_index=False, related_name="+")
    point = models.ForeignKey(ImprovementPoint, on_delete=models.PROTECT, related_name="+")
    rating = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in Rating])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["talk", "point"], name="a_point_is_rated_once_per_visit"),
            models.CheckConstraint(condition=Q(rating__lte=3), name="ratings_are_of_the_scale"),
        ]


class CoachingSummary(models.Model):
    """The written review of the day. `why_few`: why the primary point was watched at one visit only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.OneToOneField(CoachingPlan, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    next_step = models.CharField(max_length=500, default="", blank=True)
    why_few = models.CharField(max_length=300, default="", blank=True)
    written_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    sent_at = models.DateTimeField()
    is_late = models.BooleanField()
    read_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_summary_says_something"),
            sane_times("summary_times_are_sane", "sent_at", "read_at"),
        ]
