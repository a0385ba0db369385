from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.quality.models.sampling import FrameVisit
from tiejun.quality.rules.vocabulary import Finding, Method, TaskState


class QaTask(models.Model):
    """One drawn visit to be checked. `person` stays hidden from the inspector until the finding is recorded.

    `is_untrue`: what the finding says for the estimate; None while open and for what cannot be verified; a dismissed case
    makes it False. A SECOND task judges the first one's notes again and is in no estimate.
    """

    reach = ReachPaths(own="inspector_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    frame = models.ForeignKey(FrameVisit, on_delete=models.PROTECT, db_index=False, related_name="+")
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    business_day = models.DateField()
    probability = models.FloatField()
    method = models.CharField(max_length=8, choices=[(method, method) for method in Method])
    state = models.CharField(max_length=10, choices=[(state, state) for state in TaskState], default=TaskState.DRAWN)
    inspector = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    answers = models.JSONField(default=dict)
    finding = models.CharField(max_length=12, default="", blank=True, choices=[(name, name) for name in Finding])
    is_untrue = models.BooleanField(null=True)
    note = models.CharField(max_length=1000, default="", blank=True)
    drawn_at = models.DateTimeField()
    assigned_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["QaTask"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["frame"], condition=~Q(method=Method.SECOND), name="one_task_per_drawn_visit"
            ),
            models.UniqueConstraint(
                fields=["frame"], condition=Q(method=Method.SECOND), name="one_second_look_per_drawn_visit"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["FOUND", "CLOSED"], found_at__isnull=False) & ~Q(finding="")
                | ~Q(state__in=["FOUND", "CLOSED"]) & Q(found_at=None, finding=""),
                name="found_tasks_have_a_finding",
            ),
            models.CheckConstraint(
                condition=Q(state=TaskState.DRAWN) | Q(inspector__isnull=False), name="tasks_at_work_have_an_inspector"
            ),
            models.CheckConstraint(
                condition=Q(inspector=None) | ~Q(inspector=F("person")), name="nobody_inspects_themselves"
            ),
            sane_times("task_times_are_sane", "drawn_at", "assigned_at", "contacted_at", "found_at", "closed_at"),
        ]
        indexes = [
            models.Index(fields=["inspector", "state"], name="tasks_of_an_inspector"),
            models.Index(fields=["-drawn_at", "-id"], name="tasks_newest_first"),
            models.Index(fields=["business_day", "unit"], name="tasks_by_day_and_unit"),
        ]


class CustomerContact(models.Model):
    """A customer was asked: at most once within the gap (days), which the database keeps."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    task = models.OneToOneField(QaTask, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    free_on = models.DateField()
    asked_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(free_on__gt=F("asked_on")), name="customers_are_left_alone_for_a_while"),
            ExclusionConstraint(
                name="one_contact_per_customer_within_the_gap",
                expressions=[
                    ("company", RangeOperators.EQUAL),
                    (
                        Func(F("asked_on"), F("free_on"), Value("[)"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
