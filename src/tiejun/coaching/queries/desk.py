"""The supervisor's desk of accompanied visits: today's, the coming ones, whom to accompany next and why, what waits."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.coaching.models import ApplicationCheck, CoachingPlan, PlanPoint
from tiejun.coaching.queries import people
from tiejun.coaching.queries.progress import asked_by_now, skills_of
from tiejun.coaching.rules import SEALED_STATES, CheckState, PlanState, PointState
from tiejun.coaching.rules.plans import DAYS_AHEAD, subject_of
from tiejun.coaching.rules.proposing import Candidate, proposals
from tiejun.engines.workdays.calendar import workdays_in
from tiejun.forecast.queries.figures import month_of
from tiejun.forecast.queries.months import month_form
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import known, next_workday_of
from tiejun.org import queries as org
from tiejun.visits.queries.history import frozen_days
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.coaching.queries.people import CoachingPolicy
    from tiejun.coaching.rules.proposing import Proposal
    from tiejun.forecast.queries.months import FormLine
    from tiejun.org.models import Unit

LOOK_BACK = timedelta(days=90)
SHOWN = 12
FEW_TIMES = 2  # found unused so often, a point has not arrived
BEGUN = (PlanState.IN_FIELD, PlanState.SUMMARISED, PlanState.CLOSED)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in a list, with the names of both."""

    plan: CoachingPlan
    name: str
    coach: str
    primary: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """A group's desk on a day. `coming`: plans not begun from today on; `waiting`: days without their summary."""

    unit: Unit
    units: list[Unit]
    today: date
    day: date
    next_day: date
    coming: list[PlanLine]
    waiting: list[PlanLine]
    done: list[PlanLine]
    proposals: list[Proposal]
    checks_due: int
    checks_missed: int

    @property
    def is_today(self) -> bool:
        return self.day == self.today


def groups_led(scope: Scope, ability: Ability) -> list[Unit]:
    """Return the open groups that the asker reaches with an ability beyond the own person, by path."""
    return [
        unit
        for unit in org.all_units(scope)
        if unit.kind == "GROUP" and scope.covers(ability, owner_id=None, unit_id=unit.pk)
    ]


def desk(scope: Scope, *, unit_id: UUID | None = None, day: date | None = None, now: datetime) -> Desk:
    """Return the desk of a group within reach, with the proposal for a day (the next working day without one).

    The number of queries does not depend on the number of people. Raises `NotFound`.
    """
    scope.require(Ability.COACH)
    units = groups_led(scope, Ability.COACH)
    unit = next((one for one in units if unit_id in (None, one.pk)), None)
    today = business_day(now, scope.zone)
    if unit is None:
        raise NotFound
    policy = people.policy_of(scope, unit.pk, now)
    following = next_workday_of(today, policy.calendar)
    day = day or following
    if not today <= day <= today + timedelta(days=DAYS_AHEAD):
        raise NotFound
    plans = list(
        CoachingPlan.objects.within(scope, Ability.COACH)
        .filter(unit=unit.pk, business_day__gte=today - LOOK_BACK)
        .exclude(state=PlanState.CANCELLED)
        .order_by("business_day", "planned_at")
    )
    lines = plan_lines(scope, plans)
    states = Counter(
        ApplicationCheck.objects.within(scope, Ability.COACH)
        .filter(unit=unit.pk, due_on__lte=today, state__in=[CheckState.DUE, CheckState.MISSED])
        .exclude(person=scope.person_id)
        .values_list("state", flat=True)
    )
    return Desk(
        unit=unit,
        units=units,
        today=today,
        day=day,
        next_day=following,
        coming=[one for one in lines if one.plan.state in SEALED_STATES and one.plan.business_day >= today],
        waiting=[one for one in lines if one.plan.state == PlanState.IN_FIELD],
        done=[one for one in lines if one.plan.state in (PlanState.SUMMARISED, PlanState.CLOSED)][::-1][:SHOWN],
        proposals=_proposals(scope, unit, plans, policy, day=day, now=now),
        checks_due=states[CheckState.DUE],
        checks_missed=states[CheckState.MISSED],
    )


def plan_lines(scope: Scope, plans: Sequence[CoachingPlan]) -> list[PlanLine]:
    """Return plans that the asker reaches as lines of a list, in two queries."""
    names = org.names_of(scope, [key for plan in plans for key in (plan.person_id, plan.coach_id)])
    firsts = PlanPoint.objects.filter(plan__in=[plan.pk for plan in plans], is_primary=True)
    titles = dict(firsts.values_list("plan_id", "point__title"))
    return [
        PlanLine(
            plan=plan,
            name=names.get(plan.person_id, ""),
            coach=names.get(plan.coach_id, ""),
            primary=titles.get(plan.pk, ""),
            is_mine=plan.coach_id == scope.person_id,
        )
        for plan in plans
    ]


def _proposals(
    scope: Scope, unit: Unit, plans: Sequence[CoachingPlan], policy: CoachingPolicy, *, day: date, now: datetime
) -> list[Proposal]:
    today = business_day(now, scope.zone)
    lines = month_form(scope, unit_id=unit.pk, month=month_of(scope, today), now=now).lines
    lines = [line for line in lines if line.member.person_id != scope.person_id]
    persons = [line.member.person_id for line in lines]
    away = {span.person_id for span in org.leave_between(scope, persons, first=day, last=day) if span.part == "FULL"}
    planned = {plan.person_id for plan in plans if plan.business_day == day}
    facts = _Facts(scope, persons, plans, policy, day=day, now=now)
    return proposals([facts.candidate(line, away, planned) for line in lines])


class _Facts:
    """Reads once for a group what the proposal asks of each of its people."""

    def __init__(
        self,
        scope: Scope,
        persons: Sequence[UUID],
        plans: Sequence[CoachingPlan],
        policy: CoachingPolicy,
        *,
        day: date,
        now: datetime,
    ) -> None:
        self.scope, self.policy, self.day = scope, policy, day
        self.today = business_day(now, scope.zone)
        self.days: dict[UUID, list[date]] = defaultdict(list)
        for plan in plans:
            if plan.state in BEGUN:
                self.days[plan.person_id].append(plan.business_day)
        self.skills = skills_of(scope, persons, self.today)
        self.unused = _unused(scope, persons)
        self.below = _days_below(scope, persons, self.today, field_policy(scope, now).floor().visits)

    def candidate(self, line: FormLine, away: set[UUID], planned: set[UUID]) -> Candidate:
        """Put one person's facts together."""
        person_id, numbers = line.member.person_id, line.figures
        said = line.row.deals if line.row else round(numbers.expected)
        days = self.days[person_id]
        monday = self.day - timedelta(days=self.day.weekday())
        return Candidate(
            person_id=person_id,
            name=line.member.name,
            subject=subject_of(line.member.first_field_on, self.day),
            days_since=self._workdays_since(max(days)) if days else None,
            week_count=sum(monday <= one <= self.day for one in days),
            week_due=self.policy.number("per_week"),
            signed=numbers.signed_deals,
            said=said,
            asked=asked_by_now(self.scope, said, numbers),
            unused=self.unused[person_id],
            days_below=self.below.get(person_id, 0),
            is_away=person_id in away,
            is_planned=person_id in planned,
            weak=self.skills[person_id].weak,
        )

    def _workdays_since(self, last: date) -> int:
        return len(known(lambda calendar: workdays_in(last, self.today, calendar), self.policy.calendar)) - 1


def _unused(scope: Scope, persons: Sequence[UUID]) -> Counter[UUID]:
    """Count the coached points of each person that checks found unused, and never used."""
    rows = ApplicationCheck.objects.within(scope, Ability.COACH).filter(
        person__in=persons, state=CheckState.NOT_USED, point__state=PointState.PRACTISING, point__used=0
    )
    times = Counter(rows.values_list("person_id", "point_id"))
    return Counter(person_id for (person_id, _point), count in times.items() if count >= FEW_TIMES)


def _days_below(scope: Scope, persons: Sequence[UUID], today: date, floor: int) -> dict[UUID, int]:
    """Count the last working days in a row below the floor of visits, by person."""
    visits: dict[UUID, list[int]] = defaultdict(list)
    for row in frozen_days(scope, persons, since=today - timedelta(days=21), until=today):
        visits[row.person_id].append(row.visits)
    below = {}
    for person_id, counts in visits.items():
        below[person_id] = next((place for place, n in enumerate(reversed(counts)) if n >= floor), len(counts))
    return below
