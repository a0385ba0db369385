"""Which companies a person could visit: what is held, with what speaks for a visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.customers import queries as customers_queries
from tiejun.customers.queries.closing import named_backups
from tiejun.leads import queries as leads_queries
from tiejun.visits.models import Visit
from tiejun.visits.rules.planning import Candidate
from tiejun.visits.rules.vocabulary import RECORDED

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope


def candidates_for(scope: Scope, person_id: UUID) -> list[Candidate]:
    """Return a person's held companies as candidates of a plan, each with its dates and coordinates."""
    held = {row.company_id: row for row in leads_queries.held_companies(scope, person_id)}
    briefs = customers_queries.briefs(scope, held)
    backups = named_backups(scope, [one for one, brief in briefs.items() if brief.closing_class == "A"])
    steps = dict(
        Visit.objects.filter(company__in=held, person=person_id, state__in=RECORDED)
        .order_by("company_id", "-started_at")
        .distinct("company_id")
        .values_list("company_id", "next_step_at")
    )
    return [
        Candidate(
            company_id=company_id,
            closing_class=briefs[company_id].closing_class,
            due_at=None if row.is_protected or row.is_leased else row.due_at,
            next_step_at=steps.get(company_id, row.next_step_at),
            last_contact_at=briefs[company_id].last_visit_at or row.last_qualifying_at,
            latitude=briefs[company_id].latitude,
            longitude=briefs[company_id].longitude,
            backup_id=backups.get(company_id),
        )
        for company_id, row in held.items()
    ]
