from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.content import texts
from tiejun.content.rules import LONGEST_BODY, LONGEST_TITLE, Words


class ScriptForm(forms.Form):
    """The words of a script in both languages; one of them is enough."""

    title = forms.CharField(label=_("Title in Chinese"), max_length=LONGEST_TITLE, required=False)
    body = forms.CharField(
        label=_("What is said, in Chinese"),
        max_length=LONGEST_BODY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    title_en = forms.CharField(label=_("Title in English"), max_length=LONGEST_TITLE, required=False)
    body_en = forms.CharField(
        label=_("What is said, in English"),
        max_length=LONGEST_BODY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def clean(self) -> dict[str, object]:
        """Ask for a title and a text in one language at least."""
        given = super().clean() or {}
        if not (given.get("title") or given.get("title_en")):
            self.add_error("title", _("A script needs a title."))
        if not (given.get("body") or given.get("body_en")):
            self.add_error("body", _("Write what is said."))
        return given

    def words(self) -> Words:
        """Return the words as the action takes them."""
        given = self.cleaned_data
        return Words(given["title"], given["body"], given["title_en"], given["body_en"])


class NewScriptForm(ScriptForm):
    """A new script: when it is said, and its words."""

    occasion = forms.ChoiceField(
        label=_("When it is said"), choices=list(texts.OCCASIONS.items()), widget=forms.RadioSelect, initial="PITCH"
    )

    field_order = ["occasion", "title", "body", "title_en", "body_en"]


class DraftForm(ScriptForm):
    """The next version of a script, and what is new in it."""

    why = forms.CharField(label=_("What is new"), max_length=200, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)
