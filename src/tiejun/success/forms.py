"""What the forms of customers for life let in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.pipeline.rules import to_minor
from tiejun.success.rules import (
    BEST_SCORE,
    WORST_SCORE,
    ComplaintFacts,
    ComplaintSubject,
    HandoverFacts,
    SurveyFacts,
    Usage,
    Voice,
    VoiceFacts,
)
from tiejun.success.texts import SUBJECTS, USAGES, VOICES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
LARGEST = Decimal(10**13)


class LifeDayField(forms.DateField):
    """A date between 2000 and 2100."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(say("Choose a day between 2000 and 2100."))
        return day


def _words(label: Any, *, limit: int, rows: int = 3, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, required=required, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


def _person(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=UUID)


def _offer(form: forms.Form, name: str, people: Iterable[tuple[UUID, str]]) -> None:
    form.fields[name].choices = [(str(key), words) for key, words in people]  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """The form that goes over with a customer."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    promised = _words(
        _("What was promised"), limit=2000, rows=4,
        help_text=_("Scope, dates, extras. What is not written here was not promised."),
    )  # fmt: skip
    contacts = _words(_("Whom to talk to"), limit=500)
    payment = _words(_("How they pay"), limit=500, required=False)
    ends_on = LifeDayField(label=_("The contract ends on"))
    receiver = _person(_("Who receives the customer"))

    def __init__(self, *args: Any, receivers: Sequence[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "receiver", receivers)

    def facts(self) -> HandoverFacts:
        """Return the hand-over as the action takes it."""
        given = self.cleaned_data
        return HandoverFacts(
            given["promised"], given["contacts"], given["payment"], given["ends_on"], given["receiver"]
        )


class SendBackForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = _words(_("What is missing?"), limit=300)


class StepForm(forms.Form):
    """One of the six steps, done."""

    done_on = LifeDayField(label=_("Done on"))
    evidence = _words(_("What shows it?"), limit=300, help_text=_("Who was there, what they said or can do now."))


class NextStepForm(forms.Form):
    words = forms.CharField(label=_("What is done next?"), max_length=200)
    due_on = LifeDayField(label=pgettext_lazy("a next step", "Until"))


class VoiceForm(forms.Form):
    """What a customer said, or how much they use it."""

    kind = forms.ChoiceField(label=_("What was it?"), choices=VOICES, widget=forms.RadioSelect)
    usage = forms.TypedChoiceField(
        label=_("How much do they use it?"), choices=USAGES, coerce=lambda value: Usage(int(value)), required=False,
        empty_value=None, widget=forms.RadioSelect, help_text=_("Only for use."),
    )  # fmt: skip
    words = _words(_("In the customer's words"), limit=1000, required=False)
    contact_name = forms.CharField(label=_("Who said it"), max_length=80, required=False)

    def facts(self) -> VoiceFacts:
        """Return it as the action takes it."""
        given = self.cleaned_data
        return VoiceFacts(Voice(given["kind"]), given["words"], given["usage"], given["contact_name"])


class ComplaintForm(forms.Form):
    """A complaint with who sees to it."""

    subject = forms.ChoiceField(label=_("What is it about?"), choices=SUBJECTS, widget=forms.RadioSelect)
    words = _words(_("In the customer's words"), limit=2000, rows=4)
    contact_name = forms.CharField(label=_("Who complained"), max_length=80, required=False)
    owner = _person(_("Who sees to it?"))
    due_on = LifeDayField(label=pgettext_lazy("a complaint", "Answer by"))

    def __init__(self, *args: Any, owners: Sequence[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "owner", owners)

    def facts(self) -> ComplaintFacts:
        """Return the complaint as the action takes it."""
        given = self.cleaned_data
        return ComplaintFacts(
            ComplaintSubject(given["subject"]), given["words"], given["owner"], given["due_on"], given["contact_name"]
        )


class MoveForm(forms.Form):
    """Who sees to a complaint from now on, and until when."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    owner = _person(_("Who sees to it?"))
    due_on = LifeDayField(label=pgettext_lazy("a complaint", "Answer by"))

    def __init__(self, *args: Any, owners: Sequence[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "owner", owners)


class AnswerForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    answer = _words(
        _("Closing answer"), limit=2000, rows=4, help_text=_("What the customer was told, and what was done about it.")
    )


class NotRenewedForm(forms.Form):
    reason = _words(_("Why is it not renewed?"), limit=300)


class AddOnForm(forms.Form):
    """A further product for a customer."""

    product_line = forms.TypedChoiceField(label=_("Product"), coerce=UUID)
    amount = forms.DecimalField(
        label=_("Amount"), min_value=Decimal(0), max_value=LARGEST, decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "t-num"}),
    )  # fmt: skip
    close_on = LifeDayField(label=_("Close date"))

    def __init__(self, *args: Any, lines: Sequence[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        _offer(self, "product_line", lines)

    def clean_amount(self) -> int:
        """Return the amount in minor units."""
        amount: Decimal = self.cleaned_data["amount"]
        return to_minor(amount)


class SatisfactionForm(forms.Form):
    """What the customer is asked at the address of the survey."""

    score = forms.TypedChoiceField(
        label=_("How likely are you to recommend us, from 0 to 10?"), coerce=int, widget=forms.RadioSelect,
        choices=[(number, str(number)) for number in range(WORST_SCORE, BEST_SCORE + 1)],
    )  # fmt: skip
    words = _words(_("What should we do better?"), limit=2000, rows=4, required=False)
    contact_name = forms.CharField(label=_("Your name"), max_length=80, required=False)

    def facts(self) -> SurveyFacts:
        """Return the answer as the action takes it."""
        given = self.cleaned_data
        return SurveyFacts(given["score"], given["words"], given["contact_name"])
