"""What the text of contracts and the making of a contract ask."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.pipeline.rules.contracts import ContractText


def _text(label: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=20_000, widget=forms.Textarea(attrs={"rows": 16}))  # type: ignore[arg-type]


class ContractTextForm(forms.Form):
    """The next version of the contract text, in both languages."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(label=_("Title in Chinese"), max_length=120)
    text = _text(_("Text in Chinese"))
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    text_en = _text(_("Text in English"))

    def contract_text(self) -> ContractText:
        """Return the cleaned fields as the action takes them."""
        given = dict(self.cleaned_data)
        given.pop("number")
        return ContractText(**given)


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=[("zh", "zh"), ("en", "en")])
