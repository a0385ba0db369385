from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.leads.models.tenures import LeadTenure


class OwnershipConflict(models.Model):
    """Two persons held what turned out to be one company: whose holding stayed, and what the other one had done for it.

    Decided by the rule at the merge (`rules.merging.kept_lead`); the other party's contacts count as work, not as a claim.
    """

    reach = ReachPaths(own="other__person_id", unit="kept__unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kept = models.ForeignKey(LeadTenure, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(LeadTenure, on_delete=models.PROTECT, related_name="+")
    contacts_credited = models.PositiveIntegerField(default=0)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    decided_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["OwnershipConflict"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("other")), name="a_conflict_is_between_two_holdings"),
            sane_times("ownership_conflict_times_are_sane", "decided_at", "undone_at"),
        ]
