"""Talks between two, and the monthly sharing of the best with what it leaves behind."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.meetings.rules.talks import DraftKind, DraftState, TalkKind


class OneToOne(models.Model):
    """A weekly talk between two: about a representative's week, or about a supervisor's coaching plan.

    `facts`: the numbers of the week as they stood; `plan_id` and `plan_version`: the coaching plan that was talked about.
    """

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in TalkKind])
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    week = models.DateField()
    facts = models.JSONField(default=dict)
    found = models.TextField()
    agreed = models.TextField()
    plan_id = models.UUIDField(null=True)
    plan_version = models.PositiveIntegerField(null=True)
    held_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    held_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["OneToOne"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "person", "week"], name="one_talk_of_a_kind_per_person_and_week"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="talk_weeks_begin_on_monday"),
            models.CheckConstraint(condition=~Q(held_by=F("person")), name="a_talk_is_between_two"),
            models.CheckConstraint(condition=~Q(found="") & ~Q(agreed=""), name="talks_find_and_agree_something"),
            models.CheckConstraint(
                condition=Q(plan_id=None, plan_version=None) | Q(plan_id__isnull=False, plan_version__isnull=False),
                name="a_plan_is_named_with_its_version",
            ),
            sane_times("one_to_one_times_are_sane", "held_at"),
        ]
        indexes = [models.Index(fields=["unit", "week"], name="talks_of_a_unit")]


class MonthlySharing(models.Model):
    """What the verified best of a month shared with the unit, and what was talked about openly.

    `facts`: the verified results that the speaker was chosen by.
    """

    reach = ReachPaths(own="speaker_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    month = models.DateField()
    speaker = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    facts = models.JSONField(default=dict)
    notes = models.TextField()
    problems = models.TextField(default="", blank=True)
    held_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    held_at = models.DateTimeField()

    objects = ScopedQuerySet["MonthlySharing"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month"], name="one_sharing_per_unit_and_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="sharings_are_for_whole_months"),
            models.CheckConstraint(condition=~Q(notes=""), name="sharings_have_notes"),
            sane_times("sharing_times_are_sane", "held_at"),
        ]


class ContentDraft(models.Model):
    """What a sharing leaves for the shared content: a draft that somebody else approves before anybody uses it."""

    reach = ReachPaths(own="author_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sharing = models.ForeignKey(MonthlySharing, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=9, choices=[(one.value, one.value) for one in DraftKind])
    title = models.CharField(max_length=120)
    text = models.TextField()
    state = models.CharField(
        max_length=9, choices=[(one.value, one.value) for one in DraftState], default=DraftState.DRAFT
    )
    author = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    made_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    made_at = models.DateTimeField()

    objects = ScopedQuerySet["ContentDraft"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="content_drafts_say_something"),
            sane_times("content_draft_times_are_sane", "made_at"),
        ]
        indexes = [models.Index(fields=["unit", "-made_at"], name="content_drafts_of_a_unit")]
