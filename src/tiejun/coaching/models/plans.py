"""Plans and points, and their seal: what is planned about somebody does not exist for them, on no path, before it is revealed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.access.roles import Reach
from tiejun.coaching.rules import PlanState, PointState, Purpose, Skill, Subject
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times

if TYPE_CHECKING:
    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope

MOST_POINTS = 3
M = TypeVar("M", bound=models.Model)


class SealedQuerySet(ScopedQuerySet[M]):
    """Rows about a person (`person`) that somebody (`sealed_by`: the model's column) wrote and that open at `visible_from`.

    Until then only who wrote them reaches them, and regular leaders above the group: neither the person, in whatever
    further role, nor whoever stands in for the writer (rule 25).
    """

    def within(self, scope: Scope, ability: Ability) -> Self:
        """Cut to the rows that the scope reaches with this ability and that are not sealed from it."""
        rows = super().within(scope, ability)
        return rows if scope.is_system else rows.filter(_open(scope) | _known(scope, ability, self.model))


def _open(scope: Scope) -> Q:
    return Q(visible_from__lte=scope.at) if scope.at is not None else Q(pk__in=[])


def _known(scope: Scope, ability: Ability, model: Any) -> Q:
    """Return who knows what is sealed: its writer, and who leads from further above."""
    known = Q(**{model.sealed_by: scope.person_id})
    for reach, grant in scope.reaches(ability):
        if grant.is_acting:
            continue
        if reach is Reach.COMPANY:
            return ~Q(person=scope.person_id)
        if reach is Reach.SUBTREE:
            known |= Q(unit__in=sorted(grant.unit_ids))
    return known & ~Q(person=scope.person_id)


class ImprovementPoint(models.Model):
    """One thing a representative works at: why, and when it counts as done. `used`: how often checks found it in real selling."""

    reach = ReachPaths(own="person_id", unit="unit_id")
    sealed_by = "opened_by_id"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    skill = models.CharField(max_length=11, choices=[(one.value, one.value) for one in Skill])
    title = models.CharField(max_length=120)
    why = models.CharField(max_length=500)
    done_when = models.CharField(max_length=500, default="", blank=True)
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in PointState], default=PointState.OPEN.value
    )
    used = models.PositiveSmallIntegerField(default=0)
    opened_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    opened_at = models.DateTimeField()
    visible_from = models.DateTimeField(null=True)
    first_coached_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    close_reason = models.CharField(max_length=300, default="", blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SealedQuerySet["ImprovementPoint"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(why=""), name="a_point_has_its_reason"),
            models.CheckConstraint(
                condition=Q(state__in=["OPEN", "PRACTISING"], closed_at=None)
                | Q(state__in=["MASTERED", "DROPPED"], closed_at__isnull=False),
                name="closed_points_have_their_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=PointState.DROPPED) | ~Q(close_reason=""), name="dropped_points_have_a_reason"
            ),
            models.CheckConstraint(condition=~Q(opened_by=F("person")), name="nobody_sets_their_own_point"),
            sane_times("point_times_are_sane", "opened_at", "visible_from", "closed_at"),
        ]
        indexes = [
            models.Index(fields=["person", "state", "-opened_at"], name="points_of_a_person"),
            models.Index(fields=["unit", "state"], name="points_of_a_unit"),
        ]


class CoachingPlan(models.Model):
    """One accompanied day: with whom, what for, what is expected of the person, and the one to three points.

    `visible_from` is the moment from which the person may know of it: when it begins, or long after it was called off.
    `progress`: the month's figures it was made from; `itinerary`: what the person said in the evening.
    """

    reach = ReachPaths(own="person_id", unit="unit_id")
    sealed_by = "coach_id"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    coach = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    business_day = models.DateField()
    purpose = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Purpose])
    subject = models.CharField(max_length=11, choices=[(one.value, one.value) for one in Subject])
    strengths = models.CharField(max_length=1000)
    weaknesses = models.CharField(max_length=1000)
    progress = models.JSONField(default=dict)
    itinerary = models.CharField(max_length=500, default="", blank=True)
    itinerary_confirmed_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in PlanState], default=PlanState.DRAFTED.value
    )
    planned_at = models.DateTimeField()
    visible_from = models.DateTimeField(null=True)
    revealed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, default="", blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SealedQuerySet["CoachingPlan"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coach", "person", "business_day"],
                condition=~Q(state=PlanState.CANCELLED),
                name="one_plan_per_coach_person_and_day",
            ),
            models.CheckConstraint(condition=~Q(coach=F("person")), name="nobody_accompanies_themselves"),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFTED", "CONFIRMED"], revealed_at=None, visible_from=None)
                | Q(state__in=["IN_FIELD", "SUMMARISED", "CLOSED"], revealed_at__isnull=False, visible_from=F("revealed_at"))
                | Q(state="CANCELLED", revealed_at=None, visible_from__gt=F("cancelled_at")),
                name="a_plan_is_sealed_until_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.CANCELLED, cancelled_at__isnull=False) & ~Q(cancel_reason="")
                | ~Q(state=PlanState.CANCELLED) & Q(cancelled_at=None, cancel_reason=""),
                name="cancelled_plans_have_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=PlanState.CONFIRMED) | Q(itinerary_confirmed_at__isnull=False),
                name="confirmed_plans_have_their_time",
            ),
            sane_times(
                "coaching_plan_times_are_sane", "planned_at", "itinerary_confirmed_at", "visible_from", "revealed_at", "cancelled_at"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["person", "-business_day"], name="plans_of_a_person"),
            models.Index(fields=["unit", "-business_day"], name="coaching_plans_of_a_unit"),
            models.Index(fields=["coach", "business_day"], name="plans_of_a_coach"),
        ]


class PlanPoint(models.Model):
    """A point of a plan. The first is the primary one; a trigger keeps a plan from ending a transaction without it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(CoachingPlan, on_delete=models.CASCADE, db_index=False, related_name="+")
    point = models.ForeignKey(ImprovementPoint, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    is_primary = models.BooleanField()
    is_new = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="one_point_per_place_of_a_plan"),
            models.UniqueConstraint(fields=["plan", "point"], name="a_point_stands_once_in_a_plan"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_POINTS), name="at_most_three_points"
            ),
            models.CheckConstraint(
                condition=Q(is_primary=True, position=1) | Q(is_primary=False, position__gt=1),
                name="exactly_one_point_is_primary",
            ),
        ]
