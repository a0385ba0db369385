from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from tiejun.access.texts import words_of_ability
from tiejun.engines.geo import Datum
from tiejun.exchange import texts
from tiejun.exchange.rules import tokens as token_rules
from tiejun.exchange.rules.exports import FileKind
from tiejun.exchange.rules.imports import Refusal, why_not_place
from tiejun.exchange.rules.shown import Shown, shown_from
from tiejun.exchange.texts import FIELDS as FIELD_WORDS
from tiejun.foundation.refusals import Refused, words_of

if TYPE_CHECKING:
    from tiejun.access.scope import Scope
    from tiejun.exchange.models.imports import LeadImport


class TokenForm(forms.Form):
    """A new token: its name, what the program may do, and for how long."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("For which program? It is shown in the audit trail of this token.")
    )
    days = forms.IntegerField(label=_("Days until it expires"), min_value=1, initial=90)
    abilities = forms.MultipleChoiceField(label=_("What the program may do"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, scope: Scope, data: Any = None, *, longest: int) -> None:
        super().__init__(data)
        offered = [(ability.value, words_of_ability(ability)) for ability in token_rules.offered_abilities(scope)]
        choices: Any = self.fields["abilities"]
        choices.choices = offered
        days: Any = self.fields["days"]
        days.max_value = longest
        days.widget.attrs["max"] = longest


class UploadForm(forms.Form):
    """A file of leads and where they go."""

    file = forms.FileField(
        label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.xls"})
    )
    source = forms.TypedChoiceField(label=_("Source of these leads"), coerce=UUID)
    pool = forms.TypedChoiceField(label=_("Into the pool"), coerce=UUID, required=False, empty_value=None)
    campaign = forms.TypedChoiceField(
        label=_("Or to marketing, as answers to a campaign"), coerce=UUID, required=False, empty_value=None,
        help_text=_("Each row then goes through the duplicate check and the intent check before it becomes a lead."),
    )  # fmt: skip
    consent_basis = forms.CharField(
        label=_("On what basis may they be contacted?"), max_length=200, required=False,
        help_text=_("For answers to a campaign: for example that they signed up at the stand."),
    )  # fmt: skip

    def __init__(
        self,
        pools: Sequence[tuple[str, str]],
        sources: Sequence[tuple[str, str]],
        campaigns: Sequence[tuple[str, str]],
        *,
        data: Any = None,
        files: Any = None,
    ) -> None:
        super().__init__(data, files)
        for name, offered in (("pool", [("", ""), *pools]), ("source", sources), ("campaign", [("", ""), *campaigns])):
            field: Any = self.fields[name]
            field.choices = offered

    def clean(self) -> dict[str, Any]:
        """Ask for the one place that the file goes to, and for the consent where it goes to marketing."""
        super().clean()
        given = self.cleaned_data
        refusal = why_not_place(
            has_pool=bool(given.get("pool")),
            has_campaign=bool(given.get("campaign")),
            consent_basis=given.get("consent_basis", ""),
        )
        if refusal:
            self.add_error("consent_basis" if refusal is Refusal.CONSENT_MISSING else "pool", words_of(refusal))
        return given


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file on the mapping page: its header, first cells and the field it holds (empty: left out)."""

    position: int
    name: str
    header: str
    cells: tuple[str, ...]
    field: str


class MappingForm:
    """Which column holds which field: one choice per column of the file, named `column-0` and so on.

    `custom`: the custom fields that may be chosen too, with their words.
    """

    def __init__(
        self, row: LeadImport, custom: Sequence[tuple[str, str]], data: Mapping[str, str] | None = None
    ) -> None:
        field_of = {position: field for field, position in row.mapping.items()}
        if data is not None:
            field_of = {position: data.get(f"column-{position}", "") for position in range(len(row.columns))}
        self.datum = row.datum if data is None else data.get("datum", "")
        self.has_guess = bool(row.datum_ground)
        self.guess_words = texts.GROUNDS.get(row.datum_ground, "")
        self.datums = [("", _("Not said yet")), *texts.DATUMS.items()]
        self.options = [("", _("Leave out")), *FIELD_WORDS.items(), *custom]
        self.columns = [
            Column(
                position=position,
                name=f"column-{position}",
                header=header,
                cells=tuple(cells[position] for cells in row.preview[:3] if position < len(cells) and cells[position]),
                field=field_of.get(position, ""),
            )
            for position, header in enumerate(row.columns)
        ]

    def mapping(self) -> dict[str, int]:
        """Return field → column from 0; raises `Refused` COLUMN_USED_TWICE when two columns hold one field."""
        offered = dict(self.options)
        chosen = [
            (column.field, column.position) for column in self.columns if column.field and column.field in offered
        ]
        if len({field for field, _position in chosen}) != len(chosen):
            raise Refused(Refusal.FIELD_CHOSEN_TWICE)
        return dict(chosen)

    def chosen_datum(self) -> Datum | None:
        """Return what the positions refer to, None where it was not said."""
        return Datum(self.datum) if self.datum in texts.DATUMS else None


class ExportForm(forms.Form):
    """How a list is handed out: `as` csv (the default) or xlsx."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["as"] = forms.ChoiceField(choices=[("csv", "csv"), ("xlsx", "xlsx")], required=False)

    @property
    def kind(self) -> str:
        """The ending of the file."""
        return self.cleaned_data["as"] or "csv"


class TableExportForm(forms.Form):
    """Into what kind of file a list goes; `state` is the query of the list's address."""

    kind = forms.CharField(max_length=40, widget=forms.HiddenInput)
    state = forms.CharField(max_length=1_000, required=False, widget=forms.HiddenInput)
    file_kind = forms.ChoiceField(
        label=_("Kind of file"), widget=forms.RadioSelect, initial=FileKind.XLSX.value,
        choices=[(FileKind.XLSX.value, _("Workbook (XLSX)")), (FileKind.CSV.value, _("Text (CSV), for other programs"))],
    )  # fmt: skip


class ShownExportForm(forms.Form):
    """A table as a page showed it, in JSON, and into what kind of file it goes."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.value) for kind in FileKind])
    table = forms.CharField(max_length=2_000_000)

    def clean_table(self) -> Shown:
        """Return the table; what a page would not show is refused."""
        found = shown_from(self.cleaned_data["table"])
        if found is None:
            raise forms.ValidationError(_("This is not a table that a page shows."))
        return found


class ChannelExportForm(ExportForm):
    """Which channels."""

    months = forms.IntegerField(required=False)


class AnomalyExportForm(ExportForm):
    """Which list of anomalies."""

    show = forms.CharField(required=False, max_length=10)


class CohortExportForm(ExportForm):
    """Which cohorts, as their page is asked."""

    unit = forms.UUIDField(required=False)
    source = forms.CharField(required=False, max_length=30)
    currency = forms.RegexField("^[A-Z]{3}$", required=False, empty_value="CNY")

    def wish(self) -> dict[str, Any]:
        """Return what the query is asked."""
        given = self.cleaned_data
        return {"unit_id": given["unit"], "source": given["source"], "currency": given["currency"]}


class GrowthExportForm(ExportForm):
    """Which growth equation: months as `2026-03`, as its page is asked."""

    month = forms.DateField(required=False, input_formats=["%Y-%m"])
    other = forms.DateField(required=False, input_formats=["%Y-%m"])
    unit = forms.UUIDField(required=False)
    by = forms.CharField(required=False, max_length=10, empty_value="unit")
    currency = forms.RegexField("^[A-Z]{3}$", required=False, empty_value="CNY")

    def wish(self) -> dict[str, Any]:
        """Return what the query is asked."""
        given = self.cleaned_data
        wish = {name: given[name] for name in ("month", "other", "currency")}
        return wish | {"unit_id": given["unit"], "part": given["by"]}
