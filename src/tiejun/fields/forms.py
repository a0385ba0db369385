from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.fields import texts
from tiejun.fields.actions import FieldWish
from tiejun.fields.rules import LARGEST, Answer, Kind, Subject

if TYPE_CHECKING:
    from tiejun.fields.rules import FieldTerms

SEPARATOR = "|"


class FieldForm(forms.Form):
    """A custom field: its words and what its values may be; only what belongs to its kind is asked."""

    name = forms.CharField(label=_("Name"), max_length=40)
    name_en = forms.CharField(label=_("Name in English"), max_length=40, required=False)
    hint = forms.CharField(
        label=_("Hint"), max_length=200, required=False, help_text=_("Stands below the field while it is filled in.")
    )
    choices = forms.CharField(
        label=_("Answers"),
        max_length=6000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "One in each line, in English behind a |. An answer that is taken out is offered no more and stays where it stands. "
            "To rename one, change its words and leave the last part of its line: what was written then goes by the new name."
        ),
    )
    measure = forms.CharField(label=_("Unit of the number"), max_length=20, required=False)
    least = forms.DecimalField(
        label=_("Smallest value"),
        required=False,
        max_digits=17,
        decimal_places=4,
        min_value=-LARGEST,
        max_value=LARGEST,
    )
    most = forms.DecimalField(
        label=_("Largest value"), required=False, max_digits=17, decimal_places=4, min_value=-LARGEST, max_value=LARGEST
    )
    is_open = forms.BooleanField(
        label=_("Seen in the pool, before somebody claims the lead"),
        required=False,
        help_text=_("Not for what tells who the customer is or how to reach them."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, subject: str, kind: str = "", terms: FieldTerms | None = None) -> None:
        super().__init__(data, initial=_initial(terms) if terms else None)
        kind = terms.kind if terms else kind
        if terms is None:
            self.fields["kind"] = forms.ChoiceField(
                label=_("What it holds"), choices=list(texts.KINDS.items()), widget=forms.RadioSelect, initial=kind
            )
            self.order_fields(["name", "name_en", "kind"])
        elif kind != Kind.CHOICE:
            del self.fields["choices"]
        if terms is not None and kind != Kind.NUMBER:
            for name in ("measure", "least", "most"):
                del self.fields[name]
        if subject != Subject.LEAD:
            del self.fields["is_open"]

    def wish(self) -> FieldWish:
        """Return the field as the action takes it."""
        given = self.cleaned_data
        return FieldWish(
            name=given["name"],
            name_en=given["name_en"],
            hint=given["hint"],
            measure=given.get("measure", ""),
            choices=tuple(_answer(line) for line in given.get("choices", "").splitlines() if line.strip()),
            least=given.get("least"),
            most=given.get("most"),
            is_open=given.get("is_open", False),
        )


def _answer(line: str) -> Answer:
    name, _bar, rest = line.partition(SEPARATOR)
    name_en, _bar, key = rest.partition(SEPARATOR)
    return Answer(name.strip(), name_en.strip(), key.strip())


def _initial(terms: FieldTerms) -> dict[str, Any]:
    offered = [choice for choice in terms.choices if not choice.is_retired]
    lines = [f" {SEPARATOR} ".join((one.name, one.name_en, one.key)) for one in offered]
    plain = ("name", "name_en", "hint", "measure", "is_open", "version")
    bounds = {name: _plain(getattr(terms, name)) for name in ("least", "most")}
    return {name: getattr(terms, name) for name in plain} | bounds | {"choices": "\n".join(lines)}


def _plain(number: Any) -> Any:
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else number.normalize()
