from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count

from tiejun.customers.models import Company

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from tiejun.access.scope import Scope


def companies_in_buildings(scope: Scope, building_ids: Collection[UUID]) -> dict[UUID, int]:  # noqa: ARG001 -- a number, of buildings that the asker keeps
    """Return how many companies are known in each of these buildings."""
    rows = Company.objects.filter(building__in=list(building_ids), merged_into=None).values("building")
    return dict(rows.annotate(n=Count("pk")).values_list("building", "n"))
