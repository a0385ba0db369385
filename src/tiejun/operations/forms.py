"""The forms of running an installation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from tiejun.foundation import clock
from tiejun.foundation.policy_catalogue import Kind
from tiejun.foundation.times import EARLIEST, LATEST, at_local
from tiejun.operations.texts import CHOICES, RUN_STATES, words_of_measure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.foundation.policy_catalogue import PolicyKey


class DayField(forms.DateField):
    """A day that the database can hold."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not EARLIEST.date() <= day < LATEST.date():
            raise ValidationError(_("This day cannot be read."))
        return day


class UnitDayForm(forms.Form):
    """Which unit's clock, on which business day."""

    unit = forms.UUIDField(required=False)
    day = DayField(required=False)


class RunChoiceForm(forms.Form):
    """Which allotment."""

    run = forms.UUIDField(required=False)


class RunFilterForm(forms.Form):
    """Filters of the list of all runs."""

    status = forms.ChoiceField(label=_("State"), required=False)
    event = forms.ChoiceField(label=_("Event"), required=False)
    unit = forms.UUIDField(required=False, widget=forms.HiddenInput)
    day = DayField(label=_("Business day"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for name, choices in (
            ("status", [(code, RUN_STATES[code]) for code in ("DUE", "RUNNING", "DONE", "FAILED")]),
            ("event", [(event.key, clock.words_of(event.key)) for event in clock.events()]),
        ):
            field: Any = self.fields[name]
            field.choices = [("", _("All")), *choices]


class PolicyFilterForm(forms.Form):
    """Search in the policies, for the company or a unit."""

    q = forms.CharField(required=False, max_length=80)
    unit = forms.UUIDField(required=False)


class AuditFilterForm(forms.Form):
    """Filters of the audit log."""

    event = forms.ChoiceField(label=_("Event"), required=False)
    day = DayField(label=_("Day"), required=False)
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    target = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, events: Sequence[tuple[str, str]], data: Any = None) -> None:
        super().__init__(data)
        field: Any = self.fields["event"]
        field.choices = [("", _("All events")), *events]


class DraftForm(forms.Form):
    """A new value of one policy key: its control follows the kind of the key."""

    unit_id = forms.TypedChoiceField(label=_("For"), required=False, empty_value=None)
    valid_from = DayField(label=_("In force from"), required=False, help_text=_("Empty: as soon as it is approved."))
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self, entry: PolicyKey, units: Sequence[tuple[UUID, str]], data: Any = None, *, value: Any = None, zone: str
    ) -> None:
        super().__init__(data, initial={"value": as_text(entry, value)})
        self.entry = entry
        self.zone = zone
        self.fields["value"] = value_field(entry)
        self.order_fields(["value", "unit_id", "valid_from", "reason"])
        chooser: Any = self.fields["unit_id"]
        chooser.choices = [("", _("Whole company")), *((str(unit_id), name) for unit_id, name in units)]
        by_text = {str(unit_id): unit_id for unit_id, _name in units}
        chooser.coerce = by_text.__getitem__

    def clean_value(self) -> Any:
        """Turn the text into the value of its kind; it must be one that the key allows."""
        value = from_text(self.entry, self.cleaned_data["value"])
        if self.entry.fault(value) is not None:
            raise ValidationError(_("This value is not allowed here."))
        return value

    def clean_valid_from(self) -> datetime | None:
        """A day means its first minute in the asker's zone."""
        day = self.cleaned_data["valid_from"]
        return at_local(day, "00:00", self.zone) if day else None


def value_field(entry: PolicyKey) -> forms.Field:
    """Make the control for a key's value."""
    label = _("New value")
    unit = words_of_measure(entry.measure)
    match entry.kind:
        case Kind.CHOICE:
            return forms.ChoiceField(
                label=label, choices=[(choice, CHOICES.get(choice, choice)) for choice in entry.choices]
            )
        case Kind.INTEGER:
            return forms.IntegerField(
                label=label, min_value=_whole(entry.minimum), max_value=_whole(entry.maximum), help_text=unit
            )
        case Kind.DECIMAL:
            widget = forms.NumberInput(attrs={"step": "any"})
            return forms.FloatField(
                label=label, min_value=entry.minimum, max_value=entry.maximum, help_text=unit, widget=widget
            )
        case Kind.TIME:
            return forms.CharField(label=label, max_length=5, help_text=_("HH:MM; from 24:00 on it is the next day."))
        case Kind.INTEGERS:
            return forms.CharField(
                label=label,
                max_length=200,
                required=entry.length is not None,
                help_text=_("Whole numbers, separated by commas."),
            )
        case Kind.MAPPING:
            widget_area = forms.Textarea(attrs={"rows": 4})
            return forms.CharField(
                label=label, required=False, widget=widget_area, help_text=_("One per line: 2026-10-01 = name")
            )
    return forms.CharField(label=label, max_length=2000)


def _whole(bound: float | None) -> int | None:
    return None if bound is None else int(bound)


def as_text(entry: PolicyKey, value: Any) -> Any:
    """Write a value for its control."""
    if entry.kind is Kind.INTEGERS and isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if entry.kind is Kind.MAPPING and isinstance(value, dict):
        return "\n".join(f"{key} = {name}" for key, name in sorted(value.items()))
    return value


def from_text(entry: PolicyKey, text: Any) -> Any:
    """Read a value from its control; raises `ValidationError` for a list that cannot be read."""
    if entry.kind is Kind.INTEGERS:
        try:
            return json.loads(f"[{text}]")
        except ValueError:
            raise ValidationError(_("Whole numbers, separated by commas.")) from None
    if entry.kind is Kind.MAPPING:
        pairs = (line.partition("=") for line in str(text).splitlines() if line.strip())
        return {key.strip(): name.strip() for key, _mark, name in pairs}
    return text
