from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.engines.districts.divisions import city_of
from tiejun.marketing import texts
from tiejun.marketing.forms.phone import PhoneField
from tiejun.marketing.rules.inbound import InboundFacts, Rejection
from tiejun.marketing.rules.intent import Question

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

Districts = list[tuple[str, list[tuple[str, str]]]]


class DeskForm(forms.Form):
    """Somebody who called or came by: what they left, and on what basis we may call back."""

    company_name = forms.CharField(label=_("Company"), max_length=200)
    contact_name = forms.CharField(label=_("Contact"), max_length=80, required=False)
    phone = PhoneField(label=_("Phone"))
    email = forms.EmailField(label=_("E-mail"), max_length=200, required=False)
    district = forms.ChoiceField(label=_("District"), required=False)
    industry = forms.CharField(label=_("Industry"), max_length=80, required=False)
    source = forms.ChoiceField(label=_("Source"))
    campaign = forms.CharField(label=_("Campaign"), required=False, widget=forms.Select)
    channel = forms.ChoiceField(label=_("Wants to be reached by"), choices=list(texts.CHANNELS.items()))
    window = forms.ChoiceField(label=_("When"), choices=list(texts.WINDOWS.items()))
    need = forms.CharField(label=_("Need"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    consent_basis = forms.CharField(
        label=_("Basis to call"), max_length=200, help_text=_("For example: left a card at our booth on 12 March.")
    )

    def __init__(
        self,
        *args: Any,
        sources: list[tuple[str, str]],
        campaigns: list[tuple[UUID, str]],
        districts: Districts,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        offered = [("", "–"), *((str(pk), name) for pk, name in campaigns)]
        self.fields["source"].choices = sources  # type: ignore[attr-defined]
        self.fields["campaign"] = forms.ChoiceField(label=_("Campaign"), choices=offered, required=False)
        self.fields["district"].choices = [("", "–"), *districts]  # type: ignore[attr-defined]

    def facts(self) -> InboundFacts:
        """Return the record as the action takes it."""
        given = self.cleaned_data
        city = city_of(given["district"]) if given["district"] else None
        names = (
            "company_name",
            "contact_name",
            "phone",
            "email",
            "industry",
            "channel",
            "window",
            "need",
            "consent_basis",
        )
        return InboundFacts(
            **{name: given[name] for name in names},
            city_code=city.code if city else "",
            district_code=given["district"],
            payload=given,
        )


class AssessForm(forms.Form):
    """The four intent questions."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        for question in Question:
            self.fields[question.value] = forms.ChoiceField(
                label=texts.QUESTIONS[question],
                choices=list(texts.ANSWERS[question].items()),
                widget=forms.RadioSelect,
                required=False,
                initial=(known or {}).get(question.value),
            )

    def answers(self) -> dict[str, str]:
        """Return question → answer."""
        return {question.value: self.cleaned_data.get(question.value, "") for question in Question}


class CompleteForm(forms.Form):
    """What a record lacks, as heard on the phone."""

    company_name = forms.CharField(label=_("Company"), max_length=200)
    contact_name = forms.CharField(label=_("Contact"), max_length=80, required=False)
    phone = PhoneField(label=_("Phone"), required=False, help_text=_("Empty: what is known stays."))
    email = forms.EmailField(
        label=_("E-mail"), max_length=200, required=False, help_text=_("Empty: what is known stays.")
    )
    district = forms.ChoiceField(label=_("District"), required=False)
    credit_code = forms.CharField(label=_("Credit code"), max_length=30, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, districts: Districts, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["district"].choices = [("", "–"), *districts]  # type: ignore[attr-defined]

    def facts(self) -> InboundFacts:
        """Return what was heard as the action takes it."""
        given = self.cleaned_data
        city = city_of(given["district"]) if given["district"] else None
        names = ("company_name", "contact_name", "phone", "email", "credit_code")
        return InboundFacts(
            **{name: given[name] for name in names},
            city_code=city.code if city else "",
            district_code=given["district"],
        )


class RejectForm(forms.Form):
    """Why a record does not become a lead."""

    reason = forms.ChoiceField(
        label=_("Why"),
        choices=[(code.value, texts.REJECTIONS[code]) for code in Rejection if code is not Rejection.DUPLICATE],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("In your words"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """A decision on a record as it was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
