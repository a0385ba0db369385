"""Defining, changing and retiring custom fields; keeping what was written into them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.fields import rules
from tiejun.fields.models import CustomField, FieldChange
from tiejun.fields.queries import fields_of
from tiejun.fields.rules import Answer, Choice, Kind, Refusal, Subject
from tiejun.foundation import audit, policies
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from decimal import Decimal
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.fields.rules import Value


@dataclass(frozen=True, slots=True)
class FieldWish:
    """A field as it shall be. `choices`: the answers (those that carry their key are renamed); `is_open`: seen of a lead
    before somebody claims it.
    """

    name: str
    name_en: str = ""
    hint: str = ""
    measure: str = ""
    choices: tuple[Answer, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    is_open: bool = False


@action(Ability.DEFINE_FIELDS)
def define_field(scope: Scope, *, subject: str, kind: str, wish: FieldWish, now: datetime) -> CustomField:
    """Add a field of leads or customers; raises `Invalid` and `Refused` (`rules.why_not_define`, NAME_TAKEN)."""
    if subject not in list(Subject) or kind not in list(Kind):
        raise Invalid(kind=_("Choose what the field is of and what it holds."))
    every = fields_of(scope, subject, with_retired=True)
    row = CustomField(subject=subject, kind=kind, created_at=now)
    row.key = rules.key_for(wish.name_en or wish.name, [terms.key for terms in every])
    _arrange(row, wish, count=sum(not terms.is_retired for terms in every), now=now)
    row.save(force_insert=True)
    audit.record(scope, "fields.defined", row, subject=subject, key=row.key, kind=kind)
    return row


@action(Ability.DEFINE_FIELDS)
def edit_field(scope: Scope, *, field_id: UUID, version: int, wish: FieldWish, now: datetime) -> CustomField:
    """Change a field's words, answers and bounds; what it holds stays, values outside of new bounds too.

    Raises `NotFound`, `Stale`, `Invalid` and `Refused`.
    """
    row = _locked(field_id)
    if row.version != version:
        raise Stale(row)
    _arrange(row, wish, count=0, now=now)
    row.version += 1
    row.save(update_fields=["name", "name_en", "hint", "measure", "choices", "least", "most", "is_open", "version"])
    audit.record(scope, "fields.edited", row, key=row.key)
    return row


@action(Ability.DEFINE_FIELDS)
def retire_field(scope: Scope, *, field_id: UUID, now: datetime) -> CustomField:
    """Ask for a field no more; what was written stays and is shown where it stands. Raises `NotFound`."""
    row = _locked(field_id)
    row.retired_at, row.version = row.retired_at or now, row.version + 1
    row.save(update_fields=["retired_at", "version"])
    audit.record(scope, "fields.retired", row, key=row.key)
    return row


@action(Ability.DEFINE_FIELDS)
def restore_field(scope: Scope, *, field_id: UUID, now: datetime) -> CustomField:
    """Take a retired field back into use with all its values; raises `NotFound`, `Refused` NAME_TAKEN and TOO_MANY_FIELDS."""
    row = _locked(field_id)
    if row.retired_at is not None:
        in_use = CustomField.objects.filter(subject=row.subject, retired_at=None)
        _refuse_taken(row)
        _refuse_crowd(in_use.count(), now)
    row.retired_at, row.version = None, row.version + 1
    row.save(update_fields=["retired_at", "version"])
    audit.record(scope, "fields.restored", row, key=row.key)
    return row


@action(Ability.EDIT_CUSTOMER)
def note_values(
    scope: Scope,
    *,
    subject: str,
    record_id: UUID,
    before: Mapping[str, Value] | None,
    after: Mapping[str, Value] | None,
    now: datetime,
) -> int:
    """Keep what was written into a record; called by the module that owns it, in the same transaction. Returns how many values changed."""
    changed = rules.differences(before, after)
    ids = dict(CustomField.objects.filter(subject=subject, key__in=list(changed)).values_list("key", "pk"))
    FieldChange.objects.bulk_create(
        FieldChange(
            field_id=ids[key],
            record_id=record_id,
            was=was,
            became=became,
            changed_by_id=scope.person_id,
            changed_at=now,
        )
        for key, (was, became) in changed.items()
    )
    audit.record(scope, "fields.noted", subject=subject, record=record_id, fields=sorted(changed))
    return len(changed)


def _locked(field_id: UUID) -> CustomField:
    row = CustomField.objects.select_for_update().filter(pk=field_id).first()
    if row is None:
        raise NotFound
    return row


def _arrange(row: CustomField, wish: FieldWish, *, count: int, now: datetime) -> None:
    row.name, row.name_en = _line(wish.name, 40), _line(wish.name_en, 40)
    row.hint, row.measure = _line(wish.hint, 200), _line(wish.measure, 20) if row.kind == Kind.NUMBER else ""
    if not row.name:
        raise Invalid(name=_("A field needs a name."))
    row.is_open = wish.is_open and row.subject == Subject.LEAD
    row.least, row.most = (wish.least, wish.most) if row.kind == Kind.NUMBER else (None, None)
    choices: tuple[Choice, ...] = ()
    if row.kind == Kind.CHOICE:
        choices = _offered([Choice(**one) for one in row.choices], wish.choices)
    row.choices = [choice.as_json() for choice in choices]
    limit = policies.book(now).integer("fields.most")
    refusal = rules.why_not_define(row.kind, choices, row.least, row.most, count=count, limit=limit)
    if refusal:
        raise Refused(refusal, most=limit)
    _refuse_taken(row)


def _offered(before: list[Choice], wanted: Iterable[Answer]) -> tuple[Choice, ...]:
    lines = [Answer(_line(one.name, 40), _line(one.name_en, 40), one.key) for one in wanted]
    answers = [answer for answer in lines if answer.name]
    refusal = rules.why_not_answers(before, answers)
    if refusal:
        raise Refused(refusal)
    return rules.choices_after(before, answers)


def _refuse_taken(row: CustomField) -> None:
    same = CustomField.objects.filter(subject=row.subject, name=row.name, retired_at=None)
    if same.exclude(pk=row.pk).exists():
        raise Refused(Refusal.NAME_TAKEN)


def _refuse_crowd(count: int, now: datetime) -> None:
    limit = policies.book(now).integer("fields.most")
    if count >= limit:
        raise Refused(Refusal.TOO_MANY_FIELDS, most=limit)


def _line(text: str, most: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:most]
