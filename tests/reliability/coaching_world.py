"""An accompanied day of each place, begun and summarised, with a point, a check and what else has an id."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tests.factories.org import make_person
from tiejun.access.roles import Role
from tiejun.coaching.models import (
    ApplicationCheck,
    CoachingPlan,
    CoachingSummary,
    ImprovementPoint,
    PlanPoint,
    SpotCheck,
)
from tiejun.org.models import Unit

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.org.models import Person


def accompanied(person: Person, unit: Unit, now: datetime, *, ended: bool = False) -> dict[str, Any]:
    """Make an accompanied day of yesterday by somebody from far above; `ended`: its point was given up."""
    coach = make_person(role=Role.REP, unit=Unit.objects.get(parent=None))
    day, begun = timezone.localdate(now) - timedelta(days=1), now - timedelta(days=1)
    point = ImprovementPoint.objects.create(
        person=person, unit=unit, skill="PITCH", title="x", why="y", opened_by=coach, opened_at=begun, visible_from=begun,
        state="DROPPED" if ended else "PRACTISING", closed_at=now if ended else None, close_reason="x" if ended else "",
    )  # fmt: skip
    plan = CoachingPlan.objects.create(
        person=person, unit=unit, coach=coach, business_day=day, purpose="SKILL", subject="NEW", strengths="x",
        weaknesses="y", planned_at=begun, state="CLOSED" if ended else "SUMMARISED", revealed_at=begun, visible_from=begun,
        progress={"signed": 1, "said": 2, "asked": 1},
    )  # fmt: skip
    PlanPoint.objects.create(plan=plan, point=point, position=1, is_primary=True, is_new=True)
    CoachingSummary.objects.create(plan=plan, text="x", written_by=coach, sent_at=begun, is_late=False)
    check = ApplicationCheck.objects.create(
        point=point,
        plan=plan,
        person=person,
        unit=unit,
        due_on=timezone.localdate(now),
        state="LIFTED" if ended else "DUE",
    )
    spot = SpotCheck.objects.create(plan=plan, side="REP", person=person, unit=unit, drawn_at=now)
    return {
        "plan_id": plan.pk,
        "point_id": point.pk,
        "application_check_id": check.pk,
        "spot_check_id": spot.pk,
    }
