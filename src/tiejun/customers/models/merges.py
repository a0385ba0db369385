from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.customers.models.companies import Company
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class CompanyMerge(models.Model):
    """Two companies made one: `absorbed` points to `survivor` until the merge is undone, which is possible until `undo_until`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    survivor = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    absorbed = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False, related_name="+")
    note = models.CharField(max_length=300, default="", blank=True)
    merged_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    merged_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at=None), name="a_company_is_merged_into_one_other"
            ),
            models.CheckConstraint(condition=~Q(survivor=F("absorbed")), name="a_merge_takes_two_companies"),
            sane_times("merge_times_are_sane", "merged_at", "undo_until", "undone_at"),
        ]
        indexes = [models.Index(fields=["-merged_at"], name="merges_newest_first")]


class MergeMove(models.Model):
    """One row that a merge changed, of any module: its columns as they were and as they became, as text.

    A snapshot for one purpose, undoing: nothing searches in it, so JSON is its plain form. `outcome`: what undoing did.
    """

    class Outcome(models.TextChoices):
        MOVED = "MOVED"
        BACK = "BACK"
        CHANGED_SINCE = "CHANGED_SINCE"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merge = models.ForeignKey(CompanyMerge, on_delete=models.PROTECT, db_index=False, related_name="+")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    row_id = models.UUIDField()
    was = models.JSONField()
    became = models.JSONField()
    outcome = models.CharField(max_length=15, choices=Outcome.choices, default=Outcome.MOVED)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "position"], name="moves_of_a_merge_have_an_order")]
