from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.exchange.rules.exports import UNDER_WAY, ExportFault, ExportState, FileKind
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.lists.rules import MOST_CHARACTERS


def _choices(*names: str) -> list[tuple[str, str]]:
    return [(str(name), str(name)) for name in names]


class TableExport(models.Model):
    """A list on its way out as a file. `kind` and `filters`: which list, cut how; its rows are those that `person` reaches while it runs.

    `rows_done` counts the rows that were written, `contacts` those among them that show somebody's number; `is_marked`: every row says
    who took them out and when. The file goes at `expires_at`; the row stays as the record of what was taken.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=40)
    filters = models.CharField(max_length=MOST_CHARACTERS, default="", blank=True)
    file_kind = models.CharField(max_length=4, choices=_choices(*FileKind))
    language = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=_choices(*ExportState), default=ExportState.WAITING)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    is_marked = models.BooleanField(default=False)
    file = models.ForeignKey("foundation.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    fault = models.CharField(max_length=15, choices=_choices(*ExportFault), default="", blank=True)
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def file_name(self) -> str:
        """The name that the file is saved under."""
        return f"{self.name}.{self.file_kind}"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="DONE", file__isnull=False, expires_at__isnull=False)
                | ~Q(state="DONE") & Q(file=None),
                name="exports_have_a_file_while_they_are_done",
            ),
            models.CheckConstraint(condition=~Q(state="FAILED") | ~Q(fault=""), name="failed_exports_say_why"),
            sane_times(
                "export_times_are_sane", "asked_at", "started_at", "finished_at", "cancel_requested_at", "expires_at"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-asked_at", "-id"], name="exports_of_a_person"),
            models.Index(fields=["expires_at"], condition=Q(state="DONE"), name="exports_to_expire"),
        ]
