"""What quality assurance did in the demo: a promise and a draw each night, checked visits, and one case with due process.

Who invents visits is known to the story alone: the inspectors find out because the sample does.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from tiejun.access.roles import Role
from tiejun.cli.demo.company import SYSTEM, ZONE
from tiejun.cli.demo.names import mobile, words
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import at_local
from tiejun.org.actions import people
from tiejun.org.queries import scope_of_person
from tiejun.quality.actions import cases, sampling, tasks
from tiejun.quality.models import IntegrityCase, PanelSeat, QaTask
from tiejun.quality.rules.vocabulary import CallAnswers, EvidenceKind, Finding, Vote

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.cli.demo.company import DemoStaff

INVENTED_SHARE = 0.5


class Checks:
    """The inspectors' days: what the night drew is checked on the next one, and a case takes its course."""

    def __init__(self, staff: DemoStaff, random: Random, joined_on: date, *, first_day: date) -> None:
        self.staff = staff
        self.random = random
        self.first_day = first_day
        self.inventor_id = next(rep.person_id for rep in staff.reps if rep.invents)
        self.case_ids: list[UUID] = []
        for name in words()["checks"]["inspectors"]:
            people.add_person(
                SYSTEM,
                name=name,
                unit_id=staff.company_id,
                role=Role.QA_INSPECTOR,
                joined_on=joined_on,
                phone=mobile(random),
                now=at_local(joined_on, "09:00", ZONE),
            )

    def live(self, day: date, now: datetime, *, is_recent: bool) -> None:
        """Promise the day's seed, check what waits, bring the case forward, and draw when its night has come."""
        morning, afternoon, night = (at_local(day, clock, ZONE) for clock in ("08:00", "14:00", "26:20"))
        if morning <= now:
            sampling.commit_seed(SYSTEM, business_day=day, seed=self.random.randbytes(32), now=morning)
        if afternoon <= now:
            if len(self.case_ids) == 1:
                self._bring_forward(self.case_ids[0], afternoon)
            self._check(afternoon, wants_case=not self.case_ids or (is_recent and len(self.case_ids) == 1))
        if night <= now:
            sampling.draw_day(SYSTEM, business_day=day, now=night)
            cases.finish_cases(SYSTEM, now=night)

    def _check(self, at: datetime, *, wants_case: bool) -> None:
        waiting = QaTask.objects.filter(state="ASSIGNED").order_by("method", "pk")
        for minute, task in enumerate(waiting):
            # Some calls wait for the next day, as they do; a second look waits for the first one.
            if self.random.random() < 0.15 or (task.method == "SECOND" and not _is_first_done(task)):
                continue
            moment = at + timedelta(minutes=2 * minute)
            assert task.inspector_id is not None
            scope = scope_of_person(task.inspector_id, at=moment, origin="demo")
            try:
                tasks.begin_task(scope, task_id=task.pk, now=moment)
            except Refused:
                # The customer was asked lately: that visit waits for the records.
                continue
            finding = self._finding(task)
            note = "" if finding is Finding.CONFIRMED else words()["checks"][finding.lower()]
            found = tasks.record_finding(
                scope, task_id=task.pk, finding=finding, answers=_ANSWERS[finding], note=note, now=moment
            )
            if wants_case and found.state == "FOUND":
                self._open(scope, task, moment + timedelta(minutes=1))
                wants_case = False

    def _finding(self, task: QaTask) -> Finding:
        # The same visit gives nearly the same answer to whoever asks.
        luck = Random(str(task.visit_id))
        if task.person_id == self.inventor_id and luck.random() < INVENTED_SHARE:
            return Finding.CONTRADICTED
        return luck.choices([Finding.CONFIRMED, Finding.DISCREPANCY, Finding.UNVERIFIABLE], [84, 7, 9])[0]

    def _open(self, scope: Scope, task: QaTask, at: datetime) -> None:
        said = words()["checks"]
        evidence = [(EvidenceKind.CUSTOMER_STATEMENT, said["statement"]), (EvidenceKind.DEVICE_RECORD, said["device"])]
        case = cases.open_case(scope, task_id=task.pk, summary=said["summary"], evidence=evidence, now=at)
        self.case_ids.append(case.pk)

    def _bring_forward(self, case_id: UUID, at: datetime) -> None:
        """One step a day: the account of the person, then a panel of three that decides."""
        said = words()["checks"]
        case = IntegrityCase.objects.get(pk=case_id)
        if case.answered_at is None:
            rep = scope_of_person(case.person_id, at=at, origin="demo")
            cases.answer_case(rep, case_id=case_id, answer=said["answer"], now=at)
        elif case.state == "NOTIFIED":
            qa = scope_of_person(self.staff.persons[Role.QA_INSPECTOR], at=at, origin="demo")
            panel = [self.staff.persons[role] for role in (Role.HR, Role.FINANCE, Role.SALES_OPS)]
            cases.appoint_panel(qa, case_id=case_id, person_ids=panel, now=at)
            for seat in PanelSeat.objects.filter(case=case_id).order_by("pk"):
                member = scope_of_person(seat.person_id, at=at, origin="demo")
                vote = {"vote": Vote.UPHOLD, "severity": 2, "note": said["vote"]}
                cases.cast_vote(member, seat_id=seat.pk, now=at + timedelta(hours=1), **vote)


def _is_first_done(task: QaTask) -> bool:
    return QaTask.objects.filter(frame=task.frame_id).exclude(pk=task.pk).exclude(finding="").exists()


_ANSWERS = {
    Finding.CONFIRMED: CallAnswers(True, True, True, True, True),
    Finding.DISCREPANCY: CallAnswers(True, True, True, False, None),
    Finding.UNVERIFIABLE: CallAnswers(),
    Finding.CONTRADICTED: CallAnswers(True, False, None, None, None),
}
