from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tiejun.customers.models.companies import Company
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class CompanyKey(models.Model):
    """One key of a company (`engines.duplicates.keys_of`): companies that share one are compared."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False, related_name="+")
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="a_company_has_a_key_once")]
        indexes = [models.Index(fields=["key", "company"], name="companies_of_a_key")]


class DuplicateProposal(models.Model):
    """Two companies that may be one, with the reasons; a pair that somebody told apart is never proposed again.

    `first` has the smaller id. GONE: the reasons no longer hold.
    """

    class Status(models.TextChoices):
        OPEN = "OPEN"
        APART = "APART"
        MERGED = "MERGED"
        GONE = "GONE"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    first = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False, related_name="+")
    second = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    confidence = models.PositiveSmallIntegerField()
    reasons = ArrayField(models.CharField(max_length=20), default=list)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    found_at = models.DateTimeField()
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_proposal_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="a_pair_is_written_in_one_order"),
            models.CheckConstraint(condition=Q(confidence__lte=99), name="no_proposal_is_certain"),
            sane_times("proposal_times_are_sane", "found_at", "decided_at"),
        ]
        indexes = [
            models.Index(fields=["-confidence", "id"], condition=Q(status="OPEN"), name="open_proposals_surest_first")
        ]


class DuplicateRun(models.Model):
    """A search for duplicates: it looked at companies changed from `since_at` on; the next one begins where it began."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    since_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    companies = models.PositiveIntegerField(default=0)
    compared = models.PositiveIntegerField(default=0)
    proposed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [sane_times("duplicate_run_times_are_sane", "since_at", "started_at", "finished_at")]
        indexes = [models.Index(fields=["-started_at"], name="duplicate_runs_newest_first")]
