"""The week: the numbers that were agreed, with the analysis they came from."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class WeeklyForecast(models.Model):
    """A person's week as agreed with the supervisor: numbers, what was found in quantity, quality and conversion, key customers."""

    reach = ReachPaths(own="person_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    week = models.DateField()
    deals = models.PositiveSmallIntegerField()
    visits = models.PositiveSmallIntegerField()
    effective = models.PositiveSmallIntegerField()
    quantity_note = models.TextField(default="", blank=True)
    quality_note = models.TextField(default="", blank=True)
    conversion_note = models.TextField(default="", blank=True)
    key_companies = ArrayField(models.UUIDField(), default=list)
    findings = models.JSONField(default=list)
    agreed_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    agreed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["WeeklyForecast"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "week"], name="one_weekly_forecast_per_person_and_week"),
            models.CheckConstraint(condition=Q(week__iso_week_day=1), name="weeks_begin_on_monday"),
            models.CheckConstraint(
                condition=Q(effective__lte=F("visits")), name="effective_visits_of_a_week_are_visits"
            ),
            models.CheckConstraint(condition=~Q(agreed_by=F("person")), name="a_week_is_agreed_with_somebody_else"),
            sane_times("weekly_forecast_times_are_sane", "agreed_at"),
        ]
        indexes = [models.Index(fields=["unit", "week"], name="weekly_forecasts_of_a_unit")]
