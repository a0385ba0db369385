"""Ratings of skills: rows are added, never changed, so that a skill map can be drawn as of any day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.talent.rules import EvidenceKind, Level, Skill, Source


class SkillMap(models.Model):
    """One row per person that was ever rated: what a rating locks. `version` counts the ratings by the line."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField("org.Person", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)


class SkillRating(models.Model):
    """What somebody said of a skill on a day. `was`: the level before, of the same source; `unit`: the person's at that time."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    map = models.ForeignKey(SkillMap, on_delete=models.PROTECT, db_index=False, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    skill = models.CharField(max_length=14, choices=[(one.value, one.value) for one in Skill])
    source = models.CharField(max_length=6, choices=[(one.value, one.value) for one in Source])
    was = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in Level])
    level = models.PositiveSmallIntegerField(choices=[(one.value, one.name) for one in Level])
    words = models.CharField(max_length=500)
    rated_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    rated_on = models.DateField()
    rated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(level__lte=3, was__lte=3), name="levels_are_of_the_scale"),
            models.CheckConstraint(
                condition=Q(source="SELF") | Q(level__lte=F("was") + 1), name="levels_are_climbed_one_by_one"
            ),
            models.CheckConstraint(
                condition=Q(source="SELF", rated_by=F("person")) | Q(source="LEADER") & ~Q(rated_by=F("person")),
                name="only_the_own_voice_speaks_of_oneself",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="ratings_say_what_was_seen"),
            sane_times("skill_rating_times_are_sane", "rated_at"),
        ]
        indexes = [models.Index(fields=["person", "source", "skill", "-rated_at", "-id"], name="ratings_of_a_person")]


class RatingEvidence(models.Model):
    """What a rating rests on: an accompanied day, a drill, a visit or a deal of the person."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rating = models.ForeignKey(SkillRating, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in EvidenceKind])
    plan = models.ForeignKey(
        "coaching.CoachingPlan", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    drill = models.ForeignKey("meetings.Drill", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    visit = models.ForeignKey("visits.Visit", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    order = models.ForeignKey("pipeline.Order", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    seen_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="COACHING", plan__isnull=False, drill=None, visit=None, order=None)
                | Q(kind="DRILL", plan=None, drill__isnull=False, visit=None, order=None)
                | Q(kind="VISIT", plan=None, drill=None, visit__isnull=False, order=None)
                | Q(kind="DEAL", plan=None, drill=None, visit=None, order__isnull=False),
                name="evidence_is_one_thing",
            )
        ]
