from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.engines.districts.divisions import city_of
from tiejun.marketing.rules.handover import ReferralFacts


class TagsForm(forms.Form):
    """The tags of a lead."""

    tags = forms.TypedMultipleChoiceField(
        label=_("Tags"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, tags: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tags"].choices = tags  # type: ignore[attr-defined]


class ReferForm(forms.Form):
    """A company that a customer named."""

    name = forms.CharField(label=_("Company"), max_length=200)
    district = forms.ChoiceField(label=_("District"), required=False)
    contact_name = forms.CharField(label=_("Contact"), max_length=80, required=False)
    contact_phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    note = forms.CharField(
        label=_("What was said"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    named_by = forms.CharField(label=_("Who named it"), max_length=80, required=False)
    may_name = forms.BooleanField(label=_("They agree to be named there"), required=False)
    hold = forms.BooleanField(label=_("Keep it in my private pool"), required=False, initial=True)

    def __init__(self, *args: Any, districts: list[tuple[str, str]], may_hold: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["district"].choices = [("", "–"), *districts]  # type: ignore[attr-defined]
        if not may_hold:
            del self.fields["hold"]

    def told(self) -> ReferralFacts:
        """Return what the customer said, and whether they may be named."""
        given = self.cleaned_data
        return ReferralFacts(given["note"], given["named_by"], may_name=given["may_name"])

    def company(self) -> CompanyFacts:
        """Return the company as the action takes it."""
        given = self.cleaned_data
        city = city_of(given["district"]) if given["district"] else None
        contact = ContactFacts(given["contact_name"], given["contact_phone"])
        return CompanyFacts(
            name=given["name"],
            city_code=city.code if city else "",
            district_code=given["district"],
            contacts=(contact,) if contact.name or contact.phone else (),
        )
