from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.foundation.times import is_sane


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
