"""What the report of a day says of accompanied visits: what was done that day, and what is planned for the next."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.coaching.models import (
    ApplicationCheck,
    CoachingPlan,
    CoachingSummary,
    CoachingVisit,
    PlanPoint,
    PointRating,
)
from tiejun.coaching.queries import people
from tiejun.coaching.rules import DONE_STATES, SEALED_STATES, CheckState, PlanState
from tiejun.foundation.worktime import next_workday_of
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

LIFTED = CheckState.LIFTED


def day_of_coaching(scope: Scope, unit_id: UUID, day: date, now: datetime) -> dict[str, Any]:  # noqa: ARG001 -- as each part of the report is asked
    """Return what was accompanied, said and checked in a group on a day, as far as it has begun, as plain JSON values."""
    rows = CoachingPlan.objects.within(scope, Ability.VIEW_COACHING).filter(
        unit=unit_id, business_day=day, revealed_at__isnull=False
    )
    plans = list(rows.exclude(state=PlanState.CANCELLED).order_by("revealed_at", "pk"))
    checks = list(
        ApplicationCheck.objects.within(scope, Ability.VIEW_COACHING)
        .filter(unit=unit_id, due_on=day, point__visible_from__lte=scope.at)
        .exclude(state=LIFTED)
        .select_related("point")
        .order_by("person__name_initials", "point__opened_at")
    )
    names = org.names_of(
        scope, {*(one.person_id for one in plans), *(one.coach_id for one in plans), *(one.person_id for one in checks)}
    )
    return {
        "days": _days(plans, names),
        "checks": [
            {"name": names.get(one.person_id, ""), "point": one.point.title, "state": one.state, "note": one.note}
            for one in checks
        ],
    }


def _days(plans: Sequence[CoachingPlan], names: dict[UUID, str]) -> list[dict[str, Any]]:
    points = list(PlanPoint.objects.filter(plan__in=plans).select_related("point").order_by("plan", "position"))
    talks = Counter(CoachingVisit.objects.filter(plan__in=plans).values_list("plan_id", flat=True))
    ratings: dict[tuple[UUID, UUID], list[int]] = {}
    given = PointRating.objects.filter(talk__plan__in=plans).order_by("talk__given_at", "pk")
    for plan_id, point_id, rating in given.values_list("talk__plan_id", "point_id", "rating"):
        ratings.setdefault((plan_id, point_id), []).append(rating)
    sent = dict(CoachingSummary.objects.filter(plan__in=plans).values_list("plan_id", "is_late"))
    return [
        {
            "plan_id": str(plan.pk),
            "name": names.get(plan.person_id, ""),
            "coach": names.get(plan.coach_id, ""),
            "talks": talks[plan.pk],
            "summary": "" if plan.state not in DONE_STATES else "LATE" if sent.get(plan.pk) else "SENT",
            "points": [
                {"title": one.point.title, "ratings": ratings.get((plan.pk, one.point_id), [])}
                for one in points
                if one.plan_id == plan.pk
            ],
        }
        for plan in plans
    ]


def coaching_ahead(scope: Scope, unit_id: UUID, day: date, now: datetime) -> dict[str, Any]:
    """Return what is planned for the next working day in a group, as far as it is not sealed from the asker (COA-04, COA-05)."""
    following = next_workday_of(day, people.policy_of(scope, unit_id, now).calendar)
    rows = CoachingPlan.objects.within(scope, Ability.VIEW_COACHING).filter(
        unit=unit_id, business_day=following, state__in=SEALED_STATES
    )
    plans = list(rows.order_by("planned_at"))
    names = org.names_of(scope, {key for plan in plans for key in (plan.person_id, plan.coach_id)})
    points = list(PlanPoint.objects.filter(plan__in=plans).select_related("point").order_by("plan", "position"))
    return {
        "plans": [
            {
                "plan_id": str(plan.pk),
                "name": names.get(plan.person_id, ""),
                "coach": names.get(plan.coach_id, ""),
                "day": following.isoformat(),
                "purpose": plan.purpose,
                "strengths": plan.strengths,
                "weaknesses": plan.weaknesses,
                "itinerary": plan.itinerary,
                "points": [one.point.title for one in points if one.plan_id == plan.pk],
            }
            for plan in plans
        ]
    }
