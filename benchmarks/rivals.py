"""Fifty reps who claim one lead at the same moment, over HTTP, round after round."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

from benchmarks.client import Client
from benchmarks.installation import Server
from benchmarks.report import Row
from benchmarks.world import Member, World
from tiejun.leads.models import Lead, LeadTenure

ROUNDS = 20


def measure(world: World, web: Server) -> list[Row]:
    """One winner a round, everybody else a named refusal, and the database agrees with what they were told."""
    crowd = len(world.rivals)
    leads = list(
        Lead.objects.filter(status="POOLED", pool=world.pool_id)
        .order_by("-last_activity_at", "-id")
        .values_list("pk", flat=True)[:ROUNDS]
    )
    start = Barrier(crowd)
    told: Counter[str] = Counter()
    wrong = 0
    with ThreadPoolExecutor(crowd) as threads:
        clients = {member.person_id: Client(web.port, member.bearer) for member in world.rivals}

        def claim(member: Member, lead_id: UUID) -> tuple[UUID, str]:
            start.wait()
            status, _headers, content = clients[member.person_id].ask(f"/api/v1/leads/{lead_id}/claim", body={})
            return member.person_id, "won" if status == 200 else str(json.loads(content).get("code", status))

        for lead_id in leads:
            answers = list(threads.map(claim, world.rivals, [lead_id] * crowd))
            told.update(answer for _person, answer in answers)
            holders = list(LeadTenure.objects.filter(lead=lead_id, ended_at=None).values_list("person", flat=True))
            wrong += [person for person, answer in answers if answer == "won"] != holders
    named = ", ".join(f"{count} × {code}" for code, count in told.most_common())
    holds = not wrong and told["won"] == ROUNDS and told["already_taken"] == ROUNDS * (crowd - 1)
    return [
        Row(
            f"{crowd} rivals for one lead, {ROUNDS} rounds",
            f"{named}; {wrong} told wrongly",
            "1 winner each, 49 named refusals",
            holds,
        )
    ]
