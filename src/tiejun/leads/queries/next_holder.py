"""Who should hold a lead next: the colleagues within reach, what they hold and won, and the best one for each lead."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q

from tiejun.access.abilities import Ability
from tiejun.foundation import policies
from tiejun.foundation.statements import asked
from tiejun.foundation.times import local_date
from tiejun.leads import rules
from tiejun.leads.models import Lead, LeadTenure, Pool, PoolMember
from tiejun.leads.rules.next_holder import Colleague, Place, Weights, cell_of, proposed
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.foundation.policies import PolicyBook
    from tiejun.leads.rules.next_holder import Choice
    from tiejun.org.queries import TeamMember

# One statement with two lists: a night asks it hundreds of times, each time for hundreds of leads.
_KEPT_AWAY = """
    SELECT lead_id, person_id FROM leads_leadtenure WHERE lead_id = ANY(%(leads)s) AND person_id = ANY(%(persons)s)
    UNION
    SELECT lead_id, person_id FROM leads_cooldown
    WHERE lead_id = ANY(%(leads)s) AND person_id = ANY(%(persons)s) AND until > %(now)s
"""


def next_best(
    scope: Scope, leads: Sequence[Lead], now: datetime, excluding: Collection[UUID] = ()
) -> dict[UUID, UUID | None]:
    """Return for each lead the colleague who should hold it next, or None when nobody within reach can.

    `leads` come with their companies; `excluding`: persons who are not to be chosen; the present holder never is.
    """
    book = policies.book(now)
    among = colleagues(scope, now, excluding=excluding, book=book)
    chosen = choices(scope, [place_of(scope, lead) for lead in leads], among, now, weights_of(scope, book))
    return {lead.pk: chosen[lead.pk].person_id if lead.pk in chosen else None for lead in leads}


def weights_of(scope: Scope, book: PolicyBook) -> Weights:
    """Return what counts how much in the choice of the next holder."""
    return Weights(*book.integers("lead.next_holder_weights", scope.unit_chain))


def choices(
    scope: Scope,  # noqa: ARG001 -- the leads and colleagues were found within its reach
    places: Sequence[Place],
    among: Collection[Colleague],
    now: datetime,
    weights: Weights,
) -> dict[UUID, Choice]:
    """Return the choice for each lead, with score and reasons; what one is given counts against the room for the next."""
    kept_away = _kept_away([place.lead_id for place in places], [row.person_id for row in among], now)
    return proposed(places, among, weights, kept_away)


def place_of(scope: Scope, lead: Lead) -> Place:  # noqa: ARG001 -- of a lead that the caller found within reach
    """Return a lead, loaded with its company, as the choice sees it."""
    cell = cell_of(lead.company.latitude, lead.company.longitude)
    return Place(lead.pk, lead.pool_id, cell, lead.district_code, lead.company.industry)


def colleagues(
    scope: Scope, now: datetime, *, excluding: Collection[UUID] = (), book: PolicyBook | None = None
) -> list[Colleague]:
    """Return who may receive leads: representatives within reach of TRANSFER_LEAD (for a job: of its unit) who are not away."""
    book = book or policies.book(now)
    on = local_date(now, scope.zone)
    members = [
        row
        for row in org.members_in_reach(scope, Ability.TRANSFER_LEAD, on=on)
        if row.leave_part != "FULL" and row.person_id not in excluding
    ]
    if scope.is_system and scope.unit_chain:
        members = [row for row in members if row.unit_id == scope.unit_chain[0]]
    held = held_by(scope, [row.person_id for row in members])
    listed = _pools_that_list([row.person_id for row in members])
    found: dict[UUID, Colleague] = {}
    for unit_id in {row.unit_id for row in members}:
        chain = org.unit_chain(scope, unit_id)
        pools = _pools_of(chain)
        for row in members:
            if row.unit_id == unit_id:
                own = pools | listed.get(row.person_id, frozenset())
                found[row.person_id] = _colleague(row, held[row.person_id], own, _limits(book, chain), on)
    _add_what_they_hold(found)
    _add_what_they_won(found)
    return list(found.values())


def held_by(scope: Scope, person_ids: Iterable[UUID]) -> Counter[UUID]:  # noqa: ARG001 -- numbers of colleagues found before
    """Return how many private leads persons hold."""
    rows = LeadTenure.objects.filter(person__in=list(person_ids), ended_at=None, kind=LeadTenure.Kind.PRIVATE)
    return Counter(dict(rows.order_by().values("person").annotate(number=Count("pk")).values_list("person", "number")))


@dataclass(frozen=True, slots=True)
class _Limits:
    new_until: int
    senior_from: int
    caps: tuple[int, int, int]


def _limits(book: PolicyBook, chain: tuple[UUID, ...]) -> _Limits:
    new, normal, senior = (book.integer(f"lead.private_cap{suffix}", chain) for suffix in ("_new", "", "_senior"))
    days = [book.integer(f"lead.{key}", chain) for key in ("new_rep_days", "senior_after_days")]
    return _Limits(days[0], days[1], (new, normal, senior))


def _colleague(row: TeamMember, held: int, pools: frozenset[UUID], limits: _Limits, on: date) -> Colleague:
    days = (on - row.joined_on).days
    return Colleague(
        person_id=row.person_id,
        unit_id=row.unit_id,
        cap=rules.cap_of(days, new_until=limits.new_until, senior_from=limits.senior_from, caps=limits.caps),
        held=held,
        is_new=days < limits.new_until,
        pools=pools,
    )


def _pools_of(chain: tuple[UUID, ...]) -> frozenset[UUID]:
    near = Q(unit=None) | Q(unit__in=chain)
    listing = PoolMember.objects.filter(unit__in=chain).values("pool")
    pools = Pool.objects.filter(Q(is_listed_only=False) & near | Q(pk__in=listing), closed_at=None)
    return frozenset(pools.values_list("pk", flat=True))


def _pools_that_list(person_ids: list[UUID]) -> dict[UUID, frozenset[UUID]]:
    found: dict[UUID, set[UUID]] = defaultdict(set)
    rows = PoolMember.objects.filter(person__in=person_ids, pool__closed_at=None)
    for person_id, pool_id in rows.values_list("person", "pool"):
        if person_id is not None:
            found[person_id].add(pool_id)
    return {person_id: frozenset(pools) for person_id, pools in found.items()}


def _add_what_they_hold(found: dict[UUID, Colleague]) -> None:
    rows = LeadTenure.objects.filter(person__in=list(found), ended_at=None)
    columns = ("person", "lead__company__latitude", "lead__company__longitude", "lead__district_code")
    for person_id, latitude, longitude, district in rows.values_list(*columns):
        cell = cell_of(latitude, longitude)
        if cell is not None:
            found[person_id].holds_at(cell)
        if district:
            found[person_id].districts[district] += 1


def _add_what_they_won(found: dict[UUID, Colleague]) -> None:
    rows = LeadTenure.objects.filter(person__in=list(found), start_reason=LeadTenure.Start.CONVERTED)
    counted = rows.order_by().values("person", "lead__company__industry").annotate(number=Count("pk"))
    for person_id, industry, number in counted.values_list("person", "lead__company__industry", "number"):
        if industry:
            found[person_id].wins[industry] += number


def _kept_away(lead_ids: list[UUID], persons: list[UUID], now: datetime) -> dict[UUID, set[UUID]]:
    """A lead is kept away from its holder, from who held it before, and from who is cooling down."""
    kept_away: dict[UUID, set[UUID]] = defaultdict(set)
    for lead_id, person_id in asked(_KEPT_AWAY, {"leads": lead_ids, "persons": persons, "now": now}):
        kept_away[lead_id].add(person_id)
    return kept_away
