"""A person's week: what was agreed and what came, what the data says, and the numbers of the next one."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.customers.queries.closing import open_classes
from tiejun.forecast.models import WeeklyForecast
from tiejun.forecast.queries import people
from tiejun.forecast.queries.evening import member_in_reach
from tiejun.forecast.rules.weekly import Finding, WeekFacts, findings
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import at_local, business_day
from tiejun.foundation.worktime import calendar_of
from tiejun.org import queries as org
from tiejun.pipeline.queries.sales import lost_reasons, signed_by_day
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.queries.technique import Technique, techniques

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.queries.closing import OpenClass
    from tiejun.org.models import Unit
    from tiejun.org.queries import TeamMember

WEEK = timedelta(days=7)
WEEKS_BEFORE = 4
KEYS = 12


@dataclass(frozen=True, slots=True)
class KeyCustomer:
    """A customer in class A or B, for the choice of key customers."""

    company_id: UUID
    name: str
    closing_class: str


@dataclass(frozen=True, slots=True)
class WeekLine:
    """A person's week in numbers: as agreed, as it came (so far); `suggested` for the next: deals, visits, effective ones."""

    member: TeamMember
    row: WeeklyForecast | None
    deals: int
    visits: int
    effective: int
    facts: WeekFacts
    suggested: tuple[int, int, int]

    @property
    def findings(self) -> list[Finding]:
        return findings(self.facts)


@dataclass(frozen=True, slots=True)
class WeekPage:
    """A group's week, line by line; `next_rows`: what is agreed for the week after."""

    unit: Unit
    units: list[Unit]
    week: date
    previous: date
    following: date
    lines: list[WeekLine]
    next_rows: dict[UUID, WeeklyForecast]


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """One person's week for the talk, with the next week's numbers as agreed or as they suggest themselves."""

    line: WeekLine
    week: date
    following: date
    next_row: WeeklyForecast | None
    choices: list[KeyCustomer]
    keys: list[str]
    may_agree: bool


def week_asked(scope: Scope, week: date | None, *, now: datetime) -> date:
    """Return the Monday of the week asked for, else of the present one; raises `NotFound` for a week more than a year away."""
    today = business_day(now, scope.zone)
    monday = (week or today) - timedelta(days=(week or today).weekday())
    if abs((monday - today).days) > _FAR:
        raise NotFound
    return monday


_FAR = 370


def week_page(scope: Scope, *, unit_id: UUID | None = None, week: date | None = None, now: datetime) -> WeekPage:
    """Return a group's week within reach; the number of queries does not depend on its people."""
    scope.require(Ability.VIEW_REPORTS)
    units = people.groups_in_reach(scope, Ability.VIEW_REPORTS)
    unit = next((one for one in units if unit_id in (None, one.pk)), None)
    if unit is None:
        raise NotFound
    monday = week_asked(scope, week, now=now)
    members = people.reps_of(scope, unit.pk, Ability.VIEW_FORECASTS, on=business_day(now, scope.zone))
    rows = WeeklyForecast.objects.filter(person__in=[one.person_id for one in members], week=monday + WEEK)
    return WeekPage(
        unit, units, monday, monday - WEEK, monday + WEEK, _lines(scope, unit.pk, members, monday, now),
        {row.person_id: row for row in rows},
    )  # fmt: skip


def week_sheet(scope: Scope, person_id: UUID, *, week: date | None = None, now: datetime) -> WeekSheet:
    """Return one person's week within reach; raises `NotFound`."""
    scope.require(Ability.VIEW_REPORTS)
    today = business_day(now, scope.zone)
    member = member_in_reach(scope, person_id, today)
    monday = week_asked(scope, week, now=now)
    group = people.reps_of(scope, member.unit_id, Ability.VIEW_REPORTS, on=today)
    line = next(one for one in _lines(scope, member.unit_id, group, monday, now) if one.member.person_id == person_id)
    rows = {row.week: row for row in WeeklyForecast.objects.filter(person=person_id, week__in=[monday, monday + WEEK])}
    held = open_classes(scope, [person_id])[:KEYS]
    named = {key for row in rows.values() for key in row.key_companies}
    names = {key: brief.name for key, brief in customers.briefs(scope, named).items()}
    following = rows.get(monday + WEEK)
    return WeekSheet(
        line=line,
        week=monday,
        following=monday + WEEK,
        next_row=following,
        choices=[KeyCustomer(row.company_id, row.company_name, row.closing_class) for row in held],
        keys=[names[key] for key in following.key_companies if key in names] if following else [],
        may_agree=person_id != scope.person_id
        and scope.covers(Ability.REVIEW_FORECASTS, owner_id=None, unit_id=member.unit_id),
    )


def _lines(scope: Scope, unit_id: UUID, members: Sequence[TeamMember], monday: date, now: datetime) -> list[WeekLine]:
    persons = [member.person_id for member in members]
    source = _Week(scope, persons, org.unit_chain(scope, unit_id), monday, now)
    rows = {row.person_id: row for row in WeeklyForecast.objects.filter(person__in=persons, week=monday)}
    lines = []
    for member in members:
        facts, seen = source.facts_of(member.person_id), source.now_of(member.person_id)
        row = rows.get(member.person_id)
        visits, effective = source.ahead(member.person_id)
        suggested = (max(facts.deals, row.deals if row else 0), visits, effective)
        lines.append(WeekLine(member, row, facts.deals, seen.visits, seen.effective, facts, suggested))
    return lines


class _Week:
    """Reads a group's week once, answers for each person."""

    def __init__(
        self, scope: Scope, persons: Sequence[UUID], chain: Sequence[UUID], monday: date, now: datetime
    ) -> None:
        today = business_day(now, scope.zone)
        end = min(monday + WEEK, today + timedelta(days=1))
        self.seen = techniques(scope, persons, since=monday, until=monday + WEEK)
        self.past = techniques(scope, persons, since=monday - WEEK * WEEKS_BEFORE, until=monday)
        self.deals: Counter[UUID] = Counter()
        for (person_id, _day), sales in signed_by_day(scope, persons, since=monday, until=monday + WEEK).items():
            self.deals[person_id] += sales.deals
        first, last = at_local(monday, "00:00", scope.zone), at_local(monday + WEEK, "00:00", scope.zone)
        self.lost = lost_reasons(scope, persons, since=first, until=last)
        self.held: dict[UUID, list[OpenClass]] = defaultdict(list)
        for row in open_classes(scope, persons, classes=("A", "B", "C")):
            self.held[row.person_id].append(row)
        warm = [row.company_id for rows in self.held.values() for row in rows if row.closing_class in ("B", "C")]
        self.briefs = customers.briefs(scope, warm)
        calendar = calendar_of(policies.book(now), chain)
        self.monday = monday
        self.there = people.presence(
            scope, persons, first=monday - WEEK * WEEKS_BEFORE, last=monday + timedelta(days=13), calendar=calendar
        )
        policy = field_policy(scope, now, chain=chain)
        # A day asks for its visits once people are back from it; what today has brought already counts.
        over = end if now >= policy.moment(today, "clock.return") else min(end, today)
        self.floor, self.now, self.end = policy.floor().visits, now, over

    def now_of(self, person_id: UUID) -> Technique:
        return self.seen.get(person_id, Technique())

    def facts_of(self, person_id: UUID) -> WeekFacts:
        seen, days = self.now_of(person_id), self._days(person_id, self.monday, self.end)
        past = len(self._days(person_id, self.monday - WEEK * WEEKS_BEFORE, self.monday))
        before = self.past.get(person_id, Technique()).visits / past if past else 0.0
        rows = self.held[person_id]
        return WeekFacts(
            visits=seen.visits,
            floor=self.floor * len(days),
            before=before * len(days),
            effective=seen.effective,
            next_steps=seen.next_steps,
            demonstrated=seen.demonstrated,
            trial_closed=seen.trial_closed,
            deals=self.deals[person_id],
            lost=self.lost.get(person_id, Counter()),
            classes=Counter(row.closing_class for row in rows),
            silent_days=self._silence(rows),
            group_effective=self._share("effective"),
            group_demos=self._share("demonstrated"),
            group_closes=self._share("trial_closed"),
            kits=seen.ordered,
            objected=seen.objected,
            answered=seen.answered,
            group_kits=self._share("ordered"),
            group_answers=self._share("answered", of="objected"),
        )

    def ahead(self, person_id: UUID) -> tuple[int, int]:
        """Visits and effective visits of the next week: the floor of the days present, at the share of the last weeks."""
        seen, past = self.now_of(person_id), self.past.get(person_id, Technique())
        made = seen.visits + past.visits
        visits = self.floor * len(self._days(person_id, self.monday + WEEK, self.monday + 2 * WEEK))
        return visits, round(visits * (seen.effective + past.effective) / made) if made else 0

    def _days(self, person_id: UUID, since: date, until: date) -> list[date]:
        return [day for day in self.there[person_id].days if since <= day < until]

    def _silence(self, rows: Sequence[OpenClass]) -> float | None:
        """Median days since the last visit of the customers in reserve."""
        last = [self.briefs[row.company_id].last_visit_at for row in rows if row.company_id in self.briefs]
        days = [(self.now - at).total_seconds() / 86400 for at in last if at is not None]
        return median(days) if days else None

    def _share(self, name: str, *, of: str = "visits") -> float:
        everything = [*self.seen.values(), *self.past.values()]
        visits = sum(getattr(one, of) for one in everything)
        return sum(getattr(one, name) for one in everything) / visits if visits else 0.0
