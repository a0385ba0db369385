from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from tiejun.foundation.times import at_local
from tiejun.pipeline import rules
from tiejun.pipeline.models import Receipt
from tiejun.pipeline.rules import LineFacts, OpportunityFacts, Part, ReceiptFacts, Scan
from tiejun.pipeline.texts import CATEGORIES, REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import QueryDict

    from tiejun.org.models import ProductLine

LARGEST = Decimal(10**13)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
NEXT_STEP_CLOCK = "09:00"


class MoneyField(forms.DecimalField):
    """An amount as people write it, in major units; cleaned to minor units."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "t-num"})
        )
        super().__init__(min_value=Decimal(0), max_value=LARGEST, decimal_places=2, **options)

    def to_python(self, value: Any) -> Any:
        return super().to_python(str(value).replace(",", "").strip() if value not in self.empty_values else value)

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        return None if amount is None else rules.to_minor(amount)

    def prepare_value(self, value: Any) -> Any:
        """Show minor units as people write them; what was typed stays as it was typed."""
        return rules.major(value) if isinstance(value, int) else value


class DayField(forms.DateField):
    """A date between 2000 and 2100."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            raise forms.ValidationError(say("Choose a day between 2000 and 2100."))
        return day


class OpportunityFields(forms.Form):
    """What opening and editing share."""

    amount = MoneyField(label=_("Amount"))
    close_on = DayField(label=_("Expected to close on"))
    category = forms.ChoiceField(
        label=_("Forecast category"), choices=CATEGORIES[:4], widget=forms.RadioSelect, initial="PIPELINE"
    )
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_step_on = DayField(label=_("Day of the next step"), required=False)

    def facts(self, zone: str) -> OpportunityFacts:
        """Return the cleaned fields as the actions take them."""
        given = self.cleaned_data
        step_on: date | None = given["next_step_on"]
        return OpportunityFacts(
            amount_minor=given["amount"],
            close_on=given["close_on"],
            category=rules.Category(given["category"]),
            next_step=given["next_step"],
            next_step_at=at_local(step_on, NEXT_STEP_CLOCK, zone) if step_on else None,
        )


class OpenForm(OpportunityFields):
    """Opens an opportunity."""

    product_line = forms.TypedChoiceField(label=_("Product line"), coerce=UUID)

    field_order = ("product_line", "amount", "close_on", "category", "next_step", "next_step_on")

    def __init__(self, *args: Any, lines: Iterable[ProductLine], names: Mapping[UUID, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["product_line"].choices = [(str(line.pk), names[line.pk]) for line in lines]  # type: ignore[attr-defined]


class EditForm(OpportunityFields):
    """Edits an opportunity."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class VersionForm(forms.Form):
    """A decision about the version that was seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class LoseForm(VersionForm):
    reason = forms.TypedChoiceField(
        label=_("Why was it lost?"), choices=REASONS, coerce=rules.LostReason, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=_("What happened"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReopenForm(forms.Form):
    close_on = DayField(label=_("Expected to close on"))


class SignForm(VersionForm):
    signed_on = DayField(label=_("Signed on"))


class NoteForm(VersionForm):
    note = forms.CharField(
        label=_("What would have to change"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class CancelForm(VersionForm):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ContractForm(forms.Form):
    number = forms.CharField(label=_("Contract number"), max_length=60)
    signed_on = DayField(label=_("Signed on"))
    signatory = forms.CharField(label=_("Signed for the customer by"), max_length=80, required=False)
    terms = forms.CharField(
        label=_("Special terms"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    scan = forms.FileField(label=_("Scan"), required=False, help_text=_("PDF, JPEG or PNG, up to 7 MB"))

    def uploaded(self) -> Scan | None:
        """Return the uploaded scan, if there is one."""
        file = self.cleaned_data.get("scan")
        return Scan(file.name, file.content_type or "", file.chunks()) if file else None


class PlanForm(VersionForm):
    count = forms.IntegerField(label=_("Number of instalments"), min_value=1, max_value=36)
    first_due_on = DayField(label=_("First due on"))
    step_days = forms.IntegerField(label=_("Days between instalments"), min_value=1, max_value=366)

    def parts(self, amount_minor: int) -> list[Part]:
        """Return equal parts of an amount in minor units."""
        given = self.cleaned_data
        return rules.equal_parts(
            amount_minor, count=given["count"], first_due_on=given["first_due_on"], step_days=given["step_days"]
        )


class ReceiptForm(forms.Form):
    amount = MoneyField(label=_("Amount"))
    method = forms.TypedChoiceField(
        label=_("Paid by"), choices=Receipt.Method.choices, coerce=Receipt.Method, initial="BANK"
    )
    received_on = DayField(label=_("Received on"))
    reference = forms.CharField(
        label=_("Reference"),
        max_length=80,
        required=False,
        help_text=_("Number of the bank or payment service; only cash has none"),
    )
    payer = forms.CharField(label=_("Payer"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    allow_overpayment = forms.BooleanField(label=_("The customer paid more than is open"), required=False)

    def facts(self) -> ReceiptFacts:
        """Return the cleaned fields as the actions take them."""
        given = dict(self.cleaned_data)
        return ReceiptFacts(amount_minor=given.pop("amount"), **given | {"method": given["method"].value})


class ReverseForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class LineForm(forms.Form):
    """One line of an order, from repeated fields."""

    product_line = forms.UUIDField()
    quantity = forms.IntegerField(min_value=1, max_value=1_000_000)
    unit_price = MoneyField()
    discount = MoneyField(required=False)
    description = forms.CharField(max_length=200, required=False)

    def facts(self) -> LineFacts:
        """Return the line as the actions take it."""
        given = self.cleaned_data
        return LineFacts(
            given["product_line"], given["quantity"], given["unit_price"], given["discount"] or 0, given["description"]
        )


LINE_FIELDS = ("product_line", "quantity", "unit_price", "discount", "description")


def line_forms(data: QueryDict) -> list[LineForm]:
    """Read the repeated fields of an order's lines; a line without product line and quantity is left out."""
    columns = {name: data.getlist(name) for name in LINE_FIELDS}
    rows = max(len(values) for values in columns.values())
    given = [
        {name: values[n] if n < len(values) else "" for name, values in columns.items()} for n in range(min(rows, 60))
    ]
    return [LineForm(row) for row in given if row["product_line"] and row["quantity"].strip() not in ("", "0")]


class OrderForm(VersionForm):
    terms = forms.CharField(max_length=4000, required=False)
