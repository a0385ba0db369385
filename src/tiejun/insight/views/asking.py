"""What the addresses of boards ask for, read in one way; what cannot be read is not found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.foundation.refusals import NotFound

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

MAIN = "CNY"


def asked_currency(request: TiejunRequest) -> str:
    """Return the code of the currency that is asked for, the main one where none is; raises `NotFound`."""
    currency = request.GET.get("currency", MAIN)
    if not re.fullmatch("[A-Z]{3}", currency):
        raise NotFound
    return currency


def asked_unit(request: TiejunRequest) -> UUID | None:
    """Return the id of the unit that is asked for, None for all that one reaches; raises `NotFound`."""
    try:
        return UUID(request.GET["unit"]) if request.GET.get("unit") else None
    except ValueError:
        raise NotFound from None
