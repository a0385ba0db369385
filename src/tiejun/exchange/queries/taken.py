"""What somebody took out: one's own exports and their files, nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.exchange.models.exports import TableExport
from tiejun.exchange.rules.exports import ExportState
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


def exports_page(scope: Scope, *, cursor: str | None = None, size: int = 30) -> keyset.Page[TableExport]:
    """Return the asker's own exports, the newest first."""
    scope.require(Ability.EXPORT_TABLES)
    rows = TableExport.objects.filter(person=scope.own_id).select_related("file")
    return keyset.page(rows, order=["-asked_at", "-id"], cursor=cursor, size=size)


def own_export(scope: Scope, export_id: UUID) -> TableExport:
    """Return one of the asker's own exports with its file; raises `NotFound` for anybody else's."""
    scope.require(Ability.EXPORT_TABLES)
    row = TableExport.objects.filter(pk=export_id, person=scope.own_id).select_related("file").first()
    if row is None:
        raise NotFound
    return row


def export_to_run(scope: Scope, export_id: UUID) -> TableExport | None:
    """Return an export for the worker; None when it is over already."""
    scope.require(Ability.CLEAR_EXPORTS)
    return TableExport.objects.filter(pk=export_id, state__in=[ExportState.WAITING, ExportState.RUNNING]).first()


def has_expired(scope: Scope, now: datetime) -> bool:
    """Tell whether there is a file whose time is over."""
    scope.require(Ability.CLEAR_EXPORTS)
    return TableExport.objects.filter(state=ExportState.DONE, expires_at__lte=now).exists()
