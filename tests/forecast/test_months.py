from datetime import date, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.factories.forecast import clock_scope
from tests.factories.org import make_leave, make_login, make_person, scope_for
from tests.factories.visits import local, make_field
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.forecast.actions import groups, months
from tiejun.forecast.actions.months import Words
from tiejun.forecast.models import ForecastSnapshot, GroupForecast, MonthlyForecast
from tiejun.forecast.queries import rollup
from tiejun.forecast.queries.months import (
    commitment_in_reach,
    month_form,
    own_sheet,
    signed_content,
    team_commitments,
)
from tiejun.forecast.rules.months import Support, content_hash
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.visits.models import DayLock

pytestmark = pytest.mark.django_db
MARCH, NOW = date(2026, 3, 1), local("18:00")
HELP = {"deviation_explained": "a fair brought many", "improvement_plan": "two accompanied visits a week"}


def say(rep, deals=3, *, version=0, person=None, support=None, **texts):
    scope = scope_for(person or rep.person)
    words = Words(HELP | {"support_note": ""} | texts, support)
    return months.commit(
        scope, month=MARCH, version=version, deals=deals, amount_minor=deals * 1_000_000, words=words, now=NOW
    )


def talk(rep, deals=3, *, version=1, person=None, by=None, **texts):
    words = Words({"state_of_work": "steady", "causes": "few demos", "follow_up_plan": "see two demos"} | HELP | texts)
    return months.talk(
        scope_for(by or rep.supervisor), person_id=(person or rep.person).pk, month=MARCH, version=version, deals=deals,
        amount_minor=deals * 1_000_000, words=words, now=NOW,
    )  # fmt: skip


def rates(rep, *, visits=8, new=4, days=30, person=None):
    """Let a person have frozen days behind: so many visits, so many new effective customers each."""
    for number in range(1, days + 1):
        DayLock.objects.create(
            person=person or rep.person, unit=rep.unit, business_day=local("12:00").date() - timedelta(days=number),
            soft_at=local("18:30"), hard_at=local("26:00"), visits=visits, effective_visits=new, new_effective_customers=new,
            counts_hash=b"x",
        )  # fmt: skip


def sign(rep, row, person=None):
    return months.sign(scope_for(person or rep.person), commitment_id=row.pk, version=row.version, now=NOW)


def countersign(rep, row, by=None, seen=None):
    return months.countersign(
        scope_for(by or rep.supervisor), commitment_id=row.pk, content_hash=seen or row.content_hash, now=NOW
    )


def published(rep, deals=3, person=None):
    rates(rep, person=person)
    row = talk(rep, deals, person=person, version=say(rep, deals, person=person).version)
    return countersign(rep, sign(rep, row, person))


def code_of(step):
    with pytest.raises(Refused) as refused:
        step()
    return refused.value.code


# -- the way of a number ------------------------------------------------------------------------------------------------
def test_said_talked_signed_and_published(rep):
    row = published(rep)

    assert (row.state, row.deals, row.supervisor_id) == ("PUBLISHED", 3, rep.supervisor.pk)
    assert len(row.content_hash) == 64
    assert row.tree["deals"] == 3
    assert [one.pk for one in team_commitments(scope_for(rep.colleague), MARCH)] == [row.pk]


def test_the_supervisor_cannot_sign_first_nor_for_themselves(rep):
    rates(rep)
    row = talk(rep, version=say(rep).version)

    assert code_of(lambda: countersign(rep, row, seen="x")) == "rep_signs_first"
    assert (
        code_of(
            lambda: talk(rep, by=rep.supervisor, person=rep.person, version=row.version, causes="else deduct from pay")
        )
        == "sanction_clause"
    )
    with pytest.raises(PermissionRefused):
        countersign(rep, row, by=rep.person)
    with pytest.raises(NotFound):
        countersign(rep, row, by=make_person(role=Role.SUPERVISOR, unit=rep.unit.parent))


def test_nobody_signs_before_the_talk(rep):
    rates(rep)

    assert code_of(lambda: sign(rep, say(rep))) == "not_talked"


def test_a_change_between_the_signatures_withdraws_the_first(rep):
    rates(rep)
    row = sign(rep, talk(rep, version=say(rep).version))
    seen = row.content_hash

    changed = say(rep, 4, version=row.version)

    assert (changed.state, changed.rep_signed_at, changed.content_hash) == ("TALKED", None, "")
    assert code_of(lambda: countersign(rep, changed, seen=seen)) == "rep_signs_first"
    again = sign(rep, changed)
    assert code_of(lambda: countersign(rep, again, seen=seen)) == "content_changed"
    assert countersign(rep, again).deals == 4


def test_two_devices_sign_once(rep):
    rates(rep)
    row = talk(rep, version=say(rep).version)
    sign(rep, row)

    with pytest.raises(Stale):
        sign(rep, row)
    row.refresh_from_db()
    assert code_of(lambda: sign(rep, row)) == "already_signed"


def test_a_signer_who_is_gone_stops_the_publication(rep):
    rates(rep)
    login = make_login(rep.person)
    row = sign(rep, talk(rep, version=say(rep).version))
    login.is_active = False
    login.save(update_fields=["is_active"])

    assert code_of(lambda: countersign(rep, row)) == "signer_gone"
    assert MonthlyForecast.objects.get().state == "SIGNED"


def test_a_revision_is_a_new_edition_and_supersedes(rep):
    first = published(rep)
    second = say(rep, 2, version=first.version)
    assert (second.edition, second.state) == (2, "DRAFT")

    countersign(rep, sign(rep, talk(rep, 2, version=second.version)))

    states = dict(MonthlyForecast.objects.values_list("edition", "state"))
    assert states == {1: "SUPERSEDED", 2: "PUBLISHED"}


# -- feasibility and deviation ------------------------------------------------------------------------------------------
def test_an_impossible_number_is_blocked_with_the_arithmetic(rep):
    rates(rep, visits=8, new=1)
    row = talk(rep, 25, version=say(rep, 25).version)

    with pytest.raises(Refused) as refused:
        sign(rep, row)

    assert refused.value.code == "impossible_number"
    assert refused.value.facts["visits"] > refused.value.facts["capacity"] == 8
    assert str(refused.value.facts["visits"]) in refused.value.message


def test_support_or_a_written_exception_opens_the_way(rep):
    rates(rep, visits=8, new=1)
    row = talk(rep, 25, version=say(rep, 25, support=Support.LEADS, support_note="40 leads of the fair").version)
    assert sign(rep, row).state == "SIGNED"

    other = rep.colleague
    rates(rep, visits=8, new=1, person=other)
    row = talk(rep, 25, person=other, version=say(rep, 25, person=other).version, exception_reason="a large tender")
    assert row.exception_by_id == rep.supervisor.pk
    assert sign(rep, row, other).state == "SIGNED"


def test_a_person_cannot_write_their_own_exception(rep):
    row = say(rep, 25, exception_reason="I can do it")

    assert (row.exception_reason, row.exception_by_id) == ("", None)


def test_a_number_far_from_history_is_explained_and_planned_for(rep):
    rates(rep)
    row = talk(
        rep,
        3,
        version=say(rep, 3, deviation_explained="", improvement_plan="").version,
        deviation_explained="",
        improvement_plan="",
    )
    assert code_of(lambda: sign(rep, row)) == "deviation_unexplained"

    row = talk(rep, 3, version=row.version, improvement_plan="")
    assert code_of(lambda: sign(rep, row)) == "no_improvement_plan"


@pytest.mark.parametrize("case", ["no history", "leave", "unannounced"])
def test_unusual_months_still_have_a_sheet(rep, case):
    month = None
    if case == "leave":
        make_leave(rep.person, unit=rep.unit, starts_on=date(2026, 1, 5), ends_on=date(2026, 3, 5))
    if case == "unannounced":
        month = date(2027, 2, 1)

    sheet = own_sheet(rep.scope, month=month, now=NOW)

    assert sheet.figures.is_assumed is (case == "unannounced")
    assert sheet.tree.days > 0


def test_bad_numbers_are_refused_and_nothing_is_written(rep):
    with pytest.raises(Invalid):
        say(rep, 301)
    with pytest.raises(Invalid):
        say(rep, 3, assumptions="x" * 4001)
    assert (
        code_of(
            lambda: months.commit(
                rep.scope, month=date(2026, 2, 1), version=0, deals=1, amount_minor=0, words=Words({}), now=NOW
            )
        )
        == "month_over"
    )
    assert MonthlyForecast.objects.count() == 0


# -- the database -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change", ["deals = 9", "content_hash = 'x'", "published_at = NULL", "assumptions = 'x'", "state = 'DRAFT'"]
)
def test_the_database_keeps_a_published_commitment(rep, change):
    row = published(rep)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE forecast_monthlyforecast SET {change} WHERE id = %s", [row.pk])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM forecast_monthlyforecast WHERE id = %s", [row.pk])


def test_the_database_refuses_a_number_under_a_signature_and_a_supervisor_of_oneself(rep):
    rates(rep)
    row = sign(rep, talk(rep, version=say(rep).version))

    with pytest.raises(DatabaseError), transaction.atomic():
        MonthlyForecast.objects.filter(pk=row.pk).update(deals=9)
    with pytest.raises(IntegrityError), transaction.atomic():
        MonthlyForecast.objects.filter(pk=row.pk).update(supervisor=rep.person, published_at=NOW, state="PUBLISHED")


# -- who sees what ------------------------------------------------------------------------------------------------------
def test_a_colleague_sees_a_number_once_it_is_published(rep):
    rates(rep)
    row = talk(rep, version=say(rep).version)
    with pytest.raises(NotFound):
        commitment_in_reach(scope_for(rep.colleague), row.pk)

    countersign(rep, sign(rep, row))

    assert commitment_in_reach(scope_for(rep.colleague), row.pk).pk == row.pk
    stranger = make_person(unit=rep.unit.parent)
    with pytest.raises(NotFound):
        commitment_in_reach(scope_for(stranger), row.pk)


def test_the_form_asks_as_many_queries_for_two_as_for_six(rep):
    def count():
        with CaptureQueriesContext(connection) as queries:
            month_form(scope_for(rep.supervisor), now=NOW)
        return len(queries)

    say(rep)
    few = count()
    for number in range(4):
        say(rep, person=make_person(name=f"New {number}", unit=rep.unit))

    assert count() == few


# -- groups -------------------------------------------------------------------------------------------------------------
def submit(rep, *, by=None, unit=None, deals=3, minor=3_000_000, more=0, reason=""):
    adjustment = groups.Adjustment(more, 0, reason)
    return groups.submit_group(
        scope_for(by or rep.supervisor), unit_id=(unit or rep.unit).pk, month=MARCH, seen=(deals, minor),
        adjustment=adjustment, now=NOW,
    )  # fmt: skip


def line_of(person, unit):
    return next(one for one in rollup.roll_up(scope_for(person), month=MARCH, now=NOW).lines if one.unit.pk == unit.pk)


def test_a_group_number_is_its_members_and_an_explained_adjustment(rep):
    published(rep)

    with pytest.raises(Invalid):
        submit(rep, more=-1)
    row = submit(rep, more=-1, reason="one is unsure")

    assert (row.members_deals, row.adjustment_deals, row.deals) == (3, -1, 2)
    assert MonthlyForecast.objects.get().deals == 3
    assert code_of(lambda: submit(rep, deals=4)) == "content_changed"


def test_a_revision_makes_the_group_stale_until_it_is_submitted_again(rep):
    first = published(rep)
    submit(rep)
    assert not line_of(rep.supervisor, rep.unit).is_stale

    countersign(rep, sign(rep, talk(rep, 2, version=say(rep, 2, version=first.version).version)))

    assert line_of(rep.supervisor, rep.unit).is_stale
    submit(rep, deals=2, minor=2_000_000)
    assert not line_of(rep.supervisor, rep.unit).is_stale
    assert GroupForecast.objects.filter(superseded_at=None).count() == 1


def test_numbers_roll_up_and_nobody_submits_for_another(rep):
    published(rep)
    manager = make_person(role=Role.REGIONAL_MANAGER, unit=rep.unit.parent)
    submit(rep, more=1, reason="a tender")

    with pytest.raises(NotFound):
        submit(rep, by=manager)
    row = submit(rep, by=manager, unit=rep.unit.parent, deals=4)

    assert row.deals == 4
    assert line_of(manager, rep.unit.parent).row == row


@pytest.mark.django_db(transaction=True)
def test_the_database_compares_a_group_with_its_lines():
    rep = make_field()
    published(rep)
    row = submit(rep)

    with pytest.raises(DatabaseError):
        GroupForecast.objects.filter(pk=row.pk).update(members_deals=9, deals=9)


def test_an_evening_stays_as_it_was_known(rep):
    first = published(rep)
    groups.take_snapshot(clock_scope(rep.unit.parent.parent), day=date(2026, 3, 11), now=NOW)
    countersign(rep, sign(rep, talk(rep, 2, version=say(rep, 2, version=first.version).version)))
    groups.take_snapshot(clock_scope(rep.unit.parent.parent), day=date(2026, 3, 12), now=NOW)

    scope = scope_for(rep.supervisor)
    assert [one.deals for one in rollup.as_of(scope, date(2026, 3, 11), month=MARCH)] == [3]
    assert [one.deals for one in rollup.as_of(scope, date(2026, 3, 12), month=MARCH)] == [2]
    with pytest.raises(DatabaseError), transaction.atomic():
        ForecastSnapshot.objects.update(deals=1)


# -- the state machine of signatures ------------------------------------------------------------------------------------
class Signatures(RuleBasedStateMachine):
    """Two people do anything in any order; what is published was always signed by both, the person first, unchanged since."""

    def __init__(self):
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()
        self.rep = make_field()
        rates(self.rep)
        self.kept = {}

    def teardown(self):
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)

    def newest(self):
        return MonthlyForecast.objects.filter(person=self.rep.person).order_by("-edition").first()

    def attempt(self, step):
        try:
            with transaction.atomic():
                step()
        except (Refused, Stale, NotFound):
            return

    @rule(deals=st.integers(1, 6), old=st.booleans())
    def say_a_number(self, deals, old):
        row = self.newest()
        self.attempt(lambda: say(self.rep, deals, version=(row.version - old) if row else 0))

    @rule(deals=st.integers(1, 6))
    def talk_it_through(self, deals):
        row = self.newest()
        self.attempt(lambda: talk(self.rep, deals, version=row.version if row else 0))

    @rule(old=st.booleans())
    def sign_it(self, old):
        if row := self.newest():
            row.version -= old
            self.attempt(lambda: sign(self.rep, row))

    @rule(seen=st.sampled_from(["now", "now", "before", "never"]))
    def countersign_it(self, seen):
        if row := self.newest():
            hashes = {"now": row.content_hash, "before": self.kept.get("hash", ""), "never": "0" * 64}
            self.kept["hash"] = row.content_hash
            self.attempt(lambda: countersign(self.rep, row, seen=hashes[seen] or "x"))

    @invariant()
    def published_is_signed_by_two_and_stands(self):
        for row in MonthlyForecast.objects.filter(published_at__isnull=False):
            assert row.rep_signed_at <= row.published_at
            assert row.supervisor_id not in (None, row.person_id)
            was = self.kept.setdefault(row.pk, (row.deals, row.content_hash))
            assert was == (row.deals, row.content_hash)
            assert content_hash(signed_content(self.rep.scope, row)) == row.content_hash, "signed is what stands there"

    @invariant()
    def one_number_is_in_force_and_one_is_worked_on(self):
        rows = MonthlyForecast.objects.all()
        assert sum(row.state == "PUBLISHED" for row in rows) <= 1
        assert sum(row.state in ("DRAFT", "TALKED", "SIGNED") for row in rows) <= 1


WHOLE = settings(
    max_examples=4, stateful_step_count=12, deadline=None, derandomize=True, database=None, phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


def test_signatures_hold_after_any_sequence_of_deeds(db):
    run_state_machine_as_test(Signatures, settings=WHOLE)


def test_the_machine_finds_a_planted_signature_under_another_content(db, monkeypatch):
    monkeypatch.setattr(months, "frozen_beside", lambda _scope, _row, _numbers: "1" * 64)
    machine = Signatures()
    machine.say_a_number(3, old=False)
    machine.talk_it_through(3)
    machine.sign_it(old=False)
    machine.countersign_it("now")

    with pytest.raises(AssertionError, match="signed is what stands there"):
        machine.published_is_signed_by_two_and_stands()
    machine.teardown()
