"""The one table of environment variables, read once at start; no Django here, so that a wrong value is told before anything loads."""

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parents[3]
INSECURE_SECRET = "insecure-secret-for-development-and-tests-only-0000"  # noqa: S105 -- refused in production
INSECURE_DATA_KEY = "insecure-data-key-for-development-and-tests-only-00"
MODES = ("production", "development", "test")


class WrongSetting(Exception):
    """A variable has a value that cannot work; the text says which and what to do."""


@dataclass(frozen=True)
class Variable:
    """One row of the table: the documentation and the defaults come from here."""

    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable(
        "DATABASE_URL",
        "",
        "Application role: postgresql://user:password@host:port/name; empty starts the embedded server",
    ),
    Variable("DATABASE_OWNER_URL", "", "Owner role for migrations and backup; empty means DATABASE_URL does both"),
    Variable("DATABASE_POOL_SIZE", "8", "Connections each web process keeps; 0 leaves pooling to pgbouncer"),
    Variable(
        "SECRET_KEY", "", "At least 50 random characters; the embedded server keeps one of its own in its data folder"
    ),
    Variable(
        "DATA_KEYS",
        "",
        "Keys of phones and identity numbers, 43 random characters or more each, oldest first, by commas; never lose one",
    ),
    Variable(
        "SITE_URL", "", "Public address, such as https://sales.example.com; https turns on secure cookies and HSTS"
    ),
    Variable("ALLOWED_HOSTS", "", "Further host names that may be asked for, separated by commas"),
    Variable(
        "TRUST_PROXY",
        "0",
        "1 when a proxy in front sets X-Forwarded-Proto and X-Forwarded-For and removes the client's",
    ),
    Variable("HOST", "127.0.0.1", "Address to listen on; 0.0.0.0 opens it to the network"),
    Variable("PORT", "8000", "Port to listen on"),
    Variable("WEB_THREADS", "8", "Requests one web process answers at the same time"),
    Variable("WORKER_CONCURRENCY", "4", "Jobs one worker process runs at the same time"),
    Variable(
        "MAIL_URL", "", "smtp://user:password@host:587 or smtps://host:465 sends mail; needs SITE_URL; empty sends none"
    ),
    Variable("MAIL_FROM", "", "Sender of mail, such as Tiejun <tiejun@example.com>"),
    Variable(
        "TILE_URL",
        "",
        "Map tiles, such as https://tiles.example.com/{z}/{x}/{y}.png; empty draws the built-in map alone",
    ),
    Variable(
        "ROUTING_URL",
        "",
        "Routing server that speaks OSRM's table service, such as http://osrm:5000; empty estimates by straight lines",
    ),
    Variable(
        "TIEJUN_DATA", "", "Folder of the embedded database and of uploaded files; empty means .data in the checkout"
    ),
    Variable("TIEJUN_MODE", "production", "production, development (error pages, reload) or test"),
    Variable("TIEJUN_DEMO", "1", "0 starts the embedded database empty instead of with the demo company"),
    Variable("DEBUG", "0", "1 shows error pages with source and values; allowed in development mode alone"),
    Variable("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
)


@dataclass(frozen=True)
class Environment:
    """What the variables say, converted and checked."""

    mode: str
    debug: bool
    secret_key: str
    data_keys: list[str]
    database_url: str
    database_owner_url: str
    database_pool_size: int
    site_url: str
    allowed_hosts: list[str]
    trust_proxy: bool
    host: str
    port: int
    web_threads: int
    worker_concurrency: int
    mail_url: str
    mail_from: str
    tile_url: str
    routing_url: str
    data_folder: Path
    build_folder: Path
    demo: bool
    log_level: str
    process: str
    template_database: str

    @property
    def is_embedded(self) -> bool:
        """True when no database address is given and the embedded server is used."""
        return not self.database_url


def environment(values: Mapping[str, str] | None = None) -> Environment:
    """Read the table from `values` (the process's environment when None); raises `WrongSetting` with one plain sentence."""
    given = os.environ if values is None else values
    text = {row.name: given.get(row.name, "").strip() or row.default for row in VARIABLES}
    mode = _one_of("TIEJUN_MODE", text["TIEJUN_MODE"], MODES)
    site_url = text["SITE_URL"].rstrip("/")
    return Environment(
        mode=mode,
        debug=_switch("DEBUG", text["DEBUG"]) or mode == "development",
        secret_key=text["SECRET_KEY"] or INSECURE_SECRET,
        data_keys=[key.strip() for key in text["DATA_KEYS"].split(",") if key.strip()] or [INSECURE_DATA_KEY],
        database_url=_database("DATABASE_URL", text["DATABASE_URL"]),
        database_owner_url=_database("DATABASE_OWNER_URL", text["DATABASE_OWNER_URL"]),
        database_pool_size=_number("DATABASE_POOL_SIZE", text["DATABASE_POOL_SIZE"], 0, 100),
        site_url=site_url,
        allowed_hosts=_hosts(site_url, text["ALLOWED_HOSTS"], mode),
        trust_proxy=_switch("TRUST_PROXY", text["TRUST_PROXY"]),
        host=text["HOST"],
        port=_number("PORT", text["PORT"], 1, 65_535),
        web_threads=_number("WEB_THREADS", text["WEB_THREADS"], 1, 64),
        worker_concurrency=_number("WORKER_CONCURRENCY", text["WORKER_CONCURRENCY"], 1, 64),
        mail_url=text["MAIL_URL"],
        mail_from=text["MAIL_FROM"],
        tile_url=text["TILE_URL"],
        routing_url=_address("ROUTING_URL", text["ROUTING_URL"]),
        data_folder=Path(text["TIEJUN_DATA"] or ROOT / ".data").expanduser().absolute(),
        build_folder=Path(given.get("TIEJUN_BUILD") or ROOT / ".build"),
        demo=_switch("TIEJUN_DEMO", text["TIEJUN_DEMO"]),
        log_level=_one_of("LOG_LEVEL", text["LOG_LEVEL"].upper(), ("DEBUG", "INFO", "WARNING", "ERROR")),
        process=given.get("TIEJUN_PROCESS", "command"),
        template_database=given.get("TIEJUN_TEST_TEMPLATE", ""),
    )


def database_from(env: Environment) -> dict[str, Any]:
    """The Django database entry for this process: pooled in web processes, plain in all others.

    Nothing is kept on the session (no server-side cursors, no SET, prepared statements only with a pool of its own), so the web
    may sit behind pgbouncer in transaction mode with DATABASE_POOL_SIZE=0. The application role's timeouts are set on the role by `tiejun migrate`.
    """
    as_owner = env.process == "owner" and env.database_owner_url
    entry = parsed_database_url(
        env.database_owner_url if as_owner else env.database_url or "postgresql://nobody@/nowhere"
    )
    options: dict[str, Any] = entry["OPTIONS"]
    options.setdefault("connect_timeout", 3)
    if env.process == "web" and env.database_pool_size:
        options["pool"] = {
            "min_size": 1,
            "max_size": env.database_pool_size,
            "timeout": 2,
            "reconnect_timeout": 4,
            "max_idle": 120,
        }
        options["prepare_threshold"] = 5
    if env.process in {"worker", "owner"}:
        options["options"] = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
    return entry | {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": env.process == "web",
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "TEST": {"TEMPLATE": env.template_database or None},
    }


def parsed_database_url(url: str, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Split a postgresql:// address into NAME, USER, PASSWORD, HOST, PORT and OPTIONS; raises `WrongSetting`, which tells the variable's `name`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise WrongSetting(f"{name} must look like postgresql://user:password@host:5432/name.")
    options: dict[str, Any] = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(options.pop("port", "") or parts.port or ""),
        "OPTIONS": options,
    }


def _hosts(site_url: str, further: str, mode: str) -> list[str]:
    # Without a public address only this machine's own names are answered: a foreign Host header builds no link and no cache entry.
    own = [urlsplit(site_url).hostname or ""] if site_url else []
    local = ["localhost", "127.0.0.1", "[::1]", socket.gethostname()] if not site_url.startswith("https://") else []
    test = ["testserver"] if mode == "test" else []
    return [host for host in [*own, *local, *test, *(part.strip() for part in further.split(","))] if host]


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise WrongSetting(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def _switch(name: str, value: str) -> bool:
    return _one_of(name, value, ("0", "1")) == "1"


def _database(name: str, value: str) -> str:
    if value:
        parsed_database_url(value, name)
    return value


def _address(name: str, value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise WrongSetting(f"{name} is {value!r}; it must look like http://host:5000.")
    return value.rstrip("/")


def _number(name: str, value: str, low: int, high: int) -> int:
    convert: Callable[[str], int] = int
    try:
        number = convert(value)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise WrongSetting(f"{name} is {value!r}; it must be a whole number from {low} to {high}.")
    return number
