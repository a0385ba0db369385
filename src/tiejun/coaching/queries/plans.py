"""One accompanied day: its plan, what was said at each visit, its summary, its checks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.coaching.models import (
    ApplicationCheck,
    CoachingPlan,
    CoachingSummary,
    CoachingVisit,
    ImprovementPoint,
    PlanPoint,
    PointRating,
)
from tiejun.coaching.queries import people
from tiejun.coaching.queries.progress import progress_of, skills_of_member
from tiejun.coaching.rules import DONE_STATES, OPEN_POINTS, SEALED_STATES, Phase, PlanState, Rating
from tiejun.coaching.rules.checks import application
from tiejun.coaching.rules.plans import subject_of, why_not_day
from tiejun.customers import queries as customers
from tiejun.forecast.queries.evening import review_sheet
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import next_workday_of
from tiejun.org import queries as org
from tiejun.visits.queries.field_days import plans_on, visits_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from typing import Any
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.coaching.queries.progress import SkillView
    from tiejun.coaching.rules import Refusal, Subject
    from tiejun.coaching.rules.checks import Application
    from tiejun.org.queries import TeamMember


@dataclass(frozen=True, slots=True)
class PointLine:
    """A point of a plan with how it was seen, visit by visit, and how often it is used since."""

    point: ImprovementPoint
    position: int
    is_new: bool
    ratings: list[Rating]
    application: Application

    @property
    def is_primary(self) -> bool:
        return self.position == 1

    @property
    def first(self) -> Rating | None:
        return self.ratings[0] if self.ratings else None

    @property
    def last(self) -> Rating | None:
        return self.ratings[-1] if self.ratings else None


@dataclass(frozen=True, slots=True)
class TalkLine:
    """What was said after one visit; `ratings` by the points' names in the plan's order, `given` by their ids."""

    talk: CoachingVisit
    company: str
    ratings: list[tuple[str, Rating]]
    given: dict[UUID, Rating]


@dataclass(frozen=True, slots=True)
class StopChoice:
    """A customer of the day: `is_visited` as far as we know, `is_rated` when feedback was given already."""

    company_id: UUID
    name: str
    is_visited: bool
    is_rated: bool


@dataclass(frozen=True, slots=True)
class PlanView:
    """One accompanied day as the asker may see it; `may_*`: what the asker may do next."""

    plan: CoachingPlan
    name: str
    coach: str
    points: list[PointLine]
    talks: list[TalkLine]
    summary: CoachingSummary | None
    writer: str
    is_own: bool
    is_coach: bool
    may_summarise: bool
    is_today: bool
    summary_due: datetime

    @property
    def primary(self) -> PointLine:
        return self.points[0]

    @property
    def may_change(self) -> bool:
        return self.is_coach and self.plan.state in SEALED_STATES

    @property
    def may_reveal(self) -> bool:
        return self.may_change and self.is_today

    @property
    def may_talk(self) -> bool:
        return self.is_coach and self.plan.state == PlanState.IN_FIELD

    @property
    def primary_visits(self) -> int:
        """At how many customers the primary point was watched."""
        point_id = self.primary.point.pk
        return len({line.talk.company_id for line in self.talks if point_id in line.given})


def plan_in_reach(scope: Scope, plan_id: UUID, ability: Ability = Ability.VIEW_COACHING) -> CoachingPlan:
    """Return a plan within reach that is not sealed from the asker; raises `NotFound`."""
    scope.require(ability)
    row = CoachingPlan.objects.within(scope, ability).filter(pk=plan_id).first()
    if row is None:
        raise NotFound
    return row


def plan_view(scope: Scope, plan_id: UUID, *, ability: Ability = Ability.VIEW_COACHING, now: datetime) -> PlanView:
    """Return one accompanied day within reach that is not sealed from the asker; raises `NotFound`."""
    return view_of(scope, plan_in_reach(scope, plan_id, ability), now=now)


def view_of(scope: Scope, plan: CoachingPlan, *, now: datetime) -> PlanView:
    """Return an accompanied day that the asker was given, with everything that belongs to it."""
    summary = CoachingSummary.objects.filter(plan=plan).first()
    names = org.names_of(scope, [plan.person_id, plan.coach_id, summary.written_by_id if summary else None])
    points, talks = _points_and_talks(scope, plan)
    is_coach = plan.coach_id == scope.person_id and scope.can(Ability.COACH)
    leads = scope.covers(Ability.COACH, owner_id=None, unit_id=plan.unit_id)
    return PlanView(
        plan=plan,
        name=names.get(plan.person_id, ""),
        coach=names.get(plan.coach_id, ""),
        points=points,
        talks=talks,
        summary=summary if plan.state in DONE_STATES else None,
        writer=names.get(summary.written_by_id, "") if summary else "",
        is_own=plan.person_id == scope.person_id,
        is_coach=is_coach,
        may_summarise=plan.state == PlanState.IN_FIELD and leads and people.may_summarise(scope, plan, now),
        is_today=plan.business_day == business_day(now, scope.zone),
        summary_due=people.policy_of(scope, plan.unit_id, now).summary_due(plan.business_day),
    )


def _points_and_talks(scope: Scope, plan: CoachingPlan) -> tuple[list[PointLine], list[TalkLine]]:
    rows = list(PlanPoint.objects.filter(plan=plan).select_related("point").order_by("position"))
    talks = list(CoachingVisit.objects.filter(plan=plan).order_by("given_at", "pk"))
    ratings: dict[UUID, dict[UUID, Rating]] = defaultdict(dict)
    for talk_id, point_id, rating in PointRating.objects.filter(talk__in=talks).values_list(
        "talk_id", "point_id", "rating"
    ):
        ratings[talk_id][point_id] = Rating(rating)
    briefs = customers.briefs(scope, {talk.company_id for talk in talks})
    seen: dict[UUID, list[Rating]] = defaultdict(list)
    lines = []
    for talk in talks:
        given = ratings[talk.pk]
        for point_id, rating in given.items():
            seen[point_id].append(rating)
        shown = [(row.point.title, given[row.point_id]) for row in rows if row.point_id in given]
        lines.append(TalkLine(talk, briefs[talk.company_id].name, shown, given))
    used = applications(scope, [row.point_id for row in rows])
    points = [PointLine(row.point, row.position, row.is_new, seen[row.point_id], used[row.point_id]) for row in rows]
    return points, lines


def applications(scope: Scope, point_ids: Sequence[UUID]) -> dict[UUID, Application]:  # noqa: ARG001 -- points that the asker was given
    """Return how often each of these points was used by its checks, in one query."""
    counts: dict[UUID, dict[str, int]] = {one: defaultdict(int) for one in point_ids}
    for point_id, state in ApplicationCheck.objects.filter(point__in=point_ids).values_list("point_id", "state"):
        counts[point_id][state] += 1
    return {one: application(found) for one, found in counts.items()}


def stops_of(scope: Scope, plan: CoachingPlan, *, now: datetime) -> list[StopChoice]:
    """Return the customers of an accompanied day: visited ones first in their order, then what is still planned."""
    visits = visits_on(scope, [plan.person_id], plan.business_day, now=now).get(plan.person_id, [])
    route = plans_on(scope, [plan.person_id], [plan.business_day]).get((plan.person_id, plan.business_day))
    visited = dict.fromkeys(visit.company_id for visit in visits)
    planned = [stop.company_id for stop in route.stops] if route else []
    rated = set(CoachingVisit.objects.filter(plan=plan).values_list("company_id", flat=True))
    order = [*visited, *(one for one in dict.fromkeys(planned) if one not in visited)]
    briefs = customers.briefs(scope, order)
    return [StopChoice(one, briefs[one].name, one in visited, one in rated) for one in order if one in briefs]


def phases_gone(scope: Scope, plan: CoachingPlan) -> list[Phase]:  # noqa: ARG001 -- a plan that the asker was given
    """Return the phases that a day went through already."""
    gone = set(CoachingVisit.objects.filter(plan=plan).values_list("phase", flat=True))
    return [phase for phase in Phase if phase in gone]


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """Everything beside the form of a plan: the month, the visits, open points, the evening's itinerary, one's own plan so far."""

    member: TeamMember
    day: date
    plan: CoachingPlan | None
    points: list[PlanPoint]
    open_points: list[ImprovementPoint]
    progress: dict[str, Any]
    skills: SkillView
    subject: Subject
    itinerary: str
    refusal: Refusal | None
    most_points: int


def plan_sheet(scope: Scope, person_id: UUID, day: date, *, now: datetime) -> PlanSheet:
    """Return what stands beside the form of a plan for a person within reach; raises `NotFound`, for oneself as well."""
    scope.require(Ability.COACH)
    today = business_day(now, scope.zone)
    member = people.member_in_reach(scope, person_id, today, Ability.COACH)
    if member.person_id == scope.person_id:
        raise NotFound
    policy = people.policy_of(scope, member.unit_id, now)
    mine = CoachingPlan.objects.within(scope, Ability.COACH).filter(coach=scope.person_id, person=person_id)
    plan = mine.filter(business_day=day).exclude(state=PlanState.CANCELLED).first()
    known = ImprovementPoint.objects.within(scope, Ability.COACH).filter(person=person_id, state__in=OPEN_POINTS)
    return PlanSheet(
        member=member,
        day=day,
        plan=plan,
        points=list(PlanPoint.objects.filter(plan=plan).select_related("point").order_by("position")) if plan else [],
        open_points=list(known.filter(visible_from__isnull=False).order_by("opened_at")),
        progress=progress_of(scope, member, now=now),
        skills=skills_of_member(scope, member, today),
        subject=subject_of(member.first_field_on, day),
        itinerary=plan.itinerary if plan and plan.itinerary else said_itinerary(scope, person_id, now=now),
        refusal=why_not_day(people.day_facts(scope, member, day, policy, now)),
        most_points=policy.number("max_points"),
    )


def day_to_plan(scope: Scope, person_id: UUID, *, now: datetime) -> date:
    """Return the day that a new plan for a person is made for: the next working day, as in the proposal; raises `NotFound`."""
    scope.require(Ability.COACH)
    today = business_day(now, scope.zone)
    member = people.member_in_reach(scope, person_id, today, Ability.COACH)
    return next_workday_of(today, people.policy_of(scope, member.unit_id, now).calendar)


def said_itinerary(scope: Scope, person_id: UUID, *, now: datetime) -> str:
    """Return the itinerary that the person named in this evening's or the last evening's review, else nothing."""
    if not scope.can(Ability.VIEW_REPORTS):
        return ""
    sheet = review_sheet(scope, person_id, now=now)
    talks = [row for row in (sheet.review, *sheet.earlier) if row is not None and row.itinerary]
    return talks[0].itinerary if talks else ""
