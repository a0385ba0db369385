"""What people say in reviews, and what the customer is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.pipeline.forms import DayField
from tiejun.pipeline.rules.reviews import Factor, LessonFacts, LessonKind, ViewFacts
from tiejun.pipeline.texts import FACTORS, LESSON_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence


def _words(label: Any, *, required: bool = True, limit: int = 2000) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, required=required, widget=forms.Textarea(attrs={"rows": 4}))


class ViewForm(forms.Form):
    """One side of ours: what decided, and why one thinks so."""

    factor = forms.ChoiceField(label=_("What decided it?"), choices=FACTORS, widget=forms.RadioSelect)
    words = _words(_("What happened?"))

    def facts(self) -> ViewFacts:
        """Return the view as the actions take it."""
        given = self.cleaned_data
        return ViewFacts(Factor(given["factor"]), given.get("words", ""), given.get("contact_name", ""))


class CalledForm(ViewForm):
    """What the customer said on the phone, written down by who called."""

    words = _words(_("In the customer's words"), required=False)
    contact_name = forms.CharField(label=_("Who answered"), max_length=80, required=False)


class SurveyForm(ViewForm):
    """What the customer is asked at the address of the survey."""

    factor = forms.ChoiceField(label=_("What decided it for you?"), choices=FACTORS, widget=forms.RadioSelect)
    words = _words(_("What should we have done better?"), required=False)
    contact_name = forms.CharField(label=_("Your name"), max_length=80, required=False)


class LessonForm(forms.Form):
    """A lesson: what it changes, what to do, who, until when."""

    kind = forms.ChoiceField(label=_("What does it change?"), choices=LESSON_KINDS, widget=forms.RadioSelect)
    words = _words(_("What should be done differently?"), limit=600)
    owner = forms.TypedChoiceField(label=_("Who sees to it?"), coerce=UUID)
    due_on = DayField(label=pgettext_lazy("a lesson", "Until"))

    def __init__(self, *args: Any, owners: Sequence[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner"].choices = [(str(pk), name) for pk, name in owners]  # type: ignore[attr-defined]

    def facts(self) -> LessonFacts:
        """Return the lesson as the action takes it."""
        given = self.cleaned_data
        return LessonFacts(LessonKind(given["kind"]), given["words"], given["owner"], given["due_on"])


class DoneForm(forms.Form):
    note = _words(_("What is different now?"), limit=600)


class UseForm(forms.Form):
    note = forms.CharField(label=_("What came of it?"), max_length=300, required=False)


class CloseForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    note = _words(_("Why is there no lesson?"), required=False, limit=300)
