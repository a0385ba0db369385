"""A number that somebody is to be called at."""

from __future__ import annotations

from typing import Any

from django import forms

from tiejun.foundation import refusals
from tiejun.marketing.rules.inbound import why_not_call


class PhoneField(forms.CharField):
    """Takes a number as people write it; one that nobody could call is refused while its owner is still there to mend it."""

    def __init__(self, **options: Any) -> None:
        given = {"widget": forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}), **options}
        super().__init__(max_length=40, **given)

    def clean(self, value: Any) -> str:
        """Return the number as typed."""
        typed: str = super().clean(value)
        if refusal := why_not_call(typed):
            raise forms.ValidationError(refusals.words_of(refusal))
        return typed
