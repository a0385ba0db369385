from __future__ import annotations

import base64

from django.db import models
from django.db.models import F, Q

from tiejun.foundation.crypto import blind_index
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.visits.rules.vocabulary import Answer


class Confirmation(models.Model):
    """The customer asked whether a visit took place: one open question per visit, answered once by who has its link.

    `token_digest` is SHA-256 of the token in the link; the token itself is computed from the row's id and never stored.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, related_name="+")
    token_digest = models.BinaryField(max_length=32, unique=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answer = models.CharField(max_length=3, choices=[(name, name) for name in Answer], default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit"], condition=Q(answer=""), name="one_open_question_per_visit"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answers_have_their_time",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="questions_expire_later"),
            sane_times("question_times_are_sane", "asked_at", "expires_at", "answered_at"),
        ]

    @property
    def token(self) -> str:
        """The secret part of the link, which only this installation can compute."""
        return base64.urlsafe_b64encode(blind_index(f"visit-confirmation:{self.pk}")).rstrip(b"=").decode()
