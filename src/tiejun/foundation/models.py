from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times

NO_UNIT = "00000000-0000-0000-0000-000000000000"


class AuditEntry(models.Model):
    """One row of the audit log; written only by `audit.append()` in the database."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.TextField()
    person_id = models.UUIDField(null=True)
    on_behalf_of = models.UUIDField(null=True)
    event = models.TextField()
    target_kind = models.TextField()
    target_id = models.UUIDField(null=True)
    facts = models.JSONField()
    reason = models.TextField()
    origin = models.TextField()
    request_id = models.TextField()

    class Meta:
        managed = False
        db_table = 'audit"."entry'


class ClientKey(models.Model):
    """A used client key with the reference to its result; never expires."""

    key = models.CharField(max_length=80)
    actor = models.CharField(max_length=36)
    digest = models.BinaryField(max_length=32)
    action = models.CharField(max_length=80)
    result = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="one_answer_per_client_key")]


class Effect(models.Model):
    """An effect of a job that happened; the key says which."""

    key = models.CharField(max_length=200, primary_key=True)
    made_at = models.DateTimeField()


class StoredFile(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)
    stored_at = models.DateTimeField()


class StoredChunk(models.Model):
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="one_chunk_per_number")]


class PolicyVersion(models.Model):
    """One value of one policy key, in force from a time on, for the company (`unit_id` null) or a unit and what is below.

    A trigger keeps what was drafted as it was: only its state and its end change.
    """

    class Status(models.TextChoices):
        DRAFT = "DRAFT"
        APPROVED = "APPROVED"
        WITHDRAWN = "WITHDRAWN"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=80)
    unit_id = models.UUIDField(null=True)
    value = models.JSONField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)
    author_id = models.UUIDField(null=True)
    approver_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=500)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_policy_value_at_a_time",
                expressions=[
                    (F("key"), RangeOperators.EQUAL),
                    (Coalesce(F("unit_id"), models.Value(NO_UNIT, models.UUIDField())), RangeOperators.EQUAL),
                    (Func(F("valid_from"), F("valid_to"), function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status="APPROVED"),
            ),
            sane_times("policy_times_are_sane", "valid_from", "valid_to", "made_at"),
        ]


class ClockRun(models.Model):
    """One event of the business clock for one unit and business day: due, running, done, failed or skipped."""

    class Status(models.TextChoices):
        DUE = "DUE"
        RUNNING = "RUNNING"
        DONE = "DONE"
        FAILED = "FAILED"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit_id = models.UUIDField()
    event = models.CharField(max_length=60)
    business_day = models.DateField()
    position = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DUE)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    error = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit_id", "event", "business_day"], name="one_run_per_unit_event_and_business_day"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=~Q(status="DONE"), name="clock_runs_not_done"),
            models.Index(fields=["-due_at", "-id"], name="clock_runs_newest_first"),
        ]


class Counter(models.Model):
    """A named running number (order numbers and the like); the row is locked when a number is taken."""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.BigIntegerField(default=0)


class StrangerHour(models.Model):
    """How often an address (its keyed hash alone) asked for a page without an account in an hour (hours since 1970)."""

    id = models.BigAutoField(primary_key=True)
    hour = models.BigIntegerField()
    page = models.CharField(max_length=80)
    address = models.BinaryField(max_length=16)
    used = models.PositiveIntegerField()

    class Meta:
        constraints = [
            # The hour stands first: what is forgotten each night is found by the same index.
            models.UniqueConstraint(fields=["hour", "page", "address"], name="one_count_per_hour_page_and_address")
        ]
