"""Lists: keyset pages and estimated counts. No list counts exactly and none skips rows."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.db import connection, models
from django.db.models import Q

from tiejun.foundation.times import is_sane

if TYPE_CHECKING:
    from collections.abc import Sequence

M = TypeVar("M", bound=models.Model)
MAX_SIZE = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page: rows, the cursor of the next page (None = this is the last) and of the previous one (None = the first)."""

    rows: list[M]
    next_cursor: str | None
    previous_cursor: str | None


def page(queryset: models.QuerySet[M], *, order: Sequence[str], cursor: str | None = None, size: int = 50) -> Page[M]:
    """Cut one page out of a queryset.

    `order`: field names with `-` for descending, ending in a unique one, none of them null. A cursor that cannot be read
    starts from the beginning.
    """
    size = max(1, min(size, MAX_SIZE))
    rest = beyond(queryset, order=order, cursor=cursor)
    return cut(list(rest.rows[: size + 1]), rest, order=order, size=size)


@dataclass(frozen=True, slots=True)
class Rest(Generic[M]):
    """The rows that a page is taken from, the nearest to its cursor first, uncut.

    `after`: the row of the cursor, as values of the order's fields, None at the beginning; `backwards`: the order is turned round.
    """

    rows: models.QuerySet[M]
    after: list[Any] | None
    backwards: bool


def beyond(queryset: models.QuerySet[M], *, order: Sequence[str], cursor: str | None) -> Rest[M]:
    """Return what lies beyond a cursor; of one that cannot be read, everything."""
    after, backwards = _decode(cursor, len(order))
    fields = [_flip(name) for name in order] if backwards else list(order)
    if after is not None:
        try:
            after = _typed(queryset.model, fields, after)
            queryset = queryset.filter(_beyond(fields, after))
        except (ValidationError, ValueError, TypeError, OverflowError):
            after, backwards, fields = None, False, list(order)
    return Rest(queryset.order_by(*fields), after, backwards)


def cut(rows: list[Any], rest: Rest[M], *, order: Sequence[str], size: int) -> Page[Any]:
    """Make a page of the nearest `size` rows of a rest (one more tells that there are more); models or mappings with the order's fields."""
    more = len(rows) > size
    rows = rows[:size]
    if rest.backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if rest.backwards else (more, rest.after is not None)
    return Page(
        rows=rows,
        next_cursor=_encode(rows[-1], order, backwards=False) if rows and has_next else None,
        previous_cursor=_encode(rows[0], order, backwards=True) if rows and has_previous else None,
    )


def estimated_count(queryset: models.QuerySet[Any]) -> int:
    """Return the planner's estimate of the number of rows, rounded to two digits from 100 on; it reads no rows."""
    try:
        sql, params = queryset.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # Django saw by itself that the condition can never hold
        return 0
    return estimated_rows(sql, params)


def estimated_rows(sql: str, params: Sequence[Any]) -> int:
    """Return the planner's estimate of what a statement returns, as `estimated_count`."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    rows = int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])
    return rows if rows < 100 else int(float(f"{rows:.1e}"))


def _beyond(fields: Sequence[str], values: Sequence[Any]) -> Q:
    condition, equal = Q(), Q()
    for name, value in zip(fields, values, strict=True):
        plain = name.lstrip("-")
        comparison = "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{plain}__{comparison}": value})
        equal &= Q(**{plain: value})
    first = fields[0].lstrip("-")
    bound = "lte" if fields[0].startswith("-") else "gte"
    # The redundant bound on the first column lets the index start at the right place.
    return Q(**{f"{first}__{bound}": values[0]}) & condition


def _typed(model: type[models.Model], names: Sequence[str], values: Sequence[Any]) -> list[Any]:
    typed = []
    for name, value in zip(names, values, strict=True):
        field = _field(model, name.lstrip("-").split("__"))
        read = value if field is None else field.to_python(value)
        if read is None or isinstance(read, dict | list) or (isinstance(read, datetime) and not is_sane(read)):
            raise ValueError(name)
        typed.append(read)
    return typed


def _field(model: type[models.Model], path: Sequence[str]) -> Any:
    field = None
    for part in path:
        try:
            field = model._meta.get_field("id" if part == "pk" else part)
        except FieldDoesNotExist:
            return None  # an annotation: the database says what it takes
        model = getattr(field, "related_model", None) or model
    return field


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _encode(row: Any, order: Sequence[str], *, backwards: bool) -> str:
    values = []
    for name in order:
        value, path = row, name.lstrip("-")
        # A mapping (`values()`) holds what lies behind a relation under its whole path.
        for part in [path] if isinstance(row, dict) else path.split("__"):
            value = value[part] if isinstance(value, dict) else getattr(value, part)
        values.append(value)
    body = json.dumps([int(backwards), *values], default=_plain)
    return base64.urlsafe_b64encode(body.encode()).decode().rstrip("=")


def _plain(value: Any) -> str:
    # Whole microseconds: a rounded time would repeat or lose a row at the edge of a page.
    return value.isoformat() if isinstance(value, date) else str(value)


def _decode(cursor: str | None, length: int) -> tuple[list[Any] | None, bool]:
    if not cursor:
        return None, False
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        return None, False
    if not isinstance(values, list) or len(values) != length + 1:
        return None, False
    return values[1:], bool(values[0])
