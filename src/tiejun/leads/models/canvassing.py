from __future__ import annotations

from django.db import models

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.leads.models.tenures import LeadTenure


class ForeignVisit(models.Model):
    """A visit at the door of a company that a colleague holds; `shortened`: it was one too many for that holding."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenure = models.ForeignKey(LeadTenure, on_delete=models.PROTECT, db_index=False, related_name="+")
    holder = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    visitor = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    happened_at = models.DateTimeField()
    shortened = models.BooleanField(default=False)

    class Meta:
        constraints = [sane_times("foreign_visit_times_are_sane", "happened_at")]
        indexes = [
            models.Index(fields=["holder", "-happened_at"], name="foreign_visits_of_a_holder"),
            models.Index(fields=["tenure"], name="foreign_visits_of_a_holding"),
        ]
