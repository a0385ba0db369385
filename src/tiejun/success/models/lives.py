"""A customer's life with us: how it stands, the hand-over of each order, the six steps, what grew out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.success.texts import FOLLOW_ONS, SIGNALS, STANDINGS, STEPS

if TYPE_CHECKING:
    from datetime import datetime


class CustomerLife(models.Model):
    """One row per company that signed. Reach follows the company's holder.

    `score`, `standing`, `ends_on` and the signals are worked out from facts and kept for lists; `renew_on`: since when a renewal is to be
    proposed. `next_step`: what somebody said is done next, and until when.
    """

    reach = ReachPaths(own="company__owner_id", unit="company__unit_id")
    objects = ScopedQuerySet["CustomerLife"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.OneToOneField("customers.Company", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    score = models.PositiveSmallIntegerField(default=100)
    standing = models.CharField(max_length=8, choices=STANDINGS, default="WELL")
    standing_at = models.DateTimeField()
    ends_on = models.DateField(null=True)
    renew_on = models.DateField(null=True)
    next_step = models.CharField(max_length=200, default="", blank=True)
    next_step_on = models.DateField(null=True)
    next_step_by = models.ForeignKey(
        "org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    checked_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__lte=100), name="health_is_at_most_full"),
            models.CheckConstraint(
                condition=Q(next_step="", next_step_on=None) | ~Q(next_step="") & Q(next_step_on__isnull=False),
                name="next_steps_of_customers_have_a_day",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None, renew_on=None) | Q(ends_on__isnull=False, renew_on__lte=F("ends_on")),
                name="renewals_are_proposed_before_the_end",
            ),
            sane_times("customer_life_times_are_sane", "standing_at", "checked_at"),
        ]
        indexes = [
            models.Index(fields=["score", "id"], condition=~Q(standing="WELL"), name="lives_that_need_care"),
            models.Index(fields=["renew_on", "id"], condition=Q(renew_on__isnull=False), name="lives_to_renew"),
        ]


class HealthSignal(models.Model):
    """A reason of the score of today; written anew with each check."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    life = models.ForeignKey(CustomerLife, on_delete=models.CASCADE, db_index=False, related_name="+")
    kind = models.CharField(max_length=12, choices=SIGNALS)
    points = models.PositiveSmallIntegerField()
    measure = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["life", "kind"], name="one_health_signal_of_a_kind")]


class CustomerHandover(models.Model):
    """The hand-over of a signed order (its first revision) from who sold it to who sees to the customer from now on.

    It is due, then handed over, then received; who receives may send it back with what is missing.
    """

    reach = ReachPaths(own="company__owner_id", unit="company__unit_id")
    objects = ScopedQuerySet["CustomerHandover"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.OneToOneField("pipeline.Order", on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    number = models.CharField(max_length=20)
    signed_on = models.DateField()
    due_at = models.DateTimeField()
    promised = models.CharField(max_length=2000, default="", blank=True)
    contacts = models.CharField(max_length=500, default="", blank=True)
    payment = models.CharField(max_length=500, default="", blank=True)
    ends_on = models.DateField(null=True)
    receiver = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    handed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    handed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_note = models.CharField(max_length=300, default="", blank=True)
    is_over = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(handed_at=None)
                | Q(handed_by__isnull=False, receiver__isnull=False, ends_on__isnull=False)
                & ~Q(promised="")
                & ~Q(contacts=""),
                name="hand_overs_of_customers_are_complete",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None) | Q(handed_at__isnull=False, received_at__gte=F("handed_at")),
                name="customers_are_received_after_handing_over",
            ),
            models.CheckConstraint(
                condition=Q(receiver=None) | Q(handed_by=None) | ~Q(receiver=F("handed_by")),
                name="nobody_hands_a_customer_to_oneself",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("signed_on")), name="contracts_end_after_signing"
            ),
            sane_times("customer_handover_times_are_sane", "due_at", "handed_at", "received_at", "returned_at"),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(received_at=None, is_over=False), name="open_customer_handovers"
            ),
            models.Index(
                fields=["receiver"], condition=Q(received_at=None, is_over=False), name="customers_to_receive"
            ),
        ]

    def is_late(self, now: datetime) -> bool:
        """Tell whether it is past its time and not handed over."""
        return self.handed_at is None and not self.is_over and self.due_at < now


class EnablementStep(models.Model):
    """One of the six steps after signing, done for an order: who did it, on which day, and what shows it."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey("pipeline.Order", on_delete=models.PROTECT, db_index=False, related_name="+")
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=8, choices=STEPS)
    done_on = models.DateField()
    done_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    evidence = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "step"], name="one_step_of_a_kind_per_order"),
            models.CheckConstraint(condition=~Q(evidence=""), name="steps_after_signing_have_evidence"),
            sane_times("enablement_times_are_sane", "recorded_at"),
        ]


class FollowOnDeal(models.Model):
    """Where an opportunity with a customer comes from; or why a contract is not renewed. Decided once per order."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=FOLLOW_ONS)
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("pipeline.Order", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    opportunity = models.OneToOneField("pipeline.Opportunity", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, default="", blank=True)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order"], condition=Q(kind="RENEWAL"), name="one_renewal_per_order"),
            models.CheckConstraint(
                condition=Q(kind="RENEWAL", order__isnull=False)
                | Q(kind__in=["ADD_ON", "TRIAL"], opportunity__isnull=False),
                name="follow_ons_have_an_origin",
            ),
            models.CheckConstraint(
                condition=Q(opportunity__isnull=False, reason="") | Q(opportunity=None) & ~Q(reason=""),
                name="what_is_not_renewed_has_a_reason",
            ),
            sane_times("follow_on_times_are_sane", "decided_at"),
        ]
