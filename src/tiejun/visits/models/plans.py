from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.visits.rules.vocabulary import ItemKind, PlanState, Slot, StopReason, TravelSource


def _choices(*names: str) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class DayPlan(models.Model):
    """What a person means to do on a business day. The plan after submission grows versions; items say in which they came and went.

    `solver`, `seed` and `inputs_digest` (SHA-256 of the problem) say how the last proposal was found: the same three give the
    same stops. `notices`: what the day cannot keep, as rows of `rules.notices`.
    """

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    business_day = models.DateField()
    state = models.CharField(max_length=10, choices=_choices(*PlanState), default=PlanState.PROPOSED)
    morning_count = models.PositiveSmallIntegerField()
    afternoon_count = models.PositiveSmallIntegerField()
    canvass_note = models.CharField(max_length=300, default="", blank=True)
    travel_metres = models.PositiveIntegerField(default=0)
    travel_source = models.CharField(max_length=10, choices=_choices(*TravelSource), default=TravelSource.STRAIGHT)
    expected_minor = models.BigIntegerField(default=0)
    lunch_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    notices = models.JSONField(default=list)
    solver = models.CharField(max_length=20, default="", blank=True)
    seed = models.BigIntegerField(default=0)
    inputs_digest = models.BinaryField(max_length=32, default=b"")
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    is_late = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["DayPlan"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "business_day"], name="one_plan_per_person_and_day"),
            models.CheckConstraint(
                condition=Q(state=PlanState.PROPOSED)
                | Q(submitted_at__isnull=False)
                | Q(state__in=["ACTIVE", "CLOSED", "LOCKED"]),
                name="submitted_plans_have_their_time",
            ),
            sane_times("plan_times_are_sane", "lunch_at", "ends_at", "changed_at", "submitted_at"),
        ]
        indexes = [models.Index(fields=["unit", "business_day"], name="plans_of_a_unit")]


class PlanItem(models.Model):
    """One stop of a plan and why it is there; a stop that was taken out keeps its row.

    `planned_at`: when the visit starts. A pinned stop stays in whatever is planned anew; one that was called off does not
    come back by itself. `canvass_minutes`: the canvass of the building after the visit.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(DayPlan, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=_choices(*ItemKind))
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    slot = models.CharField(max_length=10, choices=_choices(*Slot))
    objective = models.CharField(max_length=200, default="", blank=True)
    reason = models.CharField(max_length=20, choices=_choices(*StopReason))
    reason_at = models.DateTimeField(null=True)
    planned_at = models.DateTimeField(null=True)
    travel_metres = models.PositiveIntegerField(default=0)
    appointment_at = models.DateTimeField(null=True)
    is_pinned = models.BooleanField(default=False)
    is_called_off = models.BooleanField(default=False)
    service_minutes = models.PositiveSmallIntegerField(default=0)
    canvass_minutes = models.PositiveSmallIntegerField(default=0)
    late_minutes = models.PositiveSmallIntegerField(default=0)
    expected_minor = models.BigIntegerField(default=0)
    backup_for = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    added_in = models.PositiveIntegerField()
    removed_in = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "company"], condition=Q(removed_in=None), name="one_stop_per_company_and_plan"
            ),
            models.CheckConstraint(
                condition=Q(removed_in=None) | Q(removed_in__gte=F("added_in")), name="stops_leave_after_they_came"
            ),
            sane_times("stop_times_are_sane", "reason_at", "planned_at", "appointment_at"),
        ]
        indexes = [models.Index(fields=["plan", "position"], name="stops_of_a_plan")]
