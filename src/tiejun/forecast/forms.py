"""What the forms of the forecast let in."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.forecast.actions.reviews import ReviewFacts
from tiejun.forecast.rules import ReviewKind
from tiejun.forecast.rules.daily import LARGEST_DEALS, LARGEST_VISITS, DayNumbers, Deal
from tiejun.foundation.refusals import Invalid

if TYPE_CHECKING:
    from django.http import QueryDict

MOST_ROWS = 60
CENTS = 100


class DayForm(forms.Form):
    """The numbers of a coming day; its deals come in rows beside (`deals_of`)."""

    day = forms.DateField()
    version = forms.IntegerField(min_value=0)
    deals = forms.IntegerField(label=_("Deals"), min_value=0, max_value=LARGEST_DEALS)
    visits = forms.IntegerField(label=_("Visits"), min_value=0, max_value=LARGEST_VISITS)
    morning = forms.IntegerField(label=_("In the morning"), min_value=0, max_value=LARGEST_VISITS)
    effective = forms.IntegerField(label=_("Effective visits"), min_value=0, max_value=LARGEST_VISITS)

    def numbers(self, deals: list[Deal]) -> DayNumbers:
        """Return the cleaned numbers with the sum of what is to be signed."""
        given = self.cleaned_data
        amount = sum(deal.amount_minor for deal in deals if deal.closing_class == "A")
        return DayNumbers(given["deals"], amount, given["visits"], given["morning"], given["effective"])


def deals_of(data: QueryDict) -> list[Deal]:
    """Read the rows of deals: `company`, `class` (A, B or empty = left out), `amount` in major units, `backup`, `plan`.

    Raises `Invalid` for a row that cannot be read.
    """
    names = ("company", "class", "amount", "backup", "plan")
    columns = {name: data.getlist(name) for name in names}
    rows = len(columns["company"])
    if rows > MOST_ROWS or any(len(column) != rows for column in columns.values()):
        raise Invalid(company=_("These rows cannot be read."))
    found = []
    for place in range(rows):
        row = {name: columns[name][place].strip() for name in names}
        if row["company"] and row["class"] in ("A", "B"):
            found.append(_deal(row))
    return found


def _deal(row: dict[str, str]) -> Deal:
    try:
        amount = Decimal(row["amount"].replace(",", "") or "0") * CENTS
        if not amount.is_finite():
            raise InvalidOperation
        backup = UUID(row["backup"]) if row["backup"] and row["class"] == "A" else None
        return Deal(UUID(row["company"]), row["class"], int(amount), None, backup, row["plan"][:300])
    except (InvalidOperation, ValueError):
        raise Invalid(amount=_("An amount or a customer of these rows cannot be read.")) from None


class ReviewForm(forms.Form):
    """One talk of the evening."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=[(one.value, one.value) for one in ReviewKind])
    findings = forms.CharField(max_length=4000, required=False)
    agreed = forms.CharField(max_length=4000, required=False)
    itinerary = forms.CharField(max_length=500, required=False)
    itinerary_confirmed = forms.BooleanField(required=False)
    backup_checked = forms.NullBooleanField(required=False)
    deals = forms.IntegerField(min_value=0, max_value=LARGEST_DEALS, required=False)
    visits = forms.IntegerField(min_value=0, max_value=LARGEST_VISITS, required=False)
    effective = forms.IntegerField(min_value=0, max_value=LARGEST_VISITS, required=False)

    def facts(self) -> ReviewFacts:
        """Return the cleaned fields as the action takes them."""
        given: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return ReviewFacts(**given | {"kind": ReviewKind(given["kind"])})


class CarryForm(forms.Form):
    """Why a talk waits for tomorrow."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=300)


class CloseForm(forms.Form):
    """The end of the report."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note = forms.CharField(max_length=4000, required=False)
