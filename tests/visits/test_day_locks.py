from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from tests.factories.org import NOW, scope_for
from tests.factories.visits import ADVANCED, DAY, HERE, KP, Field, local, make_field, make_visit
from tiejun.access.scope import PermissionRefused, Scope
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.inbox.models import Notice
from tiejun.visits.actions.day_locks import amend_visit, erase_positions, hard_lock_day, soft_lock_day
from tiejun.visits.actions.field import check_in, give_location_consent
from tiejun.visits.actions.recording import edit_visit, record_visit
from tiejun.visits.models import Amendment, CountAdjustment, DayLock, Visit, VisitContact, VisitEvidence, VisitPosition
from tiejun.visits.rules.vocabulary import Capture, CheckInInput, Flag, Refusal, VisitFactsInput, VisitInput, VisitState

pytestmark = pytest.mark.django_db
SYSTEM = Scope.system("test")
NIGHT = local("26:00")


def lock_softly(rep: Field, soft: str = "22:00") -> None:
    soft_lock_day(SYSTEM, unit_id=rep.unit.pk, business_day=DAY, soft_at=local(soft), now=local(soft))


def lock_hard(rep: Field, soft: str = "22:00") -> None:
    hard_lock_day(SYSTEM, unit_id=rep.unit.pk, business_day=DAY, soft_at=local(soft), hard_at=NIGHT, now=NIGHT)


def synced(rep: Field, *, captured: str, received: str, offset: timedelta = timedelta(0), company=None) -> Visit:
    """Record a visit that waited in the phone; `offset`: how far the phone's clock is ahead."""
    at, now = local(captured), local(received)
    capture = Capture(recorded_at=at + offset, sent_at=now + offset, device_id=uuid4(), sequence=1)
    facts = VisitInput(uuid4(), company_id=(company or rep.company).pk, facts=ADVANCED, capture=capture)
    return record_visit(rep.scope_at(now), facts=facts, now=now)


def counts(rep: Field) -> tuple[int, int, int]:
    row = DayLock.objects.get(person=rep.person, business_day=DAY)
    return row.visits, row.effective_visits, row.new_effective_customers


def adjustments(rep: Field) -> list[tuple]:
    rows = CountAdjustment.objects.filter(person=rep.person).order_by("metric")
    return list(rows.values_list("business_day", "booked_on", "metric", "delta", "cause"))


def test_an_offline_visit_captured_before_the_soft_lock_and_synced_before_the_hard_lock_counts() -> None:
    rep = make_field(profile="iron")
    lock_softly(rep)

    visit = synced(rep, captured="21:50", received="23:30")
    lock_hard(rep)

    assert (visit.entry, visit.business_day, visit.flags) == ("ON_TIME", DAY, [Flag.OFFLINE])
    assert counts(rep) == (1, 0, 1)
    assert adjustments(rep) == []


def test_a_visit_captured_after_the_soft_lock_is_a_late_entry() -> None:
    rep = make_field(profile="iron")
    lock_softly(rep)

    visit = synced(rep, captured="22:10", received="23:30")
    lock_hard(rep)

    assert (visit.entry, visit.state) == ("LATE", VisitState.SUBMITTED)
    assert counts(rep) == (0, 0, 0)
    assert adjustments(rep) == [
        (DAY, DAY + timedelta(days=1), "NEW_EFFECTIVE_CUSTOMERS", 1, "LATE_ENTRY"),
        (DAY, DAY + timedelta(days=1), "VISITS", 1, "LATE_ENTRY"),
    ]


def test_a_visit_synced_after_the_hard_lock_is_a_late_entry_booked_at_once() -> None:
    rep = make_field(profile="iron")
    lock_softly(rep)
    lock_hard(rep)

    visit = synced(rep, captured="15:00", received="33:00")

    assert (visit.entry, visit.state, visit.business_day) == ("LATE", VisitState.LOCKED, DAY)
    assert counts(rep) == (0, 0, 0)
    assert [row[2:4] for row in adjustments(rep)] == [("NEW_EFFECTIVE_CUSTOMERS", 1), ("VISITS", 1)]


@pytest.mark.parametrize("offset", [timedelta(days=3), timedelta(days=-3), timedelta(hours=8), timedelta(minutes=-6)])
def test_a_wrong_phone_clock_is_corrected_flagged_and_never_loses_a_visit(offset: timedelta) -> None:
    rep = make_field(profile="iron")

    visit = synced(rep, captured="15:00", received="15:30", offset=offset)

    assert (visit.business_day, visit.started_at, visit.entry) == (DAY, local("15:00"), "ON_TIME")
    assert visit.flags == [Flag.CLOCK_SKEW, Flag.OFFLINE]
    assert (visit.device_time, visit.device_offset_seconds) == (local("15:00") + offset, -int(offset.total_seconds()))


def test_a_wrong_phone_clock_proves_nothing_after_the_soft_lock() -> None:
    rep = make_field(profile="iron")

    visit = synced(rep, captured="21:50", received="23:30", offset=timedelta(minutes=20))

    assert (visit.entry, visit.business_day) == ("LATE", DAY)


@pytest.mark.parametrize("recorded_at", [NOW.replace(year=2005), NOW + timedelta(days=3), NOW - timedelta(days=100)])
def test_an_unbelievable_phone_time_without_an_offset_becomes_the_time_of_receipt(recorded_at) -> None:
    rep = make_field()

    visit = record_visit(
        rep.scope, facts=VisitInput(uuid4(), company_id=rep.company.pk, capture=Capture(recorded_at)), now=NOW
    )

    assert (visit.started_at, visit.business_day, len(visit.flags)) == (NOW, DAY, 1)


@pytest.mark.parametrize(
    ("at", "day"), [("23:59", DAY), ("24:00", DAY), ("25:59", DAY), ("26:00", DAY + timedelta(days=1))]
)
def test_the_business_day_rolls_over_at_two(at: str, day: date) -> None:
    rep = make_field()

    assert make_visit(rep, at=local(at)).business_day == day


def test_both_locks_are_safe_to_run_twice_and_end_what_was_never_recorded() -> None:
    rep = make_field(profile="iron")
    make_visit(rep)
    other = rep.held_company()
    check_in(rep.scope, facts=CheckInInput(uuid4(), company_id=other.pk), now=local("17:00"))

    for _ in range(2):
        lock_softly(rep)
    for _ in range(2):
        lock_hard(rep)

    assert DayLock.objects.filter(unit=rep.unit).count() == 2  # the representative and the colleague
    assert counts(rep) == (1, 1, 1)
    assert sorted(Visit.objects.values_list("state", "cancel_reason")) == [
        ("CANCELLED", "NOT_FINISHED"),
        ("LOCKED", ""),
    ]


def test_the_record_of_a_visit_that_the_lock_ended_becomes_a_late_entry_of_its_own() -> None:
    rep = make_field(profile="iron")
    give_location_consent(rep.scope, now=NOW)
    started = check_in(
        rep.scope, facts=CheckInInput(uuid4(), company_id=rep.company.pk, capture=Capture(NOW, position=HERE)), now=NOW
    )
    lock_softly(rep)
    lock_hard(rep)

    late = record_visit(
        rep.scope_at(local("33:00")), facts=VisitInput(uuid4(), visit_id=started.pk, facts=ADVANCED), now=local("33:00")
    )

    assert late.pk != started.pk
    assert (late.entry, late.business_day, late.presence, late.effective_visit) == ("LATE", DAY, "IN_RANGE", True)


def test_an_amendment_leaves_the_record_books_the_difference_and_tells_the_supervisor() -> None:
    rep = make_field(profile="iron")
    visit = make_visit(rep, facts=VisitFactsInput(met=(KP,), service_explained=True))
    lock_softly(rep)
    lock_hard(rep)
    later = local("34:00")

    row = amend_visit(
        rep.scope_at(later),
        visit_id=visit.pk,
        field="advancement",
        value="NEXT_STEP_AGREED",
        reason="forgot the date",
        now=later,
    )

    stored = Visit.objects.get(pk=visit.pk)
    assert (stored.advancement, stored.effective_visit, counts(rep)) == ("NONE", False, (1, 0, 1))
    assert (row.old_value, row.new_value, row.reason) == ("NONE", "NEXT_STEP_AGREED", "forgot the date")
    assert adjustments(rep) == [(DAY, DAY + timedelta(days=1), "EFFECTIVE_VISITS", 1, "AMENDMENT")]
    assert list(Notice.objects.values_list("person", "code")) == [(rep.supervisor.pk, "visits.amended")]


def test_a_late_entry_beside_an_amended_visit_to_the_company_makes_one_effective_visit_not_two() -> None:
    rep = make_field(profile="iron")
    visit = make_visit(rep, facts=VisitFactsInput(met=(KP,), service_explained=True))
    lock_softly(rep)
    lock_hard(rep)
    later = local("34:00")
    amend_visit(
        rep.scope_at(later),
        visit_id=visit.pk,
        field="advancement",
        value="NEXT_STEP_AGREED",
        reason="forgot",
        now=later,
    )

    late = synced(rep, captured="15:00", received="35:00")

    assert late.entry == "LATE"
    booked = [row[2:4] for row in adjustments(rep)]
    assert [delta for metric, delta in booked if metric == "EFFECTIVE_VISITS"] == [1]


@pytest.mark.parametrize(
    ("field", "value", "reason", "error"),
    [
        ("refusal", "CLEAR", " ", Refusal.REASON_IS_MISSING),
        ("refusal", "NONE", "because", Refusal.NOTHING_CHANGES),
    ],
)
def test_an_amendment_needs_a_reason_and_a_change(field: str, value: str, reason: str, error: Refusal) -> None:
    rep = make_field(profile="iron")
    visit = make_visit(rep)
    lock_softly(rep)
    lock_hard(rep)

    with pytest.raises(Refused) as refused:
        amend_visit(rep.scope, visit_id=visit.pk, field=field, value=value, reason=reason, now=NIGHT)

    assert (refused.value.refusal, Amendment.objects.count()) == (error, 0)


def test_an_amendment_is_the_authors_alone_after_the_hard_lock_alone_and_of_known_values() -> None:
    rep = make_field(profile="iron")
    visit = make_visit(rep)

    with pytest.raises(Refused) as early:
        amend_visit(rep.scope, visit_id=visit.pk, field="refusal", value="CLEAR", reason="x", now=NOW)
    lock_softly(rep)
    lock_hard(rep)
    with pytest.raises(PermissionRefused):
        amend_visit(scope_for(rep.supervisor), visit_id=visit.pk, field="refusal", value="CLEAR", reason="x", now=NIGHT)
    with pytest.raises(NotFound):
        amend_visit(scope_for(rep.colleague), visit_id=visit.pk, field="refusal", value="CLEAR", reason="x", now=NIGHT)
    with pytest.raises(Invalid):
        amend_visit(rep.scope, visit_id=visit.pk, field="effective_visit", value="yes", reason="x", now=NIGHT)

    assert early.value.refusal is Refusal.DAY_IS_NOT_LOCKED
    assert (Amendment.objects.count(), CountAdjustment.objects.count()) == (0, 0)


def test_a_supervisor_never_edits_a_visit() -> None:
    rep = make_field()
    visit = make_visit(rep)

    with pytest.raises(PermissionRefused):
        edit_visit(scope_for(rep.supervisor), visit_id=visit.pk, version=1, facts=ADVANCED, now=NOW)

    assert Visit.objects.get(pk=visit.pk).version == 1


def test_old_positions_are_erased_and_the_flag_stays() -> None:
    rep = make_field()
    old = make_visit(rep)
    new = make_visit(
        rep, at=NOW + timedelta(days=20), company=rep.held_company(latitude=HERE.latitude, longitude=HERE.longitude)
    )

    erase_positions(SYSTEM, now=NOW + timedelta(days=31))

    assert list(VisitPosition.objects.values_list("visit", flat=True)) == [new.pk]
    assert Visit.objects.get(pk=old.pk).presence == "IN_RANGE"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM visits_visit",
        "UPDATE visits_visit SET note = 'x'",
        "UPDATE visits_visit SET state = 'COMPLETED'",
        "UPDATE visits_visit SET business_day = business_day - 1",
        "UPDATE visits_visitcontact SET is_senior = false",
        "DELETE FROM visits_visitcontact",
        "DELETE FROM visits_visitevidence",
        "UPDATE visits_daylock SET visits = 9",
        "DELETE FROM visits_daylock",
        "UPDATE visits_amendment SET reason = 'y'",
        "DELETE FROM visits_amendment",
        "UPDATE visits_countadjustment SET delta = 5",
        "DELETE FROM visits_countadjustment",
    ],
)
def test_the_database_refuses_to_change_a_locked_day(statement: str) -> None:
    rep = make_field(profile="iron")
    visit = make_visit(rep)
    VisitEvidence.objects.create(visit=visit, kind="CARD", captured_at=NOW)
    lock_softly(rep)
    lock_hard(rep)
    amend_visit(rep.scope, visit_id=visit.pk, field="advancement", value="NONE", reason="no", now=NIGHT)

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_takes_only_late_entries_into_a_locked_day_and_lets_qa_void() -> None:
    rep = make_field(profile="iron")
    visit = make_visit(rep)
    lock_softly(rep)
    lock_hard(rep)
    row = Visit.objects.get(pk=visit.pk)
    row.pk, row.client_key, row.record_key, row._state.adding = uuid4(), uuid4(), uuid4(), True

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitContact.objects.create(visit=visit, contact_id=VisitContact.objects.get().contact_id, role="USER")
    assert Visit.objects.filter(pk=visit.pk).update(state=VisitState.VOID) == 1


def test_a_visit_in_progress_is_one_per_person_in_the_database() -> None:
    rep = make_field()
    visit = check_in(rep.scope, facts=CheckInInput(uuid4(), company_id=rep.company.pk), now=NOW)
    row = Visit.objects.get(pk=visit.pk)
    row.pk, row.client_key, row._state.adding = uuid4(), uuid4(), True

    with pytest.raises(IntegrityError, match="one_visit_in_progress_per_person"), transaction.atomic():
        row.save(force_insert=True)


def test_parts_of_a_visit_protect_it() -> None:
    rep = make_field()
    visit = make_visit(rep)

    with pytest.raises((ProtectedError, IntegrityError)), transaction.atomic():
        visit.delete()
