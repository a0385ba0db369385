from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class BulkAction(models.Model):
    """One click on many leads, kept so that it can be taken back until `undo_until` by its own compensating action.

    `refused`: refusal of `leads.rules` → how many it met. `steps`: what an undo needs of each lead that went along.
    """

    class Kind(models.TextChoices):
        CLAIM = "CLAIM"
        RELEASE = "RELEASE"
        TAG = "TAG"
        ASSIGN = "ASSIGN"

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    asked = models.PositiveIntegerField()
    done = models.PositiveIntegerField()
    refused = models.JSONField(default=dict)
    steps = models.JSONField(default=list)
    made_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone = models.PositiveIntegerField(default=0)

    objects = ScopedQuerySet["BulkAction"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=F("asked"), undone__lte=F("done")), name="bulk_counts_fit"),
            sane_times("bulk_action_times_are_sane", "made_at", "undo_until", "undone_at"),
        ]
        indexes = [models.Index(fields=["person", "-made_at"], name="bulk_actions_of_a_person")]
