"""The desk of customers for life: what is to be handed over, who is at risk, what ends soon, who complains."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.foundation import keyset
from tiejun.foundation.times import local_date
from tiejun.org import queries as org
from tiejun.success.models import Complaint, CustomerHandover, CustomerLife, HealthSignal
from tiejun.success.queries.trials import LifePage, running_count
from tiejun.success.rules.life import FoundSignal, Signal, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.reach import ScopedQuerySet
    from tiejun.access.scope import Scope

PAGE_SIZE = 50
WHICH = ("hand_over", "at_risk", "renew", "trials", "complaints", "all")


@dataclass(frozen=True, slots=True)
class LifeRow:
    """A customer in a list: its life, its reasons, who holds it."""

    life: CustomerLife
    signals: tuple[FoundSignal, ...]
    holder: str


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A hand-over in a list; `is_mine`: the asker is the one to act next."""

    handover: CustomerHandover
    holder: str
    is_late: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint in a list."""

    complaint: Complaint
    is_late: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How much waits in each list."""

    hand_over: int
    at_risk: int
    renew: int
    trials: int
    complaints: int
    all: int


def desk_counts(scope: Scope, *, now: datetime) -> DeskCounts:
    """Return how many rows each list of the desk has within reach."""
    scope.require(Ability.VIEW_LIVES)
    lives = _lives(scope)
    return DeskCounts(
        hand_over=_open_handovers(scope).count(),
        at_risk=lives.filter(_at_risk()).count(),
        renew=lives.filter(_to_renew(scope, now)).count(),
        trials=running_count(scope),
        complaints=_open_complaints(scope).count(),
        all=lives.count(),
    )


def lives_page(
    scope: Scope, *, which: str, now: datetime, cursor: str | None = None, size: int = PAGE_SIZE
) -> LifePage:
    """Return customers within reach; `which`: at_risk (lowest score first), renew (next end first) or all (lowest score first)."""
    scope.require(Ability.VIEW_LIVES)
    chosen = {"at_risk": _at_risk(), "renew": _to_renew(scope, now)}.get(which, Q())
    order = ["ends_on", "id"] if which == "renew" else ["score", "id"]
    rows = _lives(scope).filter(chosen).select_related("company").defer("company__search_grams")
    found = keyset.page(rows, order=order, cursor=cursor, size=size)
    signals = signals_of(scope, found.rows)
    names = org.names_of(scope, [row.company.owner_id for row in found.rows])
    return LifePage(
        [LifeRow(row, signals[row.pk], _name(names, row.company.owner_id)) for row in found.rows],
        found.next_cursor,
        found.previous_cursor,
    )


def signals_of(scope: Scope, lives: Iterable[CustomerLife]) -> dict[UUID, tuple[FoundSignal, ...]]:  # noqa: ARG001 -- of lives that a query of the asker gave
    """Return the reasons of some customers' scores by life, the costliest first; one query."""
    wanted = [row.pk for row in lives]
    found: dict[UUID, list[FoundSignal]] = defaultdict(list)
    rows = HealthSignal.objects.filter(life__in=wanted).values_list("life_id", "kind", "points", "measure")
    for life_id, kind, points, measure in rows:
        found[life_id].append(FoundSignal(Signal(kind), points, measure))
    places = list(Signal)
    return {key: tuple(sorted(found[key], key=lambda one: (-one.points, places.index(one.kind)))) for key in wanted}


def handovers_page(scope: Scope, *, now: datetime, cursor: str | None = None, size: int = PAGE_SIZE) -> LifePage:
    """Return the hand-overs within reach that are not received yet, the most pressing first."""
    scope.require(Ability.VIEW_LIVES)
    rows = _open_handovers(scope).select_related("company", "receiver").defer("company__search_grams")
    found = keyset.page(rows, order=["due_at", "id"], cursor=cursor, size=size)
    names = org.names_of(scope, [row.company.owner_id for row in found.rows])
    shown = [
        HandoverRow(
            row, _name(names, row.company.owner_id), row.is_late(now),
            _is_mine(scope, row),
        )
        for row in found.rows
    ]  # fmt: skip
    return LifePage(shown, found.next_cursor, found.previous_cursor)


def _is_mine(scope: Scope, row: CustomerHandover) -> bool:
    if row.handed_at is not None:
        return row.receiver_id == scope.person_id
    return row.company.owner_id == scope.person_id


def complaints_page(
    scope: Scope, *, today: date, which: str = "open", cursor: str | None = None, size: int = PAGE_SIZE
) -> LifePage:
    """Return complaints within reach; `which`: open (next due first) or closed (by due day)."""
    scope.require(Ability.VIEW_LIVES)
    rows = _complaints(scope).filter(answered_at__isnull=which == "open")
    shown = rows.select_related("company", "owner").defer("company__search_grams")
    found = keyset.page(shown, order=["due_on", "id"], cursor=cursor, size=size)
    lines = [
        ComplaintRow(row, row.answered_at is None and row.due_on < today, row.owner_id == scope.person_id)
        for row in found.rows
    ]
    return LifePage(lines, found.next_cursor, found.previous_cursor)


@dataclass(frozen=True, slots=True)
class CareDuty:
    """What the asker owes a customer: a hand-over (HAND_OVER) or the answer to a complaint (COMPLAINT), due by `at`."""

    kind: str
    company_id: UUID
    company: str
    at: date
    is_late: bool


def own_care(scope: Scope, *, now: datetime, limit: int) -> list[CareDuty]:
    """Return what the asker owes customers, the next due first: at most `limit` of each kind, in two queries."""
    if not scope.can(Ability.VIEW_LIVES):
        return []
    today = local_date(now, scope.zone)
    handovers = CustomerHandover.objects.filter(
        company__owner=scope.own_id, handed_at=None, received_at=None, is_over=False
    ).order_by("due_at", "pk")
    complaints = Complaint.objects.filter(owner=scope.own_id, answered_at=None).order_by("due_on", "pk")
    found = [
        CareDuty("HAND_OVER", company_id, name, local_date(due_at, scope.zone), due_at < now)
        for company_id, name, due_at in handovers.values_list("company_id", "company__name", "due_at")[:limit]
    ]
    found += [
        CareDuty("COMPLAINT", company_id, name, due_on, due_on < today)
        for company_id, name, due_on in complaints.values_list("company_id", "company__name", "due_on")[:limit]
    ]
    return sorted(found, key=lambda duty: (duty.at, duty.company))


def _lives(scope: Scope) -> ScopedQuerySet[CustomerLife]:
    return CustomerLife.objects.within(scope, Ability.VIEW_LIVES).filter(company__merged_into=None)


def _at_risk() -> Q:
    return Q(standing=Standing.AT_RISK.value)


def _to_renew(scope: Scope, now: datetime) -> Q:
    return Q(renew_on__lte=local_date(now, scope.zone))


def _open_handovers(scope: Scope) -> ScopedQuerySet[CustomerHandover]:
    return CustomerHandover.objects.within(scope, Ability.VIEW_LIVES).filter(received_at=None, is_over=False)


def _complaints(scope: Scope) -> ScopedQuerySet[Complaint]:
    """Complaints that somebody owns within reach, and those of customers that somebody holds within reach."""
    held = CustomerLife.objects.within(scope, Ability.VIEW_LIVES).values("company_id")
    own = Complaint.objects.within(scope, Ability.VIEW_LIVES)
    return Complaint.objects.filter(Q(pk__in=own.values("pk")) | Q(company__in=held))


def _open_complaints(scope: Scope) -> ScopedQuerySet[Complaint]:
    return _complaints(scope).filter(answered_at=None)


def _name(names: dict[UUID, str], person_id: UUID | None) -> str:
    return names.get(person_id, "") if person_id else ""
