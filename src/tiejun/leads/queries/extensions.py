from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.leads.models import ExtensionRequest, FollowUp
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

Status = ExtensionRequest.Status
SHOWN_DECIDED_DAYS, MOST_DECIDED = 14, 50


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    """A request on the desk, with what the one who decides asks: the clock, the contacts so far, the reason."""

    request: ExtensionRequest
    company: str
    person: str
    due_at: datetime | None
    no_deal_due_at: datetime | None
    last_qualifying_at: datetime | None
    contacts: int
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class ExtensionDesk:
    """Requests that wait, the nearest deadline first, and those decided in the last two weeks."""

    waiting: list[ExtensionLine]
    decided: list[ExtensionLine]


def extension_desk(scope: Scope, now: datetime) -> ExtensionDesk:
    """Return the requests within reach of DECIDE_EXTENSION; one whose holding has ended waits for nobody."""
    scope.require(Ability.DECIDE_EXTENSION)
    rows = ExtensionRequest.objects.within(scope, Ability.DECIDE_EXTENSION).select_related("tenure__lead__company")
    rows = rows.defer("tenure__lead__company__search_grams")
    waiting = list(rows.filter(status=Status.OPEN, tenure__ended_at=None).order_by("tenure__due_at", "pk"))
    recent = rows.exclude(status=Status.OPEN).filter(decided_at__gte=now - timedelta(days=SHOWN_DECIDED_DAYS))
    decided = list(recent.order_by("-decided_at", "-pk")[:MOST_DECIDED])
    return ExtensionDesk(_lines(scope, waiting), _lines(scope, decided))


def waiting_extensions(scope: Scope) -> int:
    """Return how many requests wait for the asker; zero for who decides none."""
    if not scope.can(Ability.DECIDE_EXTENSION):
        return 0
    rows = ExtensionRequest.objects.within(scope, Ability.DECIDE_EXTENSION)
    return rows.filter(status=Status.OPEN, tenure__ended_at=None).count()


def requests_of_tenure(scope: Scope, tenure_id: UUID) -> list[ExtensionRequest]:  # noqa: ARG001 -- asked about a holding within reach
    """Return the requests made for a holding, the latest first."""
    return list(ExtensionRequest.objects.filter(tenure=tenure_id).order_by("-asked_at", "-pk"))


def request_in_reach(scope: Scope, request_id: UUID) -> ExtensionRequest | None:
    """Return a request that the asker made or may decide, None for others."""
    row = ExtensionRequest.objects.filter(pk=request_id).select_related("tenure__lead__company").first()
    if row is None or scope.is_system or row.person_id == scope.person_id:
        return row
    may = scope.covers(Ability.DECIDE_EXTENSION, owner_id=row.person_id, unit_id=row.unit_id)
    return row if may else None


def _lines(scope: Scope, rows: list[ExtensionRequest]) -> list[ExtensionLine]:
    names = org.names_of(scope, [pk for row in rows for pk in (row.person_id, row.decided_by_id) if pk])
    contacts: dict[UUID, int] = {}
    for tenure_id in FollowUp.objects.filter(tenure__in=[row.tenure_id for row in rows]).values_list(
        "tenure", flat=True
    ):
        contacts[tenure_id] = contacts.get(tenure_id, 0) + 1
    return [
        ExtensionLine(
            request=row,
            company=row.tenure.lead.company.name,
            person=names.get(row.person_id, ""),
            due_at=row.tenure.due_at,
            no_deal_due_at=row.tenure.no_deal_due_at,
            last_qualifying_at=row.tenure.last_qualifying_at,
            contacts=contacts.get(row.tenure_id, 0),
            decided_by=names.get(row.decided_by_id, "") if row.decided_by_id else "",
        )
        for row in rows
    ]
