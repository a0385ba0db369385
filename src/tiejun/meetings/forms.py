"""What the forms of meetings let in."""

from __future__ import annotations

from typing import TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.foundation.refusals import Invalid
from tiejun.meetings.actions.talks import TalkNotes
from tiejun.meetings.rules import ActionState, Kind, Presence, Share
from tiejun.meetings.rules.drilling import HIGHEST, LOWEST, STEPS, Subject
from tiejun.meetings.rules.talks import DraftKind

F = TypeVar("F", bound=forms.Form)


def demanded(form: F) -> F:
    """Return a form that is valid; raises `Invalid` with its words."""
    if not form.is_valid():
        raise Invalid(**{name: str(errors[0]) for name, errors in form.errors.items()})
    return form


class OpenForm(forms.Form):
    """Which meeting begins."""

    unit = forms.UUIDField()
    kind = forms.ChoiceField(choices=[(one.value, one.value) for one in Kind])


class AgendaForm(forms.Form):
    """Something to be talked about."""

    words = forms.CharField(max_length=300)


class ItemForm(forms.Form):
    """A tick on the agenda."""

    is_done = forms.BooleanField(required=False)


class PresenceForm(forms.Form):
    """How somebody takes part."""

    person = forms.UUIDField()
    presence = forms.ChoiceField(choices=[(one.value, one.value) for one in Presence])


class SharesForm(forms.Form):
    """A gain, a loss and a challenge; without a person one's own."""

    person = forms.UUIDField(required=False)
    gain = forms.CharField(max_length=500, required=False)
    loss = forms.CharField(max_length=500, required=False)
    challenge = forms.CharField(max_length=500, required=False)

    def shares(self) -> dict[Share, str]:
        """Return the cleaned texts by kind."""
        return {kind: self.cleaned_data[kind.value.lower()] for kind in Share}


class StartForm(forms.Form):
    """Who plays what."""

    subject = forms.ChoiceField(choices=[(one.value, one.value) for one in Subject])
    player = forms.UUIDField()
    customer = forms.UUIDField()


class ScoreForm(forms.Form):
    """1 to 5 for each of the four steps."""

    step1 = forms.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    step2 = forms.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    step3 = forms.IntegerField(min_value=LOWEST, max_value=HIGHEST)
    step4 = forms.IntegerField(min_value=LOWEST, max_value=HIGHEST)

    def points(self) -> list[int]:
        """Return the cleaned points in the order of the steps."""
        return [self.cleaned_data[f"step{number}"] for number in range(1, STEPS + 1)]


class ReasonForm(forms.Form):
    """Why something is passed over."""

    reason = forms.CharField(max_length=300)


class DecisionForm(forms.Form):
    """A decision."""

    words = forms.CharField(max_length=500)


class ActionForm(forms.Form):
    """Who does what until when."""

    owner = forms.UUIDField(label=_("Who"))
    due_on = forms.DateField(label=_("Until"))
    words = forms.CharField(label=_("What"), max_length=300)


class EndForm(forms.Form):
    """The end of an action."""

    version = forms.IntegerField(min_value=1)
    state = forms.ChoiceField(choices=[(one.value, one.value) for one in (ActionState.DONE, ActionState.DROPPED)])
    reason = forms.CharField(max_length=300, required=False)


class CloseForm(forms.Form):
    """The end of a meeting."""

    version = forms.IntegerField(min_value=1)
    reason = forms.CharField(max_length=300, required=False)


class ScreenForm(forms.Form):
    """Where a screen hangs."""

    unit = forms.UUIDField()
    name = forms.CharField(max_length=60)


class TalkForm(forms.Form):
    """What a talk between two brought."""

    version = forms.IntegerField(min_value=0)
    found = forms.CharField(max_length=4000)
    agreed = forms.CharField(max_length=4000)

    def notes(self) -> TalkNotes:
        """Return the cleaned texts as the action takes them."""
        return TalkNotes(self.cleaned_data["found"], self.cleaned_data["agreed"])


class SharingForm(forms.Form):
    """What one of the best shared."""

    unit = forms.UUIDField()
    speaker = forms.UUIDField()
    notes = forms.CharField(max_length=8000)
    problems = forms.CharField(max_length=8000, required=False)


class DraftForm(forms.Form):
    """A draft of shared content."""

    kind = forms.ChoiceField(choices=[(one.value, one.value) for one in DraftKind])
    title = forms.CharField(max_length=120)
    text = forms.CharField(max_length=8000)
