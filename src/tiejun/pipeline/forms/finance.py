"""What the finance desk asks: a statement, an amount, a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.pipeline.forms import MoneyField


class StatementForm(forms.Form):
    """A bank statement to read."""

    file = forms.FileField(
        label=_("Statement"),
        help_text=_("CSV or XLSX as the bank exports it: day, amount, payer, reference."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls"}),
    )
    currency = forms.ChoiceField(label=_("Currency of the account"))

    def __init__(self, *args: Any, currencies: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["currency"].choices = [(code, code) for code in currencies]  # type: ignore[attr-defined]


class MatchForm(forms.Form):
    """One tap: which order, and the version of the payment that was looked at."""

    order = forms.UUIDField()
    version = forms.IntegerField(min_value=0)
    amount = MoneyField(required=False)


class AsideForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    reason = forms.CharField(label=_("What is this payment?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
