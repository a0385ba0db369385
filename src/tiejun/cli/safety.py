"""What a production start refuses: settings and servers that would lose or expose data without anybody noticing."""

import time
from dataclasses import dataclass

import psycopg

from tiejun.cli.failures import Failed
from tiejun.foundation.environment import INSECURE_DATA_KEY, INSECURE_SECRET, Environment

_SHORTEST_SECRET = 50
_SHORTEST_DATA_KEY = 43
_PATIENCE_S = 30
# Server setting → what is at stake when it is off.
DURABILITY = {
    "fsync": "a power cut can destroy the database",
    "full_page_writes": "a power cut can destroy the database",
    "synchronous_commit": "a crash loses work that was acknowledged",
    "data_checksums": "damaged pages are served as if they were whole",
}
_OFF = frozenset({"off", "local"})


@dataclass(frozen=True)
class ServerSettings:
    """The server's durability settings as it states them, by name, and its major version."""

    values: dict[str, str]
    major: int


def refuse_unsafe_start(env: Environment) -> None:
    """Raise `Failed` with every reason why production may not start; development and tests start always."""
    if env.mode != "production":
        return
    reasons = [*setting_reasons(env), *server_reasons(server_settings(env))]
    if reasons:
        raise Failed("refused to start: " + " ".join(reasons))


def setting_reasons(env: Environment) -> list[str]:
    """Reasons in the environment: DEBUG, or a secret that is the default or too short."""
    reasons = []
    if env.debug:
        reasons.append("DEBUG shows source and values to visitors; unset it.")
    if env.secret_key == INSECURE_SECRET or len(env.secret_key) < _SHORTEST_SECRET:
        reasons.append(f"SECRET_KEY is the default or too short; set {_SHORTEST_SECRET} random characters.")
    if any(key == INSECURE_DATA_KEY or len(key) < _SHORTEST_DATA_KEY for key in env.data_keys):
        reasons.append(f"DATA_KEYS is the default or too short; set {_SHORTEST_DATA_KEY} random characters per key.")
    return reasons


def server_reasons(settings: ServerSettings) -> list[str]:
    """Reasons in the database server: too old, or a durability setting that is off."""
    reasons = [
        f"PostgreSQL has {name} off: {stake}; turn it on."
        for name, stake in DURABILITY.items()
        if settings.values.get(name) in _OFF
    ]
    if settings.major < 15:
        reasons.append(f"PostgreSQL is version {settings.major}; version 15 or newer is needed.")
    return reasons


def server_settings(env: Environment) -> ServerSettings:
    """Ask the server, waiting for one that is just starting; raises `Failed` when it does not answer in 30 s."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            with psycopg.connect(env.database_url, connect_timeout=3) as connection:
                query = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
                rows = connection.execute(query, [list(DURABILITY)]).fetchall()
                return ServerSettings(dict(rows), connection.info.server_version // 10_000)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise Failed(f"PostgreSQL does not answer: {str(error).splitlines()[0]}") from error
            time.sleep(0.5)
