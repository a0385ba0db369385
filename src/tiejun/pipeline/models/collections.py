"""What is to come in for an order, and what came."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.pipeline.models.orders import Order


class CollectionPlan(models.Model):
    """How the money of an order is to come in. `order` is the signed revision in force; `received_minor` counts all receipts.

    What was received beyond the amount is the overpayment: `received_minor - amount_minor`, allowed only when flagged.
    """

    reach = ReachPaths(own="order__owner_id", unit="order__unit_id")
    objects = ScopedQuerySet["CollectionPlan"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    received_minor = models.BigIntegerField(default=0)
    overpaid_minor = models.BigIntegerField(default=0)
    collected_on = models.DateField(null=True)
    is_closed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, received_minor__gte=0, overpaid_minor__gte=0),
                name="plan_amounts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(received_minor__lte=F("amount_minor") + F("overpaid_minor")),
                name="receipts_exceed_only_as_overpayment",
            ),
            models.CheckConstraint(
                condition=Q(collected_on=None) | Q(received_minor__gte=F("amount_minor")),
                name="collected_means_all_came_in",
            ),
        ]


class Instalment(models.Model):
    """A part of a collection plan: due on a day; paid when `received_minor` reaches its amount; without amount it is void."""

    reach = ReachPaths(own="plan__order__owner_id", unit="plan__order__unit_id")
    objects = ScopedQuerySet["Instalment"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(CollectionPlan, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_minor = models.BigIntegerField()
    received_minor = models.BigIntegerField(default=0)
    is_open = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"], name="one_instalment_per_position", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, received_minor__gte=0, received_minor__lte=F("amount_minor")),
                name="instalments_receive_at_most_their_amount",
            ),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(received_minor__lt=F("amount_minor")),
                name="open_instalments_await_money",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(is_open=True), name="open_instalments_by_day"),
            models.Index(
                F("amount_minor") - F("received_minor"), condition=Q(is_open=True), name="open_instalments_by_amount"
            ),
        ]


class Receipt(models.Model):
    """Money that came in; never edited. A correction is a row with the negative amount that names what it reverses."""

    class Method(models.TextChoices):
        BANK = "BANK", pgettext_lazy("payment", "Bank transfer")
        CASH = "CASH", pgettext_lazy("payment", "Cash")
        CARD = "CARD", pgettext_lazy("payment", "Card")
        ALIPAY = "ALIPAY", pgettext_lazy("payment", "Alipay")
        WECHAT = "WECHAT", pgettext_lazy("payment", "WeChat Pay")
        CHEQUE = "CHEQUE", pgettext_lazy("payment", "Cheque")
        OTHER = "OTHER", pgettext_lazy("payment", "Other")

    ledger = True
    reach = ReachPaths(own="plan__order__owner_id", unit="plan__order__unit_id")
    objects = ScopedQuerySet["Receipt"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    plan = models.ForeignKey(CollectionPlan, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=10, choices=Method.choices)
    reference = models.CharField(max_length=80, default="", blank=True)
    payer = models.CharField(max_length=200, default="", blank=True)
    note = models.CharField(max_length=300, default="", blank=True)
    received_on = models.DateField()
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="+")
    credited_to = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, reverses=None) | Q(amount_minor__lt=0, reverses__isnull=False),
                name="receipts_are_positive_reversals_negative",
            ),
            sane_times("receipt_times_are_sane", "recorded_at"),
        ]
        indexes = [
            models.Index(fields=["-received_on", "-id"], name="receipts_newest_first"),
            models.Index(fields=["plan", "-received_on"], name="receipts_of_a_plan"),
            models.Index(fields=["credited_to", "received_on"], name="receipts_of_a_seller"),
            models.Index(fields=["reference"], condition=~Q(reference=""), name="receipts_by_reference"),
            models.Index(fields=["recorded_at"], name="receipts_by_recording"),
        ]


class ReceiptConfirmation(models.Model):
    """The second person of a cash receipt, who is not the one that recorded it; only then does the cash count."""

    ledger = True

    receipt = models.OneToOneField(Receipt, primary_key=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [sane_times("confirmation_times_are_sane", "confirmed_at")]
        indexes = [models.Index(fields=["confirmed_at"], name="confirmations_by_moment")]


class ReceiptMatch(models.Model):
    """The share of a receipt that pays an instalment; negative for a reversal."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+")
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="matches_are_not_zero"),
        ]
