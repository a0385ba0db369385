from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.visits.rules.vocabulary import DoorResult, DoorStanding, Flag


class Door(models.Model):
    """One knock of a canvass: who opened, and what was learnt there.

    `company` is set where the sign on the door is a company that we know or made a lead of. The phone is a personal field
    (see `foundation.crypto`). `is_usable`: it yields a person in charge, and a phone or what they make (M-V7).
    """

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_key = models.UUIDField(unique=True)
    digest = models.BinaryField(max_length=32)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    building = models.ForeignKey("org.Building", on_delete=models.PROTECT, related_name="+")
    business_day = models.DateField()
    floor = models.SmallIntegerField()
    door = models.CharField(max_length=20, default="", blank=True)
    result = models.CharField(max_length=10, choices=[(name, name) for name in DoorResult])
    company_name = models.CharField(max_length=200, default="", blank=True)
    company = models.ForeignKey("customers.Company", null=True, on_delete=models.PROTECT, related_name="+")
    standing = models.CharField(max_length=10, choices=[(name, name) for name in DoorStanding])
    in_charge = models.CharField(max_length=80, default="", blank=True)
    phone_cipher = models.BinaryField(default=b"")
    phone_last4 = models.CharField(max_length=4, default="", blank=True)
    product = models.CharField(max_length=200, default="", blank=True)
    is_usable = models.BooleanField(default=False)
    knocked_at = models.DateTimeField()
    received_at = models.DateTimeField()
    flags = ArrayField(models.CharField(max_length=20, choices=[(name, name) for name in Flag]), default=list)
    device_id = models.UUIDField(null=True)
    device_sequence = models.BigIntegerField(null=True)

    objects = ScopedQuerySet["Door"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(floor__gte=-9, floor__lte=200), name="floors_lie_within_a_building"),
            models.CheckConstraint(
                condition=Q(knocked_at__lte=F("received_at")), name="doors_are_knocked_before_they_are_received"
            ),
            sane_times("door_times_are_sane", "knocked_at", "received_at"),
        ]
        indexes = [
            models.Index(fields=["building", "person", "-knocked_at"], name="doors_of_a_building"),
            models.Index(fields=["person", "business_day"], name="doors_of_a_person"),
        ]
