from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.leads.models.leads import Lead

if TYPE_CHECKING:
    from datetime import datetime


class LeadTenure(models.Model):
    """One holding of a lead by a person, from a time to a time, under the policy that was in force when it began."""

    class Kind(models.TextChoices):
        ALLOTTED = "ALLOTTED"
        PRIVATE = "PRIVATE"
        PROTECTED = "PROTECTED"

    class Start(models.TextChoices):
        CLAIMED = "CLAIMED"
        CREATED = "CREATED"
        ASSIGNED = "ASSIGNED"
        TRANSFERRED = "TRANSFERRED"
        ALLOTTED = "ALLOTTED"
        PROMOTED = "PROMOTED"
        SWAPPED_IN = "SWAPPED_IN"
        HANDED_OVER = "HANDED_OVER"
        CONVERTED = "CONVERTED"
        RESTORED = "RESTORED"

    class End(models.TextChoices):
        PROMOTED = "PROMOTED"
        RELEASED = "RELEASED"
        RECLAIMED = "RECLAIMED"
        SWAPPED_OUT = "SWAPPED_OUT"
        TRANSFERRED = "TRANSFERRED"
        CONVERTED = "CONVERTED"
        CLOSED = "CLOSED"
        MERGED = "MERGED"
        LEAVER = "LEAVER"
        UNDONE = "UNDONE"

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_index=False, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    start_reason = models.CharField(max_length=12, choices=Start.choices)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    no_deal_due_at = models.DateTimeField(null=True)
    last_qualifying_at = models.DateTimeField(null=True)
    policy_facts = models.JSONField(default=dict)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=12, choices=End.choices, default="", blank=True)
    release_reason = models.CharField(max_length=15, default="", blank=True)
    end_note = models.CharField(max_length=300, default="", blank=True)

    objects = ScopedQuerySet["LeadTenure"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(ended_at=None), name="one_open_tenure_per_lead"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="tenures_end_after_they_start"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="") | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="ended_tenures_have_a_reason",
            ),
            sane_times(
                "tenure_times_are_sane", "started_at", "due_at", "no_deal_due_at", "last_qualifying_at", "ended_at"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "due_at"], condition=Q(ended_at=None), name="open_tenures_of_a_person"),
            models.Index(fields=["person", "-started_at"], name="tenures_of_a_person"),
            models.Index(fields=["lead", "-started_at"], name="tenures_of_a_lead"),
            models.Index(fields=["started_at"], name="tenures_by_beginning"),
            models.Index(fields=["ended_at"], condition=Q(ended_at__isnull=False), name="tenures_by_end"),
            models.Index(fields=["unit", "due_at"], condition=Q(ended_at=None), name="open_tenures_of_a_unit"),
        ]

    def is_due(self, at: datetime) -> bool:
        """Tell whether an open holding has run out at a moment; the same question as `holdings_due`."""
        deadlines = [due for due in (self.due_at, self.no_deal_due_at) if due is not None]
        return self.ended_at is None and self.kind != self.Kind.PROTECTED and any(due <= at for due in deadlines)


def holdings_due(at: datetime) -> Q:
    """Return the filter for open holdings that have run out at a moment; protected customers never do."""
    kinds = (LeadTenure.Kind.PRIVATE, LeadTenure.Kind.ALLOTTED)
    return Q(ended_at=None, kind__in=kinds) & (Q(due_at__lte=at) | Q(no_deal_due_at__lte=at))


class Cooldown(models.Model):
    """Until when a person may not hold a lead again, and why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_index=False, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    cause = models.CharField(max_length=12, choices=LeadTenure.End.choices)
    until = models.DateTimeField()

    class Meta:
        constraints = [sane_times("cooldown_times_are_sane", "until")]
        indexes = [models.Index(fields=["lead", "person", "-until"], name="cooldowns_of_a_lead")]


class FollowUp(models.Model):
    """A contact with the lead. `is_qualifying` and `credit_days` are computed, never entered."""

    class Kind(models.TextChoices):
        VISIT = "VISIT"
        CALL = "CALL"
        MESSAGE = "MESSAGE"
        MEETING = "MEETING"
        DEMO = "DEMO"
        NOTE = "NOTE"

    class Outcome(models.TextChoices):
        NO_ANSWER = "NO_ANSWER"
        TALKED = "TALKED"
        INTERESTED = "INTERESTED"
        NEXT_STEP = "NEXT_STEP"
        REFUSED = "REFUSED"
        WRONG_NUMBER = "WRONG_NUMBER"

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_index=False, related_name="+")
    tenure = models.ForeignKey(LeadTenure, on_delete=models.PROTECT, db_index=False, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    note = models.TextField(default="", blank=True)
    next_step = models.CharField(max_length=200, default="", blank=True)
    next_step_at = models.DateTimeField(null=True)
    is_qualifying = models.BooleanField()
    credit_days = models.PositiveSmallIntegerField()
    happened_at = models.DateTimeField()

    objects = ScopedQuerySet["FollowUp"].as_manager()

    class Meta:
        constraints = [sane_times("follow_up_times_are_sane", "next_step_at", "happened_at")]
        indexes = [
            models.Index(fields=["lead", "-happened_at"], name="follow_ups_of_a_lead"),
            models.Index(fields=["person", "-happened_at"], name="follow_ups_of_a_person"),
        ]
