"""What customers say: how they use it, praise and wishes, complaints with their answers, surveys by link."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.success.texts import SOURCES, SUBJECTS, USAGES, VOICES


class CustomerVoice(models.Model):
    """Something a customer said or showed, noted on the day."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=8, choices=VOICES)
    usage = models.PositiveSmallIntegerField(choices=USAGES, null=True)
    words = models.CharField(max_length=1000, default="", blank=True)
    contact_name = models.CharField(max_length=80, default="", blank=True)
    noted_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="USAGE", usage__lte=3) | ~Q(kind="USAGE") & Q(usage=None) & ~Q(words=""),
                name="voices_say_something",
            ),
            sane_times("customer_voice_times_are_sane", "noted_at"),
        ]
        indexes = [models.Index(fields=["company", "-noted_at"], name="voices_of_a_company")]


class Complaint(models.Model):
    """A complaint: an action with an owner, a due day, and in the end the answer that the customer got."""

    reach = ReachPaths(own="owner_id", unit="company__unit_id")
    objects = ScopedQuerySet["Complaint"].as_manager()

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, db_index=False, related_name="+")
    order = models.ForeignKey("pipeline.Order", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    receipt = models.OneToOneField("pipeline.Receipt", null=True, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=8, choices=SUBJECTS)
    source = models.CharField(max_length=8, choices=SOURCES)
    words = models.CharField(max_length=2000)
    contact_name = models.CharField(max_length=80, default="", blank=True)
    owner = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    due_on = models.DateField()
    opened_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    opened_at = models.DateTimeField()
    answer = models.CharField(max_length=2000, default="", blank=True)
    answered_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    answered_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="complaints_say_something"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="closed_complaints_have_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(source="REFUND", receipt__isnull=False) | ~Q(source="REFUND") & Q(receipt=None),
                name="complaints_of_refunds_name_the_receipt",
            ),
            sane_times("complaint_times_are_sane", "opened_at", "answered_at"),
        ]
        indexes = [
            models.Index(fields=["company", "-opened_at"], name="complaints_of_a_company"),
            models.Index(fields=["due_on", "id"], condition=Q(answered_at=None), name="open_complaints_by_day"),
            models.Index(fields=["owner", "due_on"], condition=Q(answered_at=None), name="open_complaints_of_an_owner"),
        ]


class SatisfactionSurvey(models.Model):
    """A question to a customer at an address that nobody can guess: answered once, and never after its end."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    company = models.ForeignKey("customers.Company", on_delete=models.PROTECT, db_index=False, related_name="+")
    code = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    asked_at = models.DateTimeField()
    open_until = models.DateTimeField()
    score = models.PositiveSmallIntegerField(null=True)
    words = models.CharField(max_length=2000, default="", blank=True)
    contact_name = models.CharField(max_length=80, default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, score=None) | Q(answered_at__isnull=False, score__lte=10),
                name="answered_surveys_have_a_score",
            ),
            sane_times("satisfaction_times_are_sane", "asked_at", "open_until", "answered_at"),
        ]
        indexes = [models.Index(fields=["company", "-asked_at"], name="surveys_of_a_company")]
