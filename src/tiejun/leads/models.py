from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class Source(models.Model):
    """Where leads come from."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, default="")


class Pool(models.Model):
    """A public pool. Members of its unit, and of what is below, may see and claim; null = everybody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80, unique=True)
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    is_claimable = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)


class PoolSeat(models.Model):
    """A rep's place at the pools: the one row that is locked when her holdings change. What she holds is counted, not kept."""

    person = models.OneToOneField("org.Person", primary_key=True, on_delete=models.PROTECT, related_name="+")


class Lead(models.Model):
    """A company to be won. The open tenure is the truth of who holds it; `owner` and `unit` are its copy for lists."""

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
    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_index=False, related_name="+")
    status = models.CharField(max_length=15, choices=Status.choices, default=Status.POOLED)
    intent = models.CharField(max_length=10, choices=Intent.choices, default=Intent.UNKNOWN)
    contact_wanted = models.BooleanField(default=False)
    district_code = models.CharField(max_length=6, default="")
    owner = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    tenures_count = models.PositiveSmallIntegerField(default=0)
    frozen_reason = models.CharField(max_length=100, default="")
    batch_id = models.UUIDField(null=True)
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
            sane_times("lead_times_are_sane", "last_activity_at", "next_step_at", "created_at"),
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
            models.Index(fields=["batch_id"], condition=Q(batch_id__isnull=False), name="leads_of_a_batch"),
        ]


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
        CONVERTED = "CONVERTED"

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
            models.Index(fields=["unit", "due_at"], condition=Q(ended_at=None), name="open_tenures_of_a_unit"),
        ]


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
