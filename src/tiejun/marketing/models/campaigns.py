from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class Source(models.Model):
    """Where leads come from, and how they are to be played: by when the first contact, with which words."""

    class Play(models.TextChoices):
        OWN_WORK = "OWN_WORK"
        INBOUND = "INBOUND"
        REGISTRATION = "REGISTRATION"
        REFERRAL = "REFERRAL"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, default="")
    play = models.CharField(max_length=15, choices=Play.choices, default=Play.OWN_WORK)
    first_contact_hours = models.PositiveSmallIntegerField(null=True)
    talking_points = models.TextField(default="", blank=True)
    version = models.PositiveIntegerField(default=1)


class Campaign(models.Model):
    """A planned effort that brings inbound records of one source; money in minor units of its currency."""

    class Means(models.TextChoices):
        BENEFIT = "BENEFIT"
        BRAND = "BRAND"
        EVENT = "EVENT"
        ADS = "ADS"

    class Status(models.TextChoices):
        PLANNED = "PLANNED"
        RUNNING = "RUNNING"
        CLOSED = "CLOSED"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, unique=True)
    means = models.CharField(max_length=10, choices=Means.choices)
    is_online = models.BooleanField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    budget_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="CNY")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PLANNED)
    started_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(budget_minor__gte=0), name="budgets_are_not_negative"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="campaigns_end_after_they_start"
            ),
            models.CheckConstraint(
                condition=Q(status="CLOSED", closed_at__isnull=False) | ~Q(status="CLOSED") & Q(closed_at=None),
                name="closed_campaigns_have_a_time",
            ),
            sane_times("campaign_times_are_sane", "started_at", "closed_at", "created_at"),
        ]


class CostEntry(models.Model):
    """Money spent on a campaign; a mistake is taken back by an entry of the opposite amount, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    spent_on = models.DateField()
    note = models.CharField(max_length=200)
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reverses=None, amount_minor__gt=0) | Q(reverses__isnull=False, amount_minor__lt=0),
                name="costs_are_positive_unless_they_take_back",
            ),
            sane_times("cost_times_are_sane", "entered_at"),
        ]
        indexes = [models.Index(fields=["campaign", "-spent_on"], name="costs_of_a_campaign")]
