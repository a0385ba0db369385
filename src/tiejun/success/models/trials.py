"""The trial by which a customer began, and whether it led to the full service."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id


class CustomerTrial(models.Model):
    """One row per company whose first order is a trial; written anew from facts with each check of the customer.

    `unit`: who sold the trial, as the organisation was then. `due_on`: until when it is to lead to the full service, by the policy of
    its first day. `full_on` and what belongs to it: the first order that is more than a trial.
    """

    reach = ReachPaths(own="company__owner_id", unit="company__unit_id")
    objects = ScopedQuerySet["CustomerTrial"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.OneToOneField("customers.Company", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("pipeline.Order", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    began_on = models.DateField()
    due_on = models.DateField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    full_order = models.ForeignKey(
        "pipeline.Order", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    full_on = models.DateField(null=True)
    full_currency = models.CharField(max_length=3, default="", blank=True)
    full_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gt=F("began_on")), name="trials_are_due_after_they_began"),
            models.CheckConstraint(
                condition=Q(full_on=None, full_order=None, full_currency="", full_minor=0)
                | Q(full_on__gte=F("began_on"), full_order__isnull=False) & ~Q(full_currency=""),
                name="what_follows_a_trial_is_known_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(full_on=None), name="trials_that_run"),
            models.Index(fields=["-full_on", "-id"], condition=Q(full_on__isnull=False), name="trials_that_led_on"),
            models.Index(fields=["began_on"], name="trials_by_their_beginning"),
        ]
