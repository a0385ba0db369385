from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tiejun.foundation.ids import new_id


class Pool(models.Model):
    """A public pool. Members of its unit, and of what is below, may see and claim; null = everybody.

    `is_listed_only`: the unit alone opens nothing, only who is listed as a member comes in. `is_claimable` off: leads are
    assigned by leaders alone. Districts, segment and product line say which new leads belong here; empty = any.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80, unique=True)
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    is_claimable = models.BooleanField(default=True)
    is_listed_only = models.BooleanField(default=False)
    districts = ArrayField(models.CharField(max_length=6), default=list)
    segment = models.ForeignKey("org.Segment", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    product_line = models.ForeignKey(
        "org.ProductLine", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)


class PoolSeat(models.Model):
    """A rep's place at the pools: the one row that is locked when her holdings change. What she holds is counted, not kept."""

    person = models.OneToOneField("org.Person", primary_key=True, on_delete=models.PROTECT, related_name="+")


class PoolMember(models.Model):
    """Who is let into a pool besides its own unit: a unit with what is below it, or one person; administrators are persons."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    is_administrator = models.BooleanField(default=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "unit"], condition=Q(unit__isnull=False), name="a_unit_is_a_member_of_a_pool_once"
            ),
            models.UniqueConstraint(
                fields=["pool", "person"], condition=Q(person__isnull=False), name="a_person_is_a_member_of_a_pool_once"
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, person=None, is_administrator=False)
                | Q(unit=None, person__isnull=False),
                name="a_member_of_a_pool_is_a_unit_or_a_person",
            ),
        ]
        indexes = [models.Index(fields=["person"], condition=Q(person__isnull=False), name="pools_of_a_person")]
