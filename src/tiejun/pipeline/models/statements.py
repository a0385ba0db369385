"""Bank statements: the files, the payments they hold, and what each payment was used for."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.pipeline.models.collections import Receipt


class BankFile(models.Model):
    """A bank statement that was read once; its digest makes the same file known. `bad_rows`: row, fault, what stood there."""

    ledger = True

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, unique=True)
    currency = models.CharField(max_length=3)
    taken = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    outgoing = models.PositiveIntegerField()
    bad_rows = models.JSONField(default=list)
    read_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [sane_times("bank_file_times_are_sane", "read_at")]
        indexes = [models.Index(fields=["-read_at", "-id"], name="bank_files_newest_first")]


class BankLine(models.Model):
    """A payment of a bank statement. What of it became receipts is `matched_minor`; aside is what no customer paid."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="+")
    row = models.PositiveIntegerField()
    booked_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    payer = models.CharField(max_length=200, default="", blank=True)
    reference = models.CharField(max_length=80, default="", blank=True)
    purpose = models.CharField(max_length=300, default="", blank=True)
    fingerprint = models.CharField(max_length=64, unique=True)
    matched_minor = models.BigIntegerField(default=0)
    aside_reason = models.CharField(max_length=300, default="", blank=True)
    is_open = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, matched_minor__gte=0, matched_minor__lte=F("amount_minor")),
                name="payments_are_used_at_most_once",
            ),
            models.CheckConstraint(
                condition=Q(aside_reason="") | Q(matched_minor=0), name="payments_aside_pay_nothing"
            ),
            models.CheckConstraint(
                condition=Q(is_open=True, aside_reason="", matched_minor__lt=F("amount_minor"))
                | Q(is_open=False) & (~Q(aside_reason="") | Q(matched_minor=F("amount_minor"))),
                name="open_payments_have_something_left",
            ),
        ]
        indexes = [
            models.Index(fields=["-booked_on", "-id"], condition=Q(is_open=True), name="open_payments_newest_first"),
            models.Index(fields=["-booked_on", "-id"], name="payments_newest_first"),
            models.Index(fields=["file", "row"], name="payments_of_a_file"),
        ]

    @property
    def open_minor(self) -> int:
        """What is left to be matched, in minor units."""
        return self.amount_minor - self.matched_minor


class BankMatch(models.Model):
    """The receipt that a payment, or a part of it, became. It is undone by reversing the receipt, never removed."""

    ledger = True

    receipt = models.OneToOneField(Receipt, primary_key=True, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(BankLine, on_delete=models.PROTECT, related_name="+")
    amount_minor = models.BigIntegerField()
    matched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="bank_matches_are_positive"),
            sane_times("bank_match_times_are_sane", "matched_at"),
        ]
