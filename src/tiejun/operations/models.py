from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class ClockUnit(models.Model):
    """A unit on the business clock: `started_on` is its first business day, `planned_on` the last whose runs exist."""

    unit_id = models.UUIDField(primary_key=True)
    started_on = models.DateField()
    planned_on = models.DateField()


class AuditCheck(models.Model):
    """One walk over the audit chain that somebody asked for: its result and the head it saw, to be kept outside."""

    class Status(models.TextChoices):
        ASKED = "ASKED"
        HOLDS = "HOLDS"
        BROKEN = "BROKEN"

    reach = ReachPaths(own="asked_by_id", unit="asked_by_id")
    objects = ScopedQuerySet["AuditCheck"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asked_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    entries = models.BigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default="")
    faults = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="ASKED") | Q(finished_at__isnull=False), name="finished_checks_have_their_time"
            ),
            sane_times("check_times_are_sane", "asked_at", "finished_at"),
        ]
        indexes = [models.Index(fields=["-asked_at", "-id"], name="checks_newest_first")]
