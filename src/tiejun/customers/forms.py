from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.customers import texts
from tiejun.customers.rules import ClassRequest, CompanyFacts, ContactFacts
from tiejun.customers.rules.closing import StepFacts
from tiejun.engines.workdays.windows import written_windows
from tiejun.foundation.times import EARLIEST, LATEST, is_sane

if TYPE_CHECKING:
    from tiejun.customers.models import Company

CLASS_CHOICES = [(code, f"{code} · {words}" if code != "-" else words) for code, words in texts.CLASSES.items()]


class MomentField(forms.DateTimeField):
    """A local date and time between 2000 and 2100, as the browser's own picker gives it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options)

    def clean(self, value: Any) -> Any:
        moment = super().clean(value)
        if moment is not None and not is_sane(moment):
            raise forms.ValidationError(_("Choose a day between 2000 and 2100."))
        return moment


class DayField(forms.DateField):
    """A date between 2000 and 2100."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not EARLIEST.date() <= day < LATEST.date():
            raise forms.ValidationError(_("Choose a day between 2000 and 2100."))
        return day


class ClassForm(forms.Form):
    """A closing class with what it asks for."""

    closing_class = forms.ChoiceField(label=_("Class"), choices=CLASS_CHOICES, widget=forms.RadioSelect)
    amount = forms.DecimalField(
        label=_("Amount to be signed"),
        required=False,
        min_value=0,
        max_value=Decimal(10**12),
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "t-num"}),
        help_text=_("Class A needs it; for the others it tells the value tier"),
    )
    expected_on = DayField(label=_("Signs on"), required=False, help_text=_("Class A: the next working day"))
    next_step_at = MomentField(label=_("Next step"), required=False, help_text=_("Class B and C"))
    next_step = forms.CharField(label=_("What is the next step"), max_length=200, required=False)
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)

    def wish(self) -> ClassRequest:
        """Return what was entered, the amount in minor units."""
        given = self.cleaned_data
        return ClassRequest(
            closing_class=given["closing_class"],
            reason=given["reason"],
            amount_minor=int(given["amount"] * 100) if given["amount"] is not None else None,
            expected_on=given["expected_on"],
            next_step_at=given["next_step_at"],
            next_step=given["next_step"],
        )


class StepForm(forms.Form):
    """A step of a follow-up plan; the goal is the plan's."""

    what = forms.CharField(label=_("What is to be done"), max_length=200)
    due_at = MomentField(label=_("When"))
    goal = forms.CharField(label=_("What the plan is to reach"), max_length=200, required=False)

    def step(self) -> StepFacts:
        """Return the step that was entered."""
        return StepFacts(self.cleaned_data["what"], self.cleaned_data["due_at"])


class FinishForm(forms.Form):
    """What came out of a step, and the one that follows: both its words and its time, or neither."""

    outcome = forms.CharField(label=_("What came out of it"), max_length=300, required=False)
    what = forms.CharField(label=_("What is the next step"), max_length=200, required=False)
    due_at = MomentField(label=_("When"), required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the half that is missing of a next step."""
        given = super().clean() or {}
        if given.get("what") and not given.get("due_at") and "due_at" not in self.errors:
            self.add_error("due_at", _("When is it to be done?"))
        if given.get("due_at") and not given.get("what"):
            self.add_error("what", _("What is to be done then?"))
        return given

    def next_step(self) -> StepFacts | None:
        """Return the step that follows, None where none was entered."""
        what, due_at = self.cleaned_data["what"], self.cleaned_data["due_at"]
        return StepFacts(what, due_at) if what and due_at else None


class MaturityForm(forms.Form):
    """The questions of maturity, each yes, no or not known."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for criterion, words in texts.CRITERIA.items():
            self.fields[criterion] = forms.ChoiceField(
                label=words, choices=list(texts.ANSWERS.items()), widget=forms.RadioSelect
            )


class BackupForm(forms.Form):
    """Who stands by; empty for nobody."""

    backup = forms.UUIDField(required=False)


class ContactForm(forms.Form):
    """A person at a company; a number that is left empty stays as it is."""

    name = forms.CharField(label=_("Name"), max_length=80)
    phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    title = forms.CharField(label=_("Position"), max_length=80, required=False)
    roles = forms.MultipleChoiceField(
        label=_("Part in the decision"),
        choices=list(texts.ROLES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    is_senior = forms.BooleanField(label=_("Owner or senior management"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def facts(self) -> ContactFacts:
        """Return what was entered."""
        given = self.cleaned_data
        return ContactFacts(given["name"], given["phone"], given["title"], tuple(given["roles"]), given["is_senior"])


class CompanyForm(forms.Form):
    """What is known about a company."""

    name = forms.CharField(label=_("Company"), max_length=200)
    credit_code = forms.CharField(label=_("Credit code"), max_length=30, required=False)
    district_code = forms.ChoiceField(label=_("District"), required=False)
    address = forms.CharField(label=_("Address"), max_length=400, required=False)
    industry = forms.CharField(label=_("Industry"), max_length=80, required=False)
    legal_person = forms.CharField(label=_("Legal representative"), max_length=80, required=False)
    domain = forms.CharField(label=_("Website"), max_length=200, required=False)
    opening_hours = forms.CharField(
        label=_("Hours in which they can be met"),
        max_length=100,
        required=False,
        help_text=_("Like 09:00-12:00, 13:30-18:00. Empty: the usual hours"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_opening_hours(self) -> str:
        """Return the hours as they are kept."""
        typed: str = self.cleaned_data["opening_hours"]
        hours = written_windows(typed)
        if typed and not hours:
            raise forms.ValidationError(_("Write the hours like 09:00-12:00, 13:30-18:00."))
        return hours

    def __init__(self, *args: Any, districts: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["district_code"].choices = [("", "–"), *districts]  # type: ignore[attr-defined]

    def facts(self, company: Company, city_code: str) -> CompanyFacts:
        """Return what was entered, with what this form does not show as it was."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return CompanyFacts(
            **given,
            city_code=city_code or company.city_code,
            registered_on=company.registered_on,
            capital_minor=company.capital_minor,
            capital_currency=company.capital_currency,
            latitude=company.latitude,
            longitude=company.longitude,
            building_id=company.building_id,
            segment_id=company.segment_id,
        )
