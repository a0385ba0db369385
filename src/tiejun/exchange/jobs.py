from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.exchange.actions import imports as import_actions
from tiejun.exchange.actions.tokens import revoke_all_tokens
from tiejun.exchange.queries import imports as import_queries
from tiejun.exchange.queries import tables
from tiejun.foundation import policies
from tiejun.foundation.events import on
from tiejun.foundation.jobs import task
from tiejun.org.events import LoginClosed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tiejun.exchange.rules.imports import Batch


@on(LoginClosed)
def revoke_tokens_of(event: LoginClosed) -> None:
    """End the tokens of a closed login with it: opening the login again brings none of them back."""
    revoke_all_tokens(Scope.system("exchange.login_closed"), login_id=event.login_id, now=timezone.now())


@task(queue="imports")
def read_import(import_id: str, sheet: str) -> None:
    """Find out what an uploaded file holds."""
    scope = Scope.system("exchange.read_import")
    now = timezone.now()
    row = import_queries.import_in_reach(scope, UUID(import_id))
    most_rows = policies.book(now).integer("exchange.import_max_rows")
    with tempfile.NamedTemporaryFile(prefix="tiejun-sheet-") as target:
        try:
            reading, is_converted = tables.read_table(
                scope, row, sheet=sheet, target=Path(target.name), most_rows=most_rows
            )
        except tables.TableFault as refused:
            import_actions.note_reading(scope, import_id=row.pk, reading=refused.fault, rows=None, now=now)
            return
        rows = Path(target.name) if is_converted else None
        import_actions.note_reading(scope, import_id=row.pk, reading=reading, rows=rows, now=now)


@task(queue="imports")
def run_import(import_id: str) -> None:
    """Bring the rows in, batch by batch, from where an earlier run stopped."""
    scope = Scope.system("exchange.run_import")
    row = import_queries.import_in_reach(scope, UUID(import_id))
    size = policies.book(timezone.now()).integer("exchange.import_batch_rows")
    fields = tables.custom_fields(scope, row)
    with tables.table_copy(scope, row) as path:
        for batch in _ahead(tables.batches(scope, row, path=path, size=size, fields=fields)):
            if not import_actions.take_batch(scope, import_id=row.pk, batch=batch, now=timezone.now()):
                return
    import_actions.finish_import(scope, import_id=row.pk, now=timezone.now())


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Check the next batch while the database takes this one."""
    with ThreadPoolExecutor(max_workers=1) as checker:
        upcoming = checker.submit(next, batches, None)
        while (batch := upcoming.result()) is not None:
            upcoming = checker.submit(next, batches, None)
            yield batch
