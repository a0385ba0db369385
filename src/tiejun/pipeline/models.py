from __future__ import annotations

import re

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.pipeline.rules import OPEN_CATEGORIES, UNDECIDED_STAGES, WON_STAGES, Category, Stage, major
from tiejun.pipeline.texts import CATEGORIES, REASONS, STAGES

UNDECIDED = [stage.value for stage in UNDECIDED_STAGES]
WON = [stage.value for stage in WON_STAGES]


class Opportunity(models.Model):
    """A possible sale of one product line to one company. `stage` is derived from `Proof`; nobody types it.

    While it is undecided, `owner` and `unit` follow the company's holder; afterwards they stay as they were.
    """

    reach = ReachPaths(own="owner_id", unit="unit_id")
    objects = ScopedQuerySet["Opportunity"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    product_line = models.ForeignKey("org.ProductLine", on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    close_on = models.DateField()
    category = models.CharField(max_length=10, choices=CATEGORIES, default=Category.PIPELINE.value)
    stage = models.CharField(max_length=12, choices=STAGES, default=Stage.IDENTIFIED.value)
    stage_at = models.DateTimeField()
    pushes = models.PositiveSmallIntegerField(default=0)
    next_step = models.CharField(max_length=200, default="", blank=True)
    next_step_at = models.DateTimeField(null=True)
    lost_reason = models.CharField(max_length=12, choices=REASONS, default="", blank=True)
    lost_note = models.CharField(max_length=500, default="", blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "product_line"],
                condition=Q(stage__in=UNDECIDED),
                name="one_open_opportunity_per_company_and_product_line",
            ),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="opportunity_amounts_are_not_negative"),
            models.CheckConstraint(
                condition=Q(stage="LOST") & ~Q(lost_reason="") | ~Q(stage="LOST") & Q(lost_reason=""),
                name="lost_opportunities_have_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=UNDECIDED, closed_at=None) | ~Q(stage__in=UNDECIDED) & Q(closed_at__isnull=False),
                name="decided_opportunities_are_closed",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=WON, category="CLOSED")
                | Q(stage="LOST", category="OMITTED")
                | Q(stage__in=UNDECIDED, category__in=[c.value for c in OPEN_CATEGORIES]),
                name="the_category_fits_the_stage",
            ),
            sane_times(
                "opportunity_times_are_sane", "stage_at", "next_step_at", "opened_at", "changed_at", "closed_at"
            ),
        ]
        indexes = [
            models.Index(fields=["close_on", "id"], name="opportunities_by_close_date"),
            models.Index(fields=["owner", "close_on", "id"], name="opportunities_of_an_owner"),
            models.Index(fields=["unit", "stage", "close_on", "id"], name="opportunities_of_a_unit"),
            models.Index(fields=["stage", "close_on", "id"], name="opportunities_by_stage"),
            models.Index(fields=["company", "-opened_at"], name="opportunities_of_a_company"),
            models.Index(fields=["opened_at"], name="opportunities_by_opening"),
            models.Index(fields=["changed_at"], condition=Q(stage__in=UNDECIDED), name="undecided_by_last_change"),
        ]


class Proof(models.Model):
    """A fact that proves a stage: the visit, order or receipt it comes from. Withdrawn when that fact is undone."""

    class Source(models.TextChoices):
        VISIT = "VISIT"
        ORDER = "ORDER"
        RECEIPT = "RECEIPT"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    opportunity = models.ForeignKey(Opportunity, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=12, choices=STAGES)
    source = models.CharField(max_length=10, choices=Source.choices)
    source_id = models.UUIDField()
    happened_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "stage", "source_id"], name="a_fact_proves_a_stage_once"),
            sane_times("proof_times_are_sane", "happened_at", "withdrawn_at"),
        ]


class VisitFact(models.Model):
    """What a visit to a company proved, whether or not there was an opportunity yet: opening one later looks back at these."""

    visit_id = models.UUIDField(primary_key=True)
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    stages = ArrayField(models.CharField(max_length=12, choices=STAGES))
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [sane_times("visit_fact_times_are_sane", "happened_at")]
        indexes = [models.Index(fields=["company", "-happened_at"], name="visit_facts_of_a_company")]


class StageChange(models.Model):
    """A move between stages with the fact that caused it; `source_id` is empty for decisions of people."""

    class Source(models.TextChoices):
        OPENING = "OPENING"
        VISIT = "VISIT"
        ORDER = "ORDER"
        RECEIPT = "RECEIPT"
        DECISION = "DECISION"
        SILENCE = "SILENCE"

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    opportunity = models.ForeignKey(Opportunity, on_delete=models.PROTECT, related_name="+")
    stage_from = models.CharField(max_length=12, choices=STAGES, default="", blank=True)
    stage_to = models.CharField(max_length=12, choices=STAGES)
    source = models.CharField(max_length=10, choices=Source.choices)
    source_id = models.UUIDField(null=True)
    changed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(stage_from=F("stage_to")), name="a_stage_change_changes"),
            models.CheckConstraint(
                condition=~Q(source__in=["VISIT", "ORDER", "RECEIPT"]) | Q(source_id__isnull=False),
                name="no_stage_without_its_fact",
            ),
            sane_times("stage_change_times_are_sane", "changed_at"),
        ]
        indexes = [models.Index(fields=["opportunity", "-changed_at"], name="stages_of_an_opportunity")]


class Order(models.Model):
    """One revision of an order. A signed revision never changes (a trigger watches); an amendment is the next revision.

    `delta_minor` is what signing this revision adds to the one before it, so that sums of signatures stay true.
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
        indexes = [models.Index(fields=["due_on", "id"], condition=Q(is_open=True), name="open_instalments_by_day")]


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
        ]


class ReceiptConfirmation(models.Model):
    """The second person of a cash receipt, who is not the one that recorded it; only then does the cash count."""

    ledger = True

    receipt = models.OneToOneField(Receipt, primary_key=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [sane_times("confirmation_times_are_sane", "confirmed_at")]


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
