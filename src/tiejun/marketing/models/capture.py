from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.marketing.models.campaigns import Campaign, Source


class CaptureForm(models.Model):
    """A public form: its words in both languages, what it asks beside the minimum, and which sites may frame it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=80)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    intro = models.CharField(max_length=400, default="", blank=True)
    intro_en = models.CharField(max_length=400, default="", blank=True)
    asks_intent = models.BooleanField(default=True)
    allowed_sites = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    is_open = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [sane_times("form_times_are_sane", "created_at")]


class ConsentText(models.Model):
    """What people agree to when they send a form; a changed text is a new version, records keep theirs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    form = models.ForeignKey(CaptureForm, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    text_en = models.TextField()
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="one_consent_text_per_number"),
            sane_times("consent_text_times_are_sane", "since"),
        ]
