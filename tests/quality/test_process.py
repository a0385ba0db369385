"""The rules of due process, and the doors that keep them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.factories.customers import make_contact
from tests.factories.org import make_person, scope_for
from tests.factories.quality import DAY, NIGHT, SYSTEM, Bench, drawn_tasks, make_bench, night
from tests.factories.visits import local, make_visit
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.foundation.refusals import NotFound, Refused
from tiejun.inbox.models import Notice
from tiejun.quality.actions import cases, sampling, tasks
from tiejun.quality.models import (
    CustomerContact,
    FrameVisit,
    IntegrityCase,
    PanelSeat,
    QaTask,
    SamplingDraw,
    SeedCommitment,
)
from tiejun.quality.queries import cases as case_queries
from tiejun.quality.queries import sampling as draw_queries
from tiejun.quality.queries import tasks as task_queries
from tiejun.quality.queries import truth
from tiejun.quality.rules.process import Seat, decided, is_outside
from tiejun.quality.rules.vocabulary import CallAnswers, EvidenceKind, Finding, Outcome, Refusal, Vote
from tiejun.visits.actions.day_locks import amend_visit
from tiejun.visits.models import CountAdjustment, DayLock, Visit
from tiejun.visits.queries.days import day_counts

pytestmark = pytest.mark.django_db
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
    bench: Bench, case: IntegrityCase, votes: list[Vote], *, panel: list | None = None, at=None
) -> IntegrityCase:
    at = at or case.answer_due_at + timedelta(minutes=1)
    people = panel or bench.panel
    qa = scope_for(bench.inspectors[0], at)
    cases.appoint_panel(qa, case_id=case.pk, person_ids=[person.pk for person in people], now=at)
    for person, vote in zip(people, votes, strict=True):
        seat = PanelSeat.objects.get(case=case, person=person)
        severity = 3 if vote is Vote.UPHOLD else 0
        cases.cast_vote(scope_for(person, at), seat_id=seat.pk, vote=vote, severity=severity, note="Seen", now=at)
    case.refresh_from_db()
    return case


def test_the_draw_is_promised_repeatable_and_hits_every_visit_with_a_known_probability() -> None:
    bench = make_bench()
    draw = night(bench)

    again = draw_queries.repeated(SYSTEM, draw.pk)

    assert (again.is_promised, again.is_same, draw.is_promise_late) == (True, True, False)
    assert draw.frame_count == len(bench.visits) == FrameVisit.objects.filter(probability__gt=0).count()
    assert sampling.draw_day(SYSTEM, business_day=DAY, now=NIGHT) == draw


def test_a_draw_that_was_not_promised_is_refused() -> None:
    make_bench()

    assert refused(lambda: sampling.draw_day(SYSTEM, business_day=DAY, now=NIGHT)) == Refusal.SEED_IS_MISSING
    assert not SamplingDraw.objects.exists()


def test_the_database_takes_no_other_seed_and_no_later_promise_in_silence() -> None:
    bench = make_bench()
    promise = sampling.commit_seed(SYSTEM, business_day=DAY, seed=b"1" * 32, now=local("08:00"))

    for change in ({"revealed_seed": b"2" * 32, "revealed_at": NIGHT}, {"seed_hash": b"3" * 32}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SeedCommitment.objects.filter(pk=promise.pk).update(**change)
    promise_of = {"commitment": promise, "business_day": DAY, "random_rate": 1, "risk_rate": 0, "frame_count": 0}
    with pytest.raises(IntegrityError), transaction.atomic():
        SamplingDraw.objects.create(
            **promise_of, frame_digest=b"", drawn_count=0, committed_at=local("19:00"), first_locked_at=local("18:30"),
            drawn_at=NIGHT,
        )  # fmt: skip
    assert bench.visits


def test_a_visit_amended_after_the_lock_stays_in_the_frame_as_it_was() -> None:
    bench = make_bench()
    draw = night(bench)
    visit = bench.visits[0]
    amend_visit(
        bench.rep.scope_at(MORNING), visit_id=visit.pk, field="note", value="Otherwise", reason="typo", now=MORNING
    )

    view = task_queries.task_view(bench.qa(MORNING), QaTask.objects.get(visit=visit).pk)

    assert FrameVisit.objects.filter(draw=draw, visit=visit).exists()
    assert view.visit.is_amended
    assert draw_queries.repeated(SYSTEM, draw.pk).is_same


def test_a_late_entry_comes_into_the_next_frame_once() -> None:
    bench = make_bench()
    night(bench)
    late = make_visit(
        bench.rep,
        at=local("34:00"),
        company=bench.rep.held_company(),
        started_at=local("15:00"),
        ended_at=local("15:20"),
    )
    second = night(bench, day=DAY + timedelta(days=1))

    framed = set(FrameVisit.objects.filter(draw=second).values_list("visit_id", flat=True))

    assert framed == {late.pk}


def test_inspectors_are_outside_the_line_rotate_and_do_not_see_whose_visit_it_is() -> None:
    bench = make_bench()
    inside = make_person(role=Role.QA_INSPECTOR, unit=bench.rep.unit)
    night(bench)
    rows = drawn_tasks(bench)

    view = task_queries.task_view(bench.qa(MORNING), rows[0].pk)

    assert {row.inspector_id for row in rows} == {person.pk for person in bench.inspectors}
    assert inside.pk not in {row.inspector_id for row in rows}
    assert (view.person, view.part, view.signs) == ("", "", ())
    assert all(not contact.phone for contact in view.contacts)
    done = found(bench, Finding.CONFIRMED, rows[0])
    assert task_queries.task_view(scope_for(done.inspector, MORNING), done.pk).person == bench.rep.person.name


def test_the_number_shows_during_ones_own_call_alone() -> None:
    bench = make_bench()
    make_contact(bench.rep.company, phone="13800002222", now=local("08:00"))
    night(bench)
    task = QaTask.objects.get(visit=bench.visits[0])
    tasks.begin_task(scope_for(task.inspector, MORNING), task_id=task.pk, now=MORNING)
    other = next(person for person in bench.inspectors if person.pk != task.inspector_id)

    mine = task_queries.task_view(scope_for(task.inspector, MORNING), task.pk)
    theirs = task_queries.task_view(scope_for(other, MORNING), task.pk)

    assert any(contact.phone for contact in mine.contacts)
    assert not any(contact.phone for contact in theirs.contacts)


def test_a_customer_is_asked_once_in_ninety_days() -> None:
    bench = make_bench()
    night(bench)
    first, second = drawn_tasks(bench)[:2]
    tasks.begin_task(scope_for(first.inspector, MORNING), task_id=first.pk, now=MORNING)
    row = CustomerContact.objects.get()

    with pytest.raises(IntegrityError, match="one_contact_per_customer_within_the_gap"), transaction.atomic():
        CustomerContact.objects.create(
            company_id=first.company_id, task=second, asked_on=row.asked_on + timedelta(days=89),
            free_on=row.free_on + timedelta(days=89), asked_by=first.inspector,
        )  # fmt: skip
    QaTask.objects.filter(pk=second.pk).update(company=first.company)
    assert (
        refused(lambda: tasks.begin_task(scope_for(second.inspector, MORNING), task_id=second.pk, now=MORNING))
        == Refusal.ASKED_LATELY
    )
    second.refresh_from_db()
    assert second.state == "ASSIGNED"


def test_only_the_assigned_inspector_works_step_by_step_and_says_why() -> None:
    bench = make_bench()
    night(bench)
    task = drawn_tasks(bench)[0]
    mine = scope_for(task.inspector, MORNING)
    other = scope_for(next(person for person in bench.inspectors if person.pk != task.inspector_id), MORNING)

    def find(scope, note: str = "x", finding: Finding = Finding.CONTRADICTED):
        return lambda: tasks.record_finding(scope, task_id=task.pk, finding=finding, answers=NO, note=note, now=MORNING)

    assert refused(find(mine)) == Refusal.WRONG_STEP
    assert refused(lambda: tasks.begin_task(other, task_id=task.pk, now=MORNING)) == Refusal.NOT_YOURS
    tasks.begin_task(mine, task_id=task.pk, now=MORNING)
    assert refused(find(other)) == Refusal.NOT_YOURS
    assert refused(find(mine, note=" ")) == Refusal.NOTE_MISSING
    find(mine, note="", finding=Finding.CONFIRMED)()
    for change in ({"finding": "CONTRADICTED"}, {"state": "ASSIGNED"}, {"probability": 1.0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            QaTask.objects.filter(pk=task.pk).update(**change)
    with pytest.raises(PermissionRefused):
        tasks.begin_task(bench.rep.scope, task_id=task.pk, now=MORNING)


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


def test_the_truth_rate_of_a_unit_comes_with_its_interval() -> None:
    bench = make_bench()
    night(bench)
    rows = drawn_tasks(bench)
    found(bench, Finding.CONTRADICTED, rows[0])
    for row in rows[1:]:
        found(bench, Finding.CONFIRMED, row)
    tomorrow = local("58:00")

    page = truth.truth_page(scope_for(bench.rep.supervisor, tomorrow), now=tomorrow)

    assert [line.unit_id for line in page.lines] == [bench.rep.unit.pk]
    line = page.lines[0]
    assert line.estimate is not None
    assert line.estimate.low < line.estimate.rate < line.estimate.high
    assert (line.visits, line.audited, line.findings["CONTRADICTED"]) == (len(bench.visits), len(rows), 1)


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
