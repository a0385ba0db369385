from __future__ import annotations

from typing import Any

from ninja import Router

from tiejun.access.abilities import Ability
from tiejun.foundation.web import TiejunRequest
from tiejun.marketing.queries import sources as queries

router = Router()


@router.get("/lead-sources", response=list[dict[str, str]])
def list_sources(request: TiejunRequest) -> Any:
    """List where leads come from, for who sees leads."""
    request.scope.require(Ability.VIEW_LEADS)
    return [
        {"id": str(row.pk), "code": row.code, "name": row.name, "name_en": row.name_en}
        for row in queries.sources(request.scope)
    ]
