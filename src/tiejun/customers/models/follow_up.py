"""How a customer is brought to a signature: the plan with its steps, and the answers that tell how ripe it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.customers.models.companies import Company
from tiejun.customers.rules.closing import Answer, Criterion, StepOrigin
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class FollowUpPlan(models.Model):
    """What leads a customer to a signature, step by step; class B is not possible without an open one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    goal = models.CharField(max_length=200, default="")
    opened_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company"], condition=Q(ended_at=None), name="one_open_follow_up_plan_per_company"
            ),
            sane_times("follow_up_plan_times_are_sane", "opened_at", "ended_at"),
        ]


class FollowUpStep(models.Model):
    """A step of a plan, open until `done_at`; without words of its own `origin` tells where it came from."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(FollowUpPlan, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=8, choices=[(one.value, one.value) for one in StepOrigin])
    what = models.CharField(max_length=200, default="")
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    outcome = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(origin=StepOrigin.PLANNED) | ~Q(what=""), name="planned_steps_say_what_is_to_be_done"
            ),
            sane_times("follow_up_step_times_are_sane", "due_at", "done_at"),
        ]


class MaturityAnswer(models.Model):
    """An answer to one of the questions of maturity; the latest of a criterion counts."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey(Company, on_delete=models.PROTECT, db_index=False, related_name="+")
    criterion = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Criterion])
    answer = models.CharField(max_length=7, choices=[(one.value, one.value) for one in Answer])
    answered_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["company", "criterion", "-answered_at", "-id"], name="maturity_of_a_company"),
        ]
        constraints = [sane_times("maturity_times_are_sane", "answered_at")]
