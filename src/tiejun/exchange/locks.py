from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Value
from django.db.models.functions import Coalesce

from tiejun.access.abilities import Ability
from tiejun.exchange.models.exports import TableExport
from tiejun.exchange.models.imports import LeadImport
from tiejun.exchange.models.tokens import ApiToken
from tiejun.exchange.rules.exports import UNDER_WAY, ExportState
from tiejun.exchange.rules.tokens import carried
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.statements import asked

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Login


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


def lock_export(scope: Scope, export_id: UUID) -> TableExport:
    """Lock one of the asker's own exports for the running transaction; raises `NotFound`."""
    row = TableExport.objects.select_for_update().filter(pk=export_id, person=scope.own_id).first()
    if row is None:
        raise NotFound
    return row


def exports_under_way(scope: Scope) -> int:
    """Count the asker's own exports that are not over."""
    return TableExport.objects.filter(person=scope.own_id, state__in=UNDER_WAY).count()


def note_progress(export_id: UUID, *, rows: int, now: datetime) -> bool:
    """Keep how many rows of an export are written; False when it is to stop (cancelled, or over already)."""
    running = TableExport.objects.filter(pk=export_id, state__in=UNDER_WAY, cancel_requested_at=None)
    return bool(
        running.update(state=ExportState.RUNNING, rows_done=rows, started_at=Coalesce("started_at", Value(now)))
    )


@dataclass(frozen=True, slots=True)
class Spent:
    """A living token, one of whose requests was counted: its login, its abilities, and how many there were in this minute."""

    token_id: UUID
    login: Login
    abilities: frozenset[Ability]
    last_used_on: date | None
    used: int


# Asked by every request of a program, so in one statement and without the cost of composing it.
_LOGIN: Any = ApiToken._meta.get_field("login").related_model
_LOGIN_FIELDS = [field.attname for field in _LOGIN._meta.concrete_fields]
_SPEND = f"""
    WITH living AS (
        SELECT t.id AS token_id, t.abilities::text AS held, t.last_used_on, {", ".join(f"l.{name}" for name in _LOGIN_FIELDS)}
        FROM exchange_apitoken t JOIN org_login l ON l.id = t.login_id
        WHERE t.digest = %(digest)s AND t.revoked_at IS NULL AND t.expires_at > %(now)s AND l.is_active
    ), spent AS (
        INSERT INTO exchange_tokenminute AS m (token_id, minute, used) SELECT token_id, %(minute)s, 1 FROM living
        ON CONFLICT (token_id) DO UPDATE SET minute = EXCLUDED.minute,
            used = CASE WHEN m.minute = EXCLUDED.minute THEN m.used + 1 ELSE 1 END
        RETURNING used
    )
    SELECT spent.used, living.* FROM living, spent
"""  # noqa: S608 -- names of columns


def spend(digest: bytes, *, now: datetime) -> Spent | None:
    """Count one request of the token with this digest in its running minute, this one included; None when no such token lives.

    It commits at once, being one statement outside any transaction: a request that is refused later has been spent all the same.
    """
    rows = asked(_SPEND, {"digest": digest, "now": now, "minute": int(now.timestamp()) // 60})
    if not rows:
        return None
    used, token_id, held, last_used_on, *columns = rows[0]
    login: Login = _LOGIN.from_db(connection.alias, _LOGIN_FIELDS, columns)
    return Spent(token_id, login, carried(held), last_used_on, used)


def note_use(token_id: UUID, *, now: datetime, zone: str) -> None:
    """Keep the day on which a token was last used; writes at most once a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_apitoken SET last_used_on = (%(now)s AT TIME ZONE %(zone)s)::date "
            "WHERE id = %(id)s AND last_used_on IS DISTINCT FROM (%(now)s AT TIME ZONE %(zone)s)::date",
            {"now": now, "zone": zone, "id": token_id},
        )
