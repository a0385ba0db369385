"""RS-01: a visit that was acknowledged survives kill -9 of database and web, and is there once; two planted faults are caught."""

from __future__ import annotations

import os
import random

import pytest

from tests.reliability.crashing import KILLS, Habits, Server, crash_run

SEED = int(os.environ.get("TIEJUN_SEED") or random.randrange(10**6))
SUBMISSIONS = 1_000


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("crash"))
    yield server
    server.destroy()


def test_acknowledged_visits_survive_kills_and_are_there_once(server):
    server.start_web()
    kills = [*KILLS, *KILLS]
    random.Random(SEED).shuffle(kills)

    run = crash_run(server, label="real", size=SUBMISSIONS, kills=kills, seed=SEED)

    assert (len(run.acknowledged), run.lost, run.doubled, sum(run.killed.values())) == (
        SUBMISSIONS,
        [],
        [],
        len(kills),
    ), run


def test_a_client_without_a_lasting_key_is_caught(server):
    run = crash_run(
        server, label="keyless", size=80, kills=[], seed=SEED, habits=Habits(thrown_away=0.3, keeps_key=False)
    )

    assert run.doubled != [], run


def test_a_server_that_acknowledges_before_it_stores_is_caught(server):
    server.kill_web()
    server.set(synchronous_commit="off", wal_writer_delay="10s", wal_writer_flush_after="1GB")
    server.start_web(mode="test")  # production refuses such a server

    run = crash_run(server, label="forgetful", size=80, kills=["postmaster"], seed=SEED)

    assert run.lost != [], run
