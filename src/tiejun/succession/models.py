from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.succession.rules import Outcome, State


class Succession(models.Model):
    """The hand-over of what one person holds. `left_on` is the last day of who left, None where a leader decided so.

    `due_at`: when the rest goes to the pools by itself; None for who is still here. `colleagues`: ids of who was chosen to
    take over. `broke_off_at`: when the last run failed in the middle, until it is started anew.
    """

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    left_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, default="", blank=True)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State], default=State.OPEN.value)
    colleagues = models.JSONField(default=list)
    due_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    opened_at = models.DateTimeField()
    started_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    broke_off_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Succession"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=["OPEN", "RUNNING"]), name="one_open_succession_per_person"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["OPEN", "RUNNING"]) | Q(finished_at__isnull=False),
                name="ended_successions_have_their_time",
            ),
            sane_times("succession_times_are_sane", "due_at", "opened_at", "started_at", "finished_at", "broke_off_at"),
        ]
        indexes = [models.Index(fields=["unit", "-opened_at", "-id"], name="successions_of_a_unit")]


class SuccessionItem(models.Model):
    """One company of a hand-over: who is to take it over (nobody: its pool) and why, and what became of it.

    `opportunities` and `amount_minor`: what was undecided with it when it was looked at; `stops`: planned visits, then how
    many of them moved. `reasons`: pairs of `leads.rules.next_holder.Why` and a number; `why_stayed`: a refusal of `leads`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    succession = models.ForeignKey(Succession, on_delete=models.PROTECT, db_index=False, related_name="+")
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, db_index=False, related_name="+")
    lead = models.ForeignKey("leads.Lead", on_delete=models.PROTECT, db_index=False, related_name="+")
    is_customer = models.BooleanField()
    to_person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    is_chosen = models.BooleanField(default=False)
    reasons = models.JSONField(default=list)
    opportunities = models.PositiveIntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    stops = models.PositiveIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=10, choices=[(o.value, o.value) for o in Outcome], default=Outcome.WAITING.value
    )
    why_stayed = models.CharField(max_length=30, default="", blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["succession", "lead"], name="a_lead_is_handed_over_once_per_succession"),
            models.CheckConstraint(
                condition=~Q(outcome="GIVEN") | Q(to_person__isnull=False), name="what_is_given_has_a_receiver"
            ),
            models.CheckConstraint(
                condition=Q(outcome="STAYED") & ~Q(why_stayed="") | ~Q(outcome="STAYED") & Q(why_stayed=""),
                name="what_stayed_says_why",
            ),
            sane_times("succession_item_times_are_sane", "next_step_at", "settled_at"),
        ]
        indexes = [
            models.Index(fields=["succession", "-is_customer", "id"], name="items_of_a_succession"),
            models.Index(fields=["lead"], name="successions_of_a_lead"),
        ]
