"""The demo's months and weeks: what was said in the months that lie behind, and a month that is being talked through."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.cli.demo.company import VISITS_A_DAY, ZONE, Rep
from tiejun.cli.demo.names import words
from tiejun.engines.workdays.calendar import WorkCalendar, workdays_in
from tiejun.forecast.actions import groups, months, weeks
from tiejun.forecast.actions.months import Words
from tiejun.forecast.actions.moving_in import PastCommitment, PastDay, PastWeek, bring_in_days, bring_in_promises
from tiejun.forecast.queries.figures import month_after, month_of
from tiejun.forecast.queries.months import month_asked, own_sheet
from tiejun.forecast.queries.rollup import roll_up
from tiejun.forecast.queries.weeks import WEEK
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import at_local, business_day
from tiejun.org.queries import scope_of_person
from tiejun.pipeline.queries.sales import signed_by_day

if TYPE_CHECKING:
    from random import Random
    from uuid import UUID

    from tiejun.cli.demo.company import DemoStaff
    from tiejun.forecast.models import MonthlyForecast

SYSTEM = Scope.system("demo", zone=ZONE)
MINOR_PER_DEAL = 1_280_000  # while nothing is signed yet
# Of what comes, so much was foreseen; what people hope for besides makes up the rest of their number.
FORESEEN = {"DAY": 0.5, "WEEK": 0.45, "MONTH": 0.65}
HOPE, SPREAD_OF_HOPE = 0.17, 0.14  # people say a sixth too much, each by a habit of their own
DAYS_BACK = 20
SNAPSHOTS = 4
MONTH_DAYS = 21
# How far the talks of the open month have come: in the first group one of each kind for the visitor, in the others a few.
SAID, TALKED, OUT_OF_REACH, SIGNED, PUBLISHED = range(5)
FIRST_GROUP = (TALKED, SIGNED, OUT_OF_REACH, SAID, PUBLISHED, SIGNED, PUBLISHED, PUBLISHED)
OTHER_GROUPS = (PUBLISHED, PUBLISHED, SIGNED, TALKED)


class Promises:
    """What the demo's people promise; each has a habit of saying more or less than comes."""

    def __init__(self, staff: DemoStaff, random: Random, *, first_day: date, now: datetime) -> None:
        self.staff, self.random, self.today, self.now = staff, random, business_day(now, ZONE), now
        self.first_day = first_day
        self.leaders = dict(zip(staff.groups, staff.supervisors, strict=True))
        self.habits = {rep.person_id: random.gauss(HOPE, SPREAD_OF_HOPE) for rep in staff.reps}
        people = [rep.person_id for rep in staff.reps]
        sales = signed_by_day(SYSTEM, people, since=first_day, until=self.today + timedelta(days=1))
        self.deals = Counter({key: one.deals for key, one in sales.items()})
        deals, minor = self.deals.total(), sum(one.amount_minor for one in sales.values())
        self.minor_per_deal = minor // deals // 100_000 * 100_000 if deals else MINOR_PER_DEAL
        self.workdays = len(workdays_in(first_day, self.today, WorkCalendar()))

    def make(self) -> None:
        """Bring in what lies behind, answer for it, agree on the week, and talk the open month through."""
        open_month = month_asked(SYSTEM, None, now=self.now)
        first_month = month_of(SYSTEM, self.first_day + timedelta(days=24))  # no more than a week of it may be missing
        behind = [month for count in range(12) if (month := month_after(SYSTEM, first_month, count)) < open_month]
        past = [self._month(rep, month) for month in behind for rep in self.staff.reps if rep.joined_on < month]
        bring_in_promises(SYSTEM, months=past, weeks=self._weeks(), now=self.now)
        bring_in_days(SYSTEM, days=self._days(), now=self.now)
        for month in behind:
            self._answer(month)
        stages = [
            (rep, stage)
            for group, unit_id in enumerate(self.staff.groups)
            for rep, stage in zip(self._reps(unit_id), OTHER_GROUPS if group else FIRST_GROUP, strict=False)
        ]
        # The talks fill the last evenings, and each evening's copy knows those before it.
        for back in range(SNAPSHOTS, 0, -1):
            day = self.today - timedelta(days=back)
            for rep, stage in stages[SNAPSHOTS - back :: SNAPSHOTS]:
                self._talk_through(rep, open_month, stage, day)
            groups.take_snapshot(SYSTEM, day=day, now=self.now)
        self._agree()

    def _reps(self, unit_id: UUID) -> list[Rep]:
        return [rep for rep in self.staff.reps if rep.unit_id == unit_id]

    # -- what lies behind ----------------------------------------------------------------------------------------------
    def _came(self, rep: Rep, first: date, last: date) -> int:
        """Deals of a span, as far as it was lived; at the usual pace for the rest of it."""
        lived = [day for day in workdays_in(first, last, WorkCalendar()) if self.first_day <= day <= self.today]
        deals = sum(count for (one, day), count in self.deals.items() if one == rep.person_id and first <= day <= last)
        missing = len(workdays_in(first, last, WorkCalendar())) - len(lived)
        return round(deals + missing * self._pace(rep))

    def _pace(self, rep: Rep) -> float:
        return sum(count for (one, _day), count in self.deals.items() if one == rep.person_id) / self.workdays

    def _usual(self, rep: Rep, first: date, last: date) -> float:
        """Deals that a person's pace promises for a span, as the whole company rose and fell in it."""
        days = len(workdays_in(first, last, WorkCalendar()))
        came = sum(count for (_one, day), count in self.deals.items() if first <= day <= last)
        typical = self.deals.total() * days / max(1, self.workdays)
        return days * self._pace(rep) * (came / typical if typical else 1)

    def _said(self, rep: Rep, came: int, usual: float, horizon: str) -> int:
        """What somebody says of a span that brings `came` deals, and `usual` ones at their pace: part of it foreseen, part hoped for."""
        foreseen = FORESEEN[horizon]
        seen = sum(self.random.random() < foreseen for _deal in range(came))
        return seen + self._drawn(usual * max(0.05, 1 + self.habits[rep.person_id] - foreseen))

    def _drawn(self, mean: float) -> int:
        """Draw a number of hopes (Poisson)."""
        limit, product, count = math.exp(-mean), self.random.random(), 0
        while product > limit:
            product *= self.random.random()
            count += 1
        return count

    def _month(self, rep: Rep, month: date) -> PastCommitment:
        last = month_after(SYSTEM, month) - timedelta(days=1)
        deals = max(1, self._said(rep, self._came(rep, month, last), self._usual(rep, month, last), "MONTH"))
        at = at_local(month, "18:40", ZONE)
        boss = self.leaders[rep.unit_id]
        return PastCommitment(rep.person_id, rep.unit_id, month, deals, deals * self.minor_per_deal, boss, at)

    def _weeks(self) -> list[PastWeek]:
        monday = self.first_day + timedelta(days=(7 - self.first_day.weekday()) % 7)
        rows: list[PastWeek] = []
        while monday + WEEK <= self.today:
            rows += [self._week(rep, monday) for rep in self.staff.reps if rep.joined_on < monday]
            monday += WEEK
        return rows

    def _week(self, rep: Rep, monday: date) -> PastWeek:
        sunday = monday + timedelta(days=6)
        deals = self._said(rep, self._came(rep, monday, sunday), self._usual(rep, monday, sunday), "WEEK")
        visits = self.random.randint(34, 40)
        at = at_local(monday, "09:10", ZONE)
        boss = self.leaders[rep.unit_id]
        return PastWeek(rep.person_id, rep.unit_id, monday, deals, visits, visits // 3, boss, at)

    def _days(self) -> list[PastDay]:
        """What was said of the last working days, each on the evening before."""
        known = workdays_in(max(self.first_day, self.today - timedelta(days=28)), self.today, WorkCalendar())
        days = [day for day in known if day < self.today][-DAYS_BACK:]
        return [self._day(rep, day) for day in days for rep in self.staff.reps if rep.joined_on < day]

    def _day(self, rep: Rep, day: date) -> PastDay:
        around = day - timedelta(days=3), day + timedelta(days=3)
        usual = self._usual(rep, *around) / max(1, len(workdays_in(*around, WorkCalendar())))
        deals = self._said(rep, self.deals[rep.person_id, day], usual, "DAY")
        visits = said_visits(rep, self.random)
        effective = max(1, round(visits * (0.1 + 0.25 * rep.skill)))
        at = at_local(day - timedelta(days=1), "17:15", ZONE)
        amount = deals * self.minor_per_deal
        return PastDay(rep.person_id, rep.unit_id, day, deals, amount, visits, min(3, visits), effective, at)

    def _answer(self, month: date) -> None:
        """Groups first, then the region, then the company."""
        at = at_local(month + timedelta(days=1), "11:00", ZONE)
        staff, reasons = self.staff, words()["commitments"]["adjustment"]
        for person_id in (*staff.supervisors, staff.persons[Role.REGIONAL_MANAGER], staff.persons[Role.SALES_HEAD]):
            scope = scope_of_person(person_id, at=at, origin="demo")
            for line in roll_up(scope, month=month, now=at).lines:
                if line.may_submit:
                    more = self.random.choice([0, -1, -2])
                    change = groups.Adjustment(
                        more, more * self.minor_per_deal, self.random.choice(reasons) if more else ""
                    )
                    seen = (line.members_deals, line.members_minor)
                    groups.submit_group(scope, unit_id=line.unit.pk, month=month, seen=seen, adjustment=change, now=at)

    # -- the month that is talked about now ----------------------------------------------------------------------------
    def _talk_through(self, rep: Rep, month: date, stage: int, day: date) -> None:
        at = at_local(day, "18:05", ZONE) + timedelta(minutes=self.random.randint(0, 45))
        own, boss = rep.scope(at), scope_of_person(self.leaders[rep.unit_id], at=at, origin="demo")
        texts = self._texts("assumptions", "deviation_explained", "improvement_plan")
        possible = own_sheet(own, month=month, now=at).tree.possible_deals
        usual = MONTH_DAYS * self._pace(rep)
        wished = self._said(rep, round(usual), usual, "MONTH")
        deals = 3 * possible + 12 if stage == OUT_OF_REACH else max(1, min(wished, possible))
        row = months.commit(
            own,
            month=month,
            version=0,
            deals=deals,
            amount_minor=deals * self.minor_per_deal,
            words=Words(texts),
            now=at,
        )
        if stage == SAID:
            return
        texts |= self._texts("state_of_work", "causes", "follow_up_plan")
        row = self._talk(boss, row, deals, texts, at)
        if stage in (SIGNED, PUBLISHED):
            self._sign(own, boss, row, at, publish=stage == PUBLISHED)

    def _texts(self, *names: str) -> dict[str, str]:
        return {name: self.random.choice(words()["commitments"][name]) for name in names}

    def _talk(
        self, boss: Scope, row: MonthlyForecast, deals: int, texts: dict[str, str], at: datetime
    ) -> MonthlyForecast:
        return months.talk(
            boss, person_id=row.person_id, month=row.month, version=row.version, deals=deals,
            amount_minor=deals * self.minor_per_deal, words=Words(texts), now=at,
        )  # fmt: skip

    @staticmethod
    def _sign(own: Scope, boss: Scope, row: MonthlyForecast, at: datetime, *, publish: bool) -> None:
        try:
            row = months.sign(own, commitment_id=row.pk, version=row.version, now=at)
        except Refused:
            # Nothing is possible at these rates: the two talk again.
            return
        if publish:
            months.countersign(boss, commitment_id=row.pk, content_hash=row.content_hash, now=at)

    # -- the week ------------------------------------------------------------------------------------------------------
    def _agree(self) -> None:
        """Agree on this week with everybody of the first group, on the next with a few."""
        monday = self.today - timedelta(days=self.today.weekday())
        at = min(self.now, at_local(monday, "09:20", ZONE))
        reps = [rep for rep in self.staff.reps if rep.unit_id == self.staff.groups[0]]
        for rep in reps:
            self._agree_with(rep, monday, at)
        for rep in reps[1:4]:
            self._agree_with(rep, monday + WEEK, self.now - timedelta(minutes=20))

    def _agree_with(self, rep: Rep, monday: date, at: datetime) -> None:
        notes = words()["commitments"]["week"]
        numbers = weeks.WeekNumbers(
            deals=max(1, round(5 * self._pace(rep))),
            visits=40,
            effective=13,
            quantity_note=self.random.choice(notes["quantity"]),
            quality_note=self.random.choice(notes["quality"]),
            conversion_note=self.random.choice(notes["conversion"]),
        )
        scope = scope_of_person(self.leaders[rep.unit_id], at=at, origin="demo")
        weeks.agree_week(scope, person_id=rep.person_id, week=monday, version=0, numbers=numbers, now=at)


def said_visits(rep: Rep, random: Random) -> int:
    """How many visits somebody says of a day: about what they make, on an ordinary day one less."""
    return max(3, round(VISITS_A_DAY * rep.diligence - random.random()))
