from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.marketing import texts
from tiejun.marketing.rules.campaigns import CampaignFacts, FormFacts

if TYPE_CHECKING:
    from tiejun.marketing.models import Campaign, CaptureForm, ConsentText

MOST = Decimal(10) ** 12
FIRST_DAY, LAST_DAY = "2000-01-01", "2099-12-31"


class DayField(forms.DateField):
    """A day between 2000 and 2100, by the browser's own picker."""

    def __init__(self, **options: Any) -> None:
        attributes = {"type": "date", "min": FIRST_DAY, "max": LAST_DAY}
        super().__init__(widget=forms.DateInput(attrs=attributes, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not FIRST_DAY <= day.isoformat() <= LAST_DAY:
            raise forms.ValidationError(_("Choose a day between 2000 and 2100."))
        return day


class MoneyField(forms.DecimalField):
    """An amount in the currency's main unit; `minor()` of the form gives it in minor units."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(max_value=MOST, decimal_places=2, widget=widget, **options)


class CampaignForm(forms.Form):
    """A campaign: by which means, where, of which source, for how much."""

    name = forms.CharField(label=_("Name"), max_length=120)
    means = forms.ChoiceField(label=_("Means"), choices=list(texts.MEANS.items()), widget=forms.RadioSelect)
    place = forms.ChoiceField(
        label=_("Where"), choices=[("online", texts.PLACES[True]), ("offline", texts.PLACES[False])]
    )
    source = forms.ChoiceField(label=_("Source"))
    budget = MoneyField(label=_("Budget"), min_value=0, initial=0)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, sources: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].choices = sources  # type: ignore[attr-defined]

    @staticmethod
    def values_of(row: Campaign) -> dict[str, Any]:
        """Return what the form shows of a campaign."""
        return {
            "name": row.name,
            "means": row.means,
            "place": "online" if row.is_online else "offline",
            "source": row.source.code,
            "budget": Decimal(row.budget_minor) / 100,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "version": row.version,
        }

    def facts(self) -> CampaignFacts:
        """Return the campaign as the action takes it."""
        given = self.cleaned_data
        return CampaignFacts(
            name=given["name"],
            means=given["means"],
            is_online=given["place"] == "online",
            source_code=given["source"],
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            budget_minor=int(given["budget"] * 100),
        )


class CostForm(forms.Form):
    """Money that was spent."""

    amount = MoneyField(label=_("Amount"), min_value=Decimal("0.01"))
    spent_on = DayField(label=_("Spent on"))
    note = forms.CharField(label=_("What for"), max_length=200)


class ReasonForm(forms.Form):
    """Why something is taken back or disputed."""

    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class SourceForm(forms.Form):
    """A source and its play."""

    code = forms.CharField(
        label=pgettext_lazy("short name", "Code"), max_length=30, help_text=_("Short, in capitals; it stays.")
    )
    name = forms.CharField(label=_("Name"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    play = forms.ChoiceField(label=_("How it is played"), choices=list(texts.PLAYS.items()))
    first_contact_hours = forms.IntegerField(
        label=_("First contact within (working hours)"),
        min_value=1,
        max_value=400,
        required=False,
        help_text=_("Empty: as the policy says."),
    )
    talking_points = forms.CharField(
        label=_("Talking points"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class PublishForm(forms.Form):
    """A public form: its words, its text of consent, who may frame it."""

    name = forms.CharField(label=_("Name inside the company"), max_length=80)
    source = forms.ChoiceField(label=_("Source"))
    campaign = forms.TypedChoiceField(label=_("Campaign"), coerce=UUID, required=False, empty_value=None)
    title = forms.CharField(label=_("Title"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    intro = forms.CharField(label=_("Introduction"), max_length=400, required=False)
    intro_en = forms.CharField(label=_("Introduction in English"), max_length=400, required=False)
    consent = forms.CharField(label=_("Text of consent"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    consent_en = forms.CharField(
        label=_("Text of consent in English"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    allowed_sites = forms.CharField(
        label=_("Sites that may frame it"),
        required=False,
        max_length=2000,
        help_text=_("One a line, as https://www.example.com. Empty: it opens as a page of its own alone."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    asks_intent = forms.BooleanField(label=_("Ask the intent questions"), required=False, initial=True)
    is_open = forms.BooleanField(label=_("Open to the public"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, sources: list[tuple[str, str]], campaigns: list[tuple[UUID, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["source"].choices = sources  # type: ignore[attr-defined]
        self.fields["campaign"].choices = [("", "–"), *((str(pk), name) for pk, name in campaigns)]  # type: ignore[attr-defined]

    @staticmethod
    def values_of(row: CaptureForm, consent: ConsentText) -> dict[str, Any]:
        """Return what the form shows of a published form."""
        names = ("name", "title", "title_en", "intro", "intro_en", "asks_intent", "is_open", "version")
        return {
            **{name: getattr(row, name) for name in names},
            "source": row.source.code,
            "campaign": row.campaign_id,
            "consent": consent.text,
            "consent_en": consent.text_en,
            "allowed_sites": "\n".join(row.allowed_sites),
        }

    def facts(self) -> FormFacts:
        """Return the form as the action takes it."""
        given = self.cleaned_data
        names = ("name", "title", "title_en", "intro", "intro_en", "consent", "consent_en", "asks_intent")
        return FormFacts(
            **{name: given[name] for name in names},
            source_code=given["source"],
            campaign_id=given["campaign"],
            allowed_sites=tuple(given["allowed_sites"].split()),
        )
