"""The month: what a person commits to, edition by edition; what a group's leader answers for; the nightly copy."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.forecast.rules.months import MonthState, Support
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class MonthlyForecast(models.Model):
    """One edition of a person's commitment for a month, with the talk that led to it.

    What the engine expected and what the calendar allows stand beside the number as they were when it was signed. A signed
    edition never changes (a trigger watches); a revision is the next edition.
    """

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    month = models.DateField()
    edition = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in MonthState])
    deals = models.PositiveSmallIntegerField()
    amount_minor = models.BigIntegerField()
    assumptions = models.TextField(default="", blank=True)
    state_of_work = models.TextField(default="", blank=True)
    causes = models.TextField(default="", blank=True)
    follow_up_plan = models.TextField(default="", blank=True)
    improvement_plan = models.TextField(default="", blank=True)
    deviation_explained = models.TextField(default="", blank=True)
    support = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Support], default=Support.NONE)
    support_note = models.CharField(max_length=500, default="", blank=True)
    exception_reason = models.CharField(max_length=500, default="", blank=True)
    exception_by = models.ForeignKey(
        "org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    # What stood beside the number when it was signed.
    expected_deals = models.FloatField(null=True)
    expected_low = models.PositiveSmallIntegerField(null=True)
    expected_high = models.PositiveSmallIntegerField(null=True)
    expected_why = ArrayField(models.CharField(max_length=20), default=list)
    tree = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64, default="", blank=True)
    talked_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    talked_at = models.DateTimeField(null=True)
    rep_signed_at = models.DateTimeField(null=True)
    supervisor = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    published_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["MonthlyForecast"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "month", "edition"], name="one_commitment_per_edition"),
            models.UniqueConstraint(
                fields=["person", "month"],
                condition=Q(state__in=["DRAFT", "TALKED", "SIGNED"]),
                name="one_open_commitment_per_person_and_month",
            ),
            models.UniqueConstraint(
                fields=["person", "month"], condition=Q(state="PUBLISHED"), name="one_published_commitment_per_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="commitments_are_for_whole_months"),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "TALKED"], rep_signed_at=None)
                | Q(rep_signed_at__isnull=False) & ~Q(content_hash=""),
                name="signed_commitments_carry_their_hash",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, supervisor=None)
                | Q(supervisor__isnull=False, rep_signed_at__lte=F("published_at")) & ~Q(supervisor=F("person")),
                name="the_supervisor_signs_after_the_person_and_is_somebody_else",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["PUBLISHED", "SUPERSEDED"]) | Q(published_at__isnull=False),
                name="published_commitments_have_both_signatures",
            ),
            models.CheckConstraint(
                condition=Q(exception_reason="") | Q(exception_by__isnull=False) & ~Q(exception_by=F("person")),
                name="nobody_grants_an_exception_to_themselves",
            ),
            sane_times(
                "commitment_times_are_sane", "talked_at", "rep_signed_at", "published_at", "superseded_at", "changed_at"
            ),
        ]
        indexes = [models.Index(fields=["unit", "month", "state"], name="commitments_of_a_unit")]


class GroupForecast(models.Model):
    """One edition of what a unit's leader answers for in a month: the members' sum and an explicit adjustment, with its reason."""

    reach = ReachPaths(own="submitted_by_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    month = models.DateField()
    edition = models.PositiveSmallIntegerField(default=1)
    members_deals = models.PositiveIntegerField()
    members_minor = models.BigIntegerField()
    adjustment_deals = models.IntegerField(default=0)
    adjustment_minor = models.BigIntegerField(default=0)
    adjustment_reason = models.CharField(max_length=500, default="", blank=True)
    deals = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    submitted_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    submitted_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    objects = ScopedQuerySet["GroupForecast"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "edition"], name="one_group_forecast_per_edition"),
            models.UniqueConstraint(
                fields=["unit", "month"], condition=Q(superseded_at=None), name="one_group_forecast_in_force"
            ),
            models.CheckConstraint(
                condition=Q(
                    deals=F("members_deals") + F("adjustment_deals"),
                    amount_minor=F("members_minor") + F("adjustment_minor"),
                ),
                name="a_group_number_is_its_members_and_the_adjustment",
            ),
            models.CheckConstraint(
                condition=Q(adjustment_deals=0, adjustment_minor=0) | ~Q(adjustment_reason=""),
                name="adjustments_have_a_reason",
            ),
            sane_times("group_forecast_times_are_sane", "submitted_at", "superseded_at"),
        ]


class GroupLine(models.Model):
    """A part of a group's number: a member's published commitment, or the number of a unit below."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    group = models.ForeignKey(GroupForecast, on_delete=models.PROTECT, related_name="+")
    commitment = models.ForeignKey(
        MonthlyForecast, null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    below = models.ForeignKey(GroupForecast, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    deals = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(commitment__isnull=False, below=None) | Q(commitment=None, below__isnull=False),
                name="a_line_is_a_member_or_a_unit",
            )
        ]


class ForecastSnapshot(models.Model):
    """What was known on an evening about a person's or a unit's month: said, signed so far. Copied each night, never changed."""

    ledger = True
    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    taken_on = models.DateField()
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    person = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    month = models.DateField()
    edition = models.PositiveSmallIntegerField()
    deals = models.PositiveIntegerField()
    amount_minor = models.BigIntegerField()
    signed_deals = models.IntegerField()
    signed_minor = models.BigIntegerField()

    objects = ScopedQuerySet["ForecastSnapshot"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["taken_on", "month", "unit", "person"], nulls_distinct=False, name="one_snapshot_per_evening"
            )
        ]
