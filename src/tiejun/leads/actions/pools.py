"""Pools: where leads wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.leads.models import Pool, PoolMember
from tiejun.leads.queries.pools import administers, pool_to_administer
from tiejun.leads.rules import PoolTerms, Refusal
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

TERMS = ("is_claimable", "is_listed_only", "districts", "segment", "product_line")


@action(Ability.MANAGE_POOLS)
def open_pool(
    scope: Scope,
    *,
    name: str,
    unit_id: UUID | None = None,
    is_claimable: bool = True,
    terms: PoolTerms | None = None,
) -> Pool:
    """Open a pool for a unit and what is below it, or for everybody; raises `Invalid` for a name that is taken or empty, and an unknown unit.

    `terms` carries everything else; `is_claimable` alone is the short form.
    """
    if unit_id is not None and unit_id not in {unit.pk for unit in org.all_units(scope)}:
        raise Invalid(unit=_("Choose a unit."))
    given = terms or PoolTerms(is_claimable=is_claimable)
    pool = Pool.objects.create(name=_free_name(name), unit_id=unit_id, **_columns(given))
    audit.record(scope, "leads.pool_opened", pool, unit=unit_id, is_claimable=given.is_claimable)
    return pool


@action(Ability.MANAGE_POOLS)
def edit_pool(scope: Scope, *, pool_id: UUID, version: int, name: str, terms: PoolTerms) -> Pool:
    """Rename a pool or change its terms; raises `NotFound`, `Stale`, `Invalid`."""
    pool = Pool.objects.select_for_update().filter(pk=pool_id).first()
    if pool is None:
        raise NotFound
    if pool.version != version:
        raise Stale(pool)
    pool.name, pool.version = _free_name(name, but=pool_id), version + 1
    for column, value in _columns(terms).items():
        setattr(pool, column, value)
    pool.save(update_fields=["name", "version", *TERMS])
    audit.record(scope, "leads.pool_edited", pool, is_claimable=terms.is_claimable, is_listed_only=terms.is_listed_only)
    return pool


@action(Ability.MANAGE_POOLS)
def close_pool(scope: Scope, *, pool_id: UUID, now: datetime) -> Pool:
    """Close a pool: nothing comes in any more; its leads stay visible. Raises `NotFound`."""
    pool = Pool.objects.select_for_update().filter(pk=pool_id).first()
    if pool is None:
        raise NotFound
    pool.closed_at = pool.closed_at or now
    pool.save(update_fields=["closed_at"])
    audit.record(scope, "leads.pool_closed", pool)
    return pool


@action(Ability.ADMINISTER_POOL)
def add_member(
    scope: Scope,
    *,
    pool_id: UUID,
    now: datetime,
    person_id: UUID | None = None,
    unit_id: UUID | None = None,
    is_administrator: bool = False,
) -> PoolMember:
    """Let a person, or a unit with what is below it, into a pool; or make a member its administrator.

    Raises `NotFound`, `Invalid` without exactly one of the two, `Refused` (NOT_ADMINISTRATOR): administrators add members,
    who manages pools adds administrators.
    """
    pool = pool_to_administer(scope, pool_id)
    if not administers(scope, pool) or (is_administrator and not scope.can(Ability.MANAGE_POOLS)):
        raise Refused(Refusal.NOT_ADMINISTRATOR)
    if (person_id is None) == (unit_id is None) or (is_administrator and person_id is None):
        raise Invalid(person=_("Choose a person or a unit."))
    if unit_id is not None and unit_id not in {unit.pk for unit in org.all_units(scope)}:
        raise NotFound
    if person_id is not None and not org.names_of(scope, [person_id]):
        raise NotFound
    Pool.objects.select_for_update().get(pk=pool_id)
    who: dict[str, Any] = {"person_id": person_id, "unit_id": unit_id}
    row, _made = PoolMember.objects.update_or_create(
        pool=pool,
        **who,
        defaults={"is_administrator": is_administrator},
        create_defaults={"is_administrator": is_administrator, "added_at": now},
    )
    audit.record(
        scope, "leads.pool_member_added", pool, person=person_id, unit=unit_id, is_administrator=is_administrator
    )
    return row


@action(Ability.ADMINISTER_POOL)
def remove_member(scope: Scope, *, member_id: UUID) -> Pool:
    """Take a member out of a pool; what it holds stays. Raises `NotFound`, `Refused` (NOT_ADMINISTRATOR)."""
    row = PoolMember.objects.select_related("pool").filter(pk=member_id).first()
    if row is None:
        raise NotFound
    pool = pool_to_administer(scope, row.pool_id)
    if not administers(scope, pool) or (row.is_administrator and not scope.can(Ability.MANAGE_POOLS)):
        raise Refused(Refusal.NOT_ADMINISTRATOR)
    PoolMember.objects.filter(pk=member_id).delete()
    audit.record(scope, "leads.pool_member_removed", pool, person=row.person_id, unit=row.unit_id)
    return pool


def _columns(terms: PoolTerms) -> dict[str, object]:
    return {
        "is_claimable": terms.is_claimable,
        "is_listed_only": terms.is_listed_only,
        "districts": list(terms.districts),
        "segment_id": terms.segment_id,
        "product_line_id": terms.product_line_id,
    }


def _free_name(name: str, *, but: UUID | None = None) -> str:
    cleaned = " ".join(name.split())[:80]
    if not cleaned:
        raise Invalid(name=_("A pool needs a name."))
    others = Pool.objects.filter(name=cleaned)
    if (others.exclude(pk=but) if but else others).exists():
        raise Invalid(name=_("Another pool has this name."))
    return cleaned
