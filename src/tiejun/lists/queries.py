"""The views that somebody may choose from, and the list that they stand over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.statements import asked_rows
from tiejun.lists import rules
from tiejun.lists.models import SavedView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.engines.tabular.writing import Cell
    from tiejun.lists.rules import Column, ListKind


@dataclass(frozen=True, slots=True)
class ViewChip:
    """A view to choose; `query`: what stands after the question mark of the list's address."""

    view_id: UUID
    name: str
    state: str
    is_own: bool
    is_shared: bool
    is_default: bool
    is_active: bool
    version: int

    @property
    def query(self) -> str:
        return f"{self.state}&{rules.VIEW}={self.view_id}" if self.state else f"{rules.VIEW}={self.view_id}"


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that can be left out; `state`: the list's address with it put back or left out."""

    column: Column
    is_shown: bool
    state: str


@dataclass(frozen=True, slots=True)
class ViewsBar:
    """What stands over a list. `opens_with`: the default view, when the address asks for nothing."""

    kind: ListKind
    state: str
    chips: list[ViewChip]
    columns: list[ColumnChoice]
    may_save: bool
    may_export: bool
    opens_with: ViewChip | None

    @property
    def active(self) -> ViewChip | None:
        return next((chip for chip in self.chips if chip.is_active), None)

    @property
    def hidden(self) -> str:
        """Return the columns that are left out, as the address says it."""
        return ".".join(choice.column.key for choice in self.columns if not choice.is_shown)

    @property
    def hiding(self) -> str:
        """Return the classes that leave columns out: no cell is drawn otherwise because of it."""
        return " ".join(f"t-hide-{choice.column.place}" for choice in self.columns if not choice.is_shown)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a list shows somebody, as a table for a file.

    `rows`: tuples within the asker's reach whose first value is the row's id, in the list's order; `cells` makes their cells, batch by
    batch, in the order of `header`; `contact`: the place of the masked number among the cells, None where the list shows none.
    """

    header: list[str]
    rows: QuerySet[Any, tuple[Any, ...]]
    cells: Callable[[list[tuple[Any, ...]]], list[list[Cell]]]
    contact: int | None = None

    def count(self, most: int | None = None) -> int:
        """Return how many rows there are; with `most`, counting no further than that."""
        plain = self.rows.order_by()
        return plain.count() if most is None else plain[:most].count()

    def whole(self, most: int) -> list[list[Cell]]:
        """Return up to `most` rows in the list's order."""
        return self.cells(list(self.rows[:most]))

    def batches(self, size: int) -> Iterator[list[list[Cell]]]:
        """Yield all rows in batches of `size`, the latest made first: by the id, which never changes, so that no row is lost or comes twice."""
        newest, last = self.rows.order_by("-id"), None
        while True:
            found = list((newest if last is None else newest.filter(id__lt=last))[:size])
            if found:
                yield self.cells(found)
            if len(found) < size:
                return
            last = found[-1][0]


@dataclass(frozen=True, slots=True)
class FixedSheet:
    """A table that is made whole, as a report is: its header and its lines in their order."""

    header: list[str]
    lines: list[list[Cell]]
    contact: int | None = None

    def count(self, most: int | None = None) -> int:
        """Return how many lines there are; with `most`, no more than that."""
        return len(self.lines) if most is None else min(len(self.lines), most)

    def whole(self, most: int) -> list[list[Cell]]:
        """Return up to `most` lines."""
        return self.lines[:most]

    def batches(self, size: int) -> Iterator[list[list[Cell]]]:
        """Yield all lines in batches of `size`."""
        for first in range(0, len(self.lines), size):
            yield self.lines[first : first + size]


def kind_of(scope: Scope, key: str) -> ListKind:
    """Return a list that the asker can open; raises `NotFound`."""
    kind = rules.KINDS.get(key)
    if kind is None or not scope.can(Ability(kind.ability)):
        raise NotFound
    return kind


def views_bar(scope: Scope, kind: ListKind, pairs: Iterable[tuple[str, object]]) -> ViewsBar:
    """Return the views over a list that is opened with these values of its address: one query."""
    given = [(name, str(value)) for name, value in pairs]
    state = rules.state_of(kind, given)
    wanted = dict(given).get(rules.VIEW, "")
    chips = [_chip(scope, view, state, wanted) for view in _visible(scope, kind.key)]
    own_first = sorted(chips, key=lambda chip: (not chip.is_own, chip.is_shared))
    default = next((chip for chip in own_first if chip.is_default), None)
    left_out = {column.key for column in kind.hidden(dict(given).get(rules.HIDDEN, ""))}
    columns = [
        ColumnChoice(column, column.key not in left_out, rules.toggled(kind, state, column)) for column in kind.columns
    ]
    return ViewsBar(
        kind,
        state,
        chips,
        columns,
        may_save=scope.can(Ability.SAVE_VIEWS),
        may_export=scope.can(Ability.EXPORT_TABLES),
        opens_with=None if given else default,
    )


def saved_views(scope: Scope, key: str) -> list[ViewChip]:
    """Return the views of a list that the asker may choose; raises `NotFound`."""
    kind = kind_of(scope, key)
    return [_chip(scope, view, "", "") for view in _visible(scope, kind.key)]


def own_view(scope: Scope, view_id: UUID) -> tuple[ListKind, ViewChip]:
    """Return an own view with its list; raises `NotFound`."""
    view = SavedView.objects.filter(pk=view_id, person=scope.own_id).first()
    if view is None:
        raise NotFound
    return kind_of(scope, view.kind), _chip(scope, view, "", "")


_READABLE = "WHERE kind = %(kind)s AND (person_id = %(person)s OR unit_id = ANY(%(units)s)) ORDER BY name, id"


def _visible(scope: Scope, key: str) -> list[SavedView]:
    if scope.person_id is None or not scope.can(Ability.SAVE_VIEWS):
        return []
    asker = {"kind": key, "person": scope.person_id, "units": list(scope.unit_chain)}
    return asked_rows(SavedView, _READABLE, asker)


def _chip(scope: Scope, view: SavedView, state: str, wanted: str) -> ViewChip:
    return ViewChip(
        view_id=view.pk,
        name=view.name,
        state=view.state,
        is_own=view.person_id == scope.person_id,
        is_shared=view.unit_id is not None,
        is_default=view.is_default,
        # A view that was changed by hand since is not the one that is shown.
        is_active=wanted == str(view.pk) and state == view.state,
        version=view.version,
    )
