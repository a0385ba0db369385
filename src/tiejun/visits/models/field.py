from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.engines.effectiveness import Advancement, ContactRole, TrialClose
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.visits.rules.vocabulary import (
    Cause,
    Entry,
    EvidenceKind,
    Flag,
    Metric,
    Moment,
    Presence,
    VisitKind,
    VisitState,
)


def _choices(*names: str) -> list[tuple[str, str]]:
    return [(name, name) for name in names]


class Visit(models.Model):
    """One visit: the facts as recorded, and what was computed from them.

    `unit` is the person's unit on that day. `started_at` and `ended_at` are corrected by the measured offset of the phone's
    clock (`device_offset_seconds` = server minus phone); `device_time` is what the phone said. `business_day` is computed once.
    `policy_version_id` names the version of the counting window that judged it; none: the product's own profile.
    Raw coordinates are never here: see `VisitPosition`.
    """

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_key = models.UUIDField(unique=True)
    record_key = models.UUIDField(unique=True, null=True)
    record_digest = models.BinaryField(max_length=32, default=b"")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, related_name="+")
    plan_item = models.ForeignKey("visits.PlanItem", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=_choices(*VisitKind))
    state = models.CharField(max_length=10, choices=_choices(*VisitState))
    entry = models.CharField(max_length=10, choices=_choices(*Entry), default=Entry.ON_TIME)
    flags = ArrayField(models.CharField(max_length=20, choices=_choices(*Flag)), default=list)

    business_day = models.DateField()
    zone = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    device_time = models.DateTimeField(null=True)
    device_offset_seconds = models.IntegerField(default=0)
    device_id = models.UUIDField(null=True)
    device_sequence = models.BigIntegerField(null=True)

    service_explained = models.BooleanField(default=False)
    demo_steps_done = models.PositiveSmallIntegerField(default=0)
    trial_close = models.CharField(max_length=10, choices=_choices(*TrialClose), default=TrialClose.NOT_TRIED)
    order_presented = models.BooleanField(default=False)
    refusal = models.CharField(max_length=5, choices=_choices(*CustomerRefusal), default=CustomerRefusal.NONE)
    advancement = models.CharField(max_length=16, choices=_choices(*Advancement), default=Advancement.NONE)
    note = models.TextField(default="", blank=True)
    next_step = models.CharField(max_length=200, default="", blank=True)
    next_step_at = models.DateTimeField(null=True)

    presence = models.CharField(max_length=12, choices=_choices(*Presence), default=Presence.NONE)
    district_code = models.CharField(max_length=6, default="")
    effective_visit = models.BooleanField(default=False)
    effective_customer = models.BooleanField(default=False)
    new_effective_customer = models.BooleanField(default=False)
    evidence_level = models.PositiveSmallIntegerField(default=0)
    reasons = ArrayField(models.CharField(max_length=60), default=list)
    window_days = models.PositiveSmallIntegerField(default=0)
    policy_version_id = models.UUIDField(null=True)

    cancel_reason = models.CharField(max_length=300, default="", blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Visit"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state=VisitState.STARTED), name="one_visit_in_progress_per_person"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")), name="visits_end_after_they_start"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["STARTED", "CANCELLED", "VOID"]) | Q(ended_at__isnull=False),
                name="recorded_visits_have_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=VisitState.CANCELLED) | ~Q(cancel_reason=""), name="cancelled_visits_have_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(new_effective_customer=False) | Q(effective_customer=True),
                name="new_effective_customers_are_effective",
            ),
            models.CheckConstraint(condition=Q(evidence_level__lte=4), name="evidence_levels_end_at_four"),
            models.CheckConstraint(
                condition=Q(
                    started_at__gte=datetime(2020, 1, 1, tzinfo=UTC),
                    started_at__lte=F("received_at") + models.Value(timedelta(days=1)),
                ),
                name="visits_start_before_they_are_received",
            ),
            sane_times("visit_times_are_sane", "started_at", "ended_at", "received_at", "device_time", "next_step_at"),
        ]
        indexes = [
            models.Index(fields=["person", "-business_day", "-started_at"], name="visits_of_a_person"),
            models.Index(fields=["unit", "-started_at", "-id"], name="visits_of_a_unit"),
            models.Index(fields=["-started_at", "-id"], name="visits_newest_first"),
            models.Index(fields=["company", "-started_at"], name="visits_of_a_company"),
            models.Index(fields=["business_day"], name="visits_by_day"),
            models.Index(
                fields=["device_id", "device_sequence"], condition=Q(device_id__isnull=False), name="visits_of_a_device"
            ),
            models.Index(
                fields=["company", "business_day"],
                condition=Q(effective_customer=True),
                name="effective_visits_of_a_company",
            ),
        ]


class VisitContact(models.Model):
    """Whom the visit met, in which part, as it was then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey("customers.Contact", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=_choices(*ContactRole))
    is_senior = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "contact"], name="one_meeting_per_visit_and_contact")]


class VisitEvidence(models.Model):
    """What proves a visit. `digest` is SHA-256 of the photo; without its file the photo is still on the phone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=22, choices=_choices(*EvidenceKind))
    captured_at = models.DateTimeField()
    digest = models.BinaryField(max_length=32, default=b"")
    file = models.ForeignKey("foundation.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "kind", "digest"], name="one_evidence_per_content"),
            sane_times("evidence_times_are_sane", "captured_at"),
        ]


class VisitPosition(models.Model):
    """Where the phone was when the visit began and ended, WGS-84 degrees; erased after the retention, when the visit's flags remain."""

    reach = ReachPaths(own="visit__person_id", unit="visit__unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    moment = models.CharField(max_length=5, choices=_choices(*Moment), default=Moment.START)
    latitude = models.FloatField()
    longitude = models.FloatField()
    accuracy_metres = models.PositiveIntegerField()
    taken_at = models.DateTimeField()

    objects = ScopedQuerySet["VisitPosition"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "moment"], name="one_position_per_visit_and_moment"),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="positions_are_on_earth",
            ),
            sane_times("position_times_are_sane", "taken_at"),
        ]
        indexes = [models.Index(fields=["taken_at"], name="positions_by_age")]


class LocationConsent(models.Model):
    """A person's consent to a position at the two ends of a visit, under a version of its text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    text_version = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(withdrawn_at=None), name="one_open_consent_per_person"
            ),
            sane_times("consent_times_are_sane", "given_at", "withdrawn_at"),
        ]


class DayLock(models.Model):
    """The end of a person's day: from the soft lock nobody edits, at the hard lock the counts freeze for ever."""

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    business_day = models.DateField()
    soft_at = models.DateTimeField()
    hard_at = models.DateTimeField(null=True)
    visits = models.PositiveSmallIntegerField(default=0)
    effective_visits = models.PositiveSmallIntegerField(default=0)
    new_effective_customers = models.PositiveSmallIntegerField(default=0)
    morning_new = models.PositiveSmallIntegerField(default=0)
    afternoon_new = models.PositiveSmallIntegerField(default=0)
    cold_visits = models.PositiveSmallIntegerField(default=0)
    counts_hash = models.BinaryField(max_length=32, default=b"")

    objects = ScopedQuerySet["DayLock"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "business_day"], name="one_lock_per_person_and_day"),
            models.CheckConstraint(
                condition=Q(hard_at=None) | Q(hard_at__gte=F("soft_at")), name="the_hard_lock_follows_the_soft_lock"
            ),
            models.CheckConstraint(
                condition=Q(hard_at=None) | ~Q(counts_hash=b""), name="frozen_counts_carry_their_hash"
            ),
            sane_times("lock_times_are_sane", "soft_at", "hard_at"),
        ]
        indexes = [
            models.Index(fields=["unit", "business_day"], name="locks_of_a_unit"),
            models.Index(fields=["business_day"], name="locks_by_day"),
            models.Index(fields=["hard_at"], condition=Q(hard_at__isnull=False), name="locks_by_freezing"),
        ]


class Amendment(models.Model):
    """A correction after the hard lock: the visit keeps what was recorded, this says what should have been."""

    ledger = True
    reach = ReachPaths(own="visit__person_id", unit="visit__unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=30)
    old_value = models.TextField()
    new_value = models.TextField()
    reason = models.CharField(max_length=300)
    amended_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    amended_at = models.DateTimeField()

    objects = ScopedQuerySet["Amendment"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="amendments_have_a_reason"),
            models.CheckConstraint(condition=~Q(old_value=F("new_value")), name="an_amendment_changes"),
            sane_times("amendment_times_are_sane", "amended_at"),
        ]
        indexes = [models.Index(fields=["visit", "amended_at"], name="amendments_of_a_visit")]


class CountAdjustment(models.Model):
    """A change of a frozen day's count, booked on a later day and shown as restated."""

    ledger = True
    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    business_day = models.DateField()
    booked_on = models.DateField()
    metric = models.CharField(max_length=24, choices=_choices(*Metric))
    delta = models.SmallIntegerField()
    cause = models.CharField(max_length=10, choices=_choices(*Cause))
    booked_at = models.DateTimeField()

    objects = ScopedQuerySet["CountAdjustment"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(delta=0), name="an_adjustment_adjusts"),
            models.CheckConstraint(
                condition=Q(booked_on__gte=F("business_day")), name="adjustments_are_booked_afterwards"
            ),
            sane_times("adjustment_times_are_sane", "booked_at"),
        ]
        indexes = [
            models.Index(fields=["person", "business_day"], name="adjustments_of_a_person"),
            models.Index(fields=["business_day"], name="adjustments_by_day"),
            models.Index(fields=["booked_at"], name="adjustments_by_booking"),
        ]


class VisitConflict(models.Model):
    """Another record that came with a used key: kept, so that no work is lost, until a person has looked at it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_key = models.UUIDField()
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, related_name="+")
    body = models.TextField()
    digest = models.BinaryField(max_length=32)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client_key", "digest"], name="one_kept_copy_per_content"),
            sane_times("conflict_times_are_sane", "received_at"),
        ]
