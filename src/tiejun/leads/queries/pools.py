from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from tiejun.access.abilities import Ability
from tiejun.engines.districts.divisions import districts_in
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.statements import asked
from tiejun.foundation.times import local_date
from tiejun.leads.models import Lead, Pool, PoolMember
from tiejun.leads.queries.holding import in_my_pools
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope


def open_pools(scope: Scope) -> list[Pool]:
    """Return the open pools that the asker may fill: everybody's, those of units above, those below, and those that list her."""
    return list(_open(scope).order_by("name"))


def _open(scope: Scope) -> QuerySet[Pool]:
    return Pool.objects.filter(_open_to(scope), closed_at=None)


def _open_to(scope: Scope) -> Q:
    if scope.is_system or scope.can(Ability.MANAGE_POOLS):
        return Q(pk__isnull=False)  # and not an empty one, which an "or" would drop
    below = frozenset().union(*(grant.unit_ids for grant in scope.grants))
    return in_my_pools(scope) | Q(unit__in=sorted(below), is_listed_only=False)


def leads_of_batch(scope: Scope, batch_id: UUID) -> list[tuple[UUID, UUID, str]]:
    """Return the leads of an import with the ids and names of their companies."""
    scope.require(Ability.IMPORT_LEADS)
    return list(Lead.objects.filter(batch_id=batch_id).order_by("pk").values_list("pk", "company_id", "company__name"))


def visible_pools(scope: Scope) -> list[Pool]:
    """Return the pools that the asker may look into: everybody's, those of units above, and those below."""
    scope.require(Ability.VIEW_POOL)
    return open_pools(scope)


def visible_pool_ids(scope: Scope) -> list[UUID]:
    """Return the ids of the pools that the asker may look into, in no order."""
    if not scope.can(Ability.VIEW_POOL):
        return []
    given: dict[str, Any] = {
        "all": scope.is_system or scope.can(Ability.MANAGE_POOLS),
        "above": list(scope.unit_chain),
        "below": sorted(frozenset().union(*(grant.unit_ids for grant in scope.grants))),
        "person": scope.person_id,
    }
    return [pool_id for (pool_id,) in asked(_VISIBLE, given)]


# The filter of `_open` by hand: every list of a pool asks it, and composing it costs more than the answer.
_VISIBLE = """
    SELECT p.id FROM leads_pool p WHERE p.closed_at IS NULL AND (
        %(all)s
        OR NOT p.is_listed_only
            AND (p.unit_id IS NULL OR p.unit_id = ANY(%(above)s::uuid[]) OR p.unit_id = ANY(%(below)s::uuid[]))
        OR EXISTS (
            SELECT FROM leads_poolmember m
            WHERE m.pool_id = p.id AND (m.person_id = %(person)s::uuid OR m.unit_id = ANY(%(above)s::uuid[]))
        )
    )
"""


# -- administration ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class PoolLine:
    """A pool on the page of pools: whose it is, what waits in it, who is let in besides its unit."""

    pool: Pool
    unit: str
    waiting: int
    resting: int
    members: int
    administrators: list[str]
    may_administer: bool


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member of a pool: a unit or a person."""

    member: PoolMember
    name: str


@dataclass(frozen=True, slots=True)
class PoolDetail:
    """One pool with its members; `choices` are (value, name) of who may be added."""

    pool: Pool
    unit: str
    districts: list[str]
    members: list[MemberLine]
    may_manage: bool
    may_administer: bool


def pool_to_administer(scope: Scope, pool_id: UUID) -> Pool:
    """Return a pool that the asker may look into or administers; else `NotFound`."""
    scope.require(Ability.ADMINISTER_POOL)
    mine = PoolMember.objects.filter(person=scope.person_id, person__isnull=False, is_administrator=True)
    wanted = _open_to(scope) | Q(pk__in=mine.values("pool"))
    pool = Pool.objects.filter(wanted, pk=pool_id).select_related("unit", "segment", "product_line").first()
    if pool is None:
        raise NotFound
    return pool


def administers(scope: Scope, pool: Pool) -> bool:
    """Tell whether the asker may change who is let into a pool."""
    if scope.can(Ability.MANAGE_POOLS):
        return True
    return PoolMember.objects.filter(pool=pool, person=scope.person_id, is_administrator=True).exists()


def pool_lines(scope: Scope) -> list[PoolLine]:
    """Return the open pools that the asker may look into, with what waits in each; five queries."""
    scope.require(Ability.ADMINISTER_POOL)
    pools = list(Pool.objects.filter(_open_to(scope), closed_at=None).select_related("unit").order_by("name"))
    counts = (
        Lead.objects.filter(pool__in=pools, owner=None)
        .values("pool")
        .annotate(
            waiting=Count("pk", filter=Q(status=Lead.Status.POOLED)),
            resting=Count("pk", filter=Q(status=Lead.Status.RESTING)),
        )
    )
    found = {row["pool"]: (row["waiting"], row["resting"]) for row in counts}
    members = list(PoolMember.objects.filter(pool__in=pools).order_by("added_at"))
    names = org.names_of(scope, [row.person_id for row in members if row.person_id])
    lines = []
    for pool in pools:
        own = [row for row in members if row.pool_id == pool.pk]
        chiefs = [row for row in own if row.is_administrator]
        waiting, resting = found.get(pool.pk, (0, 0))
        lines.append(
            PoolLine(
                pool=pool,
                unit=pool.unit.name if pool.unit else "",
                waiting=waiting,
                resting=resting,
                members=len(own),
                administrators=[names.get(row.person_id, "") for row in chiefs if row.person_id],
                may_administer=scope.can(Ability.MANAGE_POOLS)
                or any(row.person_id == scope.person_id for row in chiefs),
            )
        )
    return lines


def pool_detail(scope: Scope, pool_id: UUID) -> PoolDetail:
    """Return one pool with its members; raises `NotFound`."""
    pool = pool_to_administer(scope, pool_id)
    members = list(
        PoolMember.objects.filter(pool=pool).select_related("unit").order_by("-is_administrator", "added_at")
    )
    names = org.names_of(scope, [row.person_id for row in members if row.person_id])
    city = pool.districts[0][:4] + "00" if pool.districts else ""
    known = {found.code: found.name for found in districts_in(city)} if city else {}
    return PoolDetail(
        pool=pool,
        unit=pool.unit.name if pool.unit else "",
        districts=[known.get(code, code) for code in pool.districts],
        members=[
            MemberLine(row, row.unit.name if row.unit else names.get(row.person_id, "") if row.person_id else "")
            for row in members
        ],
        may_manage=scope.can(Ability.MANAGE_POOLS),
        may_administer=administers(scope, pool),
    )


def possible_members(scope: Scope, now: datetime) -> list[tuple[str, str]]:
    """Return the units and persons that may be let into a pool, as ("unit:id" or "person:id", name)."""
    scope.require(Ability.ADMINISTER_POOL)
    units = [(f"unit:{unit.pk}", unit.name) for unit in org.all_units(scope)]
    on = local_date(now, scope.zone)
    people = org.members_in_reach(scope, Ability.ADMINISTER_POOL, on=on)
    return units + [(f"person:{row.person_id}", f"{row.name} · {row.unit_name}") for row in people]
