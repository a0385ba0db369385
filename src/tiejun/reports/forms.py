from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.exchange.rules.exports import FileKind
from tiejun.reports import texts
from tiejun.reports.actions.mailings import MailingWish
from tiejun.reports.rules.mailing import HOUR, Rhythm

if TYPE_CHECKING:
    from collections.abc import Sequence


class DigestForm(forms.Form):
    """The morning digest: of which board, when, and whether by mail too."""

    board = forms.ChoiceField(label=_("Board of"))
    hour = forms.RegexField(
        HOUR, label=_("Time of day"), initial="08:00", error_messages={"invalid": _("Write the time of day as 08:30.")},
        widget=forms.TimeInput(attrs={"type": "time"}),
    )  # fmt: skip
    by_mail = forms.BooleanField(label=_("By mail too"), required=False)

    def __init__(self, *args: Any, choices: Sequence[tuple[str, Any]], **options: Any) -> None:
        super().__init__(*args, **options)
        board: Any = self.fields["board"]
        board.choices = choices


class MailingForm(forms.Form):
    """A list that goes out by mail: when, and to whom."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("It is the subject of the mail."))
    rhythm = forms.ChoiceField(
        label=_("How often"), choices=[(one.value, texts.RHYTHMS[one]) for one in Rhythm], initial=Rhythm.WEEKLY.value
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"), coerce=int, choices=list(enumerate(texts.WEEKDAYS)), initial=0, required=False, empty_value="0",
        help_text=_("For a weekly one. On a day off it comes the next working day."),
    )  # fmt: skip
    hour = forms.RegexField(
        HOUR, label=_("Time of day"), initial="08:30", error_messages={"invalid": _("Write the time of day as 08:30.")},
        widget=forms.TimeInput(attrs={"type": "time"}),
    )  # fmt: skip
    file_kind = forms.ChoiceField(
        label=_("Kind of file"), initial=FileKind.XLSX.value,
        choices=[(FileKind.XLSX.value, _("Workbook (XLSX)")), (FileKind.CSV.value, _("Text (CSV), for other programs"))],
    )  # fmt: skip
    persons = forms.TypedMultipleChoiceField(
        label=_("Who gets it"), coerce=UUID, widget=forms.CheckboxSelectMultiple,
        help_text=_("Each of them gets only what they may see themselves."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, people: Sequence[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        persons: Any = self.fields["persons"]
        persons.choices = [(str(person_id), name) for person_id, name in people]

    def wish(self) -> MailingWish:
        """Return it as the action takes it."""
        given = self.cleaned_data
        return MailingWish(
            name=given["name"], rhythm=Rhythm(given["rhythm"]), hour=given["hour"], persons=given["persons"],
            file_kind=FileKind(given["file_kind"]), weekday=int(given["weekday"]),
        )  # fmt: skip
