"""Opportunities, what proves their stage, and how it changed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.pipeline.rules import OPEN_CATEGORIES, UNDECIDED_STAGES, WON_STAGES, Category, Stage
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
            models.Index(fields=["closed_at"], condition=Q(closed_at__isnull=False), name="opportunities_by_decision"),
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
