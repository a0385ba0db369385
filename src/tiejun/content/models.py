from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.content.rules import LONGEST_TITLE
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class Script(models.Model):
    """Something to say at an occasion. What is said stands in its versions; a retired one is read no more and keeps them."""

    class Occasion(models.TextChoices):
        PITCH = "PITCH"
        DEMO = "DEMO"
        TRIAL_CLOSE = "TRIAL_CLOSE"
        OBJECTION = "OBJECTION"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    occasion = models.CharField(max_length=11, choices=Occasion.choices)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [sane_times("script_times_are_sane", "created_at", "retired_at")]


class ScriptVersion(models.Model):
    """The words of a script at one time: a draft until it is published, unchangeable from then on (a trigger).

    The published one with the highest `number` is what people read. `why`: what is new in it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    script = models.ForeignKey(Script, on_delete=models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE, default="", blank=True)
    title_en = models.CharField(max_length=LONGEST_TITLE, default="", blank=True)
    body = models.TextField(default="", blank=True)
    body_en = models.TextField(default="", blank=True)
    why = models.CharField(max_length=200, default="", blank=True)
    written_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    written_at = models.DateTimeField()
    published_by = models.ForeignKey(
        "org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["script", "number"], name="versions_of_a_script_have_an_order"),
            models.UniqueConstraint(fields=["script"], condition=Q(published_at=None), name="one_draft_per_script"),
            models.CheckConstraint(condition=~Q(body="") | ~Q(body_en=""), name="scripts_say_something"),
            models.CheckConstraint(condition=~Q(title="") | ~Q(title_en=""), name="scripts_have_a_title"),
            sane_times("script_version_times_are_sane", "written_at", "published_at"),
        ]
