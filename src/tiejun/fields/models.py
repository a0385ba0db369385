from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class CustomField(models.Model):
    """A fact that the company wants to know of its leads or customers, beyond what the product knows of them.

    The values stand in a JSON column of the lead or the customer itself, under `key`, which never changes; so a retired field
    keeps what was written. `choices` as `rules.Choice` writes them; `least` and `most` bound a number. `is_open`: seen of a lead
    before somebody claims it.
    """

    class Subject(models.TextChoices):
        LEAD = "LEAD"
        CUSTOMER = "CUSTOMER"

    class Kind(models.TextChoices):
        TEXT = "TEXT"
        NUMBER = "NUMBER"
        DATE = "DATE"
        CHOICE = "CHOICE"
        YES_NO = "YES_NO"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.CharField(max_length=8, choices=Subject.choices)
    key = models.CharField(max_length=30)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, default="", blank=True)
    hint = models.CharField(max_length=200, default="", blank=True)
    measure = models.CharField(max_length=20, default="", blank=True)
    choices = models.JSONField(default=list)
    least = models.DecimalField(null=True, max_digits=18, decimal_places=4)
    most = models.DecimalField(null=True, max_digits=18, decimal_places=4)
    is_open = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "key"], name="one_custom_field_per_key"),
            models.UniqueConstraint(
                fields=["subject", "name"], condition=Q(retired_at=None), name="one_custom_field_per_name"
            ),
            models.CheckConstraint(condition=Q(key__regex=r"^[a-z][a-z0-9_]*$"), name="custom_field_keys_are_plain"),
            models.CheckConstraint(
                condition=Q(kind="CHOICE") & ~Q(choices=[]) | ~Q(kind="CHOICE") & Q(choices=[]),
                name="choices_belong_to_choice_fields",
            ),
            models.CheckConstraint(
                condition=Q(kind="NUMBER") | Q(least=None, most=None), name="only_numbers_have_bounds"
            ),
            models.CheckConstraint(
                condition=Q(least=None) | Q(most=None) | Q(least__lte=F("most")), name="custom_field_bounds_fit"
            ),
            sane_times("custom_field_times_are_sane", "created_at", "retired_at"),
        ]


class FieldChange(models.Model):
    """A value of a custom field that was written, changed or taken out by hand or by a program."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, db_index=False, related_name="+")
    record_id = models.UUIDField()
    was = models.JSONField(null=True)
    became = models.JSONField(null=True)
    changed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [sane_times("field_change_times_are_sane", "changed_at")]
        indexes = [models.Index(fields=["record_id", "-changed_at", "-id"], name="field_changes_of_a_record")]
