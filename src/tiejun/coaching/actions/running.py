"""What the clock and other modules' events do to accompanied visits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.coaching.actions._calling_off import call_off
from tiejun.coaching.actions._lifting import close_followed_up, lift_checks
from tiejun.coaching.models import ApplicationCheck, CoachingPlan, ImprovementPoint
from tiejun.coaching.queries import people
from tiejun.coaching.rules import OPEN_POINTS, SEALED_STATES, CheckState, PlanState, PointState
from tiejun.foundation import audit

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

NOT_BEGUN = "NOT_BEGUN"
LEFT = "LEFT"


@action(Ability.RUN_COACHING)
def close_day(scope: Scope, *, unit_id: UUID, day: date, now: datetime) -> dict[str, int]:
    """Close a group's day after the hard lock: plans that never began are called off, unanswered checks are marked, done plans closed.

    A second time finds nothing to do. Returns counts.
    """
    policy = people.policy_of(scope, unit_id, now)
    plans = CoachingPlan.objects.select_for_update(of=("self",)).filter(
        unit=unit_id, business_day__lte=day, state__in=SEALED_STATES
    )
    called_off = list(plans)
    for row in called_off:
        call_off(row, NOT_BEGUN, policy, now)
    missed = ApplicationCheck.objects.filter(unit=unit_id, due_on__lte=day, state=CheckState.DUE)
    count = missed.update(state=CheckState.MISSED)
    done = CoachingPlan.objects.filter(unit=unit_id, state=PlanState.SUMMARISED).values_list("pk", flat=True)
    closed = close_followed_up(list(done))
    audit.record(scope, "coaching.day_closed", day=day, called_off=len(called_off), missed=count, closed=closed)
    return {"called_off": len(called_off), "missed": count, "closed": closed}


@action(Ability.RUN_COACHING)
def release_person(scope: Scope, *, person_id: UUID, now: datetime) -> int:
    """End what is planned with somebody who left, or by them: plans that have not begun, and a leaver's own points and checks.

    Days in the field keep their record; whoever leads now may summarise those of a coach who left. Returns how many plans ended.
    """
    mine = CoachingPlan.objects.select_for_update(of=("self",)).filter(state__in=SEALED_STATES)
    rows = [*mine.filter(person=person_id), *mine.filter(coach=person_id)]
    for row in rows:
        call_off(row, LEFT, people.policy_of(scope, row.unit_id, now), now)
    points = ImprovementPoint.objects.filter(person=person_id, state__in=OPEN_POINTS)
    keys = list(points.values_list("pk", flat=True))
    points.update(state=PointState.DROPPED, closed_at=now, close_reason=LEFT)
    lift_checks(keys)
    done = CoachingPlan.objects.filter(person=person_id, state=PlanState.SUMMARISED).values_list("pk", flat=True)
    close_followed_up(list(done))
    audit.record(scope, "coaching.person_released", plans=len(rows), points=len(keys))
    return len(rows)
