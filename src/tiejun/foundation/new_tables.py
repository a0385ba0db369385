"""Migrations that only make new tables, in seconds instead of a minute.

After each operation Django draws all models anew that hang together with the one it is about, and in this product all hang together:
the time grows with the square of their number. Operations on tables that one migration makes need no state between them.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from django.db import migrations
from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOptionOperation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor
    from django.db.migrations.state import ProjectState


class NewTables(Operation):
    """Tables with all that later operations of the same migration add to them, made at once from the last state."""

    category = OperationCategory.ADDITION
    reduces_to_sql = True
    reversible = True

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = list(operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the state without drawing a model; who asks next draws each once."""
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Make the tables as they are in the last state; foreign keys between them wait for the migration's end."""
        for operation in self._creations():
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop the tables, the last one first."""
        for operation in reversed(self._creations()):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        """Say which tables."""
        return f"Create models {', '.join(operation.name for operation in self._creations())}"

    def _creations(self) -> list[migrations.CreateModel]:
        return [operation for operation in self.operations if isinstance(operation, migrations.CreateModel)]


class NewTablesMigration(migrations.Migration):
    """A migration whose operations on its own new tables are applied together, run by run."""

    def __init__(self, name: str, app_label: str) -> None:
        super().__init__(name, app_label)
        self.operations = _grouped(self.operations)  # type: ignore[misc] # as Django itself does


def _grouped(operations: Sequence[Operation]) -> list[Operation]:
    """Return operations with each run that makes tables, and adds to those very tables, as one."""
    made: set[str] = set()
    found: list[Operation] = []
    for is_about_new, run in groupby(operations, key=lambda operation: _is_about_new(operation, made)):
        together = list(run)
        found += [NewTables(together)] if is_about_new else together
    return found


def _is_about_new(operation: Operation, made: set[str]) -> bool:
    """Tell whether an operation makes a table, or is about one that this run has `made`; keeps `made`."""
    if isinstance(operation, migrations.CreateModel):
        made.add(operation.name_lower)
        return True
    if isinstance(operation, FieldOperation | IndexOperation):
        is_new = operation.model_name_lower in made
    else:
        is_new = isinstance(operation, ModelOptionOperation) and operation.name_lower in made
    if not is_new:
        made.clear()
    return is_new
