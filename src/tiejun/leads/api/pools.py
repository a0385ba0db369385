from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ninja import Router

from tiejun.foundation.schemas import PROBLEMS
from tiejun.leads.api.schemas import PoolOut, SeatOut
from tiejun.leads.queries import lists, pools

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()


@router.get("/pools", response={200: list[PoolOut], **PROBLEMS})
def list_pools(request: TiejunRequest) -> Any:
    """List the pools that the asker may look into."""
    return pools.visible_pools(request.scope)


@router.get("/pools/seat", response={200: SeatOut, **PROBLEMS})
def seat(request: TiejunRequest) -> Any:
    """Read the asker's place at the pools; 403 for who cannot claim."""
    return lists.own_seat(request.scope, request.now)
