"""The forecast of a day, with the deals it is made of."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.forecast.rules import DayState
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class DailyForecast(models.Model):
    """What a person says a day will bring: result and process. Once the day is over, beside it what came, judged apart."""

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    business_day = models.DateField()
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in DayState])
    expected_deals = models.PositiveSmallIntegerField()
    expected_minor = models.BigIntegerField()
    expected_visits = models.PositiveSmallIntegerField()
    expected_morning = models.PositiveSmallIntegerField()
    expected_effective = models.PositiveSmallIntegerField()
    lacking_backup = models.PositiveSmallIntegerField(default=0)
    largest_minor = models.BigIntegerField(default=0)
    is_machine = models.BooleanField(default=True)
    is_late = models.BooleanField(default=False)
    submitted_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    actual_deals = models.PositiveSmallIntegerField(null=True)
    actual_minor = models.BigIntegerField(null=True)
    actual_visits = models.PositiveSmallIntegerField(null=True)
    actual_effective = models.PositiveSmallIntegerField(null=True)
    result_met = models.BooleanField(null=True)
    process_met = models.BooleanField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["DailyForecast"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "business_day"], name="one_daily_forecast_per_person_and_day"),
            models.CheckConstraint(
                condition=Q(expected_morning__lte=F("expected_visits"), expected_effective__lte=F("expected_visits")),
                name="parts_of_a_forecast_are_not_more_than_its_visits",
            ),
            models.CheckConstraint(
                condition=~Q(state=DayState.CLOSED)
                | Q(closed_at__isnull=False, result_met__isnull=False, process_met__isnull=False),
                name="closed_days_are_judged",
            ),
            models.CheckConstraint(
                condition=Q(state=DayState.DRAFT) | Q(submitted_at__isnull=False),
                name="submitted_forecasts_have_their_time",
            ),
            sane_times("daily_forecast_times_are_sane", "submitted_at", "changed_at", "closed_at"),
        ]
        indexes = [models.Index(fields=["unit", "business_day"], name="daily_forecasts_of_a_unit")]


class DailyDeal(models.Model):
    """A company that the day's forecast counts on (A) or keeps in reserve (B)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    forecast = models.ForeignKey(DailyForecast, on_delete=models.CASCADE, related_name="+")
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, db_index=False, related_name="+")
    opportunity = models.ForeignKey(
        "pipeline.Opportunity", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    closing_class = models.CharField(max_length=1, choices=[("A", "A"), ("B", "B")])
    amount_minor = models.BigIntegerField()
    backup_company = models.ForeignKey(
        "customers.Company", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    backup_plan = models.CharField(max_length=300, default="", blank=True)
    position = models.PositiveSmallIntegerField()
    is_signed = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["forecast", "company"], name="one_deal_per_forecast_and_company"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="forecast_deals_are_not_negative"),
        ]
