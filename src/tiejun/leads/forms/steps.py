from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.leads import texts
from tiejun.leads.rules import PoolTerms
from tiejun.leads.rules.closing import Evidence


def _words(rows: int = 2) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ExtensionForm(forms.Form):
    """Why more days are needed."""

    reason = forms.CharField(label=_("What will happen by then"), max_length=300, widget=_words())


class DecisionForm(forms.Form):
    """Yes or no to a request, with words."""

    granted = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("1", _("Grant")), ("0", _("Deny"))],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("In your words"), max_length=300, required=False, widget=_words())


class InvalidForm(forms.Form):
    """Why a lead never was one, and what shows it."""

    reason = forms.ChoiceField(label=_("Why"), choices=list(texts.INVALID_REASONS.items()), widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("What shows it"), choices=list(texts.EVIDENCE.items()), widget=forms.RadioSelect)
    note = forms.CharField(label=_("What you tried, when, and what you saw"), max_length=500, widget=_words(3))

    outcome = "INVALID"

    def evidence(self) -> Evidence:
        """Return the evidence as the action takes it."""
        return Evidence(self.cleaned_data["kind"], self.cleaned_data["note"])


class LostForm(forms.Form):
    """Why a real lead will not buy."""

    reason = forms.ChoiceField(label=_("Why"), choices=list(texts.LOST_REASONS.items()), widget=forms.RadioSelect)
    note = forms.CharField(label=_("In your words"), max_length=500, required=False, widget=_words())

    outcome = "LOST"

    def evidence(self) -> Evidence:
        """Return the words as the action takes them."""
        return Evidence(note=self.cleaned_data["note"])


class ReasonForm(forms.Form):
    """A reason in one's own words."""

    reason = forms.CharField(label=_("Why"), max_length=300, widget=_words())


class FreezeForm(forms.Form):
    """What stops a lead."""

    kind = forms.ChoiceField(label=_("Why"), choices=list(texts.FREEZES.items()), widget=forms.RadioSelect)
    note = forms.CharField(label=_("In your words"), max_length=300, widget=_words())


class SwapForm(forms.Form):
    """Which held lead goes."""

    lead_out = forms.UUIDField()


class PoolForm(forms.Form):
    """A pool: whose it is and what belongs into it."""

    name = forms.CharField(label=_("Name"), max_length=80)
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=UUID, empty_value=None, required=False)
    is_claimable = forms.BooleanField(label=_("Representatives may claim"), required=False, initial=True)
    is_listed_only = forms.BooleanField(label=_("Only listed members come in"), required=False)
    districts = forms.MultipleChoiceField(label=_("Districts"), required=False, widget=forms.CheckboxSelectMultiple)
    product_line = forms.TypedChoiceField(label=_("Product line"), coerce=UUID, empty_value=None, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        units: list[tuple[str, str]],
        districts: list[tuple[str, str]],
        product_lines: list[tuple[str, str]],
        is_new: bool,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = [("", _("Everybody")), *units]  # type: ignore[attr-defined]
        self.fields["districts"].choices = districts  # type: ignore[attr-defined]
        self.fields["product_line"].choices = [("", "–"), *product_lines]  # type: ignore[attr-defined]
        if not is_new:
            del self.fields["unit"]

    def terms(self) -> PoolTerms:
        """Return the terms as the action takes them."""
        given = self.cleaned_data
        return PoolTerms(
            is_claimable=given["is_claimable"],
            is_listed_only=given["is_listed_only"],
            districts=tuple(given["districts"]),
            product_line_id=given["product_line"],
        )


class MemberForm(forms.Form):
    """Who is let into a pool."""

    member = forms.ChoiceField(label=_("Person or unit"))
    is_administrator = forms.BooleanField(label=_("Administers the pool"), required=False)

    def __init__(self, *args: Any, members: list[tuple[str, str]], may_name_chiefs: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["member"].choices = members  # type: ignore[attr-defined]
        if not may_name_chiefs:
            del self.fields["is_administrator"]

    def who(self) -> dict[str, Any]:
        """Return the member as the action takes it."""
        kind, _sep, pk = self.cleaned_data["member"].partition(":")
        return {f"{kind}_id": UUID(pk), "is_administrator": self.cleaned_data.get("is_administrator", False)}
