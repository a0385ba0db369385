"""Keeping a mailing, changing, pausing and removing it; and what became of its mails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.exchange.queries.sheets import exported_kind
from tiejun.foundation import audit
from tiejun.foundation.jobs import start
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.inbox.actions import notify
from tiejun.lists.rules import state_of_address
from tiejun.reports.models import Delivery, Mailing, Recipient
from tiejun.reports.queries.mailings import next_due, possible_recipients
from tiejun.reports.rules.mailing import HOUR, MOST_MAILINGS, MOST_RECIPIENTS, MailFault, MailRefusal, Rhythm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.exchange.rules.exports import FileKind


@dataclass(frozen=True, slots=True)
class MailingWish:
    """How a mailing shall be: `weekday` counts for weekly ones, 0 is Monday; `hour`: `HH:MM`; `persons`: who gets it."""

    name: str
    rhythm: Rhythm
    hour: str
    persons: Sequence[UUID]
    file_kind: FileKind
    weekday: int = 0


@action(Ability.MAIL_LISTS)
def keep_mailing(scope: Scope, *, kind: str, address: str, wish: MailingWish, language: str, now: datetime) -> Mailing:
    """Have a list sent by mail from now on; each recipient gets what they may see themselves.

    Raises `NotFound` for a list that the asker cannot open, `Invalid`, and `Refused` TOO_MANY_MAILINGS, NAME_TAKEN, RECIPIENT_OUT_OF_REACH.
    """
    known_kind = exported_kind(scope, kind)
    if Mailing.objects.filter(person=scope.own_id).count() >= MOST_MAILINGS:
        raise Refused(MailRefusal.TOO_MANY_MAILINGS, most=MOST_MAILINGS)
    row = Mailing(
        person_id=scope.own_id, kind=kind, filters=state_of_address(known_kind, address), language=language, zone=scope.zone, made_at=now,
    )  # fmt: skip
    _arrange(scope, row, wish, now)
    row.save(force_insert=True)
    _address(row, wish)
    audit.record(scope, "reports.mailing_kept", row, kind=kind, filters=row.filters, persons=len(set(wish.persons)))
    return row


@action(Ability.MAIL_LISTS)
def edit_mailing(scope: Scope, *, mailing_id: UUID, version: int, wish: MailingWish, now: datetime) -> Mailing:
    """Change an own mailing, and take a paused one up again; raises as `keep_mailing`, `NotFound` and `Stale`."""
    row = _locked(scope, mailing_id)
    if row.version != version:
        raise Stale(row)
    row.version += 1
    _arrange(scope, row, wish, now)
    row.save(update_fields=["name", "rhythm", "weekday", "hour", "file_kind", "due_at", "version"])
    _address(row, wish)
    audit.record(scope, "reports.mailing_edited", row, persons=len(set(wish.persons)))
    return row


@action(Ability.MAIL_LISTS)
def pause_mailing(scope: Scope, *, mailing_id: UUID) -> Mailing:
    """Send an own mailing no more until it is taken up again; raises `NotFound`."""
    row = _locked(scope, mailing_id)
    row.due_at, row.version = None, row.version + 1
    row.save(update_fields=["due_at", "version"])
    audit.record(scope, "reports.mailing_paused", row)
    return row


@action(Ability.MAIL_LISTS)
def remove_mailing(scope: Scope, *, mailing_id: UUID) -> None:
    """Remove an own mailing with the list of its mails; the audit log keeps what was sent. Raises `NotFound`."""
    row = _locked(scope, mailing_id)
    audit.record(scope, "reports.mailing_removed", row, name=row.name)
    row.delete()


@action(Ability.RUN_MAILINGS)
def begin_mailing(scope: Scope, *, mailing_id: UUID, now: datetime) -> bool:
    """Hand a mailing whose time has come to the worker, and say when the next one is due: times that were missed are made up for once.

    Returns False when there is nothing to do.
    """
    row = Mailing.objects.select_for_update().filter(pk=mailing_id, due_at__lte=now).first()
    if row is None or row.due_at is None:
        audit.record(scope, "reports.mailing_not_due")
        return False
    due_at = row.due_at
    row.due_at = _due(scope, row, now)
    row.save(update_fields=["due_at"])
    start("reports.send_mails", lock=f"mailing-{row.pk}", mailing_id=str(row.pk), due_at=due_at.isoformat())
    audit.record(scope, "reports.mailing_begun", row, due_at=due_at.isoformat())
    return True


@action(Ability.RUN_MAILINGS)
def note_delivery(
    scope: Scope, *, mailing_id: UUID, due_at: datetime, person_id: UUID, now: datetime,
    fault: MailFault | None = None, rows: int = 0, contacts: int = 0,
) -> Delivery:  # fmt: skip
    """Note that somebody was sent a mail with so many rows, or why not; its owner is told of a failure."""
    mailing = Mailing.objects.get(pk=mailing_id)
    row = Delivery.objects.create(
        mailing=mailing, person_id=person_id, due_at=due_at, sent_at=None if fault else now, rows=rows, contacts=contacts,
        fault=fault or "",
    )  # fmt: skip
    if fault:
        notify(
            scope, person_id=mailing.person_id, code="reports.mail_failed", facts={"name": mailing.name},
            url=f"/reports/mailings/{mailing.pk}/", dedupe_key=f"mail-failed:{mailing.pk}:{due_at.isoformat()}", now=now,
        )  # fmt: skip
    audit.record(
        scope, "reports.mailed", mailing, person=str(person_id), kind=mailing.kind, filters=mailing.filters, rows=rows,
        contacts=contacts, fault=fault or "",
    )  # fmt: skip
    return row


def _locked(scope: Scope, mailing_id: UUID) -> Mailing:
    row = Mailing.objects.select_for_update().filter(pk=mailing_id, person=scope.own_id).first()
    if row is None:
        raise NotFound
    return row


def _arrange(scope: Scope, row: Mailing, wish: MailingWish, now: datetime) -> None:
    name = " ".join(wish.name.split())[:80]
    if not name:
        raise Invalid(name=_("A mailing needs a name."))
    if not HOUR.fullmatch(wish.hour):
        raise Invalid(hour=_("Write the time of day as 08:30."))
    if not 0 <= wish.weekday <= 6:
        raise Invalid(weekday=_("Choose a day of the week."))
    if not 1 <= len(set(wish.persons)) <= MOST_RECIPIENTS:
        raise Invalid(persons=_("Choose between 1 and 30 people."))
    if Mailing.objects.filter(person=row.person_id, name=name).exclude(pk=row.pk).exists():
        raise Refused(MailRefusal.NAME_TAKEN)
    offered = {person_id for person_id, _name in possible_recipients(scope, kind=row.kind, now=now)}
    if set(wish.persons) - offered:
        raise Refused(MailRefusal.RECIPIENT_OUT_OF_REACH)
    row.name, row.rhythm, row.hour, row.file_kind = name, wish.rhythm, wish.hour, wish.file_kind
    row.weekday = wish.weekday if wish.rhythm is Rhythm.WEEKLY else 0
    row.due_at = _due(scope, row, now)


def _address(row: Mailing, wish: MailingWish) -> None:
    Recipient.objects.filter(mailing=row).exclude(person__in=wish.persons).delete()
    wanted = [Recipient(mailing=row, person_id=person_id) for person_id in dict.fromkeys(wish.persons)]
    Recipient.objects.bulk_create(wanted, ignore_conflicts=True)


def _due(scope: Scope, row: Mailing, now: datetime) -> datetime:
    return next_due(scope, rhythm=Rhythm(row.rhythm), weekday=row.weekday, hour=row.hour, zone=row.zone, now=now)
