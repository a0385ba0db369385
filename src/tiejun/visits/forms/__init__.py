"""What the phone and the pages send, turned into the values of the doors."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.engines.effectiveness import Advancement, ContactRole, TrialClose
from tiejun.engines.effectiveness import Refusal as CustomerRefusal
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import at_local, is_sane
from tiejun.visits import texts
from tiejun.visits.rules.amending import AMENDABLE, MOST_DEMO_STEPS
from tiejun.visits.rules.timing import LONGEST_OFFLINE
from tiejun.visits.rules.vocabulary import (
    Capture,
    CheckInInput,
    DoorInput,
    DoorResult,
    EvidenceKind,
    MetContact,
    PhonePosition,
    VisitFactsInput,
    VisitInput,
    VisitKind,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, QueryDict

NEW_PERSONS = 2
DECLARED_EVIDENCE = (EvidenceKind.CARD, EvidenceKind.ARTEFACT)
STEP_CLOCK = "10:00"
MOST_PHOTOS = 9
_DIGEST = re.compile("[0-9a-f]{64}")
QUICK_STEPS = ("TOMORROW", "DAY_AFTER", "NEXT_WEEK")


def quick_step_days(today: date) -> dict[str, date]:
    """Return the days that the quick choices of a next step mean; next week is its Monday."""
    monday = today + timedelta(days=7 - today.weekday())
    return dict(zip(QUICK_STEPS, (today + timedelta(days=1), today + timedelta(days=2), monday), strict=True))


class CaptureForm(forms.Form):
    """The fields that the phone adds: position, device, and its clock. None of them can make a record invalid."""

    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    lng = forms.FloatField(required=False, min_value=-180, max_value=180)
    accuracy = forms.FloatField(required=False, min_value=0)
    location_refused = forms.CharField(required=False, max_length=20)
    device = forms.UUIDField(required=False)
    sequence = forms.IntegerField(required=False, min_value=0, max_value=2**62)

    def capture(self, request: HttpRequest) -> Capture:
        """Return the capture; a value that cannot be read counts as not sent."""
        self.is_valid()
        values = getattr(self, "cleaned_data", {})
        recorded = str(self.data.get("recorded_at") or self.data.get("taken_at") or "")
        moment = read_moment(recorded)
        position = None
        if values.get("lat") is not None and values.get("lng") is not None:
            position = PhonePosition(
                values["lat"], values["lng"], min(int(values.get("accuracy") or 0), 1_000_000), moment
            )
        return Capture(
            recorded_at=moment,
            sent_at=read_moment(request.headers.get("X-Sent-At", "")),
            device_id=values.get("device"),
            sequence=values.get("sequence"),
            position=position,
            position_refused=values.get("location_refused", ""),
            is_clock_unreadable=bool(recorded) and moment is None,
        )


def read_moment(text: str) -> datetime | None:
    """Read an ISO moment with its offset; None when it is missing, naive, unreadable or outside 2000 to 2100."""
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None
    if moment is None or datetime.fromisoformat(text).tzinfo is None or not is_sane(moment):
        return None
    return moment


def told_at(data: QueryDict, sent: str, now: datetime) -> datetime:
    """Return when a record was told, by the corrected clock in whole minutes: "tomorrow" means the day after that one.

    The same record gives the same moment however often and however late it is sent.
    """
    recorded, sent_at = read_moment(data.get("recorded_at", "")), read_moment(sent)
    if recorded is None:
        return now
    offset = now - sent_at if sent_at is not None else min(timedelta(0), now - recorded)
    told = recorded + timedelta(minutes=round(offset / timedelta(minutes=1)))
    return told if now - LONGEST_OFFLINE <= told <= now + timedelta(minutes=1) else now


class CheckInForm(forms.Form):
    client_key = forms.UUIDField(required=False)
    company = forms.UUIDField(required=False)
    company_name = forms.CharField(required=False, max_length=200, strip=True)
    item = forms.UUIDField(required=False)
    kind = forms.ChoiceField(required=False, choices=[(kind, kind) for kind in VisitKind])

    def facts(self, request: HttpRequest) -> CheckInInput:
        """Return the check-in; a value that cannot be read counts as not sent, as a visit at the door must not fail on it."""
        self.is_valid()
        values = self.cleaned_data
        kind = values.get("kind")
        return CheckInInput(
            client_key=values.get("client_key") or new_id(),
            company_id=values.get("company"),
            company_name=values.get("company_name", ""),
            plan_item_id=values.get("item"),
            kind=VisitKind(kind) if kind else None,
            capture=CaptureForm(self.data).capture(request),
        )


def _labelled(labels: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(str(code), words) for code, words in labels.items()]


class FactsForm(forms.Form):
    """The one-screen form: whom did you meet, what happened, what comes next."""

    data: QueryDict

    service_explained = forms.BooleanField(required=False)
    demo_steps_done = forms.IntegerField(required=False, min_value=0, max_value=MOST_DEMO_STEPS)
    trial_close = forms.ChoiceField(required=False, choices=_labelled(texts.TRIAL_CLOSES))
    order_presented = forms.BooleanField(required=False)
    refusal = forms.ChoiceField(required=False, choices=_labelled(texts.CUSTOMER_REFUSALS))
    advancement = forms.ChoiceField(required=False, choices=_labelled(texts.ADVANCEMENTS))
    note = forms.CharField(required=False, max_length=4000, widget=forms.Textarea)
    next_step = forms.CharField(required=False, max_length=200)
    next_when = forms.ChoiceField(required=False, choices=[(name, name) for name in (*QUICK_STEPS, "CUSTOM")])
    next_day = forms.DateField(required=False)
    next_clock = forms.TimeField(required=False)

    def __init__(
        self, data: QueryDict | None = None, *, zone: str, now: datetime, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.zone, self.now = zone, now

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        values["next_step_at"] = self._next_step_at(values)
        needs_day = values.get("advancement") == Advancement.NEXT_STEP_AGREED or bool(values.get("next_step"))
        if needs_day and values["next_step_at"] is None and not self.errors:
            self.add_error("next_when", _("Say when the next step is."))
        if any(self.data.get(f"role_{text}", "") not in ContactRole.__members__ for text in self.data.getlist("met")):
            self.add_error(None, _("Say which part each person you met plays."))
        for number in range(NEW_PERSONS):
            name, role = self.data.get(f"new_name_{number}", "").strip(), self.data.get(f"new_role_{number}", "")
            if name and role not in ContactRole.__members__:
                self.add_error(None, _("Say which part %(name)s plays.") % {"name": name})
        return values

    def _next_step_at(self, values: dict[str, Any]) -> datetime | None:
        quick = quick_step_days(self.now.astimezone(ZoneInfo(self.zone)).date())
        day = quick.get(values.get("next_when") or "", values.get("next_day"))
        if day is None or not 2000 <= day.year < 2100:
            return None
        clock = values.get("next_clock")
        return at_local(day, clock.strftime("%H:%M") if clock else STEP_CLOCK, self.zone)

    def facts(self) -> VisitFactsInput:
        """Return the facts; call after `is_valid()`."""
        values = self.cleaned_data
        return VisitFactsInput(
            met=self._met(),
            service_explained=values["service_explained"],
            demo_steps_done=values["demo_steps_done"] or 0,
            trial_close=TrialClose(values["trial_close"] or TrialClose.NOT_TRIED),
            order_presented=values["order_presented"],
            refusal=CustomerRefusal(values["refusal"] or CustomerRefusal.NONE),
            advancement=Advancement(values["advancement"] or Advancement.NONE),
            note=values["note"],
            next_step=values["next_step"],
            next_step_at=values["next_step_at"],
        )

    def _met(self) -> tuple[MetContact, ...]:
        known = []
        for text in dict.fromkeys(self.data.getlist("met")):
            role = self.data.get(f"role_{text}", "")
            if role in ContactRole.__members__ and (contact_id := _uuid(text)):
                known.append(
                    MetContact(ContactRole(role), is_senior=f"senior_{text}" in self.data, contact_id=contact_id)
                )
        fresh = []
        for number in range(NEW_PERSONS):
            role = self.data.get(f"new_role_{number}", "")
            if role in ContactRole.__members__:
                fresh.append(
                    MetContact(
                        ContactRole(role),
                        is_senior=f"new_senior_{number}" in self.data,
                        name=self.data.get(f"new_name_{number}", "").strip()[:80],
                        title=self.data.get(f"new_title_{number}", "").strip()[:80],
                        phone=self.data.get(f"new_phone_{number}", "").strip()[:20],
                    )
                )
        return (*known, *fresh)


class RecordForm(FactsForm):
    """A whole record: the facts, and which visit they belong to."""

    client_key = forms.UUIDField(required=False)
    company = forms.UUIDField(required=False)
    company_name = forms.CharField(required=False, max_length=200, strip=True)
    visit = forms.UUIDField(required=False)
    item = forms.UUIDField(required=False)
    kind = forms.ChoiceField(required=False, choices=_labelled(texts.VISIT_KINDS))
    evidence = forms.MultipleChoiceField(required=False, choices=[(kind, kind) for kind in DECLARED_EVIDENCE])
    check_in = forms.UUIDField(required=False)

    def record(self, request: HttpRequest) -> VisitInput:
        """Return the record; call after `is_valid()`."""
        values = self.cleaned_data
        return VisitInput(
            client_key=values["client_key"] or new_id(),
            company_id=values["company"],
            company_name=values["company_name"],
            visit_id=values["visit"],
            plan_item_id=values["item"],
            kind=VisitKind(values["kind"]) if values["kind"] else None,
            facts=self.facts(),
            evidence=frozenset(EvidenceKind(kind) for kind in values["evidence"]),
            capture=CaptureForm(self.data).capture(request),
            started_at=read_moment(self.data.get("started_at", "")),
            check_in_key=values["check_in"],
            photos=tuple(text for text in self.data.getlist("photo_digest")[:MOST_PHOTOS] if _DIGEST.fullmatch(text)),
        )


class DoorForm(forms.Form):
    """One knock on a door, as the canvass page and the phone's outbox send it."""

    client_key = forms.UUIDField(required=False)
    floor = forms.IntegerField(min_value=-9, max_value=200)
    door = forms.CharField(required=False, max_length=20, strip=True)
    result = forms.ChoiceField(choices=_labelled(texts.DOOR_RESULTS))
    company_name = forms.CharField(required=False, max_length=200, strip=True)
    in_charge = forms.CharField(required=False, max_length=80, strip=True)
    phone = forms.CharField(required=False, max_length=20, strip=True)
    product = forms.CharField(required=False, max_length=200, strip=True)

    def facts(self, request: HttpRequest, building_id: UUID) -> DoorInput:
        """Return the knock; call after `is_valid()`."""
        values = self.cleaned_data
        return DoorInput(
            client_key=values["client_key"] or new_id(),
            building_id=building_id,
            floor=values["floor"],
            door=values["door"],
            result=DoorResult(values["result"]),
            company_name=values["company_name"],
            in_charge=values["in_charge"],
            phone=values["phone"],
            product=values["product"],
            capture=CaptureForm(self.data).capture(request),
        )


class PhotoForm(forms.Form):
    """A photo for the visit that was recorded under a key; `photo` is looked at by its bytes alone."""

    record = forms.UUIDField()
    photo = forms.FileField(allow_empty_file=True)


class AmendForm(forms.Form):
    field = forms.ChoiceField(choices=[(name, texts.FIELDS[name]) for name in AMENDABLE])
    value = forms.CharField(required=False, max_length=4000)
    reason = forms.CharField(max_length=300)


class DayForm(forms.Form):
    """Which day, whose plan; both may be missing."""

    day = forms.DateField(required=False)
    person = forms.UUIDField(required=False)


class PlanForm(forms.Form):
    """An order of stops as dragged (`order` repeated) and the canvass note."""

    data: QueryDict

    day = forms.DateField()
    version = forms.IntegerField(min_value=1)
    canvass_note = forms.CharField(required=False, max_length=300)

    def order(self) -> list[UUID] | None:
        """Return the order, None when only the note was sent."""
        texts_sent = self.data.getlist("order")
        return [found for text in texts_sent if (found := _uuid(text))] if texts_sent else None


class AppointmentForm(forms.Form):
    """The time of day of an appointment; empty frees the stop."""

    clock = forms.TimeField(required=False)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
