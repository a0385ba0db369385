"""Changing rows so that it can be taken back: what their columns were and became, as text that JSON keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


def change_back(model: type[Model], moved: Moved) -> bool:
    """Write the former columns of a row that still has those that the merge wrote; false when it has others."""
    now_is = model._default_manager.select_for_update().filter(pk=moved.row_id).values(*moved.became).first()
    if now_is is None or any(text_of(now_is[name]) != text for name, text in moved.became.items()):
        return False
    values = {name: value_of(model, name, text) for name, text in moved.was.items()}
    return bool(model._default_manager.filter(pk=moved.row_id).update(**values))


def text_of(value: Any) -> str | None:
    """Return a column's value as a merge keeps it."""
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def value_of(model: type[Model], name: str, text: str | None) -> Any:
    """Return the value that a kept text of a column stands for."""
    field = model._meta.get_field(name.removesuffix("_id") if name.endswith("_id") else name)
    target = getattr(field, "target_field", field)
    return None if text is None else target.to_python(text)  # type: ignore[union-attr]
