from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.marketing.models.campaigns import Campaign, Source
from tiejun.marketing.models.inbound import InboundRecord


class Handover(models.Model):
    """A lead that marketing gave to sales: what is known, when and how to reach them, by when, and what became of it.

    `stage` is told by `leads` and the modules above; leads and companies are ids of theirs.
    """

    class Stage(models.TextChoices):
        HANDED = "HANDED"
        CONTACTED = "CONTACTED"
        EFFECTIVE = "EFFECTIVE"
        SIGNED = "SIGNED"
        LOST = "LOST"
        INVALID = "INVALID"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead_id = models.UUIDField(unique=True)
    company_id = models.UUIDField(db_index=True)
    company_name = models.CharField(max_length=200)
    inbound = models.OneToOneField(InboundRecord, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_index=False, related_name="+")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    information = models.TextField(default="", blank=True)
    channel = models.CharField(max_length=8, choices=InboundRecord.Channel.choices)
    window = models.CharField(max_length=10, choices=InboundRecord.Window.choices)
    intent = models.CharField(max_length=10, default="UNKNOWN")
    handed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    contacted_at = models.DateTimeField(null=True)
    contact_minutes = models.PositiveIntegerField(null=True)
    breach_told_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.HANDED)
    stage_at = models.DateTimeField()
    effective_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    disposition = models.CharField(max_length=20, default="", blank=True)
    evidence = models.CharField(max_length=500, default="", blank=True)
    disposed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    disposed_at = models.DateTimeField(null=True)
    is_valid_by_dispute = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage__in=["INVALID", "LOST"]) | ~Q(disposition=""), name="closed_hand_overs_say_why"
            ),
            models.CheckConstraint(
                condition=~Q(stage="CONTACTED") | Q(contacted_at__isnull=False), name="contacted_hand_overs_have_a_time"
            ),
            sane_times(
                "handover_times_are_sane",
                "handed_at",
                "due_at",
                "contacted_at",
                "breach_told_at",
                "stage_at",
                "effective_at",
                "signed_at",
                "disposed_at",
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "-stage_at", "-id"], name="hand_overs_by_stage"),
            models.Index(fields=["campaign", "stage"], name="hand_overs_of_a_campaign"),
            models.Index(
                fields=["due_at"],
                condition=Q(contacted_at=None, breach_told_at=None),
                name="hand_overs_waiting_for_contact",
            ),
        ]


class Touch(models.Model):
    """One contact of a company with our marketing that belongs to a lead; the first one is the lead's source."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead_id = models.UUIDField()
    inbound = models.OneToOneField(InboundRecord, null=True, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_index=False, related_name="+")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    is_first = models.BooleanField()
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead_id"], condition=Q(is_first=True), name="one_first_source_per_lead"),
            sane_times("touch_times_are_sane", "happened_at"),
        ]
        indexes = [models.Index(fields=["lead_id", "-happened_at"], name="touches_of_a_lead")]


class Referral(models.Model):
    """A customer who named another company; both are ids of the modules above. `may_name`: they agreed to be named there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead_id = models.UUIDField(unique=True)
    referrer_company_id = models.UUIDField(db_index=True)
    referrer_name = models.CharField(max_length=200)
    note = models.CharField(max_length=300, default="", blank=True)
    named_by = models.CharField(max_length=80, default="", blank=True)
    may_name = models.BooleanField(default=False)
    told_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [sane_times("referral_times_are_sane", "told_at")]


class LeadDispute(models.Model):
    """Marketing's objection to an "invalid": open, then upheld (the lead was good) or overturned (the mark stands)."""

    class Status(models.TextChoices):
        OPEN = "OPEN"
        UPHELD = "UPHELD"
        OVERTURNED = "OVERTURNED"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="+")
    marketing_reason = models.CharField(max_length=500)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    opened_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_note = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover"], name="one_dispute_per_hand_over"),
            models.CheckConstraint(
                condition=Q(status="OPEN", decided_at=None) | ~Q(status="OPEN") & Q(decided_at__isnull=False),
                name="decided_disputes_have_a_time",
            ),
            sane_times("dispute_times_are_sane", "opened_at", "decided_at"),
        ]
        indexes = [models.Index(fields=["status", "-opened_at", "-id"], name="disputes_by_status")]


class InvalidDraw(models.Model):
    """One random draw among the invalid marks of a span of days; the same seed over the same marks draws the same ones."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first_on = models.DateField()
    last_on = models.DateField()
    seed = models.CharField(max_length=64)
    percent = models.PositiveSmallIntegerField()
    frame_count = models.PositiveIntegerField()
    frame_digest = models.CharField(max_length=64)
    drawn_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [sane_times("draw_times_are_sane", "drawn_at")]


class InvalidCheck(models.Model):
    """One drawn mark: confirmed, or found wrong with a note."""

    class Verdict(models.TextChoices):
        CONFIRMED = "CONFIRMED"
        WRONG = "WRONG"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draw = models.ForeignKey(InvalidDraw, on_delete=models.PROTECT, related_name="+")
    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices, default="", blank=True)
    note = models.CharField(max_length=500, default="", blank=True)
    checked_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "handover"], name="one_check_per_draw_and_mark"),
            sane_times("invalid_check_times_are_sane", "checked_at"),
        ]
