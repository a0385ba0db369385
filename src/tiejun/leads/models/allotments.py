from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.leads.models.leads import Lead
from tiejun.leads.models.tenures import LeadTenure


class AllotmentRun(models.Model):
    """One distribution of leads for a day: the night's own, a leader's by hand, a look ahead, or a repetition of a night.

    `inputs` is the packed problem it was solved from (`inputs_hash` its SHA-256): with the seed inside it the answer can be
    computed again. `figures` are the engine's; `is_same`: a repetition gave the same answer.
    """

    class Kind(models.TextChoices):
        NIGHT = "NIGHT"
        MANUAL = "MANUAL"
        PREVIEW = "PREVIEW"
        REPEAT = "REPEAT"

    class State(models.TextChoices):
        OPEN = "OPEN"
        DONE = "DONE"
        FAILED = "FAILED"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    day = models.DateField()
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    seed = models.BigIntegerField(default=0)
    inputs = models.BinaryField(default=b"")
    inputs_hash = models.CharField(max_length=64, default="", blank=True)
    answer_hash = models.CharField(max_length=64, default="", blank=True)
    figures = models.JSONField(default=dict)
    reason = models.CharField(max_length=300, default="", blank=True)
    repeats = models.ForeignKey("self", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    is_same = models.BooleanField(null=True)
    asked_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day"], condition=Q(kind="NIGHT"), name="one_nightly_allotment_per_day"),
            models.CheckConstraint(
                condition=Q(state="OPEN", finished_at=None) | ~Q(state="OPEN") & Q(finished_at__isnull=False),
                name="finished_allotments_have_a_time",
            ),
            sane_times("allotment_times_are_sane", "started_at", "finished_at"),
        ]
        indexes = [models.Index(fields=["kind", "-day", "-id"], name="allotments_newest_first")]


class AllotmentShare(models.Model):
    """What one person's list looked like after a run; money in minor units, worth with an average colleague.

    `planned`: leads the answer gave; `given`: of these, those that were still free when they were written.
    """

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(AllotmentRun, on_delete=models.PROTECT, db_index=False, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    is_newcomer = models.BooleanField(default=False)
    kept = models.PositiveSmallIntegerField(default=0)
    planned = models.PositiveSmallIntegerField(default=0)
    given = models.PositiveSmallIntegerField(default=0)
    short = models.PositiveSmallIntegerField(default=0)
    fresh = models.PositiveSmallIntegerField(default=0)
    fresh_short = models.PositiveSmallIntegerField(default=0)
    worth_minor = models.BigIntegerField(default=0)
    value_minor = models.BigIntegerField(default=0)

    objects = ScopedQuerySet["AllotmentShare"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "person"], name="one_share_per_run_and_person"),
            models.CheckConstraint(
                condition=Q(given__lte=models.F("planned")), name="nobody_is_given_more_than_planned"
            ),
        ]


class AllotmentItem(models.Model):
    """A lead given to a person by a run, and why. Without a tenure it was only looked at, or was taken before it was given."""

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    run = models.ForeignKey(AllotmentRun, on_delete=models.PROTECT, db_index=False, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, db_index=False, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    tenure = models.OneToOneField(LeadTenure, null=True, on_delete=models.PROTECT, related_name="+")
    tier = models.CharField(max_length=1, default="C")
    worth_minor = models.BigIntegerField(default=0)
    value_minor = models.BigIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField(null=True)
    reasons = models.JSONField(default=list)

    objects = ScopedQuerySet["AllotmentItem"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "lead"], name="a_run_gives_a_lead_once")]
        indexes = [models.Index(fields=["run", "person", "-value_minor"], name="items_of_an_allotment")]


class LeadScore(models.Model):
    """How likely a lead is to become an effective customer and to sign; None: no model may be used for it.

    `reasons` as {code, facts}, `model`: names and versions of what computed it.
    """

    # Named from the lead's side too: a list of leads is sorted by it.
    lead = models.OneToOneField(Lead, primary_key=True, on_delete=models.CASCADE, related_name="score")
    p_effective = models.FloatField(null=True)
    p_sign = models.FloatField(null=True)
    reasons = models.JSONField(default=list)
    model = models.CharField(max_length=60)
    scored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(p_effective__gte=0, p_effective__lte=1, p_sign__gte=0, p_sign__lte=1),
                name="scores_are_probabilities",
            ),
            sane_times("score_times_are_sane", "scored_at"),
        ]
        indexes = [models.Index(fields=["-p_sign", "-lead"], condition=Q(p_sign__isnull=False), name="leads_by_chance")]
