"""RS-07 for the reclaim run: a worker killed in mid-run is followed by another, and every effect is there once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count

from tests.leads.reclaim_world import NIGHT, World
from tiejun.cli.postgres import OWNER, Postgres
from tiejun.foundation.models import AuditEntry
from tiejun.leads.models import Cooldown, LeadTenure, ReclaimItem, ReclaimRun
from tiejun.leads.queries.checks import find_companies_unlike_their_lead, find_leads_unlike_their_tenure

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
SEED = int(os.environ.get("TIEJUN_SEED") or random.randrange(10**6))
DUE = 60


def start(world: World, how: str) -> subprocess.Popen[str]:
    server = Postgres(Path(os.environ["TIEJUN_TEST_RUN"]) / "postgres", durable=False)
    address = server.url(OWNER, connection.settings_dict["NAME"])
    chain = ",".join(str(unit.pk) for unit in (world.unit, world.tree.region, world.tree.company))
    return subprocess.Popen(
        [sys.executable, "-m", "tests.reliability.reclaim_worker", str(world.unit.pk), chain, NIGHT.isoformat(), how],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address, "DATABASE_OWNER_URL": address},
        stdout=subprocess.PIPE,
        text=True,
    )


def run_with_kills(world: World, how: str, kills: list[int]) -> None:
    """Run the night; each number is how many batches a worker gets into before it is killed inside of the last one."""
    for count in kills:
        with start(world, how) as worker:
            assert worker.stdout is not None
            assert [worker.stdout.readline() for _ in range(count)] == ["inside\n"] * count
            worker.kill()
    with start(world, how) as worker:
        said, _errors = worker.communicate()
    assert (worker.returncode, said.splitlines()[-1]) == (0, "done")


def test_a_run_whose_workers_are_killed_takes_each_lead_back_once() -> None:
    world = World()
    for _ in range(DUE):
        world.hold()
    world.tell_all()
    chance = random.Random(SEED)

    run_with_kills(world, "steady", [chance.randint(1, 3) for _ in range(2)])

    run = ReclaimRun.objects.get()
    taken = sum(
        row["taken"] for row in AuditEntry.objects.filter(event="leads.reclaimed").values_list("facts", flat=True)
    )
    assert (run.taken, run.left, run.finished_at) == (DUE, 0, NIGHT), SEED
    assert taken == DUE
    assert ReclaimItem.objects.values("tenure").distinct().count() == ReclaimItem.objects.count() == DUE
    assert LeadTenure.objects.filter(end_reason="RECLAIMED").count() == DUE
    assert LeadTenure.objects.filter(ended_at=None, person=world.colleague).count() == DUE
    assert twice() == 0
    assert find_leads_unlike_their_tenure() == find_companies_unlike_their_lead() == []


def test_a_worker_whose_effects_are_not_one_with_its_progress_is_caught() -> None:
    """The planted fault: cool-downs of a killed batch are written again by the next worker."""
    world = World()
    for _ in range(DUE):
        world.hold()
    world.tell_all()

    run_with_kills(world, "forgetful", [2])

    assert twice() > 0


def twice() -> int:
    """How many persons were made to cool down from a lead more than once."""
    rows = Cooldown.objects.values("lead", "person").annotate(number=Count("pk")).filter(number__gt=1)
    return rows.count()
