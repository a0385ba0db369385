from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.marketing.models.inbound import InboundRecord


class Tag(models.Model):
    """A word that tells marketing, sales and after-sales who a customer is."""

    class Tone(models.TextChoices):
        NEUTRAL = "neutral"
        PRIMARY = "primary"
        INFO = "info"
        SUCCESS = "success"
        WARNING = "warning"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=30, unique=True)
    name_en = models.CharField(max_length=30, default="", blank=True)
    tone = models.CharField(max_length=10, choices=Tone.choices, default=Tone.NEUTRAL)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [sane_times("tag_times_are_sane", "retired_at")]


class TagRule(models.Model):
    """Gives its tag to every record and lead that meets all its conditions; see `rules.tags.Condition`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="+")
    conditions = models.JSONField()
    is_on = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [sane_times("tag_rule_times_are_sane", "created_at")]


class TagMark(models.Model):
    """A tag on an inbound record or on a lead; `rule` is None where a person put it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, db_index=False, related_name="+")
    inbound = models.ForeignKey(InboundRecord, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    lead_id = models.UUIDField(null=True)
    rule = models.ForeignKey(TagRule, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(inbound=None, lead_id__isnull=False) | Q(inbound__isnull=False, lead_id=None),
                name="a_tag_marks_a_record_or_a_lead",
            ),
            models.UniqueConstraint(
                fields=["inbound", "tag"], condition=Q(inbound__isnull=False), name="one_mark_per_record_and_tag"
            ),
            models.UniqueConstraint(
                fields=["lead_id", "tag"], condition=Q(lead_id__isnull=False), name="one_mark_per_lead_and_tag"
            ),
            sane_times("tag_mark_times_are_sane", "marked_at"),
        ]
        indexes = [
            models.Index(fields=["tag", "lead_id"], condition=Q(lead_id__isnull=False), name="leads_of_a_tag"),
        ]
