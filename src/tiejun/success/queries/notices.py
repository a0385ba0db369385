"""Facts and readers of the notices about customers, for the jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.foundation.times import local_date
from tiejun.org import queries as org
from tiejun.success.models import CustomerHandover, CustomerLife
from tiejun.success.rules.life import Standing

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


def handover_facts(scope: Scope, row: CustomerHandover) -> dict[str, Any]:
    """Return the words of notices about a hand-over; its company was read with it."""
    return {
        "company": row.company.name,
        "number": row.number,
        "due": local_date(row.due_at, scope.zone).isoformat(),
    }


def company_fact(scope: Scope, company_id: UUID) -> dict[str, Any]:
    """Return a company's name for the words of a notice."""
    return {"company": customers.company_in_reach(scope, company_id, Ability.VIEW_LIVES).name}


def name_fact(scope: Scope, person_id: UUID) -> dict[str, Any]:
    """Return a person's name for the words of a notice."""
    return {"name": org.names_of(scope, [person_id]).get(person_id, "")}


@dataclass(frozen=True, slots=True)
class LifeNews:
    """What a unit's people are to know of a customer: at risk, or a contract that ends; `key`: told once."""

    company_id: UUID
    holder_id: UUID | None
    code: str
    facts: dict[str, Any]
    key: str


def news_of_unit(scope: Scope, unit_id: UUID, *, today: date) -> list[LifeNews]:
    """Return who of a unit's customers is at risk and whose contract is to be renewed by now."""
    scope.require(Ability.RUN_LIVES)
    wanted = Q(standing=Standing.AT_RISK.value) | Q(renew_on__lte=today)
    rows = CustomerLife.objects.filter(wanted, company__unit=unit_id, company__merged_into=None)
    found = []
    for row in rows.select_related("company").defer("company__search_grams").order_by("pk"):
        facts: dict[str, Any] = {"company": row.company.name}
        if row.standing == Standing.AT_RISK.value:
            key = f"success.at_risk:{row.pk}:{row.standing_at.isoformat()}"
            found.append(
                LifeNews(row.company_id, row.company.owner_id, "success.at_risk", facts | {"score": row.score}, key)
            )
        if row.renew_on is not None and row.ends_on is not None and row.renew_on <= today:
            key = f"success.renewal_due:{row.pk}:{row.ends_on}"
            ends = facts | {"ends_on": row.ends_on.isoformat()}
            found.append(LifeNews(row.company_id, row.company.owner_id, "success.renewal_due", ends, key))
    return found
