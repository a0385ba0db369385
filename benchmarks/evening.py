"""The evening: everybody sends the day's visits within minutes, and one phone empties a full outbox."""

import itertools
import random
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from benchmarks.client import Client
from benchmarks.installation import Server
from benchmarks.report import Row
from benchmarks.world import Member, World
from tiejun.leads.models import LeadTenure
from tiejun.visits.models import Visit

# 300 representatives with eight visits each within ten minutes are four a second; a minute of it is measured.
PER_SECOND, SECONDS = 300 * 8 / 600, 60
MOST_MS, QUEUED, MOST_SYNC_S = 600, 100, 5
SENDERS = 24


def measure(world: World, web: Server) -> list[Row]:
    """The waits of those who send, what arrived, and the time of one phone with a hundred visits."""
    held = _held(world)
    rush = _Rush(web, held)
    waits = rush.run()
    arrived = Visit.objects.filter(record_key__in=rush.sent).count()
    member = next(iter(held))
    queue = [_visit(held[member], number) for number in range(QUEUED)]
    client = Client(web.port, member.bearer)
    began = time.monotonic()
    for body in queue:
        client.must(201, "/api/v1/visits", body=body)
    seconds = time.monotonic() - began
    p95 = statistics.quantiles(waits, n=20)[-1]
    return [
        Row(
            f"Evening rush of 300 reps ({PER_SECOND:g} visits a second for {SECONDS} s), p95",
            f"{p95:.0f} ms",
            f"≤ {MOST_MS} ms",
            p95 <= MOST_MS,
        ),
        Row(
            "Visits of the rush that were lost or doubled",
            str(len(rush.sent) - arrived),
            "0",
            arrived == len(rush.sent),
        ),
        Row(
            f"Sync of {QUEUED} queued visits of one phone",
            f"{seconds:.1f} s",
            f"≤ {MOST_SYNC_S} s",
            seconds <= MOST_SYNC_S,
        ),
    ]


def _held(world: World) -> dict[Member, list[UUID]]:
    """The companies that each representative holds."""
    by_person: dict[UUID, list[UUID]] = {}
    for person_id, company_id in LeadTenure.objects.filter(
        ended_at=None, person__in=[member.person_id for member in world.reps]
    ).values_list("person", "lead__company"):
        by_person.setdefault(person_id, []).append(company_id)
    return {member: by_person[member.person_id] for member in world.reps if member.person_id in by_person}


def _visit(companies: list[UUID], number: int) -> dict[str, object]:
    recorded = datetime.now(UTC) - timedelta(minutes=5)
    return {
        "client_key": str(uuid4()),
        "company_id": str(companies[number % len(companies)]),
        "service_explained": True,
        "note": "They want a trial.",
        "met": [{"role": "KP", "is_senior": True, "name": f"Chen {number % 7}"}],
        "advancement": "NEXT_STEP_AGREED",
        "next_step_at": (recorded + timedelta(days=1)).isoformat(),
        "capture": {"recorded_at": recorded.isoformat(), "sent_at": datetime.now(UTC).isoformat(), "sequence": number},
    }


class _Rush:
    """Sends at a fixed pace, whoever is still waiting: a slow server meets a growing queue, as it does in the evening."""

    def __init__(self, web: Server, held: dict[Member, list[UUID]]) -> None:
        self.held, self.members = held, itertools.cycle(random.sample(list(held), len(held)))
        self.port, self.local = web.port, threading.local()
        self.sent: list[str] = []
        self.waits: list[float] = []

    def run(self) -> list[float]:
        began, under_way = time.monotonic(), []
        with ThreadPoolExecutor(SENDERS) as pool:
            for number in range(int(PER_SECOND * SECONDS)):
                time.sleep(max(0.0, began + number / PER_SECOND - time.monotonic()))
                under_way.append(pool.submit(self._send, next(self.members), number, time.monotonic()))
        for one in under_way:
            one.result()
        return self.waits

    def _send(self, member: Member, number: int, due: float) -> None:
        client = getattr(self.local, "client", None) or Client(self.port)
        self.local.client = client
        body = _visit(self.held[member], number)
        self.sent.append(str(body["client_key"]))
        client.must(201, "/api/v1/visits", body=body, headers=member.bearer)
        self.waits.append((time.monotonic() - due) * 1000)
