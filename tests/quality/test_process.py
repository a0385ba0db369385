"""The rules of due process, and the doors that keep them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests.factories.org import make_person, scope_for
from tests.factories.quality import DAY, SYSTEM, drawn_tasks, make_bench, night
from tests.factories.visits import local
from tests.quality.steps import EVIDENCE, MORNING, found, judged, opened, refused
from tests.visits.test_views import signed_in
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.refusals import NotFound
from tiejun.inbox.models import Notice
from tiejun.org.models import Unit
from tiejun.quality.actions import cases
from tiejun.quality.models import (
    IntegrityCase,
    PanelSeat,
    QaTask,
)
from tiejun.quality.queries import cases as case_queries
from tiejun.quality.rules.process import Seat, decided, is_outside
from tiejun.quality.rules.vocabulary import EvidenceKind, Finding, Outcome, Refusal, Vote
from tiejun.quality.texts import CONSEQUENCES
from tiejun.visits.models import CountAdjustment, DayLock, Visit
from tiejun.visits.queries.days import day_counts

pytestmark = pytest.mark.django_db


def test_a_case_needs_two_evidences_of_different_kinds() -> None:
    bench = make_bench()
    night(bench)
    task = found(bench)
    scope = scope_for(task.inspector, MORNING)

    def open_with(evidence):
        return lambda: cases.open_case(scope, task_id=task.pk, summary="x", evidence=evidence, now=MORNING)

    assert refused(open_with(EVIDENCE[:1])) == Refusal.ONE_EVIDENCE
    assert refused(open_with([EVIDENCE[0], (EvidenceKind.CUSTOMER_STATEMENT, "Again")])) == Refusal.ONE_EVIDENCE
    assert not IntegrityCase.objects.exists()
    case = open_with(EVIDENCE)()
    assert case.state == "NOTIFIED"
    # Wednesday's night is drawn on Thursday: three working days end on Tuesday.
    assert case.answer_due_at == local("18:00", DAY + timedelta(days=6))
    assert Notice.objects.filter(person=bench.rep.person, code="quality.case_opened").count() == 1


def test_nothing_is_decided_before_the_answer_or_its_deadline() -> None:
    bench = make_bench()
    night(bench)
    case = opened(bench)
    qa = bench.qa(MORNING)
    panel = [person.pk for person in bench.panel]

    def appoint(persons, now=MORNING):
        return lambda: cases.appoint_panel(qa, case_id=case.pk, person_ids=persons, now=now)

    assert refused(appoint(panel)) == Refusal.ANSWER_STILL_DUE
    cases.answer_case(bench.rep.scope_at(MORNING), case_id=case.pk, answer="I was there", now=MORNING)
    assert (
        refused(lambda: cases.answer_case(bench.rep.scope, case_id=case.pk, answer="!", now=MORNING))
        == Refusal.ANSWERED
    )
    assert refused(appoint(panel[:2])) == Refusal.THREE_ARE_NEEDED
    assert refused(appoint([*panel[:2], bench.rep.supervisor.pk])) == Refusal.IN_THE_LINE
    assert refused(appoint([*panel[:2], bench.inspectors[0].pk])) == Refusal.IN_THE_LINE
    assert not PanelSeat.objects.exists()
    appoint(panel)()
    for state in ("UPHELD", "FINAL", "NOTIFIED"):
        with pytest.raises(IntegrityError), transaction.atomic():
            IntegrityCase.objects.filter(pk=case.pk).update(
                state=state, outcome="UPHELD", severity=1, decided_at=MORNING
            )


def test_an_upheld_case_has_effects_only_when_it_is_final() -> None:
    bench = make_bench()
    night(bench)
    case = judged(bench, opened(bench), [Vote.UPHOLD, Vote.UPHOLD, Vote.DISMISS])

    assert (case.state, case.outcome, case.severity) == ("UPHELD", "UPHELD", 3)
    assert Visit.objects.get(pk=case.visit_id).state == "LOCKED"
    assert cases.finish_cases(SYSTEM, now=case.appeal_due_at) == 0
    assert cases.finish_cases(SYSTEM, now=case.appeal_due_at + timedelta(minutes=1)) == 1
    lock = DayLock.objects.get(person=bench.rep.person, business_day=DAY)
    counts = day_counts(SYSTEM, [bench.rep.person.pk], DAY, now=case.appeal_due_at)[bench.rep.person.pk]
    assert Visit.objects.get(pk=case.visit_id).state == "VOID"
    assert (lock.visits, counts.visits, counts.restated_visits) == (
        len(bench.visits),
        len(bench.visits),
        len(bench.visits) - 1,
    )
    assert CountAdjustment.objects.filter(visit=case.visit_id, metric="VISITS", delta=-1, cause="QA_VOID").exists()
    assert Notice.objects.filter(person=bench.rep.supervisor, code="quality.case_final_upheld").exists()


@pytest.mark.parametrize("severity", [1, 2, 3])
def test_beyond_the_red_line_human_resources_hear_the_person_and_nothing_else_follows_by_itself(severity: int) -> None:
    bench = make_bench()
    night(bench)
    hr = make_person(role=Role.HR, unit=Unit.objects.get(parent=None))
    case = judged(bench, opened(bench), [Vote.UPHOLD] * 3, severity=severity)
    asked = Notice.objects.filter(code="quality.case_final_severe")
    later = case.appeal_due_at + timedelta(minutes=1)
    page = signed_in(bench.rep.person).get(reverse("quality:case", args=[case.pk])).content.decode()

    assert str(CONSEQUENCES[severity]) in page
    assert not asked.exists(), "nobody hears of it while there is time to appeal"
    cases.finish_cases(SYSTEM, now=later)
    assert asked.filter(person=hr).exists() is (severity == 3)
    assert not asked.filter(person__in=[bench.rep.person, bench.rep.supervisor]).exists()
    bench.rep.person.refresh_from_db()
    assert bench.rep.person.left_on is None
    assert Role.REP in scope_for(bench.rep.person, later).roles


def test_an_appeal_is_heard_by_other_people_and_may_undo_everything() -> None:
    bench = make_bench()
    night(bench)
    case = judged(bench, opened(bench), [Vote.UPHOLD] * 3)
    at = case.decided_at + timedelta(days=1)
    cases.appeal_case(bench.rep.scope_at(at), case_id=case.pk, reason="They mix me up", now=at)
    qa = bench.qa(at)
    same = [person.pk for person in bench.panel]

    assert refused(lambda: cases.appoint_panel(qa, case_id=case.pk, person_ids=same, now=at)) == Refusal.SAT_ALREADY
    case.refresh_from_db()
    case = judged(bench, case, [Vote.DISMISS, Vote.DISMISS, Vote.UPHOLD], panel=bench.second_panel, at=at)

    assert (case.state, case.outcome, case.severity) == ("FINAL", "DISMISSED", 0)
    assert Visit.objects.get(pk=case.visit_id).state == "LOCKED"
    assert QaTask.objects.get(pk=case.task_id).is_untrue is False


def test_it_is_too_late_to_answer_or_to_appeal_after_the_time() -> None:
    bench = make_bench()
    night(bench)
    case = opened(bench)
    late = case.answer_due_at + timedelta(minutes=1)

    assert (
        refused(lambda: cases.answer_case(bench.rep.scope_at(late), case_id=case.pk, answer="x", now=late))
        == Refusal.TOO_LATE
    )
    case = judged(bench, case, [Vote.UPHOLD] * 3)
    late = case.appeal_due_at + timedelta(minutes=1)
    assert (
        refused(lambda: cases.appeal_case(bench.rep.scope_at(late), case_id=case.pk, reason="x", now=late))
        == Refusal.TOO_LATE
    )


def test_the_position_is_seen_within_a_case_alone_with_a_reason() -> None:
    bench = make_bench()
    night(bench)
    case = opened(bench)
    qa = bench.qa(MORNING)

    assert refused(lambda: cases.look_at_position(qa, case_id=case.pk, reason=" ", now=MORNING)) == Refusal.NOTE_MISSING
    assert (
        case_queries.position_of_case(
            qa, cases.look_at_position(qa, case_id=case.pk, reason="compare", now=MORNING)
        ).accuracy_metres
        == 20
    )
    with pytest.raises(PermissionRefused):
        cases.look_at_position(scope_for(bench.rep.supervisor), case_id=case.pk, reason="curious", now=MORNING)
    with pytest.raises(NotFound):
        cases.look_at_position(qa, case_id=uuid4(), reason="x", now=MORNING)


def test_leaders_see_a_case_when_it_is_final_and_the_person_from_the_first_day() -> None:
    bench = make_bench()
    night(bench)
    case = opened(bench)
    supervisor = scope_for(bench.rep.supervisor, MORNING)

    assert case_queries.case_view(bench.rep.scope_at(MORNING), case.pk, now=MORNING).is_mine
    for stranger in (supervisor, scope_for(bench.rep.colleague, MORNING)):
        with pytest.raises(NotFound):
            case_queries.case_view(stranger, case.pk, now=MORNING)
    judged(bench, case, [Vote.DISMISS] * 3)
    assert case_queries.case_view(supervisor, case.pk, now=MORNING).case.state == "FINAL"


def test_the_person_sees_a_check_only_when_it_is_closed() -> None:
    bench = make_bench()
    night(bench)
    task = drawn_tasks(bench)[0]
    scope = bench.rep.scope_at(MORNING)

    assert case_queries.own_record(scope, now=MORNING).checked == []
    found(bench, Finding.CONFIRMED, task)
    assert [row.pk for row, _company in case_queries.own_record(scope, now=MORNING).checked] == [task.pk]


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        ([(Vote.UPHOLD, 2), (Vote.UPHOLD, 3)], None),
        ([(Vote.UPHOLD, 2), (Vote.UPHOLD, 3), (Vote.DISMISS, 0)], (Outcome.UPHELD, 2)),
        ([(Vote.UPHOLD, 1), (Vote.UPHOLD, 3), (Vote.UPHOLD, 2)], (Outcome.UPHELD, 2)),
        ([(Vote.UPHOLD, 3), (Vote.DISMISS, 0), (Vote.DISMISS, 0)], (Outcome.DISMISSED, 0)),
    ],
)
def test_two_of_three_decide(votes, expected) -> None:
    assert decided(votes) == expected


def test_who_is_outside_the_line() -> None:
    me, group, region, company, other = (uuid4() for _ in range(5))
    chain = [group, region, company]

    def outside(*seats: Seat) -> bool:
        return is_outside(seats, person_id=me, chain=chain)

    someone = uuid4()
    assert outside(Seat(someone, company, leads=False))
    assert outside(Seat(someone, other, leads=True))
    assert not outside(Seat(someone, company, leads=True))
    assert not outside(Seat(someone, region, leads=False))
    assert not outside(Seat(someone, company, leads=False), Seat(someone, group, leads=False))
    assert not outside(Seat(me, company, leads=False))
