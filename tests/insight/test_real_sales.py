"""Real sales brought in: the growth equation, cohorts and repurchase on the screen's queries are those that pandas calculates, to the cent.

A part of the data, so that it is done in seconds; `TIEJUN_TRIAL_WHOLE=1` takes all of it, which
needs a quarter of an hour for each table: every row is an order signed through the product's own actions.
"""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from django.db import connection

from tests.factories.org import scope_for
from tests.insight import by_pandas, real_sales
from tests.insight.real_sales import World, day_after, sample
from tiejun.access.scope import Scope
from tiejun.engines.growth import Counts
from tiejun.insight.actions.facts import roll_up
from tiejun.insight.queries.cohorts import cohorts
from tiejun.insight.queries.growth import growth
from tiejun.insight.queries.reporting import report
from tiejun.insight.rules.reporting import Dimension, ReportSpan, ReportWish
from tiejun.marketing.queries.sources import source_names

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "TIEJUN_TRIAL_DATA" not in os.environ,
        reason="TIEJUN_TRIAL_DATA is unset: the real tables of sales are not here",
    ),
]
# Of how many buyers one is taken.
ONE_IN = {"crm_maven": 24, "superstore": 22}
SHOWN_MONTHS = 12
WINDOW = 3  # months, of the policy


@pytest.fixture(params=list(ONE_IN))
def world(request):
    """The company after one of the tables was brought in and rolled up."""
    table = getattr(real_sales, request.param)(Path(os.environ["TIEJUN_TRIAL_DATA"]))
    brought = World(sample(table, 1 if os.environ.get("TIEJUN_TRIAL_WHOLE") else ONE_IN[request.param])).bring_in()
    with connection.cursor() as cursor:
        # What autovacuum does after an import; in the transaction of a test nobody does.
        cursor.execute("ANALYZE")
    roll_up(Scope.system("test"), now=day_after(brought.table))
    return brought


def test_real_sales_are_told_as_pandas_calculates_them(world):
    the_equation_is_equal(world)
    the_cohorts_are_equal(world)
    the_win_rates_are_equal(world)


def months_of(table):
    """Return the whole months of a table's deals."""
    return pd.period_range(table["day"].min(), table["day"].max(), freq="M")


# -- the equation ------------------------------------------------------------------------------------------------------
def the_equation_is_equal(world):
    now, months = day_after(world.table), months_of(world.table)
    scope, names = scope_for(world.head, at=now), source_names(scope_for(world.head, at=now))
    for other, month in pairwise(months):
        for part in ("unit", "person", "source") if month in months[-6:] else ("unit",):
            found = growth(
                scope, now=now, month=month.start_time.date(), other=other.start_time.date(), part=part,
                unit_id=world.region.pk if part == "unit" else None,
            )  # fmt: skip
            before, after = (by_pandas.equation(world.table, one, part) for one in (other, month))
            called = (lambda key: names[key]) if part == "source" else str
            assert_equal(found.whole, before.sum(), after.sum())
            lines = {line.name: line for line in found.lines}
            assert set(lines) == {called(key) for key in before.index.union(after.index)}
            for key in before.index.union(after.index):
                assert_equal(lines[called(key)], row_of(before, key), row_of(after, key))


def row_of(counted, key):
    return counted.loc[key] if key in counted.index else dict.fromkeys(by_pandas.COUNTS, 0)


def assert_equal(line, before, after):
    """What was counted is equal to the unit and the fen; each factor's share is the whole fen beside the exact one."""
    for found, expected in ((line.before, before), (line.after, after)):
        assert settled(found) == tuple(int(one) for one in expected_of(expected))
    exact = by_pandas.shares(before, after)
    assert sum(line.shares.values()) == line.change_minor
    assert all(abs(share - exact[factor.value]) < 1 for factor, share in line.shares.items())


def settled(counts: Counts) -> tuple[int, ...]:
    return tuple(getattr(counts, name) for name in by_pandas.COUNTS)


def expected_of(counts):
    """Return what pandas counted; where no lead was received, buyers are buyers of earlier leads."""
    late = counts["late"] if counts["leads"] else counts["late"] + counts["buyers"]
    buyers = counts["buyers"] if counts["leads"] else 0
    return counts["leads"], buyers, late, counts["existing"], counts["orders"], counts["net_minor"]


# -- cohorts -----------------------------------------------------------------------------------------------------------
def the_cohorts_are_equal(world):
    now = day_after(world.table)
    scope = scope_for(world.head, at=now)
    months = pd.period_range(end=pd.Period(now.date(), "M"), periods=SHOWN_MONTHS)
    expected = by_pandas.cohorts(world.table, months)
    names = source_names(scope)
    for part in ("unit", "source"):
        found = cohorts(scope, now=now, part=part, unit_id=world.region.pk if part == "unit" else None)
        told = {pd.Period(line.month, "M"): line for line in found.lines}
        assert set(told) == set(expected)
        for month, line in told.items():
            assert line.customers == expected[month]["customers"]
            assert [since.again.hits for since in line.since] == expected[month]["again"]
            assert [since.net_minor for since in line.since] == expected[month]["net_minor"]
        assert {one.name: (one.again.hits, one.again.cases) for one in found.parts} == {
            names.get(key, key): numbers
            for key, numbers in in_time(world.table, expected, part, months[-1] - found.window).items()
        }


def in_time(table, expected, part, before):
    """Return by part how many of those who began before a month, so that their window has passed, came back within it, and how many they are."""
    of, window = by_pandas.first_parts(table, part), WINDOW
    standing = table[table["is_won"] & table["undone_on"].isna()]
    second = standing[standing.groupby("buyer").cumcount() == 1].set_index("buyer")["day"].dt.to_period("M")
    found = {}
    for cohort, line in expected.items():
        if cohort < before:
            for buyer in line["buyers"]:
                hits, cases = found.get(of[buyer], (0, 0))
                came_back = buyer in second.index and second[buyer] <= cohort + window
                found[of[buyer]] = (hits + came_back, cases + 1)
    return found


# -- win rate ----------------------------------------------------------------------------------------------------------
def the_win_rates_are_equal(world):
    now = day_after(world.table)
    scope = scope_for(world.head, at=now)
    days = {"span": ReportSpan.CHOSEN, "since": world.table["day"].min().date(), "until": now.date()}
    products = {line.name: product for product, line in world.lines.items()}
    for by, column in ((Dimension.UNIT, "unit"), (Dimension.PERSON, "person"), (Dimension.PRODUCT, "product")):
        found = report(scope, ReportWish(("win-rate", "deals-decided"), by, Dimension.MONTH, **days), now=now)
        told = {
            (products.get(name, name), pd.Period(month, "M")): (share.hits, decided)
            for (name, month), (share, decided) in ((line.names, line.values) for line in found.lines)  # noqa: PD011 -- no frame
        }
        assert told == by_pandas.win_rates(world.table, [column, "month"])
        whole = found.whole.values[0]  # noqa: PD011
        assert (whole.hits, whole.cases) == by_pandas.win_rates(world.table.assign(all=0), ["all"])[0]
