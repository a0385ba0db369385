"""The text of contracts in versions, and the papers that were made of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.pipeline.models.orders import Order


class ContractTemplate(models.Model):
    """One version of the company's contract text; it never changes, the next one has the next number."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    text = models.TextField()
    text_en = models.TextField()
    published_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gt=0), name="contract_text_numbers_are_positive"),
            sane_times("contract_text_times_are_sane", "published_at"),
        ]


class ContractPaper(models.Model):
    """A contract that was made as PDF: of which state of the order, by which text (0: the standard one), with which content hash."""

    ledger = True
    reach = ReachPaths(own="order__owner_id", unit="order__unit_id")
    objects = ScopedQuerySet["ContractPaper"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, choices=[("zh", "zh"), ("en", "en")])
    text_number = models.PositiveIntegerField()
    facts_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "language", "facts_digest"], name="one_paper_per_content"),
            sane_times("contract_paper_times_are_sane", "made_at"),
        ]
        indexes = [models.Index(fields=["order", "-made_at"], name="papers_of_an_order")]
