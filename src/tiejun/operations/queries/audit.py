"""Reading the audit log: the whole for those who oversee, one's own trail for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.foundation import audit, keyset
from tiejun.foundation.models import AuditEntry
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import at_local
from tiejun.operations.models import AuditCheck
from tiejun.org.queries import names_of

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries to list; empty values do not filter. `day` is a calendar day in the reader's zone."""

    person_id: UUID | None = None
    event: str = ""
    target_id: UUID | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry in the reader's words; `facts` are name and value."""

    seq: int
    at: datetime
    who: str
    person_id: UUID | None
    event: str
    name: str
    target_kind: str
    target_id: UUID | None
    facts: list[tuple[str, Any]]
    reason: str
    origin: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of entries, the newest first."""

    lines: list[AuditLine]
    next_cursor: str | None
    previous_cursor: str | None


def entries_page(scope: Scope, wanted: AuditFilter, *, cursor: str | None = None, size: int = 50) -> AuditPage:
    """Return entries of the whole log, the newest first."""
    scope.require(Ability.VIEW_AUDIT)
    return _page(scope, _condition(wanted, scope.zone), cursor, size)


def own_trail(scope: Scope, wanted: AuditFilter, *, cursor: str | None = None, size: int = 50) -> AuditPage:
    """Return what the asker did, what was done in their name and what was done to them, the newest first."""
    scope.require(Ability.VIEW_OWN_AUDIT)
    own = Q(person_id=scope.own_id) | Q(on_behalf_of=scope.own_id) | Q(target_id=scope.own_id)
    return _page(scope, _condition(wanted, scope.zone) & own, cursor, size)


def _condition(wanted: AuditFilter, zone: str) -> Q:
    condition = Q()
    if wanted.person_id:
        condition &= Q(person_id=wanted.person_id)
    if wanted.event:
        condition &= Q(event=wanted.event)
    if wanted.target_id:
        condition &= Q(target_id=wanted.target_id)
    if wanted.day:
        condition &= Q(
            at__gte=at_local(wanted.day, "00:00", zone), at__lt=at_local(wanted.day + timedelta(days=1), "00:00", zone)
        )
    return condition


def _page(scope: Scope, condition: Q, cursor: str | None, size: int) -> AuditPage:
    page = keyset.page(AuditEntry.objects.filter(condition), order=["-seq"], cursor=cursor, size=size)
    names = names_of(scope, [row.person_id for row in page.rows])
    lines = [
        AuditLine(
            seq=row.seq,
            at=row.at,
            who=names.get(row.person_id, row.actor) if row.person_id else row.actor,
            person_id=row.person_id,
            event=row.event,
            name=audit.words_of(row.event),
            target_kind=row.target_kind,
            target_id=row.target_id,
            facts=sorted(row.facts.items()),
            reason=row.reason,
            origin=row.origin,
        )
        for row in page.rows
    ]
    return AuditPage(lines, page.next_cursor, page.previous_cursor)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check of the chain; `status`: ASKED, HOLDS, BROKEN."""

    id: UUID
    asked_at: datetime
    finished_at: datetime | None
    status: str
    entries: int
    head_hash: str
    faults: list[dict[str, Any]]


def last_check(scope: Scope, check_id: UUID | None = None) -> CheckLine | None:
    """Return a check, the newest without an id; None when none was ever asked for; raises `NotFound` for a strange id."""
    scope.require(Ability.VIEW_AUDIT)
    rows = AuditCheck.objects.order_by("-asked_at", "-pk")
    row = rows.filter(pk=check_id).first() if check_id else rows.first()
    if row is None:
        if check_id:
            raise NotFound
        return None
    return CheckLine(
        row.pk, row.asked_at, row.finished_at, str(row.status), row.entries, row.head_hash, list(row.faults)
    )


def head(scope: Scope) -> tuple[int, str]:
    """Return the head of the chain: the number of entries and the hash that stands for all of them."""
    scope.require(Ability.VIEW_AUDIT)
    return audit.head()


def event_choices(scope: Scope) -> list[tuple[str, str]]:
    """Return the events with words, for the filter, by their words."""
    scope.require(Ability.VIEW_OWN_AUDIT)
    return sorted(((code, audit.words_of(code)) for code in audit.events()), key=lambda pair: pair[1])
