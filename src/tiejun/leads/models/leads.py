from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.leads.models.pools import Pool


class Lead(models.Model):
    """A company to be won. The open tenure is the truth of who holds it; `owner` and `unit` are its copy for lists.

    `custom`: values of custom fields by key (`fields`), none where nobody wrote one.
    """

    class Status(models.TextChoices):
        POOLED = "POOLED"
        ALLOTTED = "ALLOTTED"
        PRIVATE = "PRIVATE"
        CONVERTED = "CONVERTED"
        RESTING = "RESTING"
        CLOSED_INVALID = "CLOSED_INVALID"
        CLOSED_LOST = "CLOSED_LOST"
        MERGED = "MERGED"

    class Intent(models.TextChoices):
        UNKNOWN = "UNKNOWN"
        LOW = "LOW"
        MEDIUM = "MEDIUM"
        HIGH = "HIGH"

    reach = ReachPaths(own="owner_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, db_index=False, related_name="+")
    source = models.ForeignKey("marketing.Source", on_delete=models.PROTECT, db_index=False, related_name="+")
    status = models.CharField(max_length=15, choices=Status.choices, default=Status.POOLED)
    intent = models.CharField(max_length=10, choices=Intent.choices, default=Intent.UNKNOWN)
    contact_wanted = models.BooleanField(default=False)
    district_code = models.CharField(max_length=6, default="")
    owner = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    tenures_count = models.PositiveSmallIntegerField(default=0)
    frozen_reason = models.CharField(max_length=100, default="")
    woken_at = models.DateTimeField(null=True)
    batch_id = models.UUIDField(null=True)
    custom = models.JSONField(null=True)
    last_activity_at = models.DateTimeField()
    next_step_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Lead"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=~Q(status__in=["CLOSED_INVALID", "CLOSED_LOST", "MERGED"]),
                name="one_open_lead_per_company",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=False, unit__isnull=False) | Q(owner__isnull=True),
                name="a_held_lead_has_an_owner_and_a_unit",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ALLOTTED", "PRIVATE"]) | Q(owner__isnull=False),
                name="private_leads_have_an_owner",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["POOLED", "RESTING"]) | Q(owner__isnull=True),
                name="pooled_leads_have_no_owner",
            ),
            sane_times("lead_times_are_sane", "last_activity_at", "next_step_at", "created_at", "woken_at"),
        ]
        indexes = [
            models.Index(
                fields=["pool", "-last_activity_at", "-id"],
                condition=Q(status="POOLED"),
                name="pooled_leads_newest_first",
            ),
            models.Index(
                fields=["pool", "district_code", "-last_activity_at", "-id"],
                condition=Q(status="POOLED"),
                name="pooled_leads_by_district",
            ),
            models.Index(
                fields=["owner", "-last_activity_at", "-id"], condition=Q(owner__isnull=False), name="leads_of_an_owner"
            ),
            models.Index(
                fields=["unit", "-last_activity_at", "-id"], condition=Q(owner__isnull=False), name="leads_of_a_unit"
            ),
            models.Index(fields=["-last_activity_at", "-id"], name="leads_newest_first"),
            # Leads without a value are not in it: it costs nothing where no field is defined.
            GinIndex(fields=["custom"], condition=Q(custom__isnull=False), name="leads_by_custom_value"),
            models.Index(fields=["created_at"], name="leads_by_creation"),
            models.Index(fields=["batch_id"], condition=Q(batch_id__isnull=False), name="leads_of_a_batch"),
        ]


class LeadView(models.Model):
    """A person opened a lead of a pool on a business day; counted against the daily view limit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_index=False, related_name="+")
    business_day = models.DateField()
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "business_day", "lead"], name="a_lead_counts_once_a_day_per_person"
            )
        ]


class LeadClosing(models.Model):
    """The end of a lead as invalid or lost, with its reason and evidence; a manager may reopen it with a reason."""

    class Outcome(models.TextChoices):
        INVALID = "INVALID"
        LOST = "LOST"

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    reason = models.CharField(max_length=15)
    evidence = models.CharField(max_length=15, default="", blank=True)
    note = models.CharField(max_length=500, default="", blank=True)
    closed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    closed_at = models.DateTimeField()
    reopened_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopen_reason = models.CharField(max_length=300, default="", blank=True)

    objects = ScopedQuerySet["LeadClosing"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(reopened_at=None), name="one_standing_closing_per_lead"
            ),
            models.CheckConstraint(
                condition=Q(outcome="LOST") | ~Q(evidence="") & ~Q(note=""), name="invalid_leads_have_evidence"
            ),
            sane_times("closing_times_are_sane", "closed_at", "reopened_at"),
        ]
        indexes = [models.Index(fields=["unit", "-closed_at"], name="closings_of_a_unit")]


class LeadFreeze(models.Model):
    """A stop on a lead: a dispute, a wish not to be contacted, or a legal matter. `Lead.frozen_reason` is its copy."""

    class Kind(models.TextChoices):
        DISPUTE = "DISPUTE"
        DO_NOT_CONTACT = "DO_NOT_CONTACT"
        LEGAL = "LEGAL"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    note = models.CharField(max_length=300)
    frozen_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    frozen_at = models.DateTimeField()
    thawed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    thawed_at = models.DateTimeField(null=True)
    thaw_note = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(thawed_at=None), name="one_open_freeze_per_lead"),
            sane_times("freeze_times_are_sane", "frozen_at", "thawed_at"),
        ]
