"""When what the registry says of companies was changed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Max

from tiejun.access.abilities import Ability
from tiejun.foundation.models import AuditEntry

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

REGISTRY = ("industry", "registered_on", "capital_minor", "capital_currency")


def registry_edits(scope: Scope, company_ids: Collection[UUID], *, since: datetime) -> dict[UUID, datetime]:
    """Return when industry, date of registration or capital of companies was last changed by hand, where it was."""
    scope.require(Ability.RUN_ALLOTMENT)
    rows = AuditEntry.objects.filter(
        event="customers.company_edited", at__gte=since, facts__fields__has_any_keys=list(REGISTRY)
    )
    latest = rows.order_by().values_list("target_id").annotate(latest=Max("at"))
    return {target_id: at for target_id, at in latest if target_id in company_ids}
