from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.leads import texts
from tiejun.leads.forms.assigning import MOST
from tiejun.leads.rules import ReleaseReason

# What many leads can share: any other reason has to be written for each.
RELEASE_REASONS = [
    (code.value, words) for code, words in texts.RELEASE_REASONS.items() if code is not ReleaseReason.OTHER
]


class BulkForm(forms.Form):
    """Which leads of a list; they are boxes of its rows."""

    def clean(self) -> dict[str, Any]:
        """Read the ticked leads."""
        super().clean()
        try:
            self.cleaned_data["lead_ids"] = [UUID(text) for text in self.data.getlist("lead")[:MOST]]  # type: ignore[attr-defined]
        except ValueError:
            self.cleaned_data["lead_ids"] = []
        if not self.cleaned_data["lead_ids"]:
            raise forms.ValidationError(_("Choose at least one lead."))
        return self.cleaned_data


class BulkReleaseForm(BulkForm):
    """Why they go back."""

    reason = forms.ChoiceField(label=_("Why"), choices=RELEASE_REASONS)


class BulkTagForm(BulkForm):
    """Which tag they get."""

    tag_id = forms.UUIDField(label=_("Tag"))
