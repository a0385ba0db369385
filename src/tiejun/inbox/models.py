from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id


class Notice(models.Model):
    """Something a person should know: a code with facts, so that it reads in the reader's language; `url` leads to it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300, default="")
    dedupe_key = models.CharField(max_length=120)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    reach = ReachPaths(own="person_id", unit="person_id")
    objects = ScopedQuerySet["Notice"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "dedupe_key"], name="one_notice_per_person_and_cause")]
        indexes = [
            models.Index(fields=["person", "-sent_at", "-id"], name="notices_of_a_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="unread_notices_of_a_person"),
        ]
