"""Numbers of the boards that were not as usual, and what was done about them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.engines.control import Side
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.insight.rules.anomalies import Part, State, Step
from tiejun.insight.rules.links import Link


class Anomaly(models.Model):
    """A link's number of a day that lay outside what is usual for a unit with what is below it.

    `value`, `low`, `usual` and `high` are numbers, or minor units where `currency` is set; `run_days` 3 says that it was so for three days.
    `last_day`: the last day on which it was still so. Without `raised_by` the clock has found it. `done` and `outcome` are the answer that closes it.
    """

    reach = ReachPaths(own="owner_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    link = models.CharField(max_length=13, choices=[(one.value, one.value) for one in Link])
    currency = models.CharField(max_length=3, default="", blank=True)
    day = models.DateField()
    last_day = models.DateField()
    side = models.CharField(max_length=4, choices=[(one.value, one.value) for one in Side])
    run_days = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()
    usual = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    raised_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    raised_at = models.DateTimeField()
    state = models.CharField(
        max_length=6, choices=[(one.value, one.value) for one in State], default=State.RAISED.value
    )
    reason = models.CharField(max_length=500, default="", blank=True)
    owner = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    action = models.CharField(max_length=300, default="", blank=True)
    due_on = models.DateField(null=True)
    group = models.ForeignKey("org.Unit", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    agenda_on = models.DateField(null=True)
    done = models.CharField(max_length=1000, default="", blank=True)
    outcome = models.CharField(max_length=1000, default="", blank=True)
    closed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Anomaly"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "link", "currency", "side"],
                condition=~Q(state="CLOSED"),
                name="one_open_anomaly_of_a_link",
            ),
            models.UniqueConstraint(
                fields=["unit", "link", "currency", "side", "day"], name="one_anomaly_of_a_link_and_day"
            ),
            models.CheckConstraint(
                condition=Q(low__lte=F("usual"), usual__lte=F("high")), name="anomaly_limits_are_in_order"
            ),
            models.CheckConstraint(condition=Q(last_day__gte=F("day")), name="anomalies_last_from_their_day_on"),
            models.CheckConstraint(
                condition=Q(state="RAISED", owner=None, due_on=None, closed_at=None)
                | (
                    Q(state="ACTED", owner__isnull=False, due_on__gte=F("day"), closed_at=None)
                    & ~Q(action="")
                    & ~Q(reason="")
                )
                | Q(state="CLOSED"),
                name="acted_anomalies_have_an_owner_and_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="CLOSED")
                | (Q(closed_at__gte=F("raised_at"), closed_by__isnull=False) & ~Q(done="") & ~Q(outcome="")),
                name="closed_anomalies_have_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(group=None, agenda_on=None) | Q(group__isnull=False, agenda_on__isnull=False),
                name="agendas_of_anomalies_have_a_day",
            ),
            sane_times("anomaly_times_are_sane", "raised_at", "closed_at"),
        ]
        indexes = [
            models.Index(fields=["unit", "-day", "-id"], name="anomalies_of_a_unit"),
            models.Index(fields=["owner", "due_on"], condition=~Q(state="CLOSED"), name="open_anomalies_of_a_person"),
            models.Index(fields=["-day", "-id"], name="anomalies_newest_first"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state != State.CLOSED


class AnomalyFinding(models.Model):
    """A unit, person or source that moved as the whole did, as it was called then; `cases` is its n."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    anomaly = models.ForeignKey(Anomaly, on_delete=models.PROTECT, db_index=False, related_name="+")
    part = models.CharField(max_length=6, choices=[(one.value, one.value) for one in Part])
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    usual = models.FloatField()
    came = models.FloatField()
    cases = models.PositiveIntegerField()
    share_percent = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["anomaly", "part", "position"], name="findings_of_an_anomaly_are_in_order"),
        ]


class AnomalyStep(models.Model):
    """What happened to an anomaly, in its order; without `by` the clock did it. `day` and `value`: of a day on which it was still so."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    anomaly = models.ForeignKey(Anomaly, on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Step])
    at = models.DateTimeField()
    by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    words = models.CharField(max_length=1000, default="", blank=True)
    outcome = models.CharField(max_length=1000, default="", blank=True)
    owner = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    due_on = models.DateField(null=True)
    day = models.DateField(null=True)
    value = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["anomaly", "day"], name="an_anomaly_is_seen_once_a_day"),
            sane_times("anomaly_step_times_are_sane", "at"),
        ]
        indexes = [models.Index(fields=["anomaly", "at"], name="steps_of_an_anomaly")]
