"""Pools: where leads wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, NotFound, Stale
from tiejun.leads.models import Pool

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.MANAGE_POOLS)
def open_pool(scope: Scope, *, name: str, unit_id: UUID | None = None, is_claimable: bool = True) -> Pool:
    """Open a pool for a unit and what is below it, or for everybody; raises `Invalid` for a name that is taken or empty."""
    pool = Pool.objects.create(name=_free_name(name), unit_id=unit_id, is_claimable=is_claimable)
    audit.record(scope, "leads.pool_opened", pool, unit=unit_id, is_claimable=is_claimable)
    return pool


@action(Ability.MANAGE_POOLS)
def edit_pool(scope: Scope, *, pool_id: UUID, version: int, name: str, is_claimable: bool) -> Pool:
    """Rename a pool or change whether its leads may be claimed; raises `NotFound`, `Stale`, `Invalid`."""
    pool = Pool.objects.select_for_update().filter(pk=pool_id).first()
    if pool is None:
        raise NotFound
    if pool.version != version:
        raise Stale(pool)
    pool.name, pool.is_claimable, pool.version = _free_name(name, but=pool_id), is_claimable, version + 1
    pool.save(update_fields=["name", "is_claimable", "version"])
    audit.record(scope, "leads.pool_edited", pool, is_claimable=is_claimable)
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


def _free_name(name: str, *, but: UUID | None = None) -> str:
    cleaned = " ".join(name.split())[:80]
    if not cleaned:
        raise Invalid(name=_("A pool needs a name."))
    others = Pool.objects.filter(name=cleaned)
    if (others.exclude(pk=but) if but else others).exists():
        raise Invalid(name=_("Another pool has this name."))
    return cleaned
