from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.lists.actions import Wish


class ViewForm(forms.Form):
    """The name of a view, and for whom it is."""

    name = forms.CharField(label=_("Name"), max_length=60)
    is_shared = forms.BooleanField(
        label=_("Show it to my unit"), required=False, help_text=_("Everybody still sees only what is theirs to see.")
    )
    is_default = forms.BooleanField(label=_("Open the list with it"), required=False)

    def __init__(self, *args: Any, may_share: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not may_share:
            del self.fields["is_shared"]

    def wish(self) -> Wish:
        """Return it as the action takes it."""
        given = self.cleaned_data
        return Wish(given["name"], bool(given.get("is_shared")), given["is_default"])


class EditViewForm(ViewForm):
    """The same of a view that is kept."""

    version = forms.IntegerField(widget=forms.HiddenInput)
