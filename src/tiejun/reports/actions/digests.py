"""The morning digest: wished for, stopped, begun when its time has come, told in the inbox once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.jobs import start
from tiejun.foundation.refusals import Invalid, NotFound
from tiejun.inbox.actions import notify
from tiejun.insight.queries.boards import board_named
from tiejun.reports.models import DigestSent, DigestWish
from tiejun.reports.queries.mailings import next_due
from tiejun.reports.rules.mailing import HOUR, MailFault, Rhythm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

PAGE = "/reports/digest/"


@action(Ability.READ_DIGEST)
def wish_digest(scope: Scope, *, board: str, hour: str, by_mail: bool, language: str, now: datetime) -> DigestWish:
    """Have a board's digest each working day at an hour (`HH:MM`) from now on, or change how one has it.

    Raises `NotFound` for a board that the asker may not open, and `Invalid`.
    """
    found = board_named(scope, board)
    if not HOUR.fullmatch(hour):
        raise Invalid(hour=_("Write the time of day as 08:30."))
    due_at = next_due(scope, rhythm=Rhythm.DAILY, weekday=0, hour=hour, zone=scope.zone, now=now)
    values = {
        "board": found,
        "hour": hour,
        "by_mail": by_mail,
        "language": language,
        "zone": scope.zone,
        "due_at": due_at,
    }
    row, _is_new = DigestWish.objects.update_or_create(
        person_id=scope.own_id, defaults=values, create_defaults=values | {"made_at": now}
    )
    audit.record(scope, "reports.digest_wished", row, board=found, hour=hour, by_mail=by_mail)
    return row


@action(Ability.READ_DIGEST)
def stop_digest(scope: Scope) -> None:
    """Send the asker no digest any more; raises `NotFound` without one."""
    row = DigestWish.objects.select_for_update().filter(person=scope.own_id).first()
    if row is None:
        raise NotFound
    audit.record(scope, "reports.digest_stopped", row, board=row.board)
    row.delete()


@action(Ability.RUN_MAILINGS)
def begin_digest(scope: Scope, *, wish_id: UUID, now: datetime) -> bool:
    """Hand a digest whose time has come to the worker and say when the next one is due; returns False when there is nothing to do."""
    row = DigestWish.objects.select_for_update().filter(pk=wish_id, due_at__lte=now).first()
    if row is None:
        audit.record(scope, "reports.digest_not_due")
        return False
    due_at = row.due_at
    row.due_at = next_due(scope, rhythm=Rhythm.DAILY, weekday=0, hour=row.hour, zone=row.zone, now=now)
    row.save(update_fields=["due_at"])
    start("reports.send_digest", lock=f"digest-{row.pk}", wish_id=str(row.pk), due_at=due_at.isoformat())
    audit.record(scope, "reports.digest_begun", row, due_at=due_at.isoformat())
    return True


@action(Ability.RUN_MAILINGS)
def tell_digest(
    scope: Scope, *, wish_id: UUID, due_at: datetime, code: str, facts: Mapping[str, Any], now: datetime
) -> bool:
    """Put a digest into its reader's inbox; a repeat of the job tells nothing twice and returns False."""
    row = DigestWish.objects.select_for_update().get(pk=wish_id)
    _sent, is_new = DigestSent.objects.get_or_create(wish=row, due_at=due_at, defaults={"told_at": now})
    if is_new:
        notify(
            scope, person_id=row.person_id, code=code, facts=facts, url=PAGE,
            dedupe_key=f"digest:{row.pk}:{due_at.isoformat()}", now=now,
        )  # fmt: skip
    audit.record(scope, "reports.digest_told", row, due_at=due_at.isoformat(), is_new=is_new)
    return is_new


@action(Ability.RUN_MAILINGS)
def note_digest_mail(
    scope: Scope, *, wish_id: UUID, due_at: datetime, fault: MailFault | None, now: datetime
) -> DigestSent:
    """Note that a digest's mail went out, or why it did not."""
    row = DigestSent.objects.select_for_update().get(wish=wish_id, due_at=due_at)
    row.mailed_at, row.fault = (None, fault) if fault else (now, "")
    row.save(update_fields=["mailed_at", "fault"])
    audit.record(scope, "reports.digest_mailed", row, fault=fault or "")
    return row
