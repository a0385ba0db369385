"""`tiejun web`: one granian process with threads, serving pages and the API."""

import os
import sys
from pathlib import Path

from tiejun.cli.failures import Failed
from tiejun.cli.safety import refuse_unsafe_start
from tiejun.foundation.environment import Environment, environment


def main(arguments: list[str]) -> int:  # noqa: ARG001 -- every command has the same signature
    """Replace this process by the web server; returns only by failing."""
    env = environment()
    if env.is_embedded:
        raise Failed("set DATABASE_URL, or use 'tiejun run', which starts a database too.")
    refuse_unsafe_start(env)
    os.environ["TIEJUN_PROCESS"] = "web"
    # By default the C library keeps freed memory apart for each thread, eight times the dearest page.
    os.environ.setdefault("MALLOC_ARENA_MAX", "1")
    command = web_command(env)
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 -- the process becomes the server; signals then reach it directly


def web_command(env: Environment) -> list[str]:
    """The granian command line for one web process."""
    return [
        str(Path(sys.executable).parent / "granian"),
        "--interface", "wsgi",
        "--host", env.host,
        "--port", str(env.port),
        "--workers", "1",
        "--blocking-threads", str(env.web_threads),
        "--workers-kill-timeout", "5",
        "--respawn-failed-workers",
        "--no-ws",
        "--log-level", "error",
        "tiejun.wsgi:application",
    ]  # fmt: skip
