from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class Building(models.Model):
    """A building or business park; coordinates in WGS-84 degrees, none where nobody said where it stands.

    `floors` and `doors`: how many there are, None while nobody counted. `reported_by`: the representative who found it, who
    called it `reported_name`; it is used at once and waits to be confirmed. `merged_into`: the building that it was found to be;
    its id goes on meaning that one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    district_code = models.CharField(max_length=6)
    address = models.CharField(max_length=300, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    floors = models.PositiveSmallIntegerField(null=True)
    doors = models.PositiveIntegerField(null=True)
    entrance_note = models.CharField(max_length=300, default="")
    reported_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    reported_name = models.CharField(max_length=120, default="")
    reported_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        "org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="buildings_are_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__isnull=False, longitude__isnull=False),
                name="buildings_have_a_whole_position_or_none",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=False) | Q(reported_at__isnull=False, confirmed_at=None),
                name="only_reported_buildings_have_no_position",
            ),
            models.UniqueConstraint(
                fields=["district_code", "name"],
                condition=Q(merged_into=None),
                name="one_building_per_name_and_district",
            ),
            sane_times("building_times_are_sane", "reported_at", "confirmed_at"),
        ]
        indexes = [
            models.Index(
                fields=["reported_by", "-reported_at"],
                condition=Q(reported_at__isnull=False),
                name="buildings_reported_by",
            ),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="buildings_merged_into_another"
            ),
        ]
