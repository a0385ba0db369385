from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.leads.models.leads import Lead
from tiejun.leads.models.tenures import LeadTenure


class Swap(models.Model):
    """One lead into a full private pool, one out of it, in the same transaction."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    tenure_in = models.OneToOneField(LeadTenure, on_delete=models.PROTECT, related_name="+")
    tenure_out = models.OneToOneField(LeadTenure, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(tenure_in=F("tenure_out")), name="a_swap_exchanges_two_leads"),
            sane_times("swap_times_are_sane", "at"),
        ]


class ExtensionRequest(models.Model):
    """A holder asks for more days; who leads the unit decides. `days` are working days, by the policy when it was asked."""

    class Status(models.TextChoices):
        OPEN = "OPEN"
        GRANTED = "GRANTED"
        DENIED = "DENIED"

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenure = models.ForeignKey(LeadTenure, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    reason = models.CharField(max_length=300)
    days = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, default="", blank=True)

    objects = ScopedQuerySet["ExtensionRequest"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenure"], condition=Q(status="OPEN"), name="one_open_extension_request_per_holding"
            ),
            models.CheckConstraint(
                condition=Q(status="OPEN", decided_at=None) | ~Q(status="OPEN") & Q(decided_at__isnull=False),
                name="decided_extension_requests_have_a_time",
            ),
            sane_times("extension_times_are_sane", "asked_at", "decided_at"),
        ]
        indexes = [
            models.Index(fields=["unit", "asked_at"], condition=Q(status="OPEN"), name="open_extensions_of_a_unit")
        ]


class RuleOverride(models.Model):
    """A leader above the group gave a lead against the ring rule or a cool-down; listed weekly for all who lead."""

    class Rule(models.TextChoices):
        RING = "RING"
        COOLING_DOWN = "COOLING_DOWN"

    reach = ReachPaths(own="by_person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_index=False, related_name="+")
    tenure = models.OneToOneField(LeadTenure, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    receiver = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    by_person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    rule = models.CharField(max_length=15, choices=Rule.choices)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()

    objects = ScopedQuerySet["RuleOverride"].as_manager()

    class Meta:
        constraints = [sane_times("override_times_are_sane", "at")]
        indexes = [models.Index(fields=["unit", "-at"], name="overrides_of_a_unit")]
