"""The steps of quality assurance that its tests take: a finding, a case, a panel's decision."""

from datetime import timedelta

import pytest

from tests.factories.org import scope_for
from tests.factories.quality import Bench, drawn_tasks
from tests.factories.visits import local
from tiejun.foundation.refusals import Refused
from tiejun.quality.actions import cases, tasks
from tiejun.quality.models import (
    IntegrityCase,
    PanelSeat,
    QaTask,
)
from tiejun.quality.rules.vocabulary import CallAnswers, EvidenceKind, Finding, Vote

MORNING = local("33:30")
EVIDENCE = [(EvidenceKind.CUSTOMER_STATEMENT, "Nobody came"), (EvidenceKind.POSITION, "Eleven kilometres away")]
NO = CallAnswers(knows_us=True, was_visited=False)


def refused(step) -> str:
    with pytest.raises(Refused) as caught:
        step()
    return caught.value.refusal


def found(bench: Bench, finding: Finding = Finding.CONTRADICTED, task: QaTask | None = None) -> QaTask:
    task = task or drawn_tasks(bench)[0]
    scope = scope_for(task.inspector, MORNING)
    tasks.begin_task(scope, task_id=task.pk, now=MORNING)
    return tasks.record_finding(scope, task_id=task.pk, finding=finding, answers=NO, note="Nobody came", now=MORNING)


def opened(bench: Bench) -> IntegrityCase:
    task = found(bench)
    scope = scope_for(task.inspector, MORNING)
    return cases.open_case(scope, task_id=task.pk, summary="A visit nobody saw", evidence=EVIDENCE, now=MORNING)


def judged(
    bench: Bench, case: IntegrityCase, votes: list[Vote], *, panel: list | None = None, at=None, severity: int = 3
) -> IntegrityCase:
    at = at or case.answer_due_at + timedelta(minutes=1)
    people = panel or bench.panel
    qa = scope_for(bench.inspectors[0], at)
    cases.appoint_panel(qa, case_id=case.pk, person_ids=[person.pk for person in people], now=at)
    for person, vote in zip(people, votes, strict=True):
        seat = PanelSeat.objects.get(case=case, person=person)
        weight = severity if vote is Vote.UPHOLD else 0
        cases.cast_vote(scope_for(person, at), seat_id=seat.pk, vote=vote, severity=weight, note="Seen", now=at)
    case.refresh_from_db()
    return case
