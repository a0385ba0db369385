from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from tiejun.access.abilities import Ability
from tiejun.exchange.models.imports import LeadImport
from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


def lock_import(scope: Scope, import_id: UUID) -> LeadImport:
    """Lock one import in reach for the running transaction; raises `NotFound`."""
    row = (
        LeadImport.objects.within(scope, Ability.IMPORT_LEADS)
        .select_for_update(of=("self",))
        .filter(pk=import_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def spend(token_id: UUID, *, now: datetime) -> int:
    """Count one request of a token in its running minute and return how many there were, this one included.

    It commits at once, being one statement outside any transaction: a request that is refused later has been spent all the same.
    """
    minute = int(now.timestamp()) // 60
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_tokenminute AS m (token_id, minute, used) VALUES (%s, %s, 1) "
            "ON CONFLICT (token_id) DO UPDATE SET minute = EXCLUDED.minute, "
            "used = CASE WHEN m.minute = EXCLUDED.minute THEN m.used + 1 ELSE 1 END RETURNING used",
            [token_id, minute],
        )
        return int(cursor.fetchone()[0])


def note_use(token_id: UUID, *, now: datetime, zone: str) -> None:
    """Keep the day on which a token was last used; writes at most once a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_apitoken SET last_used_on = (%(now)s AT TIME ZONE %(zone)s)::date "
            "WHERE id = %(id)s AND last_used_on IS DISTINCT FROM (%(now)s AT TIME ZONE %(zone)s)::date",
            {"now": now, "zone": zone, "id": token_id},
        )
