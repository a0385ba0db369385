"""Orders, their lines and their contracts."""

from __future__ import annotations

import re

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.pipeline.models.opportunities import Opportunity
from tiejun.pipeline.rules import major


class Order(models.Model):
    """One revision of an order. A signed revision never changes (a trigger watches); an amendment is the next revision.

    `delta_minor` is what signing this revision adds to the one before it, so that sums of signatures stay true.
    `is_trial`: when it was signed, all that it holds were trials.
    """

    class Status(models.TextChoices):
        DRAFT = "DRAFT", pgettext_lazy("order", "Draft")
        SIGNED = "SIGNED", pgettext_lazy("order", "Signed")
        SUPERSEDED = "SUPERSEDED", pgettext_lazy("order", "Amended")
        CANCELLED = "CANCELLED", pgettext_lazy("order", "Cancelled")

    reach = ReachPaths(own="owner_id", unit="unit_id")
    objects = ScopedQuerySet["Order"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20)
    revision = models.PositiveSmallIntegerField(default=1)
    amends = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    opportunity = models.ForeignKey(Opportunity, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    currency = models.CharField(max_length=3)
    list_minor = models.BigIntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    delta_minor = models.BigIntegerField(default=0)
    is_trial = models.BooleanField(default=False)
    terms = models.TextField(default="", blank=True)
    approval_asked_at = models.DateTimeField(null=True)
    approval_asked_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    declined_note = models.CharField(max_length=300, default="", blank=True)
    signed_on = models.DateField(null=True)
    signed_at = models.DateTimeField(null=True)
    cancelled_on = models.DateField(null=True)
    cancel_reason = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "revision"], name="one_order_per_number_and_revision"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(status="SIGNED"), name="one_signed_revision_per_order"
            ),
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(status="DRAFT"), name="one_draft_order_per_opportunity"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, list_minor__gte=0), name="order_amounts_are_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["SIGNED", "SUPERSEDED"])
                | Q(signed_on__isnull=False, signed_at__isnull=False, amount_minor__gt=0),
                name="signed_orders_have_a_day_and_an_amount",
            ),
            models.CheckConstraint(
                condition=~Q(status="CANCELLED") | Q(cancelled_on__isnull=False) & ~Q(cancel_reason=""),
                name="cancelled_orders_have_a_day_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(approved_at__isnull=False), name="approvals_have_a_time"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("owner")), name="nobody_approves_an_own_order"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("approval_asked_by")),
                name="nobody_approves_what_they_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(revision=1, amends=None) | Q(revision__gt=1, amends__isnull=False),
                name="amendments_name_what_they_amend",
            ),
            sane_times(
                "order_times_are_sane", "approval_asked_at", "approved_at", "signed_at", "created_at", "changed_at"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="orders_newest_first"),
            models.Index(fields=["owner", "-created_at", "-id"], name="orders_of_an_owner"),
            models.Index(fields=["unit", "-created_at", "-id"], name="orders_of_a_unit"),
            models.Index(fields=["company", "-created_at"], name="orders_of_a_company"),
            models.Index(fields=["opportunity"], name="orders_of_an_opportunity"),
            models.Index(fields=["signed_on"], condition=Q(signed_on__isnull=False), name="orders_by_signing"),
            models.Index(
                fields=["signed_at"], condition=Q(signed_at__isnull=False), name="orders_by_moment_of_signing"
            ),
            models.Index(fields=["cancelled_on"], condition=Q(cancelled_on__isnull=False), name="orders_by_cancelling"),
            models.Index(fields=["changed_at"], condition=Q(status="CANCELLED"), name="cancelled_by_last_change"),
            models.Index(
                fields=["unit", "approval_asked_at"],
                condition=Q(status="DRAFT", approval_asked_at__isnull=False, approved_at=None),
                name="orders_awaiting_approval",
            ),
        ]


class OrderLine(models.Model):
    """One line of an order; all amounts in minor units, the discount for the whole line."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    product_line = models.ForeignKey("org.ProductLine", on_delete=models.PROTECT, related_name="+")
    description = models.CharField(max_length=200, default="", blank=True)
    quantity = models.PositiveIntegerField()
    list_price_minor = models.BigIntegerField()
    unit_price_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    total_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="one_line_per_position"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantities_are_positive"),
            models.CheckConstraint(
                condition=Q(
                    list_price_minor__gte=0, unit_price_minor__gte=0, discount_minor__gte=0, total_minor__gte=0
                ),
                name="line_amounts_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(total_minor=F("quantity") * F("unit_price_minor") - F("discount_minor")),
                name="line_totals_add_up",
            ),
        ]

    @property
    def unit_price_text(self) -> str:
        """The unit price in major units, as the editor takes it."""
        return major(self.unit_price_minor)

    @property
    def discount_text(self) -> str:
        """The discount in major units, as the editor takes it; empty for none."""
        return major(self.discount_minor) if self.discount_minor else ""


class Contract(models.Model):
    """The paper of an order: its number, its day and the scan. A correction is a further row."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60)
    signed_on = models.DateField()
    signatory = models.CharField(max_length=80, default="", blank=True)
    terms = models.TextField(default="", blank=True)
    file = models.ForeignKey("foundation.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="a_contract_is_recorded_once"),
            sane_times("contract_times_are_sane", "recorded_at"),
        ]

    @property
    def number_as_file_name(self) -> str:
        """The number with the ending of its scan, safe in a header."""
        ending = (
            {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}[self.file.content_type]
            if self.file
            else ""
        )
        return f"{re.sub(r'[^A-Za-z0-9._-]+', '-', self.number).strip('-') or 'contract'}.{ending}"
