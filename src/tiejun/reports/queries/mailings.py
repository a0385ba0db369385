"""One's own mailings, who may get them, and what each of them gets."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tiejun.access.abilities import Ability
from tiejun.exchange.queries.sheets import Look, mark_of, sheet_of, write_file
from tiejun.exchange.rules.exports import FileKind
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import at_local, local_date
from tiejun.foundation.worktime import calendar_of, known
from tiejun.lists.rules import KINDS
from tiejun.org.queries.reach import colleagues_who_may
from tiejun.reports.models import Delivery, Mailing, Recipient
from tiejun.reports.rules.mailing import MailFault, due_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.reports.rules.mailing import Rhythm

SHOWN_DELIVERIES = 60


@dataclass(frozen=True, slots=True)
class MailingLine:
    """A mailing with the name of its list, who gets it, and how the last ones went."""

    row: Mailing
    list_name: str
    names: list[str]
    last: list[Delivery]

    @property
    def faults(self) -> int:
        """How many of the last time did not arrive."""
        newest = self.last[0].due_at if self.last else None
        return sum(1 for one in self.last if one.due_at == newest and one.fault)


def own_mailings(scope: Scope) -> list[MailingLine]:
    """Return the asker's mailings by name: three queries."""
    scope.require(Ability.MAIL_LISTS)
    rows = list(Mailing.objects.filter(person=scope.own_id).order_by("name", "pk"))
    return _lines(rows)


def own_mailing(scope: Scope, mailing_id: UUID) -> MailingLine:
    """Return one of the asker's mailings; raises `NotFound`."""
    scope.require(Ability.MAIL_LISTS)
    return _lines([_own(scope, mailing_id)])[0]


def recipient_ids(scope: Scope, mailing_id: UUID) -> list[UUID]:
    """Return who gets one of the asker's mailings; raises `NotFound`."""
    scope.require(Ability.MAIL_LISTS)
    return list(Recipient.objects.filter(mailing=_own(scope, mailing_id)).values_list("person", flat=True))


def _own(scope: Scope, mailing_id: UUID) -> Mailing:
    row = Mailing.objects.filter(pk=mailing_id, person=scope.own_id).first()
    if row is None:
        raise NotFound
    return row


def _lines(rows: Sequence[Mailing]) -> list[MailingLine]:
    names: dict[UUID, list[str]] = {}
    for mailing_id, name in Recipient.objects.filter(mailing__in=rows).values_list("mailing", "person__name"):
        names.setdefault(mailing_id, []).append(name)
    last: dict[UUID, list[Delivery]] = {}
    for found in Delivery.objects.filter(mailing__in=rows).select_related("person").order_by("-due_at", "-pk"):
        kept = last.setdefault(found.mailing_id, [])
        if len(kept) < SHOWN_DELIVERIES:
            kept.append(found)
    return [
        MailingLine(row, str(KINDS[row.kind].name), sorted(names.get(row.pk, [])), last.get(row.pk, [])) for row in rows
    ]


def possible_recipients(scope: Scope, *, kind: str, now: datetime) -> list[tuple[UUID, str]]:
    """Return who may get a list by mail: oneself, and who is within reach and may take the list out themselves, by name."""
    scope.require(Ability.MAIL_LISTS)
    return colleagues_who_may(scope, (Ability.EXPORT_TABLES, Ability(KINDS[kind].ability)), now=now)


def due_mailings(scope: Scope, *, now: datetime) -> list[UUID]:
    """Return the mailings whose time has come, the longest due first."""
    scope.require(Ability.RUN_MAILINGS)
    return list(Mailing.objects.filter(due_at__lte=now).order_by("due_at", "pk").values_list("pk", flat=True)[:500])


def next_due(scope: Scope, *, rhythm: Rhythm, weekday: int, hour: str, zone: str, now: datetime) -> datetime:
    """Return when something is due next after `now`, on the working days of who is asked for and the clock of a zone."""
    calendar = calendar_of(policies.book(now), scope.unit_chain)
    day = local_date(now, zone)
    while True:
        first = day
        due = known(lambda days_known: due_on(rhythm, weekday, first, days_known), calendar)  # noqa: B023
        moment = at_local(due, hour, zone)
        if moment > now:
            return moment
        day = due + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to go to whom: the mailing, and the persons of one due time who have not been dealt with."""

    row: Mailing
    persons: list[UUID]


def letter_of(scope: Scope, mailing_id: UUID, due_at: datetime) -> Letter | None:
    """Return what is left to send of a mailing's due time; None when it was removed meanwhile."""
    scope.require(Ability.RUN_MAILINGS)
    row = Mailing.objects.filter(pk=mailing_id).first()
    if row is None:
        return None
    dealt = Delivery.objects.filter(mailing=row, due_at=due_at).values("person")
    left = Recipient.objects.filter(mailing=row).exclude(person__in=dealt).order_by("pk")
    return Letter(row, list(left.values_list("person", flat=True)))


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file for one person, and what is in it."""

    name: str
    content: bytes
    rows: int
    contacts: int


def parcel_for(scope: Scope, mailing: Mailing, *, now: datetime) -> Parcel | MailFault:
    """Make the file that the scope's person gets, within their own reach; or tell why they get none.

    Raises `NotFound` and `PermissionRefused` for who may not open the list.
    """
    sheet = sheet_of(scope, mailing.kind, mailing.filters)
    most = policies.book(now).integer("reports.mail_max_rows", scope.unit_chain)
    rows = sheet.whole(most + 1)
    if len(rows) > most:
        return MailFault.TOO_LONG
    name = f"{mailing.name} {now.astimezone(ZoneInfo(mailing.zone)):%Y-%m-%d}"
    with tempfile.TemporaryFile(prefix="tiejun-mail-") as target:
        look = Look(FileKind(mailing.file_kind), name, mark_of(scope, sheet, rows=len(rows), now=now))
        written = write_file(scope, target, header=sheet.header, contact=sheet.contact, batches=[rows], look=look)
        target.seek(0)
        return Parcel(f"{name}.{mailing.file_kind}", target.read(), written.rows, written.contacts)
