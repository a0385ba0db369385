from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class ApiToken(models.Model):
    """A program's key to act for a person: the secret is shown once, only its SHA-256 is kept."""

    reach = ReachPaths(own="login__person_id", unit="login__person_id")
    objects = ScopedQuerySet["ApiToken"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=11)
    digest = models.BinaryField(max_length=32, unique=True)
    abilities = models.JSONField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["login", "name"], condition=Q(revoked_at=None), name="one_living_token_per_name"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="tokens_expire_after_they_are_made"),
            sane_times("token_times_are_sane", "made_at", "expires_at", "revoked_at"),
        ]
        indexes = [models.Index(fields=["login", "-made_at", "-id"], name="tokens_of_a_login")]

    def __str__(self) -> str:
        return self.prefix


class TokenMinute(models.Model):
    """How many requests a token made in its running minute; one row per token, written by `locks.spend`."""

    token = models.OneToOneField(ApiToken, on_delete=models.CASCADE, primary_key=True, related_name="+")
    minute = models.BigIntegerField()
    used = models.PositiveIntegerField()
