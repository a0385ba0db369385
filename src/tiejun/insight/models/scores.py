"""What was learned of leads, and how it did."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times


class ScoreModel(models.Model):
    """One attempt to learn a chance from the own history: the model if it may be used, and how it did either way.

    `card` as the engine gives it (`engines.scoring.problem.Card`), empty where there was too little to learn from;
    `first_at` and `last_at`: the span of its examples. A model is used until the next attempt.
    """

    class Target(models.TextChoices):
        EFFECTIVE = "EFFECTIVE"
        SIGN = "SIGN"

    class State(models.TextChoices):
        LIVE = "LIVE"
        REFUSED = "REFUSED"
        REPLACED = "REPLACED"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    target = models.CharField(max_length=10, choices=Target.choices)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    why = models.CharField(max_length=20)
    method = models.CharField(max_length=10, default="", blank=True)
    rows = models.PositiveIntegerField()
    positives = models.PositiveIntegerField()
    window_days = models.PositiveSmallIntegerField()
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    card = models.JSONField(default=dict)
    model = models.BinaryField(default=b"")
    learned_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["target", "number"], name="score_models_are_numbered"),
            models.UniqueConstraint(fields=["target"], condition=Q(state="LIVE"), name="one_live_model_per_target"),
            models.CheckConstraint(condition=~Q(state="LIVE") | ~Q(model=b""), name="live_models_can_score"),
            models.CheckConstraint(
                condition=Q(state="REPLACED") | Q(replaced_at=None), name="only_replaced_models_have_an_end"
            ),
            sane_times("score_model_times_are_sane", "first_at", "last_at", "learned_at", "replaced_at"),
        ]

    @property
    def name(self) -> str:
        """Return how the model is called in the scores that come from it."""
        return f"{self.target}:{self.number}"
