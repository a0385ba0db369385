from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 10_000


class AssignForm(forms.Form):
    """Which leads go to whom, and why."""

    person_ids = forms.TypedMultipleChoiceField(
        label=_("To"), coerce=UUID, widget=forms.CheckboxSelectMultiple, help_text=_("Several people take turns.")
    )
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person_ids"].choices = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Read the chosen leads, which are boxes of the list and not of this form."""
        super().clean()
        chosen = self.data.getlist("lead") if hasattr(self.data, "getlist") else []
        try:
            self.cleaned_data["lead_ids"] = [UUID(text) for text in chosen[:MOST]]
        except ValueError:
            self.cleaned_data["lead_ids"] = []
        if not self.cleaned_data["lead_ids"]:
            raise forms.ValidationError(_("Choose at least one lead."))
        return self.cleaned_data
