from __future__ import annotations

from django.db import models
from django.db.models import Q

from tiejun.exchange.rules.exports import FileKind
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.insight.rules.boards import BoardOf
from tiejun.lists.rules import MOST_CHARACTERS
from tiejun.reports.rules.mailing import MailFault, Rhythm


def _choices(*names: str) -> list[tuple[str, str]]:
    return [(str(name), str(name)) for name in names]


class Mailing(models.Model):
    """A list that goes out by mail: which one, cut how, how often, when, to whom. Everybody gets it as far as they reach themselves.

    `weekday`: 0 is Monday, told for weekly ones; `hour`: `HH:MM` on the clock of `zone`; `due_at`: when the next one goes out,
    None while it is paused.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    filters = models.CharField(max_length=MOST_CHARACTERS, default="", blank=True)
    file_kind = models.CharField(max_length=4, choices=_choices(*FileKind))
    language = models.CharField(max_length=12)
    rhythm = models.CharField(max_length=7, choices=_choices(*Rhythm))
    weekday = models.PositiveSmallIntegerField(default=0)
    hour = models.CharField(max_length=5)
    zone = models.CharField(max_length=40)
    due_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    @property
    def is_paused(self) -> bool:
        return self.due_at is None

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "name"], name="one_mailing_per_name_and_person"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="mailings_name_a_day_of_the_week"),
            sane_times("mailing_times_are_sane", "due_at", "made_at"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="mailings_by_due_time")]


class Recipient(models.Model):
    """Somebody who gets a mailing."""

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, db_index=False, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailing", "person"], name="one_recipient_per_mailing")]


class Delivery(models.Model):
    """What became of one mail of a mailing: sent with so many rows, or why not. A repeat of the job finds it and sends nothing twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, db_index=False, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0)
    fault = models.CharField(max_length=15, choices=_choices(*MailFault), default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailing", "due_at", "person"], name="one_delivery_per_mail_and_person"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False, fault="") | Q(sent_at=None) & ~Q(fault=""),
                name="mails_are_sent_or_say_why_not",
            ),
            sane_times("delivery_times_are_sane", "due_at", "sent_at"),
        ]


class DigestWish(models.Model):
    """Somebody's wish for the morning digest of a board: each working day at an hour of their zone in the inbox, `by_mail` as a mail too."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.OneToOneField("org.Person", on_delete=models.PROTECT, related_name="+")
    board = models.CharField(max_length=9, choices=_choices(*BoardOf))
    hour = models.CharField(max_length=5)
    by_mail = models.BooleanField(default=False)
    language = models.CharField(max_length=12)
    zone = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [sane_times("digest_wish_times_are_sane", "due_at", "made_at")]
        indexes = [models.Index(fields=["due_at"], name="digest_wishes_by_due_time")]


class DigestSent(models.Model):
    """A digest that was told in the inbox, once for each due time; `mailed_at`: when its mail went out, or `fault`: why it did not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    wish = models.ForeignKey(DigestWish, on_delete=models.CASCADE, db_index=False, related_name="+")
    due_at = models.DateTimeField()
    told_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=15, choices=_choices(*MailFault), default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["wish", "due_at"], name="one_digest_per_wish_and_due_time"),
            models.CheckConstraint(condition=Q(mailed_at=None) | Q(fault=""), name="digests_are_mailed_or_say_why_not"),
            sane_times("digest_times_are_sane", "due_at", "told_at", "mailed_at"),
        ]
