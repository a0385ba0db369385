"""What a meeting ends with: decisions, and actions with an owner and a day."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.meetings.models.meetings import Meeting
from tiejun.meetings.rules import ActionState


class Decision(models.Model):
    """What was decided in a meeting."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=500)
    made_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="decisions_say_something"),
            sane_times("decision_times_are_sane", "made_at"),
        ]


class ActionItem(models.Model):
    """Who does what until when; it stands on each meeting of its unit until it is done, or dropped with a reason."""

    reach = ReachPaths(own="owner_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    owner = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    words = models.CharField(max_length=300)
    due_on = models.DateField()
    state = models.CharField(
        max_length=7, choices=[(one.value, one.value) for one in ActionState], default=ActionState.OPEN
    )
    made_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, default="", blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["ActionItem"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="actions_say_something"),
            models.CheckConstraint(
                condition=Q(state="OPEN", ended_at=None, ended_by=None)
                | Q(state__in=["DONE", "DROPPED"], ended_at__gte=F("made_at"), ended_by__isnull=False),
                name="ended_actions_say_when_and_by_whom",
            ),
            models.CheckConstraint(condition=~Q(state="DROPPED") | ~Q(reason=""), name="dropped_actions_have_a_reason"),
            sane_times("action_times_are_sane", "made_at", "ended_at"),
        ]
        indexes = [
            models.Index(fields=["unit", "due_on"], condition=Q(state="OPEN"), name="open_actions_of_a_unit"),
            models.Index(fields=["owner", "due_on"], condition=Q(state="OPEN"), name="open_actions_of_a_person"),
        ]
