"""The board of leads: a page of cards for each column, by facts of the lead itself, so that no column asks for another table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.leads.models import Lead
from tiejun.leads.queries.lists import LeadFilters, held_lines, held_rows, pool_lines, pooled_rows, seat_of_asker
from tiejun.leads.rules.kanban import Column

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.leads.queries.lists import LeadLine

ACTIVITY = ("-last_activity_at", "-id")
BY_STEP = ("next_step_at", "-id")
CARDS = 12


@dataclass(frozen=True, slots=True)
class ColumnPage:
    """Some cards of a column; `count`: about how many stand in it, exact where all are shown; `next`: the cursor of what follows."""

    column: Column
    lines: list[LeadLine]
    count: int
    is_estimate: bool
    next: str | None


def kanban(scope: Scope, filters: LeadFilters, now: datetime, *, size: int = CARDS) -> list[ColumnPage]:
    """Return the first cards of each column that the asker may see: own leads of a representative, else all within reach."""
    return [kanban_column(scope, column, filters, None, now, size=size) for column in columns_of(scope)]


def columns_of(scope: Scope) -> list[Column]:
    """Return the columns that the asker may see."""
    scope.require(Ability.VIEW_LEADS)
    return [column for column in Column if column is not Column.POOL or scope.can(Ability.VIEW_POOL)]


def column_named(scope: Scope, name: str) -> Column:
    """Return a column by its name; raises `PermissionRefused`, and `NotFound` for one that the asker may not see."""
    found = next((column for column in columns_of(scope) if column == name), None)
    if found is None:
        raise NotFound
    return found


def kanban_column(
    scope: Scope, column: Column, filters: LeadFilters, cursor: str | None, now: datetime, *, size: int = CARDS
) -> ColumnPage:
    """Return a page of one column; raises `NotFound` for one that the asker may not see."""
    if column not in columns_of(scope):
        raise NotFound
    rows = _rows(scope, column, filters, now)
    order = BY_STEP if column in (Column.DUE, Column.AGREED) else ACTIVITY
    loaded = rows.select_related("company", "pool").defer("company__search_grams")
    page = keyset.page(loaded, order=order, cursor=cursor, size=size)
    is_whole = page.next_cursor is None and page.previous_cursor is None
    if column is Column.POOL:
        lines = pool_lines(scope, page.rows, seat_of_asker(scope, now), now)
    else:
        lines = held_lines(scope, page.rows, is_own=is_own_board(scope))
    count = len(page.rows) if is_whole else max(keyset.estimated_count(rows), len(page.rows) + 1)
    return ColumnPage(column, lines, count, not is_whole, page.next_cursor)


def is_own_board(scope: Scope) -> bool:
    """Tell whether the board shows the asker's own leads alone."""
    return scope.can(Ability.CLAIM_LEAD) and scope.person_id is not None


def _rows(scope: Scope, column: Column, filters: LeadFilters, now: datetime) -> QuerySet[Lead]:
    if column is Column.POOL:
        return pooled_rows(scope, filters)
    rows = held_rows(scope, filters)
    if is_own_board(scope):
        rows = rows.filter(owner=scope.own_id)
    match column:
        case Column.LIST:
            return rows.filter(status=Lead.Status.ALLOTTED)
        case Column.WON:
            return rows.filter(status=Lead.Status.CONVERTED)
        case Column.OPEN:
            return rows.filter(status=Lead.Status.PRIVATE, next_step_at=None)
        case Column.DUE:
            return rows.filter(status=Lead.Status.PRIVATE, next_step_at__lt=now)
        case _:
            return rows.filter(status=Lead.Status.PRIVATE, next_step_at__gte=now)
