from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.coaching.models.plans import CoachingPlan, ImprovementPoint
from tiejun.coaching.rules import CheckState, InspectedSide
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class ApplicationCheck(models.Model):
    """Whether a point was used in real selling on one working day after it was coached."""

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    point = models.ForeignKey(ImprovementPoint, on_delete=models.PROTECT, db_index=False, related_name="+")
    plan = models.ForeignKey(CoachingPlan, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    due_on = models.DateField()
    state = models.CharField(
        max_length=9, choices=[(one.value, one.value) for one in CheckState], default=CheckState.DUE.value
    )
    company = models.ForeignKey(
        "customers.Company", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    note = models.CharField(max_length=300, default="", blank=True)
    settled_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["ApplicationCheck"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["point", "due_on"], name="one_check_per_point_and_day"),
            models.CheckConstraint(
                condition=Q(state__in=["USED", "NOT_USED", "NO_CHANCE"], settled_by__isnull=False, settled_at__isnull=False)
                | Q(state__in=["DUE", "MISSED", "LIFTED"], settled_by=None),
                name="answered_checks_say_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(settled_by=None) | ~Q(settled_by=models.F("person")), name="nobody_checks_their_own_point"
            ),
            sane_times("application_check_times_are_sane", "settled_at"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="checks_of_a_unit"),
            models.Index(fields=["person", "-due_on"], name="checks_of_a_person"),
        ]


class PointDeal(models.Model):
    """A deal that was signed through a coached point, as its leader confirms."""

    reach = ReachPaths(own="person_id", unit="unit_id")
    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    point = models.ForeignKey(ImprovementPoint, on_delete=models.PROTECT, db_index=False, related_name="+")
    order = models.ForeignKey("pipeline.Order", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    note = models.CharField(max_length=300, default="", blank=True)
    confirmed_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    confirmed_at = models.DateTimeField()

    objects = ScopedQuerySet["PointDeal"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["point", "order"], name="a_deal_is_linked_once_to_a_point"),
            sane_times("deal_times_are_sane", "confirmed_at"),
        ]
        indexes = [models.Index(fields=["person", "-confirmed_at"], name="point_deals_of_a_person")]


class Praise(models.Model):
    """A good word before the team; it says what went well and nothing else."""

    reach = ReachPaths(own="person_id", unit="unit_id")
    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    point = models.ForeignKey(ImprovementPoint, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=300)
    given_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    given_at = models.DateTimeField()

    objects = ScopedQuerySet["Praise"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="praise_says_what_for"),
            models.CheckConstraint(condition=~Q(given_by=models.F("person")), name="nobody_praises_themselves"),
            sane_times("praise_times_are_sane", "given_at"),
        ]
        indexes = [models.Index(fields=["unit", "-given_at"], name="praises_of_a_unit")]


class SpotCheck(models.Model):
    """An accompanied day that was drawn for the method inspector, who asks one of its two sides.

    `answers`: by question, what was told; `facts`: the same as recorded, frozen when it was answered; `matched` of `asked`.
    """

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(CoachingPlan, on_delete=models.PROTECT, db_index=False, related_name="+")
    side = models.CharField(max_length=10, choices=[(one.value, one.value) for one in InspectedSide])
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    drawn_at = models.DateTimeField()
    inspector = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    answers = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    asked = models.PositiveSmallIntegerField(default=0)
    matched = models.PositiveSmallIntegerField(default=0)
    feedback = models.CharField(max_length=1000, default="", blank=True)
    done_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["SpotCheck"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "side"], name="each_side_is_asked_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, inspector=None) | Q(done_at__isnull=False, inspector__isnull=False),
                name="done_spot_checks_have_an_inspector",
            ),
            models.CheckConstraint(condition=Q(matched__lte=models.F("asked")), name="no_more_matches_than_questions"),
            models.CheckConstraint(
                condition=Q(inspector=None) | ~Q(inspector=models.F("person")), name="nobody_spot_checks_themselves"
            ),
            sane_times("spot_check_times_are_sane", "drawn_at", "done_at"),
        ]
        indexes = [
            models.Index(fields=["-drawn_at", "-id"], name="spot_checks_newest_first"),
            models.Index(fields=["unit", "-drawn_at"], name="spot_checks_of_a_unit"),
        ]
