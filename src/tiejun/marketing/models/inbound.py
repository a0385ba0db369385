from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.marketing.models.campaigns import Campaign, Source
from tiejun.marketing.models.capture import CaptureForm, ConsentText


class InboundRecord(models.Model):
    """Somebody who asked for us: received, looked up, checked, then accepted as a lead or rejected with a reason.

    Companies and leads lie above this module: their ids are told from there and are no foreign keys.
    """

    class Status(models.TextChoices):
        RECEIVED = "RECEIVED"
        DEDUPLICATED = "DEDUPLICATED"
        CHECKED = "CHECKED"
        ACCEPTED = "ACCEPTED"
        REJECTED = "REJECTED"

    class Door(models.TextChoices):
        FORM = "FORM"
        API = "API"
        FILE = "FILE"
        DESK = "DESK"

    class Channel(models.TextChoices):
        PHONE = "PHONE"
        MESSAGE = "MESSAGE"
        EMAIL = "EMAIL"
        VISIT = "VISIT"

    class Window(models.TextChoices):
        ANY = "ANY"
        MORNING = "MORNING"
        AFTERNOON = "AFTERNOON"
        EVENING = "EVENING"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="+")
    form = models.ForeignKey(CaptureForm, null=True, on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=5, choices=Door.choices)
    door_key = models.CharField(max_length=80, default="", blank=True)
    payload_cipher = models.BinaryField(default=b"")
    company_name = models.CharField(max_length=200)
    normalised_name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, default="", blank=True)
    domain = models.CharField(max_length=120, default="", blank=True)
    contact_name = models.CharField(max_length=80, default="", blank=True)
    contact_title = models.CharField(max_length=80, default="", blank=True)
    phone_cipher = models.BinaryField(default=b"")
    phone_index = models.BinaryField(max_length=16, default=b"")
    phone_last4 = models.CharField(max_length=4, default="", blank=True)
    email_cipher = models.BinaryField(default=b"")
    city_code = models.CharField(max_length=6, default="", blank=True)
    district_code = models.CharField(max_length=6, default="", blank=True)
    address = models.CharField(max_length=400, default="", blank=True)
    industry = models.CharField(max_length=80, default="", blank=True)
    need = models.TextField(default="", blank=True)
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.PHONE)
    window = models.CharField(max_length=10, choices=Window.choices, default=Window.ANY)
    consent = models.ForeignKey(ConsentText, null=True, on_delete=models.PROTECT, related_name="+")
    consent_basis = models.CharField(max_length=200, default="", blank=True)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RECEIVED)
    score = models.PositiveSmallIntegerField(null=True)
    intent = models.CharField(max_length=10, default="UNKNOWN")
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    known_company_id = models.UUIDField(null=True)
    known_by = models.CharField(max_length=12, default="", blank=True)
    known_lead_id = models.UUIDField(null=True)
    is_lead_held = models.BooleanField(default=False)
    rejection = models.CharField(max_length=15, default="", blank=True)
    decision_note = models.CharField(max_length=300, default="", blank=True)
    decided_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    lead_id = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["door_key"], condition=~Q(door_key=""), name="one_record_per_key_of_its_door"
            ),
            models.CheckConstraint(
                condition=Q(status="REJECTED") & ~Q(rejection="") | ~Q(status="REJECTED") & Q(rejection=""),
                name="rejected_records_say_why",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["ACCEPTED", "REJECTED"]) | Q(decided_at__isnull=False),
                name="decided_records_have_a_time",
            ),
            models.CheckConstraint(
                condition=Q(lead_id=None) | Q(status="ACCEPTED"), name="only_accepted_records_are_leads"
            ),
            sane_times("inbound_times_are_sane", "received_at", "decided_at"),
        ]
        indexes = [
            models.Index(fields=["status", "-received_at", "-id"], name="records_by_status"),
            models.Index(fields=["-received_at", "-id"], name="records_newest_first"),
            models.Index(fields=["campaign", "status"], name="records_of_a_campaign"),
            models.Index(fields=["phone_index"], condition=~Q(phone_index=b""), name="records_by_phone"),
            models.Index(fields=["domain"], condition=~Q(domain=""), name="records_by_domain"),
            models.Index(fields=["credit_code"], condition=~Q(credit_code=""), name="records_by_credit_code"),
            models.Index(fields=["normalised_name", "city_code"], name="records_by_name"),
        ]


class IntentAssessment(models.Model):
    """The answers to the intent questions and what they come to, by the weights of that day; the latest one counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    inbound = models.ForeignKey(InboundRecord, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    score = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=10)
    policy_facts = models.JSONField(default=dict)
    assessed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(score__lte=100), name="scores_go_up_to_a_hundred"),
            sane_times("assessment_times_are_sane", "assessed_at"),
        ]
        indexes = [models.Index(fields=["inbound", "-assessed_at"], name="assessments_of_a_record")]
