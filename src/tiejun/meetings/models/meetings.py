"""A unit's meeting: its agenda, who was there, what each of them told."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tiejun.access.reach import ReachPaths, ScopedQuerySet
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import sane_times
from tiejun.meetings.rules import ItemState, Kind, MeetingState, Missing, Origin, Presence, Share


class Meeting(models.Model):
    """One meeting of a unit on a business day; `minutes` is its box. Without `closed_by` the clock has closed it."""

    reach = ReachPaths(own="led_by_id", unit="unit_id")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    unit = models.ForeignKey("org.Unit", on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Kind])
    business_day = models.DateField()
    state = models.CharField(
        max_length=10, choices=[(one.value, one.value) for one in MeetingState], default=MeetingState.SCHEDULED
    )
    planned_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    led_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    closed_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    missing = ArrayField(
        models.CharField(max_length=10, choices=[(one.value, one.value) for one in Missing]), default=list
    )
    reason = models.CharField(max_length=300, default="", blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ScopedQuerySet["Meeting"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "business_day"], name="one_meeting_of_a_kind_and_day"),
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=120), name="meetings_have_a_time_box"),
            models.CheckConstraint(
                condition=Q(state="SCHEDULED", opened_at=None, closed_at=None)
                | Q(state="OPEN", opened_at__isnull=False, led_by__isnull=False, closed_at=None)
                | Q(state__in=["CLOSED", "LOCKED"], closed_at__isnull=False),
                name="meetings_have_the_times_of_their_state",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(closed_at=None) | Q(closed_at__gte=F("opened_at")),
                name="meetings_end_after_they_begin",
            ),
            sane_times("meeting_times_are_sane", "planned_at", "opened_at", "closed_at"),
        ]
        indexes = [models.Index(fields=["unit", "-business_day"], name="meetings_of_a_unit")]


class AgendaItem(models.Model):
    """A line of an agenda: `code` with `facts` from a machine, `words` from a person. `key` is its own within the meeting."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=7, choices=[(one.value, one.value) for one in Origin])
    code = models.CharField(max_length=60, default="", blank=True)
    facts = models.JSONField(default=dict)
    words = models.CharField(max_length=300, default="", blank=True)
    about = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    added_by = models.ForeignKey("org.Person", null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    state = models.CharField(
        max_length=7, choices=[(one.value, one.value) for one in ItemState], default=ItemState.OPEN
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "key"], name="one_agenda_item_per_key"),
            models.CheckConstraint(condition=~Q(code="") | ~Q(words=""), name="agenda_items_say_something"),
        ]


class Attendance(models.Model):
    """Somebody's place at a meeting: the small group, the turn to speak in it, and whether they were there."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    group = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField()
    presence = models.CharField(
        max_length=7, choices=[(one.value, one.value) for one in Presence], default=Presence.PRESENT
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "person"], name="one_place_per_person_and_meeting")]


class ShareNote(models.Model):
    """What a person told the small group: one gain, one loss, one challenge each."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=9, choices=[(one.value, one.value) for one in Share])
    words = models.CharField(max_length=500)
    written_by = models.ForeignKey("org.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person", "kind"], name="one_share_of_a_kind_per_person"),
            models.CheckConstraint(condition=~Q(words=""), name="shares_say_something"),
            sane_times("share_times_are_sane", "written_at"),
        ]
