"""What the forms of the forecast let in."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.forecast.actions.months import Words
from tiejun.forecast.actions.reviews import ReviewFacts
from tiejun.forecast.actions.weeks import WeekNumbers
from tiejun.forecast.queries.months import TEXTS
from tiejun.forecast.rules import ReviewKind
from tiejun.forecast.rules.daily import LARGEST_DEALS, LARGEST_VISITS, DayNumbers, Deal
from tiejun.forecast.rules.months import MOST_DEALS, Support
from tiejun.forecast.texts import SUPPORT_CHOICES
from tiejun.foundation.refusals import Invalid
from tiejun.pipeline.rules import major

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


F = TypeVar("F", bound=forms.Form)


def demanded(form: F) -> F:
    """Return a form that is valid; raises `Invalid` with its words."""
    if not form.is_valid():
        raise Invalid(**{name: str(errors[0]) for name, errors in form.errors.items()})
    return form


class MonthField(forms.DateField):
    """The first day of a month."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.replace(day=1) if day else day


class MajorField(forms.DecimalField):
    """An amount as people write it, in major units; cleaned to minor units."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "t-num"})
        )
        super().__init__(max_value=Decimal(10**11), decimal_places=2, **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value).replace(",", "").strip() if value not in self.empty_values else value)

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else int(amount * CENTS)

    def prepare_value(self, value: Any) -> Any:
        """Show minor units as people write them; what was typed stays as it was typed."""
        return major(value) if isinstance(value, int) else value


def _long(label: Any, rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": rows}))


class CommitForm(forms.Form):
    """One's own number for a month."""

    month = MonthField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    deals = forms.IntegerField(label=_("Deals this month"), min_value=0, max_value=MOST_DEALS)
    amount = MajorField(label=_("Amount"), min_value=Decimal(0))
    assumptions = _long(_("What it rests on"))
    support = forms.ChoiceField(
        label=_("What makes more possible than before"), choices=SUPPORT_CHOICES, required=False
    )
    support_note = forms.CharField(label=_("Evidence or support, as agreed"), max_length=500, required=False)
    deviation_explained = _long(_("Why it differs from the last months"), 2)
    improvement_plan = _long(_("Improvement plan"), 2)

    def words(self) -> Words:
        """Return the texts as the actions take them."""
        given = self.cleaned_data
        kind = given.get("support") or Support.NONE
        return Words({name: given[name] for name in TEXTS if name in given}, Support(kind))


class TalkForm(CommitForm):
    """The talk about a person's month, in the order of the form."""

    state_of_work = _long(_("State of work"))
    causes = _long(_("Attainment of this month, and why"))
    follow_up_plan = _long(_("Follow-up plan for this person"))
    exception_reason = forms.CharField(
        label=_("Written exception for a number that cannot be reached"), max_length=500, required=False
    )
    field_order = (
        "month", "version", "state_of_work", "causes", "follow_up_plan", "assumptions", "deals", "amount", "deviation_explained",
        "improvement_plan", "support", "support_note", "exception_reason",
    )  # fmt: skip


class SignForm(forms.Form):
    """A signature: under the version or the hash that was looked at."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    content_hash = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class GroupForm(forms.Form):
    """What a leader answers for: the members' sum as seen, and an adjustment."""

    month = MonthField(widget=forms.HiddenInput)
    seen_deals = forms.IntegerField(min_value=0, max_value=10**6, widget=forms.HiddenInput)
    seen_minor = forms.IntegerField(min_value=0, max_value=10**15, widget=forms.HiddenInput)
    adjustment_deals = forms.IntegerField(
        label=_("Adjustment in deals"), min_value=-9999, max_value=9999, required=False
    )
    adjustment = MajorField(label=_("Adjustment in money"), min_value=Decimal(-(10**11)), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)


class WeekForm(forms.Form):
    """What is agreed for a week."""

    week = forms.DateField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    deals = forms.IntegerField(min_value=0, max_value=99)
    visits = forms.IntegerField(min_value=0, max_value=420)
    effective = forms.IntegerField(min_value=0, max_value=420)
    quantity_note = forms.CharField(max_length=2000, required=False)
    quality_note = forms.CharField(max_length=2000, required=False)
    conversion_note = forms.CharField(max_length=2000, required=False)

    def numbers(self, keys: list[str]) -> WeekNumbers:
        """Return the cleaned fields with the key customers; raises `Invalid` for an unreadable one."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("week", "version")}
        try:
            return WeekNumbers(**given, key_companies=tuple(UUID(key) for key in keys if key))
        except ValueError:
            raise Invalid(key=_("Choose key customers from the list.")) from None
