from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.engines.districts.divisions import city_of
from tiejun.leads import texts
from tiejun.leads.forms.fields import MomentField
from tiejun.leads.rules import FollowUpFacts

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.leads.queries.lists import FilterChoices


class ReleaseForm(forms.Form):
    """Why a lead goes back."""

    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[(code.value, words) for code, words in texts.RELEASE_REASONS.items()],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("In your words"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class TransferForm(forms.Form):
    """To whom a lead goes, and why."""

    person = forms.TypedChoiceField(label=_("To"), coerce=UUID)
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, receivers: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = receivers  # type: ignore[attr-defined]


class FollowUpForm(forms.Form):
    """What was done, what came of it, what comes next."""

    kind = forms.ChoiceField(
        label=_("What you did"), choices=list(texts.KINDS.items()), widget=forms.RadioSelect, initial="CALL"
    )
    outcome = forms.ChoiceField(
        label=_("What came of it"), choices=list(texts.OUTCOMES.items()), widget=forms.RadioSelect, initial="TALKED"
    )
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_step_at = MomentField(label=_("When"), required=False)

    def facts(self, now: datetime) -> FollowUpFacts:
        """Return what was entered; the contact happened just now."""
        given = self.cleaned_data
        return FollowUpFacts(
            kind=given["kind"],
            outcome=given["outcome"],
            happened_at=now,
            note=given["note"],
            next_step=given["next_step"],
            next_step_at=given["next_step_at"],
        )


class NewLeadForm(forms.Form):
    """A lead made by hand: the company, one contact, where it comes from."""

    name = forms.CharField(
        label=_("Company"), max_length=200, help_text=_("The registered name, as on the licence or the sign")
    )
    credit_code = forms.CharField(label=_("Credit code"), max_length=30, required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    address = forms.CharField(label=_("Address"), max_length=400, required=False)
    industry = forms.CharField(label=_("Industry"), max_length=80, required=False)
    contact_name = forms.CharField(label=_("Contact"), max_length=80, required=False)
    contact_phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    source = forms.ChoiceField(label=_("Source"))
    intent = forms.ChoiceField(label=_("Intent"), choices=list(texts.INTENTS.items()), initial="UNKNOWN")
    hold = forms.BooleanField(label=_("Keep it in my private pool"), required=False, initial=True)

    def __init__(
        self, *args: Any, choices: FilterChoices, source_names: list[tuple[str, str]], may_hold: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["district"].choices = [("", "–"), *choices.districts]  # type: ignore[attr-defined]
        self.fields["source"].choices = source_names  # type: ignore[attr-defined]
        if not may_hold:
            del self.fields["hold"]

    def company(self) -> CompanyFacts:
        """Return the company as the action takes it."""
        given = self.cleaned_data
        city = city_of(given["district"]) if given["district"] else None
        has_contact = given["contact_name"] or given["contact_phone"]
        contact = ContactFacts(given["contact_name"], given["contact_phone"])
        return CompanyFacts(
            name=given["name"],
            credit_code=given["credit_code"],
            city_code=city.code if city else "",
            district_code=given["district"],
            address=given["address"],
            industry=given["industry"],
            contacts=(contact,) if has_contact else (),
        )
