"""Memory at rest, the first page of a warm start, the weight of a page on the phone."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from benchmarks.client import Client
from benchmarks.installation import Installation, Server, end, free_port, wait_for
from benchmarks.meters import pss_megabytes
from benchmarks.report import Row
from benchmarks.world import World
from tiejun.foundation.environment import ROOT

MOST_MEMORY_MB, MOST_SECONDS, MOST_KB = 300, 8, 120
SETTLE_S = 8
LINKED = re.compile(r'(?:href|src)="([^"]+\.(?:css|js))"')


def memory(installation: Installation, web: Server) -> list[Row]:
    """Web after thousands of requests and a worker that waits; shared pages are divided among their users."""
    worker = installation.start_worker()
    time.sleep(SETTLE_S)
    parts = {"web": pss_megabytes(web.pid), "worker": pss_megabytes(worker.pid)}
    installation.stop(worker)
    total = sum(parts.values())
    words = " + ".join(f"{name} {value:.0f}" for name, value in parts.items())
    return [
        Row(
            "Memory at rest after all requests above (PSS)",
            f"{total:.0f} MB ({words})",
            f"≤ {MOST_MEMORY_MB} MB",
            total <= MOST_MEMORY_MB,
        )
    ]


def first_page() -> list[Row]:
    """`tiejun run` on a folder that it made before: from the command to the sign-in page."""
    with tempfile.TemporaryDirectory(prefix="tiejun-benchmark-") as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101 -- the database's own user must reach its folder below
        _started(folder)
        seconds = min(_started(folder) for _ in range(2))
    return [
        Row(
            "First page of a warm start, database included",
            f"{seconds:.1f} s",
            f"≤ {MOST_SECONDS} s",
            seconds <= MOST_SECONDS,
        )
    ]


def _started(folder: str) -> float:
    port = free_port()
    given = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DATABASE_", "TIEJUN_", "SECRET_", "DATA_"))
    }
    given |= {"TIEJUN_DATA": folder, "TIEJUN_DEMO": "0", "PORT": str(port)}
    began = time.monotonic()
    running = subprocess.Popen(
        [sys.executable, "-m", "tiejun.cli", "run"],
        cwd=ROOT,
        env=given,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/accounts/login/", running)
        return time.monotonic() - began
    finally:
        end(running)


def weights(world: World, web: Server) -> list[Row]:
    """CSS and JavaScript that a phone must load before a page works, as sent: compressed."""
    client = Client(web.port)
    rows = []
    for title, path, headers in (("sign-in", "/accounts/login/", {}), ("Today", "/", world.reps[0].browser)):
        page = client.must(200, path, headers={**headers, "Accept-Encoding": ""}).decode()
        files = _with_imports({urlsplit(address).path for address in LINKED.findall(page)})
        total = sum(len(client.must(200, file, headers={"Accept-Encoding": "br, gzip"})) for file in files) / 1000
        rows.append(
            Row(
                f"Weight of the phone's {title} page: {len(files)} CSS and JS files",
                f"{total:.0f} kB",
                f"≤ {MOST_KB} kB",
                bool(files) and total <= MOST_KB,
            )
        )
    return rows


def _with_imports(paths: set[str]) -> set[str]:
    """The linked files and what they import at once; what is imported on demand is left out."""
    manifest = json.loads(Path(settings.DJANGO_VITE["default"]["manifest_path"]).read_text())
    prefix = settings.STATIC_URL
    waiting = [entry for entry in manifest.values() if prefix + entry["file"] in paths]
    while waiting:
        entry = waiting.pop()
        paths |= {prefix + file for file in [entry["file"], *entry.get("css", [])]}
        waiting += [manifest[name] for name in entry.get("imports", [])]
    return paths
