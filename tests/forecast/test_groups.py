from datetime import date

import pytest
from django.db import DatabaseError, transaction

from tests.factories.commitments import MARCH, NOW, code_of, countersign, published, say, sign, talk
from tests.factories.forecast import clock_scope
from tests.factories.org import make_person, scope_for
from tests.factories.visits import make_field
from tiejun.access.roles import Role
from tiejun.forecast.actions import groups
from tiejun.forecast.models import ForecastSnapshot, GroupForecast, MonthlyForecast
from tiejun.forecast.queries import rollup
from tiejun.foundation.refusals import Invalid, NotFound

pytestmark = pytest.mark.django_db


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
