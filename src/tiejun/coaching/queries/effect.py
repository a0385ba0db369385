"""What accompanied visits bring, group by group: days, summaries, use of points, and the uplift against matched peers (M-C1 to M-C5)."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.scope import Scope
from tiejun.coaching.models import ApplicationCheck, CoachingPlan, CoachingSummary, PlanPoint, PointDeal, SpotCheck
from tiejun.coaching.queries import people
from tiejun.coaching.queries.desk import groups_led
from tiejun.coaching.queries.progress import counts_of_technique
from tiejun.coaching.rules import DONE_STATES, Skill
from tiejun.coaching.rules.checks import application
from tiejun.engines.uplift import Case, Course, Effect, Span, effect
from tiejun.foundation.times import business_day
from tiejun.org import queries as org
from tiejun.visits.queries.technique import techniques

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.coaching.rules.checks import Application
    from tiejun.coaching.rules.skills import Counts
    from tiejun.org.models import Unit

LOOK_BACK = timedelta(weeks=26)
WEEK = timedelta(weeks=1)
WORKDAYS = 5


@dataclass(frozen=True, slots=True)
class EffectLine:
    """A group's coaching over half a year; `matched` of `asked` answers of spot checks agree with the record (M-C6)."""

    unit: Unit
    reps: int
    days: int
    on_time: int
    summaries: int
    application: Application
    mastered: int
    deals: int
    deals_minor: int
    matched: int
    asked: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class EffectPage:
    """The groups within reach, by path, and all of them together; `weeks`: before and after an accompanied day."""

    lines: list[EffectLine]
    total: Effect
    weeks: int


def effect_page(scope: Scope, *, now: datetime) -> EffectPage:
    """Return what accompanied visits bring in the groups within reach, as sums: nobody is named."""
    scope.require(Ability.VIEW_COACHING_EFFECT)
    units = groups_led(scope, Ability.VIEW_COACHING_EFFECT)
    today = business_day(now, scope.zone)
    policy = people.policy_of(scope, org.company_id(scope), now)
    weeks = max(1, policy.number("effect_days") // WORKDAYS)
    cases = _Cases(scope, units, today, weeks)
    lines = _lines(units, today, cases)
    every = [case for found in cases.by_unit.values() for case in found]
    return EffectPage(lines, effect(every), weeks)


def _lines(units: Sequence[Unit], today: date, cases: _Cases) -> list[EffectLine]:
    keys = [unit.pk for unit in units]
    plans = CoachingPlan.objects.filter(unit__in=keys, business_day__gte=today - LOOK_BACK, state__in=DONE_STATES)
    days = Counter(plans.values_list("unit_id", flat=True))
    reps: dict[UUID, set[UUID]] = defaultdict(set)
    for unit_id, person_id in plans.values_list("unit_id", "person_id"):
        reps[unit_id].add(person_id)
    sent = Counter(CoachingSummary.objects.filter(plan__in=plans).values_list("plan__unit_id", "is_late"))
    states: dict[UUID, dict[str, int]] = defaultdict(dict)
    checks = ApplicationCheck.objects.filter(unit__in=keys, due_on__gte=today - LOOK_BACK, due_on__lte=today)
    for (unit_id, state), count in Counter(checks.values_list("unit_id", "state")).items():
        states[unit_id][state] = count
    deals, agreed = _deals(keys, today), _agreed(plans)
    mastered = Counter(
        PlanPoint.objects.filter(plan__in=plans, point__state="MASTERED")
        .values_list("plan__unit_id", "point_id")
        .distinct()
    )
    masters = Counter(unit_id for unit_id, _point in mastered)
    return [
        EffectLine(
            unit=unit,
            reps=len(reps[unit.pk]),
            days=days[unit.pk],
            on_time=sent[unit.pk, False],
            summaries=sent[unit.pk, False] + sent[unit.pk, True],
            application=application(states[unit.pk]),
            mastered=masters[unit.pk],
            deals=len(deals[unit.pk]),
            deals_minor=sum(deals[unit.pk]),
            matched=agreed[unit.pk][0],
            asked=agreed[unit.pk][1],
            effect=effect(cases.by_unit[unit.pk]),
        )
        for unit in units
    ]


def _deals(keys: Sequence[UUID], today: date) -> dict[UUID, list[int]]:
    """The amounts of the deals that were put down to points, by unit."""
    found: dict[UUID, list[int]] = defaultdict(list)
    linked = PointDeal.objects.filter(unit__in=keys, order__signed_on__gte=today - LOOK_BACK)
    for unit_id, minor in linked.values_list("unit_id", "order__amount_minor"):
        found[unit_id].append(minor)
    return found


def _agreed(plans: QuerySet[CoachingPlan]) -> dict[UUID, tuple[int, int]]:
    """Answers of spot checks that agree with the record, and how many were given, by unit."""
    found: dict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for unit_id, matched, asked in SpotCheck.objects.filter(plan__in=plans).values_list("unit_id", "matched", "asked"):
        found[unit_id] = (found[unit_id][0] + matched, found[unit_id][1] + asked)
    return found


class _Cases:
    """Cases of the groups: who was coached on a skill in a week, beside who was not, over whole weeks before and after.

    Peers come from the groups' regions, whoever asks: what comes out is a sum. One query for each week of the look back.
    """

    def __init__(self, scope: Scope, units: Sequence[Unit], today: date, weeks: int) -> None:
        self.weeks = weeks
        engine = Scope.system("coaching.effect", zone=scope.zone)
        above = {unit.pk: unit.parent_id for unit in org.all_units(engine) if unit.kind == "GROUP"}
        regions = {unit.parent_id for unit in units}
        around = [key for key, parent_id in above.items() if parent_id in regions]
        members = [
            member
            for member in org.members_in_reach(engine, Ability.VIEW_COACHING, on=today)
            if member.unit_id in around
        ]
        self.persons = [member.person_id for member in members]
        self.regions = {member.person_id: above[member.unit_id] for member in members}
        monday = today - timedelta(days=today.weekday())
        self.coached = self._coached(around, monday)
        self.counts = self._counts(engine, monday)
        wanted = {unit.pk for unit in units}
        self.by_unit: dict[UUID, list[Case]] = defaultdict(list)
        for unit_id, person_id, skill, week in self.coached:
            if unit_id in wanted and week + WEEK * (1 + weeks) <= monday and person_id in self.regions:
                self.by_unit[unit_id].append(self._case(person_id, skill, week))

    def _coached(self, around: Sequence[UUID], monday: date) -> list[tuple[UUID, UUID, Skill, date]]:
        rows = PlanPoint.objects.filter(
            plan__unit__in=around,
            plan__state__in=DONE_STATES,
            is_primary=True,
            plan__business_day__gte=monday - LOOK_BACK,
        )
        found = rows.order_by("plan__business_day", "pk").values_list(
            "plan__unit_id", "plan__person_id", "point__skill", "plan__business_day"
        )
        return [(unit, person, Skill(skill), day - timedelta(days=day.weekday())) for unit, person, skill, day in found]

    def _counts(self, engine: Scope, monday: date) -> dict[date, dict[UUID, Counts]]:
        if not self.coached:
            return {}
        week = min(one[3] for one in self.coached) - WEEK * self.weeks
        found: dict[date, dict[UUID, Counts]] = {}
        while week < monday:
            seen = techniques(engine, self.persons, since=week, until=week + WEEK)
            found[week] = {key: counts_of_technique(engine, one) for key, one in seen.items()}
            week += WEEK
        return found

    def _case(self, person_id: UUID, skill: Skill, week: date) -> Case:
        near = {
            other
            for _unit, other, what, when in self.coached
            if what is skill and abs(when - week) <= WEEK * self.weeks
        }
        region = self.regions[person_id]
        others = [one for one in self.persons if one not in near and self.regions[one] == region]
        return Case(self._course(person_id, skill, week), tuple(self._course(one, skill, week) for one in others))

    def _course(self, person_id: UUID, skill: Skill, week: date) -> Course:
        before = [week - WEEK * number for number in range(1, self.weeks + 1)]
        after = [week + WEEK * number for number in range(1, self.weeks + 1)]
        return Course(str(person_id), self._span(person_id, skill, before), self._span(person_id, skill, after))

    def _span(self, person_id: UUID, skill: Skill, weeks: Sequence[date]) -> Span:
        found = [counts for week in weeks if (counts := self.counts.get(week, {}).get(person_id)) is not None]
        return Span(sum(one.done.get(skill, 0) for one in found), sum(one.visits for one in found))
