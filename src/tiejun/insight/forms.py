"""What the forms of anomalies let in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tiejun.insight.actions.anomalies import LONGEST_ACTION, LONGEST_ANSWER, LONGEST_REASON, Plan
from tiejun.insight.rules.links import Link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiejun.org.models import Unit


class RaiseForm(forms.Form):
    """Which number of the board is not as usual."""

    unit = forms.UUIDField()
    link = forms.ChoiceField(choices=[(one.value, one.value) for one in Link])
    currency = forms.RegexField("^[A-Z]{3}$", required=False, empty_value="CNY")


class PlanForm(forms.Form):
    """What explains an anomaly, and who does what about it until when."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("What explains it"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )
    action = forms.CharField(
        label=_("What is to be done"), max_length=LONGEST_ACTION, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = forms.TypedChoiceField(label=pgettext_lazy("of an action", "Owner"), coerce=UUID)
    due_on = forms.DateField(
        label=pgettext_lazy("of an action", "Until"), widget=forms.DateInput(attrs={"type": "date"})
    )
    group = forms.TypedChoiceField(label=_("On the next evening agenda of"), required=False, coerce=UUID)

    def __init__(self, owners: Sequence[tuple[UUID, str]], groups: Sequence[Unit], *args: Any, **kwargs: Any) -> None:
        """Take who may own it and whose agenda it can go on; without a group there is no such field."""
        super().__init__(*args, **kwargs)
        owner, group = self.fields["owner"], self.fields["group"]
        assert isinstance(owner, forms.ChoiceField)
        assert isinstance(group, forms.ChoiceField)
        owner.choices = [(str(person_id), name) for person_id, name in owners]
        group.choices = [(str(unit.pk), unit.name) for unit in groups]
        group.required = bool(groups)
        if not groups:
            del self.fields["group"]

    def plan(self) -> Plan:
        """Return the cleaned plan."""
        given = self.cleaned_data
        return Plan(given["reason"], given["owner"], given["action"], given["due_on"], given.get("group") or None)


class AnswerForm(forms.Form):
    """The answer that closes an anomaly."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    done = forms.CharField(
        label=_("What was done"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 3})
    )
    outcome = forms.CharField(
        label=_("What came of it"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 3})
    )
