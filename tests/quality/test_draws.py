"""The draw that nobody can steer, the checks that follow from it, and the rate they give."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.factories.customers import make_contact
from tests.factories.org import make_person, scope_for
from tests.factories.quality import DAY, NIGHT, SEED, SYSTEM, drawn_tasks, make_bench, night
from tests.factories.visits import local, make_visit
from tests.quality.steps import MORNING, NO, found, refused
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.engines import sampling as engine
from tiejun.quality.actions import sampling, tasks
from tiejun.quality.models import (
    CustomerContact,
    FrameVisit,
    QaTask,
    SamplingDraw,
    SeedCommitment,
)
from tiejun.quality.queries import sampling as draw_queries
from tiejun.quality.queries import tasks as task_queries
from tiejun.quality.queries import truth
from tiejun.quality.rules.vocabulary import Finding, Refusal
from tiejun.visits.actions.day_locks import amend_visit

pytestmark = pytest.mark.django_db


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


# -- planted faults: a sampler that peeks ------------------------------------------------------------------------------
def test_a_planted_sampler_that_spares_somebodys_visits_is_found_by_repeating_the_draw(monkeypatch) -> None:
    bench = make_bench()
    spared, draw_them = str(bench.visits[0].pk), engine.draw

    def peeks(candidates, **rest):
        return [replace(row, part="") if row.key == spared else row for row in draw_them(candidates, **rest)]

    monkeypatch.setattr(engine, "draw", peeks)
    draw = night(bench)
    monkeypatch.setattr(engine, "draw", draw_them)

    assert not draw_queries.repeated(SYSTEM, draw.pk).is_same


def test_a_planted_sampler_that_takes_a_seed_to_its_liking_is_found_by_the_promise(monkeypatch) -> None:
    bench = make_bench()
    liked = bytes(reversed(SEED))
    monkeypatch.setattr(sampling, "unseal", lambda _sealed: liked.hex())

    with pytest.raises(IntegrityError), transaction.atomic():
        night(bench)


def test_a_planted_sampler_that_leaves_a_visit_out_of_its_frame_is_found_by_the_locked_day(monkeypatch) -> None:
    bench = make_bench()
    locked_visits = sampling.locked_visits
    monkeypatch.setattr(sampling, "locked_visits", lambda *given, **rest: locked_visits(*given, **rest)[1:])
    draw = night(bench)

    assert draw_queries.repeated(SYSTEM, draw.pk).missing == 1
