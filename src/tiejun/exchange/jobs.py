from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import OperationalError
from django.utils import timezone, translation

from tiejun.access.scope import PermissionRefused, Scope
from tiejun.exchange import locks
from tiejun.exchange.actions import exports as export_actions
from tiejun.exchange.actions import imports as import_actions
from tiejun.exchange.actions.tokens import revoke_all_tokens
from tiejun.exchange.queries import imports as import_queries
from tiejun.exchange.queries import sheets, tables, taken
from tiejun.exchange.rules.exports import ExportFault, FileKind
from tiejun.foundation import policies
from tiejun.foundation.events import on
from tiejun.foundation.jobs import every, task
from tiejun.foundation.refusals import NotFound
from tiejun.org.events import LoginClosed
from tiejun.org.queries import scope_of_person

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tiejun.exchange.queries.sheets import Written
    from tiejun.exchange.rules.imports import Batch


@on(LoginClosed)
def revoke_tokens_of(event: LoginClosed) -> None:
    """End the tokens of a closed login with it: opening the login again brings none of them back."""
    revoke_all_tokens(Scope.system("exchange.login_closed"), login_id=event.login_id, now=timezone.now())


def tell_of_failure(import_id: str, **_more: str) -> None:
    """Say of an import whose reading or run failed that it broke off."""
    scope = Scope.system("exchange.import_broke_off")
    import_actions.break_off(scope, import_id=UUID(import_id), now=timezone.now())


@task(queue="imports", failed=tell_of_failure)
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


@task(queue="imports", failed=tell_of_failure)
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


@task(queue="exports")
def run_export(export_id: str) -> None:
    """Write a list into a file, batch by batch, within the reach that its owner has now; a run that was broken off begins anew."""
    system, now = Scope.system("exchange.run_export"), timezone.now()
    row = taken.export_to_run(system, UUID(export_id))
    if row is None:
        return
    scope = scope_of_person(row.person_id, at=now, origin="job")
    try:
        with translation.override(row.language), tempfile.TemporaryFile(prefix="tiejun-export-") as target:
            sheet = sheets.sheet_of(scope, row.kind, row.filters)
            mark = sheets.mark_of(scope, sheet, rows=row.rows_total, now=now)
            size = policies.book(now).integer("exchange.export_batch_rows", scope.unit_chain)
            look = sheets.Look(FileKind(row.file_kind), row.name, mark)
            written = sheets.write_file(
                scope, target, header=sheet.header, contact=sheet.contact, batches=sheet.batches(size), look=look,
                after_batch=lambda done: _go_on(row.pk, done),
            )  # fmt: skip
            export_actions.finish_export(
                scope, export_id=row.pk, content=target, written=written, is_marked=mark is not None, now=timezone.now()
            )
    except _Stopped:
        export_actions.end_export(system, export_id=row.pk, fault=None, now=timezone.now())
    except (PermissionRefused, NotFound):
        export_actions.end_export(system, export_id=row.pk, fault=ExportFault.NOT_ALLOWED, now=timezone.now())
    except OperationalError:
        raise  # the job is tried again once the database is back
    except Exception:
        export_actions.end_export(system, export_id=row.pk, fault=ExportFault.BROKEN, now=timezone.now())
        raise


class _Stopped(Exception):
    """The export was cancelled while it was written."""


def _go_on(export_id: UUID, done: Written) -> None:
    if not locks.note_progress(export_id, rows=done.rows, now=timezone.now()):
        raise _Stopped


@every("23 * * * *")
def clear_exports() -> None:
    """Remove the files of exports whose time is over."""
    scope, now = Scope.system("exchange.clear_exports"), timezone.now()
    if taken.has_expired(scope, now):
        export_actions.clear_exports(scope, now=now)


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Check the next batch while the database takes this one."""
    with ThreadPoolExecutor(max_workers=1) as checker:
        upcoming = checker.submit(next, batches, None)
        while (batch := upcoming.result()) is not None:
            upcoming = checker.submit(next, batches, None)
            yield batch
