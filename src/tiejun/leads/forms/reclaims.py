"""What a trial of other deadlines asks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.leads.queries.reclaim_trial import Deadlines


class TrialForm(forms.Form):
    """Other deadlines, in working days."""

    no_follow_up_days = forms.IntegerField(
        label=_("Without follow-up"), min_value=1, max_value=365, help_text=_("working days")
    )
    no_deal_days = forms.IntegerField(
        label=_("Without a deal"), min_value=1, max_value=730, help_text=_("working days")
    )

    def deadlines(self) -> Deadlines:
        """Return what was entered as the query takes it."""
        return Deadlines(**self.cleaned_data)
