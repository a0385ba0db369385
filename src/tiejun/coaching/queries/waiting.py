"""What waits for somebody: summaries that are owed, feedback without its visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.coaching.models import CoachingPlan, CoachingVisit, PlanPoint
from tiejun.coaching.rules import PlanState
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class OwedSummary:
    """A day in the field without its summary, and who is to write it."""

    plan_id: UUID
    name: str
    owed_by: UUID


def summaries_owed(scope: Scope, *, unit_id: UUID, day: date, now: datetime) -> list[OwedSummary]:  # noqa: ARG001 -- asked by the business clock
    """Return the days in the field up to a day without a summary; where the coach has left, who leads the unit owes it."""
    rows = list(
        CoachingPlan.objects.filter(unit=unit_id, business_day__lte=day, state=PlanState.IN_FIELD).order_by("pk")
    )
    names = org.names_of(scope, [row.person_id for row in rows])
    leader = org.leader_of(scope, unit_id, on=day) if rows else None
    owed = []
    for row in rows:
        writer = leader if org.is_gone(scope, row.coach_id, on=day) else row.coach_id
        if writer is not None and writer != row.person_id:
            owed.append(OwedSummary(row.pk, names[row.person_id], writer))
    return owed


def primary_title(scope: Scope, plan_id: UUID) -> str:  # noqa: ARG001 -- asked by a job for its own event
    """Return the name of a plan's first point."""
    return PlanPoint.objects.filter(plan=plan_id, is_primary=True).values_list("point__title", flat=True).get()


def feedback_waits(scope: Scope, *, person_id: UUID, company_id: UUID) -> bool:  # noqa: ARG001 -- asked by a job for its own event
    """Tell whether feedback at a customer waits for its visit."""
    return CoachingVisit.objects.filter(plan__person=person_id, company=company_id, visit=None).exists()
