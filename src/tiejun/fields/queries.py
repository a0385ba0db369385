"""Custom fields as they are defined, and their values as people read, write and filter by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import DecimalField, Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThanOrEqual, IContains, LessThanOrEqual
from django.utils.translation import get_language

from tiejun.access.abilities import Ability
from tiejun.fields import rules, texts
from tiejun.fields.models import CustomField, FieldChange
from tiejun.fields.rules import Choice, FieldTerms, Kind, Subject
from tiejun.foundation import policies
from tiejun.foundation.refusals import Invalid, NotFound
from tiejun.foundation.statements import asked_rows
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.engines.tabular.writing import Cell
    from tiejun.fields.rules import Fault, Value

SHOWN_CHANGES = 20
Rows = TypeVar("Rows", bound="QuerySet[Any]")


# -- definitions -------------------------------------------------------------------------------------------------------
def fields_of(scope: Scope, subject: str, *, with_retired: bool = False) -> tuple[FieldTerms, ...]:
    """Return the fields of leads or customers in the order of their making: one query."""
    which = "subject = %(subject)s" if with_retired else "subject = %(subject)s AND retired_at IS NULL"
    rows = asked_rows(CustomField, f"WHERE {which} ORDER BY created_at, id", {"subject": subject})
    return tuple(terms_of(scope, row) for row in rows)


def terms_of(scope: Scope, row: CustomField) -> FieldTerms:  # noqa: ARG001 -- a row that the asker was given
    """Return a field as its values obey it."""
    return FieldTerms(
        id=row.pk,
        subject=row.subject,
        key=row.key,
        kind=row.kind,
        name=row.name,
        name_en=row.name_en,
        hint=row.hint,
        measure=row.measure,
        choices=tuple(Choice(**choice) for choice in row.choices),
        least=row.least,
        most=row.most,
        is_open=row.is_open,
        is_retired=row.retired_at is not None,
        version=row.version,
    )


def field_to_edit(scope: Scope, field_id: UUID) -> FieldTerms:
    """Return a field for who defines fields; raises `NotFound`."""
    scope.require(Ability.DEFINE_FIELDS)
    row = CustomField.objects.filter(pk=field_id).first()
    if row is None:
        raise NotFound
    return terms_of(scope, row)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The fields of one subject; `is_crowded`: more than most people will fill; `limit`: how many there may be."""

    subject: str
    fields: list[FieldTerms]
    retired: list[FieldTerms]
    advised: int
    limit: int

    @property
    def is_crowded(self) -> bool:
        return len(self.fields) > self.advised


def shelves(scope: Scope, now: datetime) -> list[Shelf]:
    """Return all fields by what they are of, for who defines them."""
    scope.require(Ability.DEFINE_FIELDS)
    book = policies.book(now)
    advised, limit = book.integer("fields.advised"), book.integer("fields.most")
    found = []
    for subject in Subject:
        every = fields_of(scope, subject, with_retired=True)
        in_use = [terms for terms in every if not terms.is_retired]
        found.append(Shelf(subject, in_use, [terms for terms in every if terms.is_retired], advised, limit))
    return found


def label(scope: Scope, item: FieldTerms | Choice) -> str:  # noqa: ARG001 -- what may be known is no secret
    """Return the name of a field or choice in the reader's language."""
    return _label(item)


def _label(item: FieldTerms | Choice) -> str:
    return item.name_en if item.name_en and (get_language() or "").startswith("en") else item.name


# -- values ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class ValueLine:
    """A value as it is read; `day` instead of `words` for a date."""

    name: str
    words: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """A value that was written; empty words: there was none."""

    at: datetime
    who: str
    name: str
    was: ValueLine
    became: ValueLine


@dataclass(frozen=True, slots=True)
class RecordCard:
    """The values of a record. `retired`: what stands in fields that are used no more; `has_fields`: there is something to fill."""

    lines: list[ValueLine]
    retired: list[ValueLine]
    changes: list[ChangeLine]
    has_fields: bool

    @property
    def is_empty(self) -> bool:
        return not (self.has_fields or self.retired or self.changes)


def record_card(
    scope: Scope,
    subject: str,
    record_ids: Sequence[UUID],
    values: Mapping[str, Value] | None,
    *,
    only_open: bool = False,
) -> RecordCard:
    """Return the values of a record that the asker was given, with what was changed lately: at most three queries.

    `record_ids`: the record's, and those of records that were merged into it. `only_open`: what is seen before a claim.
    """
    every = fields_of(scope, subject, with_retired=True)
    held = values or {}
    in_use = [terms for terms in every if not terms.is_retired and (terms.is_open or not only_open)]
    lines = [_line_of(terms, held.get(terms.key)) for terms in in_use]
    if only_open:
        return RecordCard(lines, [], [], bool(in_use))
    retired = [_line_of(terms, held[terms.key]) for terms in every if terms.is_retired and terms.key in held]
    return RecordCard(lines, retired, _changes(scope, every, record_ids), bool(in_use))


def _changes(scope: Scope, every: Sequence[FieldTerms], record_ids: Sequence[UUID]) -> list[ChangeLine]:
    if not every:
        return []
    by_id = {terms.id: terms for terms in every}
    rows = list(
        FieldChange.objects.filter(record_id__in=record_ids, field__in=list(by_id)).order_by("-changed_at", "-pk")[
            :SHOWN_CHANGES
        ]
    )
    names = org.names_of(scope, [row.changed_by_id for row in rows])
    return [
        ChangeLine(
            at=row.changed_at,
            who=names.get(row.changed_by_id, "") if row.changed_by_id else "",
            name=_label(by_id[row.field_id]),
            was=_line_of(by_id[row.field_id], row.was),
            became=_line_of(by_id[row.field_id], row.became),
        )
        for row in rows
    ]


def _line_of(terms: FieldTerms, value: Value | None) -> ValueLine:
    name = _label(terms)
    if value is None:
        return ValueLine(name)
    if terms.kind == Kind.DATE:
        return ValueLine(name, day=date.fromisoformat(str(value)))
    if terms.kind == Kind.YES_NO:
        return ValueLine(name, str(texts.YES if value else texts.NO))
    if terms.kind == Kind.CHOICE:
        choice = terms.choice(value)
        return ValueLine(name, _label(choice) if choice else str(value))
    if terms.kind == Kind.NUMBER:
        return ValueLine(name, f"{value:,} {terms.measure}".strip())
    return ValueLine(name, str(value))


@dataclass(frozen=True, slots=True)
class FieldInput:
    """A field as a form asks for it; `options` of a choice and of yes or no; `start` and `end` of a span to filter by."""

    terms: FieldTerms
    name: str
    value: str
    options: list[tuple[str, str]]
    error: str = ""
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class RecordForm:
    """The fields of a record as a form: what was `given`, by key, and why it is refused. `theirs`: what a colleague wrote meanwhile.

    `mark` stands for what the form was filled with.
    """

    inputs: list[FieldInput]
    given: dict[str, object]
    faults: dict[str, Fault]
    mark: str
    theirs: list[ValueLine]


def record_form(
    scope: Scope, subject: str, values: Mapping[str, Value] | None, data: Mapping[str, str] | None
) -> RecordForm:
    """Return the form of a record that the asker may edit: filled with what stands there, or read from what was sent."""
    fields, held = fields_of(scope, subject), values or {}
    if data is None:
        return RecordForm(_inputs(fields, held, None, {}), {}, {}, rules.mark(held), [])
    given = _given(fields, data, held)
    faults = rules.written(fields, held, given)[1]
    theirs = []
    if data.get("mark", "") != rules.mark(held):
        theirs = [
            _line_of(terms, held.get(terms.key)) for terms in fields if held.get(terms.key) != given.get(terms.key)
        ]
    return RecordForm(_inputs(fields, held, data, faults), given, faults, rules.mark(held), theirs)


def _inputs(
    fields: Iterable[FieldTerms],
    held: Mapping[str, Value],
    typed: Mapping[str, str] | None,
    wrong: Mapping[str, Fault],
) -> list[FieldInput]:
    return [
        FieldInput(
            terms=terms,
            name=_label(terms),
            value=typed.get(terms.key, "") if typed is not None else _as_typed(held.get(terms.key)),
            options=_options(terms, keep=held.get(terms.key)),
            error=texts.words_of_fault(wrong[terms.key], terms) if terms.key in wrong else "",
        )
        for terms in fields
    ]


def _given(fields: Iterable[FieldTerms], data: Mapping[str, str], held: Mapping[str, Value]) -> dict[str, object]:
    """What a form says about each field; what still reads as it stands is given as it stands."""
    return {
        terms.key: held[terms.key]
        if terms.key in held and data[terms.key].strip() == _as_typed(held[terms.key])
        else data[terms.key]
        for terms in fields
        if terms.key in data
    }


def filter_inputs(scope: Scope, fields: Iterable[FieldTerms], data: Mapping[str, str]) -> list[FieldInput]:  # noqa: ARG001 -- of a list that the asker may open
    """Return the fields by which a list can be cut, filled with what its address says."""
    found = []
    for terms in fields:
        name = f"{rules.PREFIX}{terms.key}"
        start, end = data.get(name + rules.START, ""), data.get(name + rules.END, "")
        options = _options(terms)
        found.append(
            FieldInput(terms, _label(terms), data.get(name, "")[:100], options, start=start[:40], end=end[:40])
        )
    return found


def _as_typed(value: Value | None) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _options(terms: FieldTerms, keep: object = None) -> list[tuple[str, str]]:
    if terms.kind == Kind.YES_NO:
        return [("yes", str(texts.YES)), ("no", str(texts.NO))]
    return [(choice.key, _label(choice)) for choice in terms.choices if not choice.is_retired or choice.key == keep]


def values_after(
    scope: Scope, subject: str, before: Mapping[str, Value] | None, given: Mapping[str, object]
) -> dict[str, Value] | None:
    """Return the values of a record after some were written; raises `Invalid` with the words for each that is none."""
    fields = fields_of(scope, subject)
    after, faults = rules.written(fields, before, given)
    if faults:
        terms = {one.key: one for one in fields}
        raise Invalid(**{key[:60]: texts.words_of_fault(fault, terms.get(key)) for key, fault in faults.items()})
    return after


# -- columns -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class CustomColumns:
    """The fields of a list as columns of a file: their names, and what a record holds in each."""

    fields: tuple[FieldTerms, ...]

    @property
    def header(self) -> list[str]:
        """The names in the reader's language, a number's measure behind its name."""
        return [f"{_label(terms)} ({terms.measure})" if terms.measure else _label(terms) for terms in self.fields]

    def cells(self, values: Mapping[str, Value] | None) -> list[Cell]:
        """Return what a record holds in each field, numbers and days as such; None where it holds nothing."""
        held = values or {}
        return [_cell(terms, held.get(terms.key)) for terms in self.fields]


def custom_columns(scope: Scope, subject: str, *, only_open: bool = False) -> CustomColumns:
    """Return the fields in use of leads or customers as columns: one query. `only_open`: those that are seen before a claim."""
    return CustomColumns(tuple(terms for terms in fields_of(scope, subject) if terms.is_open or not only_open))


def _cell(terms: FieldTerms, value: Value | None) -> Cell:
    if value is None:
        return None
    if terms.kind == Kind.NUMBER and not isinstance(value, str):
        return value
    line = _line_of(terms, value)
    return line.day or line.words


# -- cutting -----------------------------------------------------------------------------------------------------------
def cut_rows(
    scope: Scope,  # noqa: ARG001 -- rows of a list that the asker may open
    rows: Rows,
    fields: Iterable[FieldTerms],
    given: Mapping[str, str],
) -> Rows:
    """Return the rows of leads or customers that meet the conditions of an address on their column `custom`.

    The index of values brings what equals or has a value; parts of texts and spans are looked at among those.
    """
    for cut in rules.cuts(fields, given):
        key = cut.terms.key
        if cut.value is not None:
            rows = rows.filter(custom__contains={key: cut.value})
            continue
        condition: list[Any] = [Q(custom__has_key=key)]
        if cut.terms.kind == Kind.NUMBER:
            number = Cast(KeyTransform(key, "custom"), DecimalField(max_digits=18, decimal_places=4))
            condition += _between(number, cut)
        elif cut.terms.kind == Kind.DATE:
            condition += _between(KeyTextTransform(key, "custom"), cut)
        else:
            condition.append(IContains(KeyTextTransform(key, "custom"), cut.part))
        rows = rows.filter(*condition)
    return rows


def _between(expression: Any, cut: rules.Cut) -> list[Any]:
    found: list[Any] = []
    if cut.least is not None:
        found.append(GreaterThanOrEqual(expression, cut.least))
    if cut.most is not None:
        found.append(LessThanOrEqual(expression, cut.most))
    return found
