"""Measures of `benchmarks.insight`: the nights, the boards over HTTP, and sums beside plain SQL; on a Django that is set up."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from benchmarks import report, world
from benchmarks.boards_past import ZONE, Past, running_day
from benchmarks.client import Client
from benchmarks.meters import cpu_seconds
from benchmarks.report import Row
from tiejun.access.scope import Scope
from tiejun.foundation.times import at_local
from tiejun.insight.actions.facts import roll_up, sum_running_days
from tiejun.insight.models import Cut, DealFact, FieldFact, LeadFact, SaleFact
from tiejun.insight.queries.facts import Asked, Facts
from tiejun.insight.queries.rolling import is_interim_wanted

if TYPE_CHECKING:
    import argparse

    import psycopg

    from benchmarks.installation import Installation, Server
    from benchmarks.world import World

MOST_MS, MOST_RATIO, MOST_NIGHT_S, MOST_INTERIM_S = 300, 1.5, 300, 30
SCOPE = Scope.system("insight.facts", zone=ZONE)
PAGES = {
    "Board of the nine links": "/board/",
    "Growth equation by unit": "/insight/growth/",
    "Growth equation by source": "/insight/growth/?by=source",
    "Growth equation of a group by person": "/insight/growth/?by=person&unit={group}",
    "Channels of twelve months": "/insight/channels/?months=12",
    "Cohorts of twelve months": "/insight/cohorts/",
    "Board of the CEO": "/insight/boards/ceo/",
    "Board of the marketing head": "/insight/boards/marketing/",
    "Board of the sales head": "/insight/boards/sales/",
}


def measured(installation: Installation, wish: argparse.Namespace) -> list[Row]:
    """Fill, roll up, and measure night, pages and sums."""
    people = world.build()
    with installation.superuser() as connection:
        Past(connection, people, wish.people, wish.days).fill()
        connection.execute("VACUUM (ANALYZE)")
        nights = _nights(installation, connection, people, wish.people)
        connection.execute("VACUUM (ANALYZE)")
        group = connection.execute("SELECT id FROM org_unit WHERE kind = 'GROUP' ORDER BY id DESC LIMIT 1").fetchone()
    assert group is not None
    web = installation.start_web()
    return [*nights, *_pages(web, people, wish.rounds, str(group[0])), *_ratios(wish.rounds)]


def _nights(installation: Installation, connection: psycopg.Connection[Any], world: World, people: int) -> list[Row]:
    """Roll up all of the past, then a day of everybody's work, then the same again."""
    rows: list[Row] = []
    today = running_day()
    yesterday = today - timedelta(days=1)
    for work, until, most in (
        ("all of the past", yesterday, None),
        (f"one business day of {people:,} people", today, MOST_NIGHT_S),
        ("the same day again", today, MOST_NIGHT_S),
    ):
        if until == today:
            Past(connection, world, people, 0).freeze(yesterday)
        began, busy = time.monotonic(), cpu_seconds(installation.database_pid)
        row = roll_up(SCOPE, now=at_local(until, "03:20", ZONE))
        spent = time.monotonic() - began
        told = f"{spent:.1f} s ({cpu_seconds(installation.database_pid) - busy:.1f} s CPU), {sum(row.changed.values()):,} rows of facts written"
        rows.append(Row(f"Roll-up of {work}", told, f"≤ {most} s" if most else "–", most is None or spent <= most))
    facts = FieldFact.objects.count()
    return [*rows, *_interims(), Row("Rows of facts of visits", f"{facts:,}", "–", holds=True)]


def _interims() -> list[Row]:
    """What the clock does each minute in a company of so many people: the first time, and once more when little has changed."""
    rows = []
    for work in ("summed at first", "summed again"):
        began = time.monotonic()
        if _is_interim_made():
            spent = time.monotonic() - began
            rows.append(
                Row(
                    f"Running day {work}, each minute",
                    f"{spent:.1f} s",
                    f"≤ {MOST_INTERIM_S} s",
                    spent <= MOST_INTERIM_S,
                )
            )
    return rows


def _is_interim_made() -> bool:
    now = datetime.now(UTC)
    is_wanted = is_interim_wanted(SCOPE, now=now)
    if is_wanted:
        sum_running_days(SCOPE, now=now)
    return is_wanted


def _pages(web: Server, world: World, rounds: int, group: str) -> list[Row]:
    client, rows = Client(web.port, world.importer.browser), []
    for work, address in PAGES.items():
        _is_interim_made()  # no worker runs beside the measures
        client.must(200, address.format(group=group))
        waits = []
        for _round in range(rounds):
            began = time.monotonic()
            client.must(200, address.format(group=group))
            waits.append((time.monotonic() - began) * 1000)
        median = statistics.median(waits)
        rows.append(Row(f"{work}, over HTTP", f"{median:.0f} ms", f"≤ {MOST_MS} ms", median <= MOST_MS))
    return rows


def _ratios(rounds: int) -> list[Row]:
    """The sums of a board as the product asks for them, beside the same sums in plain SQL on the same tables; by unit, where there are many rows."""
    now, until = datetime.now(UTC), running_day()
    span = Asked(until - timedelta(days=62), until)
    facts, rows = Facts(Scope.system("benchmark", zone=ZONE), now), []
    for fact, cut, by in (
        (LeadFact, Cut.UNIT, ("unit_id", "currency")),
        (LeadFact, Cut.SOURCE, ("unit_id", "source")),
        (FieldFact, Cut.UNIT, ("unit_id",)),
        (DealFact, Cut.UNIT, ("unit_id", "currency")),
        (SaleFact, Cut.UNIT, ("unit_id", "currency")),
    ):
        sums, keys = ", ".join(f"sum({name})" for name in fact.measures), ", ".join(by)
        sql = (
            f"SELECT {keys}, {sums} FROM {fact._meta.db_table} WHERE cut = '{cut.value}' AND day >= '{span.since}' "
            f"AND day < '{span.until}' GROUP BY {keys}"
        )

        def plain(sql: str = sql) -> Any:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall()

        def own(fact: Any = fact, by: Any = by, cut: Any = cut) -> Any:
            return facts.sums(fact, span, by=by, cut=cut)

        floor, product = _median(plain, rounds), _median(own, rounds)
        rows.append(report.ratio_row(f"{fact.__name__} of 62 days by {keys} ({cut.value})", floor, product, MOST_RATIO))
    return rows


def _median(ask: Any, rounds: int) -> float:
    ask()
    waits = []
    for _round in range(rounds):
        began = time.monotonic()
        ask()
        waits.append((time.monotonic() - began) * 1000)
    return statistics.median(waits)
