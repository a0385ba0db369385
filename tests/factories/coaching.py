"""Accompanied days for tests: a plan of the supervisor with the representative, revealed, talked through, summarised."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.factories.org import scope_for
from tests.factories.visits import DAY, Field, local, make_visit
from tiejun.coaching.actions import field as field_actions
from tiejun.coaching.actions import plans
from tiejun.coaching.models import PlanPoint
from tiejun.coaching.rules import Phase, Purpose, Rating, Skill, Subject
from tiejun.coaching.rules.plans import Feedback, NewPoint, PlanWords

if TYPE_CHECKING:
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.coaching.models import CoachingPlan, CoachingSummary, CoachingVisit
    from tiejun.org.models import Person

ASK = NewPoint(
    None, Skill.PITCH, "One open question first", "Customers talk, then listen", "Two questions before the demo"
)
CLOSE = NewPoint(None, Skill.CLOSE, "Ask for the order", "Half of the visits end without it")
TOMORROW = DAY + timedelta(days=1)


def coach_at(rep: Field, at: datetime) -> Scope:
    """Return the supervisor's scope at a moment."""
    return scope_for(rep.supervisor, at)


def words(*points: NewPoint, **changes: str) -> PlanWords:
    """Return the words of a plan with these points."""
    given = {"strengths": "Warm with gatekeepers", "weaknesses": "Talks too much"} | changes
    return PlanWords(Purpose.SKILL, Subject.EXPERIENCED, points=tuple(points or (ASK,)), **given)


def make_plan(
    rep: Field,
    *points: NewPoint,
    person: Person | None = None,
    day: date = TOMORROW,
    at: datetime | None = None,
    version: int = 0,
    **changes: str,
) -> CoachingPlan:
    """Let the supervisor plan an accompanied visit with the representative on the evening before."""
    at = at or local("17:50", day - timedelta(days=1))
    return plans.save_plan(
        coach_at(rep, at),
        person_id=(person or rep.person).pk,
        day=day,
        version=version,
        words=words(*points, **changes),
        now=at,
    )


def begin(rep: Field, plan: CoachingPlan, at: datetime | None = None) -> CoachingPlan:
    """Reveal a plan on its day."""
    at = at or local("09:30", plan.business_day)
    return field_actions.reveal(coach_at(rep, at), plan_id=plan.pk, told_at=at, now=at)


def talk(
    rep: Field,
    plan: CoachingPlan,
    *,
    clock: str = "10:10",
    name: str = "",
    phase: Phase = Phase.I_DO,
    rating: Rating = Rating.TRIED,
    strength: str = "Listened well",
) -> CoachingVisit:
    """Let a visit end and give feedback on the primary point ten minutes later."""
    company = rep.held_company(name)
    end = local(clock, plan.business_day)
    make_visit(rep, company=company, at=end)
    at = end + timedelta(minutes=10)
    point_id = PlanPoint.objects.get(plan=plan, is_primary=True).point_id
    return field_actions.give_feedback(
        coach_at(rep, at),
        plan_id=plan.pk,
        company_id=company.pk,
        given=Feedback(phase, {point_id: rating}, strength, "Wait for the answer", encouraged=True),
        told_at=at,
        now=at,
    )


def summarise(rep: Field, plan: CoachingPlan, at: datetime | None = None, why_few: str = "") -> CoachingSummary:
    """Send the summary of the day."""
    at = at or local("18:00", plan.business_day)
    return field_actions.send_summary(
        coach_at(rep, at), plan_id=plan.pk, text="Well begun.", next_step="Ask first", why_few=why_few, now=at
    )


def make_day(rep: Field, *points: NewPoint, day: date = TOMORROW) -> CoachingPlan:
    """Live a whole accompanied day: planned, revealed, two visits, summarised."""
    plan = begin(rep, make_plan(rep, *points, day=day))
    talk(rep, plan, clock="10:10")
    talk(rep, plan, clock="11:20", phase=Phase.YOU_DO, rating=Rating.DONE)
    summarise(rep, plan)
    plan.refresh_from_db()
    return plan
