"""What somebody at a door may know of a company before going in: free, in the pool, mine, or held by a colleague."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers.queries.identity import companies_known_as
from tiejun.leads.models import Lead
from tiejun.leads.queries import OPEN_LEAD

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from tiejun.access.scope import Scope


class Standing(StrEnum):
    """How a company stands to the asker."""

    UNKNOWN = "UNKNOWN"
    FREE = "FREE"
    IN_POOL = "IN_POOL"
    YOURS = "YOURS"
    HELD_BY_COLLEAGUE = "HELD_BY_COLLEAGUE"


@dataclass(frozen=True, slots=True)
class DoorNotice:
    """The answer at the door: no name of the holder, no number, nothing of the company but its id, to record the visit on."""

    standing: Standing
    company_id: UUID | None = None


# Of several companies that a name may mean, the one whose state binds the asker most is told.
_WEIGHT = (Standing.HELD_BY_COLLEAGUE, Standing.YOURS, Standing.IN_POOL, Standing.FREE)


def standing_at_door(scope: Scope, *, credit_code: str = "", name: str = "", city_code: str = "") -> DoorNotice:
    """Tell whether the company of a credit code, or of a name in any spelling, may be canvassed (domain 11.17).

    For whoever records visits; `city_code` is where the asker stands, empty where unknown.
    """
    scope.require(Ability.RECORD_VISIT)
    companies = companies_known_as(scope, credit_code=credit_code, name=name, city_code=city_code)
    holders = dict(Lead.objects.filter(OPEN_LEAD, company__in=companies).values_list("company", "owner"))
    found = [DoorNotice(_standing(scope, pk, holders), pk) for pk in companies]
    return min(found, key=lambda notice: _WEIGHT.index(notice.standing), default=DoorNotice(Standing.UNKNOWN))


def _standing(scope: Scope, company_id: UUID, holders: Mapping[UUID, UUID | None]) -> Standing:
    if company_id not in holders:
        return Standing.FREE
    holder = holders[company_id]
    if holder is None:
        return Standing.IN_POOL
    return Standing.YOURS if holder == scope.person_id else Standing.HELD_BY_COLLEAGUE
