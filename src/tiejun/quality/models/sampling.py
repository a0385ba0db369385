from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.quality.rules.vocabulary import Part


class SeedCommitment(models.Model):
    """The promise of a business day's draw: the hash of its seed is known before the lock, the seed itself after the draw.

    `sealed_seed` is encrypted until then. That the revealed seed is the promised one is checked by the database.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    business_day = models.DateField(unique=True)
    seed_hash = models.BinaryField(max_length=32)
    sealed_seed = models.BinaryField()
    committed_at = models.DateTimeField()
    revealed_seed = models.BinaryField(null=True, max_length=32)
    revealed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(revealed_seed=None)
                | Q(seed_hash=Func(F("revealed_seed"), function="sha256", output_field=models.BinaryField())),
                name="the_revealed_seed_is_the_promised_one",
            ),
            models.CheckConstraint(
                condition=Q(revealed_seed=None, revealed_at=None)
                | Q(revealed_seed__isnull=False, revealed_at__gt=F("committed_at")),
                name="seeds_are_revealed_after_their_promise",
            ),
            sane_times("seed_times_are_sane", "committed_at", "revealed_at"),
        ]


class SamplingDraw(models.Model):
    """The draw of a business day: of which locked visits, at which rates, with which risk model.

    `first_locked_at`: the earliest soft lock of the frame. `is_promise_late` says in the open that the seed came after it (the
    installation was down); the database keeps it honest.
    """

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    commitment = models.OneToOneField(SeedCommitment, on_delete=models.PROTECT, related_name="+")
    business_day = models.DateField(unique=True)
    random_rate = models.FloatField()
    risk_rate = models.FloatField()
    weights = models.JSONField(default=dict)
    frame_count = models.PositiveIntegerField()
    frame_digest = models.BinaryField(max_length=32)
    drawn_count = models.PositiveIntegerField()
    committed_at = models.DateTimeField()
    first_locked_at = models.DateTimeField(null=True)
    is_promise_late = models.BooleanField(default=False)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_locked_at=None)
                | Q(is_promise_late=False, committed_at__lt=F("first_locked_at"))
                | Q(is_promise_late=True, committed_at__gte=F("first_locked_at")),
                name="a_promise_after_the_lock_says_so",
            ),
            models.CheckConstraint(condition=Q(drawn_count__lte=F("frame_count")), name="draws_stay_within_the_frame"),
            sane_times("sampling_times_are_sane", "committed_at", "first_locked_at", "drawn_at"),
        ]


class DrawUnit(models.Model):
    """How many visits of a unit stood in a draw: what its findings are weighted up to."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draw = models.ForeignKey(SamplingDraw, on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    business_day = models.DateField()
    visits = models.PositiveIntegerField()
    mean_probability = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "unit"], name="one_count_per_draw_and_unit")]
        indexes = [models.Index(fields=["business_day", "unit"], name="draw_units_by_day")]


class FrameVisit(models.Model):
    """A locked visit as it stood in the frame of a draw: its signs, its risk, its probability of being drawn, and whether it was."""

    ledger = True
    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draw = models.ForeignKey(SamplingDraw, on_delete=models.PROTECT, related_name="+")
    visit = models.OneToOneField("visits.Visit", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    stratum = models.CharField(max_length=80)
    signals = ArrayField(models.CharField(max_length=20), default=list)
    risk = models.FloatField()
    probability = models.FloatField()
    part = models.CharField(max_length=6, default="", blank=True, choices=[(part, part) for part in Part])

    objects = ScopedQuerySet["FrameVisit"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(probability__gt=0, probability__lte=1), name="every_visit_may_be_drawn"),
            models.CheckConstraint(
                condition=Q(risk__gte=Value(0.0), risk__lte=Value(1.0)), name="risks_are_probabilities"
            ),
        ]
