from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.leads.models.leads import Lead
from tiejun.leads.models.tenures import LeadTenure


class LeadReminder(models.Model):
    """A step at which a holder is told that a holding runs out at `due_at`: planned for `remind_at`, told at `sent_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenure = models.ForeignKey(LeadTenure, on_delete=models.PROTECT, db_index=False, related_name="+")
    step = models.CharField(max_length=6)
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenure", "due_at", "step"], name="one_reminder_per_holding_deadline_and_step"
            ),
            sane_times("reminder_times_are_sane", "due_at", "remind_at", "sent_at"),
        ]
        indexes = [models.Index(fields=["remind_at"], condition=Q(sent_at=None), name="reminders_not_sent")]


class ReclaimRun(models.Model):
    """What one night took back from a unit; `due_at` is the moment of the business clock that it works for.

    `broke_off_at`: when it failed in the middle, until a repeat goes on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    business_day = models.DateField()
    due_at = models.DateTimeField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    broke_off_at = models.DateTimeField(null=True)
    handed_over = models.PositiveIntegerField(default=0)
    pooled = models.PositiveIntegerField(default=0)
    rested = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "business_day"], name="one_reclaim_run_per_unit_and_business_day"),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at")),
                name="reclaim_runs_end_after_they_start",
            ),
            sane_times("reclaim_run_times_are_sane", "due_at", "started_at", "finished_at", "broke_off_at"),
        ]
        indexes = [models.Index(fields=["-due_at", "-id"], name="reclaim_runs_newest_first")]

    @property
    def taken(self) -> int:
        """Return how many holdings it ended."""
        return self.handed_over + self.pooled + self.rested


class ReclaimItem(models.Model):
    """What a run did with one due holding, and why: taken from `person`, given to `to_person`, or left with its holder.

    `lead`, `person` and `unit` are the holding's own, copied for lists: its keys keep them, so the database checks them once.
    """

    class Outcome(models.TextChoices):
        HANDED_OVER = "HANDED_OVER"
        POOLED = "POOLED"
        RESTED = "RESTED"
        LEFT = "LEFT"

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(ReclaimRun, on_delete=models.PROTECT, db_index=False, related_name="+")
    tenure = models.ForeignKey(LeadTenure, on_delete=models.PROTECT, db_index=False, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+")
    person = models.ForeignKey(
        "org.Person", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    unit = models.ForeignKey(
        "org.Unit", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    to_person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    outcome = models.CharField(max_length=11, choices=Outcome.choices)
    cause = models.CharField(max_length=12)
    why_left = models.CharField(max_length=17, default="", blank=True)
    reasons = models.JSONField(default=list)
    happened_at = models.DateTimeField()

    objects = ScopedQuerySet["ReclaimItem"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "tenure"], name="one_item_per_run_and_holding"),
            models.CheckConstraint(
                condition=Q(outcome="HANDED_OVER", to_person__isnull=False)
                | ~Q(outcome="HANDED_OVER") & Q(to_person__isnull=True),
                name="who_is_handed_a_lead_is_named",
            ),
            models.CheckConstraint(
                condition=Q(outcome="LEFT") & ~Q(why_left="") | ~Q(outcome="LEFT") & Q(why_left=""),
                name="what_is_left_says_why",
            ),
            sane_times("reclaim_item_times_are_sane", "happened_at"),
        ]
        indexes = [
            models.Index(fields=["run", "person", "id"], name="reclaim_items_of_a_run"),
            models.Index(fields=["person", "-happened_at"], name="reclaim_items_of_a_person"),
            models.Index(
                fields=["to_person", "-happened_at"],
                condition=Q(to_person__isnull=False),
                name="reclaim_items_of_a_receiver",
            ),
        ]
