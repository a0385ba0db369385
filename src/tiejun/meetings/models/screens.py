"""The wall boards that hang in rooms."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class WallScreen(models.Model):
    """A screen in a unit's room: whoever has its address sees the unit's board without signing in, until it ends."""

    reach = ReachPaths(own="made_by_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    name = models.CharField(max_length=60)
    made_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["WallScreen"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="screens_have_a_name"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("made_at")), name="screens_end_after_they_begin"),
            sane_times("screen_times_are_sane", "made_at", "ends_at", "closed_at"),
        ]
        indexes = [models.Index(fields=["unit", "-made_at"], name="screens_of_a_unit")]
