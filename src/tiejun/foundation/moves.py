"""Changing rows so that it can be taken back: what their columns were and became, as text that JSON keeps."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import JSONField

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import Model, QuerySet

Columns = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Moved:
    """A row that was changed: its columns before and after, as text; `kind` is the changer's word for it."""

    kind: str
    row_id: UUID
    was: Columns
    became: Columns


def change(kind: str, rows: QuerySet[Any], **values: Any) -> list[Moved]:
    """Write columns to some rows in one statement and return what they were; `values` by attribute name (`company_id`)."""
    names = list(values)
    before = list(rows.order_by("pk").values("pk", *names))
    if not before:
        return []
    model = rows.model
    model._default_manager.filter(pk__in=[row["pk"] for row in before]).update(**values)
    became = {name: text_of(value) for name, value in values.items()}
    return [Moved(kind, row["pk"], {name: text_of(row[name]) for name in names}, became) for row in before]


def change_back(model: type[Model], moves: Sequence[Moved]) -> list[bool]:
    """Write the former columns of those rows that still have what the merge wrote; says for each whether it went back.

    Each row stands in one of the moves. One statement reads all rows, and one writes all that were alike.
    """
    names = sorted({name for move in moves for name in move.became})
    rows = model._default_manager.select_for_update().filter(pk__in=[move.row_id for move in moves]).order_by("pk")
    now_are = {row["pk"]: row for row in rows.values("pk", *names)}
    same = [
        move.row_id in now_are
        and all(text_of(now_are[move.row_id][name]) == text for name, text in move.became.items())
        for move in moves
    ]
    alike: dict[tuple[tuple[str, str | None], ...], list[UUID]] = defaultdict(list)
    for move, is_same in zip(moves, same, strict=True):
        if is_same:
            alike[tuple(sorted(move.was.items()))].append(move.row_id)
    for was, row_ids in alike.items():
        values = {name: value_of(model, name, text) for name, text in was}
        model._default_manager.filter(pk__in=row_ids).update(**values)
    return same


def text_of(value: Any) -> str | None:
    """Return a column's value as a merge keeps it."""
    if value is None:
        return None
    if isinstance(value, dict):
        return json.dumps(value, sort_keys=True)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def value_of(model: type[Model], name: str, text: str | None) -> Any:
    """Return the value that a kept text of a column stands for."""
    field = model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
    if isinstance(field, JSONField):
        return None if text is None else json.loads(text)
    target = getattr(field, "target_field", field)
    return None if text is None else target.to_python(text)  # type: ignore[union-attr]
