"""Buildings: where they stand, by id and by what people type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.foundation.refusals import NotFound
from tiejun.org.models import Building

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tiejun.access.scope import Scope


def building_of(scope: Scope, building_id: UUID) -> Building:  # noqa: ARG001 -- buildings are no secret
    """Return a building; raises `NotFound`."""
    row = Building.objects.filter(pk=building_id).first()
    if row is None:
        raise NotFound
    return row


def buildings_of(scope: Scope, building_ids: Iterable[UUID]) -> dict[UUID, Building]:  # noqa: ARG001 -- buildings are no secret
    """Return buildings by id."""
    return {row.pk: row for row in Building.objects.filter(pk__in=set(building_ids))}


def find_buildings(scope: Scope, text: str, *, limit: int = 20) -> list[Building]:  # noqa: ARG001 -- buildings are no secret
    """Return buildings whose name or address holds a text, by name; the first ones for an empty text."""
    wanted = Q(name__icontains=text) | Q(address__icontains=text) if text else Q()
    return list(Building.objects.filter(wanted).order_by("name", "pk")[:limit])
