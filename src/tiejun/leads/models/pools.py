from __future__ import annotations

from django.db import models

from tiejun.foundation.ids import new_id


class Pool(models.Model):
    """A public pool. Members of its unit, and of what is below, may see and claim; null = everybody."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80, unique=True)
    unit = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    is_claimable = models.BooleanField(default=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)


class PoolSeat(models.Model):
    """A rep's place at the pools: the one row that is locked when her holdings change. What she holds is counted, not kept."""

    person = models.OneToOneField("org.Person", primary_key=True, on_delete=models.PROTECT, related_name="+")
