from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.marketing import texts
from tiejun.marketing.forms.campaigns import DayField
from tiejun.marketing.rules.tags import FIELDS, MOST_CONDITIONS, Condition


class DecideForm(forms.Form):
    """Whether a dispute is upheld, and why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("UPHELD", texts.DISPUTES["UPHELD"]), ("OVERTURNED", texts.DISPUTES["OVERTURNED"])],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class DrawForm(forms.Form):
    """Which days are drawn from; the seed is nobody's choice."""

    first_on = DayField(label=_("From"))
    last_on = DayField(label=_("Until"))


class VerdictForm(forms.Form):
    """What the check of a mark found."""

    verdict = forms.ChoiceField(label=_("Finding"), choices=list(texts.VERDICTS.items()), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("In your words"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class TagForm(forms.Form):
    """A tag."""

    name = forms.CharField(label=_("Name"), max_length=30)
    name_en = forms.CharField(label=_("Name in English"), max_length=30, required=False)
    tone = forms.ChoiceField(
        label=_("Colour"),
        choices=[
            ("neutral", _("Grey")),
            ("primary", _("Green")),
            ("info", _("Blue")),
            ("success", _("Bright green")),
            ("warning", _("Yellow")),
        ],
    )


class RuleForm(forms.Form):
    """A tag and up to five conditions; empty lines are left out."""

    tag = forms.ChoiceField(label=_("Tag"))

    def __init__(self, *args: Any, tags: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tag"].choices = tags  # type: ignore[attr-defined]
        fields = [("", "–"), *((name, texts.FIELDS[name]) for name in FIELDS)]
        for number in range(1, MOST_CONDITIONS + 1):
            self.fields[f"field-{number}"] = forms.ChoiceField(label=_("Field"), choices=fields, required=False)
            self.fields[f"comparison-{number}"] = forms.ChoiceField(
                label=_("Comparison"), choices=list(texts.COMPARISONS.items()), required=False
            )
            self.fields[f"value-{number}"] = forms.CharField(label=_("Value"), max_length=80, required=False)

    @property
    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Return the fields of each condition."""
        return [
            (self[f"field-{number}"], self[f"comparison-{number}"], self[f"value-{number}"])
            for number in range(1, MOST_CONDITIONS + 1)
        ]

    def conditions(self) -> tuple[Condition, ...]:
        """Return the conditions that were filled in."""
        given = self.cleaned_data
        return tuple(
            Condition(given[f"field-{n}"], given[f"comparison-{n}"], given[f"value-{n}"])
            for n in range(1, MOST_CONDITIONS + 1)
            if given[f"field-{n}"]
        )
