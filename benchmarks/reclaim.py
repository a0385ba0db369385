"""A night that takes 100,000 leads back and hands every one to a colleague, while reps go on claiming over HTTP."""

import itertools
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from django.db import connection as own_connection

from benchmarks.client import Client
from benchmarks.installation import Installation, Server
from benchmarks.meters import cpu_seconds
from benchmarks.report import Row
from benchmarks.world import World
from tiejun.access.scope import Scope
from tiejun.cli.worker import HANDOVER_S
from tiejun.foundation.clock import Occasion
from tiejun.foundation.environment import environment
from tiejun.foundation.models import PolicyVersion
from tiejun.foundation.times import at_local, business_day
from tiejun.leads import jobs
from tiejun.leads.models import Lead, LeadTenure, ReclaimItem
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure
from tiejun.org.queries import unit_chain

DUE, MOST_S, MOST_MS = 100_000, 60, 200
ALONE_S, PAUSE_S, MOST_CLAIMS = 10, 0.02, 20_000
ZONE = "Asia/Shanghai"
ROOM = {
    "lead.private_cap_new": 2_000,
    "lead.private_cap": 2_000,
    "lead.private_cap_senior": 2_000,
    "lead.daily_claim_limit": 500,
    "exchange.token_requests_per_minute": 100_000,
}
_PREPARE = """
CREATE TEMP TABLE due AS
    SELECT l.id, l.company_id, p.person_id, p.unit_id, gen_random_uuid() AS tenure_id
    FROM (SELECT id, company_id, row_number() OVER (ORDER BY id) AS n FROM leads_lead WHERE status = 'POOLED' LIMIT %(due)s) l
    JOIN (SELECT person_id, unit_id, row_number() OVER (ORDER BY person_id) - 1 AS n, count(*) OVER () AS persons
          FROM org_position WHERE role = 'REP') p ON p.n = l.n %% p.persons;
INSERT INTO leads_leadtenure (id, lead_id, person_id, unit_id, kind, start_reason, started_at, due_at, no_deal_due_at, policy_facts,
                              end_reason, release_reason, end_note)
    SELECT tenure_id, id, person_id, unit_id, 'PRIVATE', 'ASSIGNED', %(start)s, %(end)s, %(later)s, '{}', '', '', '' FROM due;
INSERT INTO leads_leadreminder (id, tenure_id, step, due_at, remind_at, sent_at)
    SELECT gen_random_uuid(), tenure_id, step, %(end)s, sent, sent FROM due,
           (VALUES ('P50', %(half)s::timestamptz), ('P80', %(most)s::timestamptz), ('LAST', %(last)s::timestamptz)) AS s (step, sent);
UPDATE leads_lead l SET status = 'PRIVATE', owner_id = d.person_id, unit_id = d.unit_id FROM due d WHERE d.id = l.id;
UPDATE customers_company c SET owner_id = d.person_id, unit_id = d.unit_id FROM due d WHERE d.company_id = c.id;
DROP TABLE due;
"""


def measure(installation: Installation, world: World, web: Server, leads: int) -> list[Row]:
    """The seconds of the whole run, and the longest wait of a claim that met it; at most half of the `leads` are due."""
    due = min(DUE, leads // 2)
    night = at_local(business_day(datetime.now(UTC), ZONE), "02:30", ZONE)
    _make_room(night)
    with installation.superuser() as connection:
        _prepare(connection, night, due)
    free = _free_leads(world)
    alone, claims = Claims(world, web, free), Claims(world, web, free)
    alone.during(lambda: time.sleep(ALONE_S))
    spent = time.process_time() + cpu_seconds(installation.database_pid)
    seconds = claims.during(lambda: _night(night))
    spent = time.process_time() + cpu_seconds(installation.database_pid) - spent
    taken = ReclaimItem.objects.exclude(outcome="LEFT").count()
    handed = ReclaimItem.objects.filter(outcome="HANDED_OVER").count()
    wrong = len(find_leads_unlike_their_tenure()) + len(find_companies_unlike_their_lead())
    longest = max(claims.waits, default=0)
    return [
        Row(
            f"Reclaim of {due:,} due holdings, each handed to a colleague",
            f"{seconds:.0f} s ({spent:.0f} s of CPU with {len(claims.waits):,} claims); {taken:,} taken back, {handed:,} handed over, {wrong} wrong",
            f"≤ {MOST_S} s, none wrong",
            seconds <= MOST_S and taken == due and not wrong,
        ),
        Row(
            "Claims over HTTP during the reclaim, longest wait",
            f"{claims}; without it {alone}",
            f"≤ {MOST_MS} ms",
            0 < longest <= MOST_MS,
        ),
    ]


class Claims:
    """A representative of each group in turn who claims lead after lead; `waits` in milliseconds."""

    def __init__(self, world: World, web: Server, leads: Iterator[UUID]) -> None:
        self.leads = leads
        self.clients = itertools.cycle(Client(web.port, member.bearer) for member in world.rivals)
        self.waits: list[float] = []

    def during(self, work: Callable[[], object]) -> float:
        """Claim as long as the work takes; returns its seconds."""
        ended = threading.Event()
        claiming = threading.Thread(target=self._claim, args=(ended,))
        claiming.start()
        started = time.monotonic()
        try:
            work()
            return time.monotonic() - started
        finally:
            ended.set()
            claiming.join()

    def _claim(self, ended: threading.Event) -> None:
        while not ended.wait(PAUSE_S):
            started = time.monotonic()
            next(self.clients).must(200, f"/api/v1/leads/{next(self.leads)}/claim", body={})
            self.waits.append((time.monotonic() - started) * 1000)

    def __str__(self) -> str:
        middle, longest = statistics.median(self.waits), max(self.waits)
        return f"{middle:.0f} ms in the middle, {longest:.0f} ms at most, of {len(self.waits):,}"


def _make_room(night: datetime) -> None:
    since = night - timedelta(days=60)
    for key, value in ROOM.items():
        PolicyVersion.objects.create(
            key=key, value=value, status="APPROVED", valid_from=since, made_at=since, reason="benchmark"
        )


def _prepare(connection: psycopg.Connection, night: datetime, due: int) -> None:
    """Holdings that ran out the evening before; their holders were told on three working days of the weeks before."""
    moments = {
        "due": due,
        "start": night - timedelta(days=40),
        "end": night - timedelta(hours=9),
        "later": night + timedelta(days=40),
        "half": night - timedelta(days=24),
        "most": night - timedelta(days=18),
        "last": night - timedelta(days=14),
    }
    connection.execute("SET session_replication_role = replica")  # the rows are right by construction
    with connection.transaction(), connection.cursor() as cursor:
        for statement in _PREPARE.split(";\n"):
            if statement.strip():
                cursor.execute(statement, moments)
    connection.execute("VACUUM (ANALYZE) leads_leadtenure, leads_lead, leads_leadreminder, customers_company")
    connection.execute("CHECKPOINT")


def _free_leads(world: World) -> Iterator[UUID]:
    pooled = Lead.objects.filter(status="POOLED", pool=world.pool_id).order_by("pk")
    return iter(list(pooled.values_list("pk", flat=True)[:MOST_CLAIMS]))


def _night(night: datetime) -> None:
    """Several units at the same time, as a worker runs their clocks."""
    units = LeadTenure.objects.filter(ended_at=None).order_by("unit").values_list("unit", flat=True).distinct()
    sys.setswitchinterval(HANDOVER_S)
    with ThreadPoolExecutor(environment().worker_concurrency) as pool:
        list(pool.map(lambda unit_id: _unit(unit_id, night), list(units)))


def _unit(unit_id: UUID, night: datetime) -> None:
    scope = Scope.system("leads.reclaim", unit_chain=unit_chain(Scope.system("benchmark"), unit_id))
    jobs.reclaim(Occasion(scope, unit_id, business_day(night, ZONE), night, datetime.now(UTC)))
    own_connection.close()
