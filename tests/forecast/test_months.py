from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.commitments import MARCH, NOW, code_of, countersign, published, rates, say, sign, talk
from tests.factories.org import make_leave, make_login, make_person, make_unit, scope_for
from tests.factories.pipeline import make_line, make_signed_order
from tests.factories.visits import DAY, local, make_visit
from tiejun.access.roles import Role
from tiejun.access.scope import PermissionRefused
from tiejun.forecast.actions import months
from tiejun.forecast.actions.months import Words
from tiejun.forecast.models import MonthlyForecast
from tiejun.forecast.queries.months import commitment_in_reach, month_form, own_sheet, team_commitments
from tiejun.forecast.rules.months import Support
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale
from tiejun.org.models import Position

pytestmark = pytest.mark.django_db


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


def test_nobody_signs_as_the_supervisor_of_oneself(rep):
    boss = rep.supervisor
    row = MonthlyForecast.objects.create(
        person=boss, unit=rep.unit, month=MARCH, state="SIGNED", deals=3, amount_minor=1, content_hash="a" * 64,
        rep_signed_at=NOW, changed_at=NOW,
    )  # fmt: skip

    assert code_of(lambda: countersign(rep, row, by=boss)) == "own_commitment"


def test_a_revision_is_a_new_edition_and_supersedes(rep):
    first = published(rep)
    second = say(rep, 2, version=first.version)
    assert (second.edition, second.state) == (2, "DRAFT")

    countersign(rep, sign(rep, talk(rep, 2, version=second.version)))

    states = dict(MonthlyForecast.objects.values_list("edition", "state"))
    assert states == {1: "SUPERSEDED", 2: "PUBLISHED"}


def test_a_month_that_is_over_is_published_by_nobody(rep):
    rates(rep)
    row = sign(rep, talk(rep, version=say(rep).version))
    april = datetime(2026, 4, 5, 2, tzinfo=UTC)

    with pytest.raises(Refused) as refused:
        months.countersign(
            scope_for(rep.supervisor, april), commitment_id=row.pk, content_hash=row.content_hash, now=april
        )

    assert refused.value.code == "month_over"
    assert MonthlyForecast.objects.get().published_at is None


def test_after_a_move_the_new_leader_talks_and_signs(rep):
    rates(rep)
    said = say(rep)
    other = make_unit("Second", parent=rep.unit.parent)
    leader = make_person(role=Role.SUPERVISOR, unit=other)
    Position.objects.filter(person=rep.person).update(unit=other)

    row = talk(rep, by=leader, person=rep.person, version=said.version)

    assert row.unit_id == other.pk
    countersign(rep, sign(rep, row), by=leader)
    assert MonthlyForecast.objects.get().supervisor_id == leader.pk


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


def test_the_ratio_counts_the_deals_of_its_own_cohort_alone(rep):
    """Of two customers won long ago one signed; a deal of a customer won last week does not make the ratio better."""
    early, late = [rep.company, rep.held_company()], rep.held_company()
    for company in early:
        make_visit(rep, at=local("10:00", DAY - timedelta(days=45)), company=company)
    make_visit(rep, at=local("10:00"), company=late)
    for company in (early[0], late):
        cast = SimpleNamespace(company=company, line=make_line(), scope=lambda: rep.scope)
        make_signed_order(cast)

    rates = own_sheet(rep.scope, now=NOW).figures.rates

    assert (rates.effective, rates.signed) == (2, 1)


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
