"""`tiejun web`: one granian process with threads, serving pages and the API."""

import os
import sys
from pathlib import Path

from tiejun.cli.failures import Failed
from tiejun.foundation.environment import environment


def main(arguments: list[str]) -> int:
    """Replace this process by the web server; returns only by failing."""
    env = environment()
    if env.is_embedded:
        raise Failed("Set DATABASE_URL, or use 'tiejun run', which starts a database too.")
    os.environ["TIEJUN_PROCESS"] = "web"
    os.execv(str(Path(sys.executable).parent / "granian"), web_command(env.host, env.port, env.web_threads))


def web_command(host: str, port: int, threads: int) -> list[str]:
    """The granian command line for one web process."""
    return [
        str(Path(sys.executable).parent / "granian"),
        "--interface", "wsgi",
        "--host", host,
        "--port", str(port),
        "--workers", "1",
        "--blocking-threads", str(threads),
        "--backpressure", str(threads * 32),
        "--workers-kill-timeout", "5",
        "--respawn-failed-workers",
        "--no-access-log",
        "--log-level", "warning",
        "tiejun.wsgi:application",
    ]  # fmt: skip
