"""The demo's accompanied visits: days long ago whose effect shows, fresh points that are being checked, one day sealed for tomorrow."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from tiejun.cli.demo.company import SYSTEM, ZONE
from tiejun.cli.demo.names import words
from tiejun.coaching import jobs
from tiejun.coaching.actions import crediting, field, following, inspecting, plans, running
from tiejun.coaching.events import CoachingRevealed, SummarySent
from tiejun.coaching.models import ApplicationCheck, ImprovementPoint, PlanPoint
from tiejun.coaching.queries.crediting import deal_choices
from tiejun.coaching.rules import CheckState, Phase, Purpose, Rating, Skill, Subject
from tiejun.coaching.rules.plans import Feedback, NewPoint, PlanWords
from tiejun.engines.workdays.calendar import WorkCalendar, next_workday
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import at_local
from tiejun.org.queries import scope_of_person
from tiejun.visits.queries.field_days import visits_on

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.cli.demo.company import DemoStaff, Rep
    from tiejun.coaching.models import CoachingPlan

# Places in the list of past working days, the newest last, at which the first group's supervisor went along, with which rep.
DAYS = ((-29, 1), (-27, 2), (-24, 3), (-9, 4), (-6, 0), (-2, 1))
OTHERS = ((-28, 0), (-25, 1), (-5, 2))
WAY = ((Phase.I_DO, Rating.TRIED), (Phase.YOU_DO, Rating.TRIED), (Phase.YOU_DO, Rating.DONE))
SPOT_SHARE = 10


class Accompanied:
    """The accompanied days of a company, lived through the actions."""

    def __init__(self, staff: DemoStaff, random: Random, past: list[date], now: datetime) -> None:
        self.staff, self.random, self.past, self.now = staff, random, past, now
        self.said = words()["coaching"]

    def live(self) -> None:
        """Live the days of each group, answer the checks since, then plan tomorrow and, where somebody is out, today."""
        for number, (unit_id, supervisor_id) in enumerate(zip(self.staff.groups, self.staff.supervisors, strict=True)):
            reps = [rep for rep in self.staff.reps if rep.unit_id == unit_id]
            for place, who in DAYS if number == 0 else OTHERS:
                if -place <= len(self.past) and who < len(reps):
                    self._day(supervisor_id, reps[who], self.past[place])
        self._answer()
        self._credit()
        self._inspect()
        first = [rep for rep in self.staff.reps if rep.unit_id == self.staff.groups[0]]
        self._today(self.staff.supervisors[0], first[2:])
        self._tomorrow(self.staff.supervisors[0], first[-1])

    def _scope(self, person_id: UUID, at: datetime) -> Scope:
        return scope_of_person(person_id, at=at, origin="demo")

    def _plan(self, coach_id: UUID, rep: Rep, day: date, at: datetime) -> CoachingPlan:
        said = self.random.choice(self.said["points"])
        point = NewPoint(None, Skill(said["skill"]), said["title"], said["why"], said["done_when"])
        is_fresh = (day - rep.joined_on).days < 90
        given = PlanWords(
            Purpose.CONFIDENCE if is_fresh else Purpose.SKILL,
            Subject.NEW if is_fresh else Subject.EXPERIENCED,
            self.random.choice(self.said["strengths"]),
            self.random.choice(self.said["weaknesses"]),
            (point,),
        )
        scope = self._scope(coach_id, at)
        plan = plans.save_plan(scope, person_id=rep.person_id, day=day, version=0, words=given, now=at)
        itinerary = self.random.choice(words()["talks"]["itinerary"])
        return plans.confirm_itinerary(
            scope, plan_id=plan.pk, version=plan.version, itinerary=itinerary, now=at + timedelta(minutes=3)
        )

    def _day(self, coach_id: UUID, rep: Rep, day: date) -> None:
        """One day from the plan of the evening before to the answer to its summary."""
        noon = at_local(day, "20:00", ZONE)
        visits = visits_on(self._scope(coach_id, noon), [rep.person_id], day, now=noon).get(rep.person_id, [])
        companies = list(dict.fromkeys(visit.company_id for visit in visits))[: len(WAY)]
        if len(companies) < 2:
            return
        plan = self._plan(coach_id, rep, day, at_local(day - timedelta(days=1), "17:50", ZONE))
        self._begin(plan, at_local(day, "08:55", ZONE))
        for place, company_id in enumerate(companies):
            self._talk(plan, company_id, place, at_local(day, f"{11 + place}:10", ZONE))
        at = at_local(day, "18:10", ZONE)
        text, next_step = self.random.choice(self.said["summaries"]), self.random.choice(self.said["next_steps"])
        field.send_summary(
            self._scope(coach_id, at), plan_id=plan.pk, text=text, next_step=next_step, why_few="", now=at
        )
        jobs.deliver_summary(SummarySent(plan.pk, plan.person_id, coach_id, day, at))
        later = at + timedelta(hours=1)
        if self.random.random() < 0.8:
            answer = self.random.choice(self.said["answers"])
            field.answer_summary(self._scope(rep.person_id, later), plan_id=plan.pk, answer=answer, now=later)

    def _begin(self, plan: CoachingPlan, at: datetime) -> None:
        field.reveal(self._scope(plan.coach_id, at), plan_id=plan.pk, told_at=at, now=at)
        jobs.tell_the_person(CoachingRevealed(plan.pk, plan.person_id, plan.coach_id, plan.business_day, at))

    def _talk(self, plan: CoachingPlan, company_id: UUID, place: int, at: datetime) -> None:
        point_id = PlanPoint.objects.filter(plan=plan, is_primary=True).values_list("point_id", flat=True).get()
        phase, rating = WAY[place % len(WAY)]
        given = Feedback(
            phase,
            {point_id: rating},
            self.random.choice(self.said["good"]),
            self.random.choice(self.said["better"]),
            encouraged=True,
        )
        field.give_feedback(
            self._scope(plan.coach_id, at), plan_id=plan.pk, company_id=company_id, given=given, told_at=at, now=at
        )

    def _answer(self) -> None:
        """Answer the checks up to yesterday, most of them; what was forgotten is marked by the lock."""
        today = self.past[-1] + timedelta(days=1)
        leaders = dict(zip(self.staff.groups, self.staff.supervisors, strict=True))
        for check in ApplicationCheck.objects.filter(due_on__lt=today).order_by("due_on", "pk"):
            luck = self.random.random()
            if luck < 0.1:
                continue
            outcome = CheckState.USED if luck < 0.5 else CheckState.NOT_USED if luck < 0.8 else CheckState.NO_CHANCE
            at = at_local(check.due_on, "18:20", ZONE)
            scope = self._scope(leaders[check.unit_id], at)
            try:
                following.settle_check(scope, check_id=check.pk, outcome=outcome, now=at)
            except Refused:
                # Mastered meanwhile: its checks were lifted.
                continue
        for unit_id in self.staff.groups:
            locked = at_local(self.past[-1], "26:00", ZONE)
            running.close_day(SYSTEM, unit_id=unit_id, day=self.past[-1], now=min(locked, self.now))

    def _credit(self) -> None:
        """Put one deal down to a point, and praise who mastered one."""
        coach_id = self.staff.supervisors[0]
        at = min(self.now, at_local(self.past[-1], "18:30", ZONE))
        scope = self._scope(coach_id, at)
        points = ImprovementPoint.objects.filter(unit=self.staff.groups[0], used__gt=0).order_by("-used", "pk")
        for point in points[:2]:
            crediting.praise(scope, point_id=point.pk, text=self.random.choice(self.said["praise"]), now=at)
            orders = deal_choices(scope, point, now=at)
            if orders:
                crediting.link_deal(scope, point_id=point.pk, order_id=orders[0].pk, note=self.said["deal"], now=at)

    def _inspect(self) -> None:
        """Draw one day for a spot check by a seed that hits; the newest waits for its answers."""
        day = self.past[DAYS[-1][0]]
        unit_id = self.staff.groups[0]
        at = min(self.now, at_local(self.past[-1], "26:20", ZONE))
        seed = next((str(n) for n in range(200) if 100 * Random(str(n)).random() < SPOT_SHARE), "0")
        inspecting.draw_spot_checks(SYSTEM, unit_id=unit_id, day=day, seed=seed, now=at)

    def _today(self, coach_id: UUID, reps: list[Rep]) -> None:
        """Somebody is accompanied right now, where the day has come far enough."""
        today = self._today_of()
        scope = self._scope(coach_id, self.now)
        for rep in reps:
            visits = visits_on(scope, [rep.person_id], today, now=self.now).get(rep.person_id, [])
            done = [(visit.company_id, visit.ended_at) for visit in visits if visit.ended_at is not None]
            begun = at_local(today, "08:55", ZONE)
            if not done or begun > self.now:
                continue
            plan = self._plan(coach_id, rep, today, at_local(self.past[-1], "17:55", ZONE))
            self._begin(plan, begun)
            company_id, ended_at = done[0]
            self._talk(plan, company_id, 0, min(self.now, ended_at + timedelta(minutes=8)))
            return

    def _tomorrow(self, coach_id: UUID, rep: Rep) -> None:
        """The next working day is sealed."""
        self._plan(coach_id, rep, next_workday(self._today_of(), WorkCalendar()), self.now - timedelta(minutes=5))

    def _today_of(self) -> date:
        return self.now.astimezone(at_local(self.past[-1], "08:00", ZONE).tzinfo).date()
