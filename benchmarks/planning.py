"""Day plans end to end: the night's for many representatives, and one planned anew over HTTP after a meeting was called off."""

from __future__ import annotations

import json
import os
import statistics
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import override_settings

from benchmarks.client import Client
from benchmarks.meters import cpu_seconds
from benchmarks.report import Row
from tiejun.access.scope import Scope
from tiejun.engines.workdays.calendar import next_workday
from tiejun.visits.actions.plans import propose_for_member
from tiejun.visits.models import DayPlan, PlanItem
from tiejun.visits.rules.vocabulary import ItemKind

if TYPE_CHECKING:
    from benchmarks.installation import Installation, Server
    from benchmarks.world import Member, World

REPS, OF = 60, 1_000
MOST_CPU_S, MOST_MS = 300, 1_000
WARMING_S = 15.0
ZONE = ZoneInfo("Asia/Shanghai")
# Within a city: what a representative holds lies in its streets.
_PLACES = """
    UPDATE customers_company SET latitude = 30.20 + random() * 0.16, longitude = 120.05 + random() * 0.20
    WHERE id IN (SELECT l.company_id FROM leads_lead l JOIN leads_leadtenure t ON t.lead_id = l.id
                 WHERE t.ended_at IS NULL AND t.person_id = ANY(%s))
"""


def measure(installation: Installation, world: World, web: Server) -> list[Row]:
    """Plan the next workday for many, then let each call one meeting off."""
    members, day = world.reps[:REPS], next_workday(datetime.now(ZONE).date())
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [[member.person_id for member in members]])
    PlanItem.objects.filter(plan__business_day=day).delete()
    DayPlan.objects.filter(business_day=day).delete()
    with override_settings(SEARCHES_PLANS=True):  # this process plans as the worker does
        return [*_night(installation, members, day), *_anew(web, members, day)]


def _night(installation: Installation, members: list[Member], day: date) -> list[Row]:
    """The night's own action, one short transaction each; what is spent is that of this process, its search and the database."""
    scope, now = Scope.system("benchmark"), datetime.now(UTC)
    propose_for_member(scope, person_id=members[0].person_id, unit_id=members[0].unit_id, day=day, now=now)
    pids, began = (os.getpid(), installation.database_pid), time.monotonic()
    spent = cpu_seconds(*pids)
    rest = members[1:]
    made = sum(
        propose_for_member(scope, person_id=member.person_id, unit_id=member.unit_id, day=day, now=now)
        for member in rest
    )
    spent, wall = cpu_seconds(*pids) - spent, time.monotonic() - began
    total = spent / made * OF
    searched = DayPlan.objects.filter(business_day=day, solver__startswith="search").count()
    words = f"{total:.0f} CPU s ({spent / made * 1000:.0f} ms each over {made}, {wall:.0f} s on the clock)"
    return [
        Row(f"Night: plans for {OF:,} representatives, read, searched, written", words, f"≤ {MOST_CPU_S} CPU s", total <= MOST_CPU_S),
        Row("… found by the search", f"{searched} of {made + 1}", "all", searched == made + 1),
    ]  # fmt: skip


def _anew(web: Server, members: list[Member], day: date) -> list[Row]:
    waits, solvers = [], []
    for number, member in enumerate(members):
        stops = PlanItem.objects.filter(plan__person=member.person_id, plan__business_day=day, removed_in=None)
        stop = stops.exclude(kind=ItemKind.BACKUP).order_by("position")[2]
        client = Client(web.port, member.bearer)
        client.must(200, "/api/v1/days/today")  # the connection is open
        began = time.monotonic()
        answer = client.must(200, f"/api/v1/plan-stops/{stop.pk}/call-off", body={})
        if number == 0:
            time.sleep(WARMING_S)  # the server's search compiles its kernel; until then it answers greedily
            continue
        waits.append((time.monotonic() - began) * 1000)
        solvers.append(json.loads(answer)["solver"])
    p95 = statistics.quantiles(waits, n=20)[-1]
    searched = sum(solver.startswith("search") for solver in solvers)
    work = f"A meeting called off, the day planned anew over HTTP ({len(waits)} people), p95"
    words = f"{p95:.0f} ms (median {statistics.median(waits):.0f}; {searched} searched, the rest greedy in time)"
    return [Row(work, words, f"≤ {MOST_MS:,} ms", p95 <= MOST_MS)]
