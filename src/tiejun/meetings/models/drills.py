"""The rehearsal of a hard point: who plays, and what peers score without seeing each other's figures."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.meetings.models.meetings import Meeting
from tiejun.meetings.rules import DrillState
from tiejun.meetings.rules.drilling import ROUNDS, STEPS, Flow, Subject


class Drill(models.Model):
    """A drill of a meeting: `count` of `of` is why it was proposed; `revealed` rounds can be seen, the one after them is blind."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Subject])
    count = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(
        max_length=8, choices=[(one.value, one.value) for one in DrillState], default=DrillState.PROPOSED
    )
    player = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    customer = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    flow = models.CharField(max_length=11, choices=[(one.value, one.value) for one in Flow], default="", blank=True)
    round = models.PositiveSmallIntegerField(default=0)
    revealed = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "subject"], name="a_subject_is_drilled_once_a_meeting"),
            models.UniqueConstraint(fields=["meeting"], condition=Q(state="PLAYING"), name="one_drill_at_a_time"),
            models.CheckConstraint(
                condition=Q(state__in=["PROPOSED", "SKIPPED"])
                | (Q(player__isnull=False, customer__isnull=False) & ~Q(player=F("customer")) & ~Q(flow="")),
                name="a_drill_is_played_by_two",
            ),
            models.CheckConstraint(condition=~Q(state="SKIPPED") | ~Q(reason=""), name="skipped_drills_have_a_reason"),
            models.CheckConstraint(
                condition=Q(round__lte=ROUNDS, revealed__lte=F("round")), name="rounds_are_revealed_in_order"
            ),
        ]


class DrillScore(models.Model):
    """A peer's figures of one round: 1 to 5 for each step. Seen by nobody but its author until the round is revealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    drill = models.ForeignKey(Drill, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    scorer = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    points = ArrayField(models.PositiveSmallIntegerField(), size=STEPS)
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["drill", "round", "scorer"], name="one_score_per_peer_and_round"),
            models.CheckConstraint(
                condition=Q(points__len=STEPS, points__contained_by=[1, 2, 3, 4, 5]), name="scores_are_one_to_five"
            ),
            sane_times("drill_score_times_are_sane", "scored_at"),
        ]
