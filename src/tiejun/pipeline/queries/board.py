"""What the team's day shows of the pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.pipeline.models import UNDECIDED, Opportunity

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """An open opportunity at a company of class A: what is to be signed next."""

    opportunity_id: UUID
    company_id: UUID
    company_name: str
    person_id: UUID
    amount_minor: int
    currency: str
    close_on: date


def class_a_opportunities(scope: Scope, person_ids: Iterable[UUID]) -> list[ClosingLine]:
    """Return the open opportunities of persons at their class A companies within reach, the largest first."""
    rows = Opportunity.objects.within(scope, Ability.VIEW_PIPELINE).filter(
        owner__in=list(person_ids), stage__in=UNDECIDED, company__closing_class="A"
    )
    found = rows.order_by("-amount_minor", "close_on", "pk").values_list(
        "pk", "company_id", "company__name", "owner_id", "amount_minor", "currency", "close_on"
    )
    return [ClosingLine(*row) for row in found]
