from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.engines.districts.datum import Ground
from tiejun.engines.geo import Datum
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class LeadImport(models.Model):
    """One file on its way in: uploaded, read, mapped, running, done; `position` is the last row that was settled.

    Its rows become leads of `pool`, or, with a campaign, records that marketing checks first; `consent_basis` is theirs.
    `datum`: what its positions refer to, guessed on `datum_ground` until the run is started with the one that was chosen.
    """

    class State(models.TextChoices):
        UPLOADED = "UPLOADED"
        READ = "READ"
        RUNNING = "RUNNING"
        DONE = "DONE"
        CANCELLED = "CANCELLED"
        FAILED = "FAILED"

    reach = ReachPaths(own="uploaded_by_id", unit="unit_id")
    objects = ScopedQuerySet["LeadImport"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    rows_file = models.ForeignKey("foundation.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    uploaded_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    pool = models.ForeignKey("leads.Pool", null=True, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey("marketing.Campaign", null=True, on_delete=models.PROTECT, related_name="+")
    consent_basis = models.CharField(max_length=200, default="", blank=True)
    source = models.ForeignKey("marketing.Source", on_delete=models.PROTECT, related_name="+")
    city_code = models.CharField(max_length=6, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    encoding = models.CharField(max_length=20, default="")
    delimiter = models.CharField(max_length=1, default="")
    sheets = models.JSONField(default=list)
    sheet = models.CharField(max_length=120, default="")
    header_row = models.PositiveIntegerField(default=0)
    columns = models.JSONField(default=list)
    preview = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    datum = models.CharField(max_length=5, choices=[(one.value, one.value) for one in Datum], default="")
    datum_ground = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Ground], default="")
    rows_total = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0)
    faulty_count = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=40, default="")
    uploaded_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    @property
    def settled_count(self) -> int:
        """Rows of the table that were looked at."""
        return self.created_count + self.known_count + self.faulty_count

    @property
    def seconds(self) -> int | None:
        """How long the run took."""
        if self.started_at is None or self.finished_at is None:
            return None
        return round((self.finished_at - self.started_at).total_seconds())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(state="FAILED") | ~Q(error=""), name="failed_imports_say_why"),
            models.CheckConstraint(
                condition=Q(pool__isnull=False, campaign=None)
                | Q(pool=None, campaign__isnull=False) & ~Q(consent_basis=""),
                name="imports_go_to_a_pool_or_to_a_campaign",
            ),
            sane_times("import_times_are_sane", "uploaded_at", "started_at", "finished_at", "cancel_requested_at"),
        ]
        indexes = [models.Index(fields=["-uploaded_at", "-id"], name="imports_newest_first")]


class ImportFault(models.Model):
    """Why one row of a file did not become a lead; `row` counts lines of the table from 1, header included."""

    id = models.BigAutoField(primary_key=True)
    lead_import = models.ForeignKey(LeadImport, on_delete=models.CASCADE, related_name="+")
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=120, default="")
    code = models.CharField(max_length=40)
    shown = models.CharField(max_length=80, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead_import", "row", "column", "code"], name="one_fault_per_row_column_and_code"
            )
        ]
        indexes = [models.Index(fields=["lead_import", "row", "id"], name="faults_of_an_import")]
