"""`tiejun run` as an operator meets it: real processes, a durable server, kills."""

import os
import signal

import pytest

from tests.cli.running import (
    Running,
    children_of,
    fetch,
    free_port,
    is_alive,
    open_to_the_database,
    run_file,
    tiejun,
    wait_until,
)
from tiejun.cli.postgres import Postgres


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return open_to_the_database(tmp_path_factory.mktemp("run"))


@pytest.fixture(scope="module")
def installation(folder):
    """One running installation for the whole module, because starting is the slow part; the last test ends it."""
    port = free_port()
    running = Running(folder / "log", "run", TIEJUN_DATA=str(folder / "data"), PORT=str(port))
    wait_until(lambda: "Tiejun is ready at" in running.said() or running.process.poll() is not None)
    yield running, port, folder / "data"
    if running.process.poll() is None:
        running.end()


def test_run_prints_its_address_and_answers(installation):
    running, port, _data = installation

    assert f"Tiejun is ready at http://localhost:{port}" in running.said()
    assert fetch(f"http://127.0.0.1:{port}/readyz").status == 200


def test_second_run_on_the_same_data_names_the_first(installation):
    running, port, data = installation

    second = tiejun("run", TIEJUN_DATA=str(data), PORT=str(free_port()))

    assert second.returncode == 1
    assert f"already running at http://localhost:{port} (process {running.process.pid})" in second.stderr


def test_run_on_a_taken_port_says_what_to_do(installation, tmp_path):
    _running, port, _data = installation

    second = tiejun("run", TIEJUN_DATA=str(tmp_path), PORT=str(port))

    assert second.returncode == 1
    assert second.stderr == (
        f"tiejun run: port {port} on 127.0.0.1 cannot be used (Address already in use); "
        f"start with another one, for example: PORT={port + 1} make run\n"
    )


@pytest.mark.parametrize("name", ["granian", "worker"])
def test_a_dead_process_is_started_again(installation, name):
    running, port, _data = installation
    before = children_of(running.process.pid)[name]

    os.kill(before, signal.SIGKILL)

    wait_until(lambda: children_of(running.process.pid).get(name, before) != before)
    wait_until(lambda: fetch(f"http://127.0.0.1:{port}/readyz").status == 200)


def test_a_dead_database_is_started_again(installation):
    _running, port, data = installation
    # Where the database user cannot reach the folder, the data lies elsewhere: the launcher knows.
    pid_file = Postgres(data / "postgres").data / "postmaster.pid"

    def serving() -> int | None:
        # The file is missing while one server ends and the next one begins.
        words = pid_file.read_text().split() if pid_file.exists() else []
        return int(words[0]) if words else None

    wait_until(lambda: serving() is not None)
    postmaster = serving()

    os.kill(postmaster, signal.SIGKILL)

    wait_until(lambda: serving() not in (None, postmaster))
    wait_until(lambda: fetch(f"http://127.0.0.1:{port}/readyz").status == 200)


def test_restore_is_refused_while_the_product_runs(installation, tmp_path):
    _running, port, data = installation
    file = tmp_path / "backup.tar"
    file.touch()

    result = tiejun("restore", str(file), TIEJUN_DATA=str(data))

    assert result.returncode == 1
    assert f"already running at http://localhost:{port}" in result.stderr


def test_backup_of_a_running_installation_comes_back_elsewhere(installation, folder):
    _running, port, data = installation
    other = folder / "other"

    saved = tiejun("backup", str(folder / "saved.tar"), TIEJUN_DATA=str(data))
    restored = tiejun("restore", str(folder / "saved.tar"), TIEJUN_DATA=str(other))
    checked = tiejun("check", TIEJUN_DATA=str(other))

    assert saved.returncode == 0, saved.stderr
    assert (restored.returncode, restored.stdout) == (0, "Restored; the audit chain is whole.\n"), restored.stderr
    assert checked.returncode == 0, checked.stdout
    assert (other / "secrets.json").read_text() == (data / "secrets.json").read_text()
    assert fetch(f"http://127.0.0.1:{port}/readyz").status == 200


def test_run_starts_again_after_a_kill_and_stops_cleanly(installation, folder):
    killed, port, data = installation
    orphans = children_of(killed.process.pid)
    killed.end(signal.SIGKILL)

    again = Running(folder / "again.log", "run", TIEJUN_DATA=str(data), PORT=str(port))
    wait_until(lambda: "Tiejun is ready at" in again.said() or again.process.poll() is not None)
    ready = fetch(f"http://127.0.0.1:{port}/readyz").status
    said_of_itself = run_file(data)
    ended = again.end(signal.SIGINT)

    assert ready == 200
    assert {name: pid for name, pid in orphans.items() if is_alive(pid)} == {}
    assert said_of_itself["address"] == f"http://localhost:{port}"
    assert ended == 0
    assert again.said().endswith("Stopped.\n")
    assert not (data / "postgres" / "postmaster.pid").exists()
    assert fetch(f"http://127.0.0.1:{port}/healthz").status == 0
