"""A durable PostgreSQL and the real web process, killed while clients record visits; what was acknowledged is then counted."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.cli.running import command_environment, fetch, free_port, open_to_the_database, wait_until
from tests.throwaway_postgres import migrated_server
from tiejun.cli.postgres import OWNER, SUPERUSER, PostgresFailed
from tiejun.foundation.ids import new_id

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = 8
PATIENCE_S = 60
SECRETS = {"SECRET_KEY": "s" * 50, "DATA_KEYS": "k" * 43}
KILLS = ("postmaster", "backend", "web")


class Server:
    """The database and the web process of one crash test."""

    def __init__(self, folder: Path) -> None:
        open_to_the_database(folder)
        self.postgres = migrated_server(folder / "postgres")
        self.log = folder / "web.log"
        self.port = free_port()
        self.web: subprocess.Popen[bytes] | None = None
        addresses = {"DATABASE_URL": self.postgres.url(), "DATABASE_OWNER_URL": self.postgres.url(OWNER)}
        self.environment = command_environment(
            **SECRETS,
            **addresses,
            PORT=str(self.port),
            TIEJUN_DATA=str(folder),
            DJANGO_SETTINGS_MODULE="tiejun.settings",
            LOG_LEVEL="WARNING",
        )
        self.askers: list[tuple[str, str]] = json.loads(self._run("-m", "tests.reliability.crash_world", str(CLIENTS)))

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        return done.stdout

    # -- life --------------------------------------------------------------------------------------------------------
    def start_web(self, mode: str = "production") -> None:
        """Start the web process and wait until it answers."""
        self.environment["TIEJUN_MODE"] = mode
        with self.log.open("ab") as out:
            self.web = subprocess.Popen(
                [sys.executable, "-m", "tiejun.cli", "web"],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        wait_until(self._answers)

    def _answers(self) -> bool:
        assert self.web is not None
        assert self.web.poll() is None, self.log.read_text()[-2_000:]
        return fetch(f"http://127.0.0.1:{self.port}/readyz").status == 200

    def kill_web(self) -> None:
        assert self.web is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.web.pid, signal.SIGKILL)
        self.web.wait()

    def kill(self, what: str, chance: random.Random) -> None:
        """Kill -9 one part and bring it back, as a supervisor would."""
        if what == "web":
            mode = self.environment["TIEJUN_MODE"]
            self.kill_web()
            self.start_web(mode)
            return
        postmaster = int((self.postgres.data / "postmaster.pid").read_text().split()[0])
        if what == "backend":
            wait_until(self._backends)  # after a kill the pool needs a moment
        victim = postmaster if what == "postmaster" else chance.choice(self._backends())
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        wait_until(self._is_back)

    def _backends(self) -> list[int]:
        with psycopg.connect(self.postgres.url(SUPERUSER), autocommit=True) as asking:
            rows = asking.execute("SELECT pid FROM pg_stat_activity WHERE usename = 'tiejun_app'").fetchall()
        return [pid for (pid,) in rows]

    def _is_back(self) -> bool:
        try:
            if not self.postgres.has_process():
                self.postgres.start()
            psycopg.connect(self.postgres.url(), connect_timeout=2).close()
        except (PostgresFailed, psycopg.OperationalError):  # orphans of the killed server still hold its memory
            return False
        return True

    def set(self, **settings: str) -> None:
        """Change settings of the server and start it again."""
        with psycopg.connect(self.postgres.url(SUPERUSER), autocommit=True) as changing:
            for name, value in settings.items():
                changing.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        self.postgres.stop()
        self.postgres.start()

    def recorded(self) -> Counter[str]:
        """Every stored visit by its note."""
        with psycopg.connect(self.postgres.url(SUPERUSER)) as reading:
            return Counter(note for (note,) in reading.execute("SELECT note FROM visits_visit"))

    def destroy(self) -> None:
        if self.web is not None:
            self.kill_web()
        self.postgres.destroy()


@dataclass(frozen=True)
class Habits:
    """How clients behave: the share of answers they lose and ask for again, and whether with the same key."""

    thrown_away: float = 0.01
    keeps_key: bool = True


@dataclass
class Run:
    """One run: what was acknowledged, how often which answer came, what was killed."""

    label: str
    acknowledged: set[str] = field(default_factory=set)
    answers: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        slowest = max(self.recoveries, default=0)
        return (
            f"{self.label}: {len(self.acknowledged)} acknowledged, {len(self.lost)} lost, {len(self.doubled)} twice, "
            f"kills {dict(self.killed)}, slowest recovery {slowest:.1f} s, answers {dict(self.answers)}"
        )


def crash_run(server: Server, *, label: str, size: int, kills: list[str], seed: int, habits: Habits = Habits()) -> Run:
    """Record `size` visits from several clients while parts are killed at random moments; returns the count afterwards."""
    run, ended = Run(label), threading.Event()
    clients = [
        threading.Thread(
            daemon=True,
            target=_record,
            args=(server, run),
            kwargs={
                "number": number,
                "count": size // CLIENTS,
                "chance": random.Random(seed * 1_000 + number),
                "habits": habits,
            },
        )
        for number in range(CLIENTS)
    ]
    chance = random.Random(seed)
    moments = sorted(chance.sample(range(size // 20, size * 19 // 20), len(kills)))
    killer = threading.Thread(
        daemon=True, target=_kill, args=(server, run, list(zip(moments, kills, strict=True)), chance, ended)
    )
    for thread in (killer, *clients):
        thread.start()
    for thread in clients:
        thread.join()
    ended.set()
    killer.join()
    wait_until(server._is_back)
    rows = server.recorded()
    run.lost = sorted(note for note in run.acknowledged if note not in rows)
    run.doubled = sorted(note for note, times in rows.items() if times > 1 and note.startswith(label))
    print(f"seed {seed} {run}")
    return run


def _record(server: Server, run: Run, *, number: int, count: int, chance: random.Random, habits: Habits) -> None:
    secret, company = server.askers[number]
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as line:
        for visit in range(count):
            note, key = f"{run.label} {number}.{visit}", str(new_id())
            deadline = time.monotonic() + PATIENCE_S
            while time.monotonic() < deadline:  # a visit that never arrives is missing in the counts
                key = key if habits.keeps_key else str(new_id())
                status = _post(line, secret, {"client_key": key, "company_id": company, "note": note})
                run.answers[str(status)] += 1
                if chance.random() < habits.thrown_away:
                    continue
                if status in (200, 201):
                    run.acknowledged.add(note)
                if 0 < status < 500 and status not in (409, 429):  # 409: the first copy is still under way
                    break
                time.sleep(0.05 + chance.random() / 10)


def _post(line: http.client.HTTPConnection, secret: str, visit: dict[str, str]) -> int:
    """Send a visit; returns the answer's status, 0 when the connection was cut."""
    headers = {
        "Authorization": f"Bearer {secret}",
        "Idempotency-Key": visit["client_key"],
        "Content-Type": "application/json",
    }
    try:
        line.request("POST", "/api/v1/visits", json.dumps(visit), headers)
        answer = line.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        line.close()
        return 0
    return answer.status


def _kill(server: Server, run: Run, plan: list[tuple[int, str]], chance: random.Random, ended: threading.Event) -> None:
    for moment, what in plan:
        while len(run.acknowledged) < moment and not ended.is_set():
            time.sleep(0.005)
        started = time.monotonic()
        server.kill(what, chance)
        run.killed[what] += 1
        run.recoveries.append(time.monotonic() - started)
