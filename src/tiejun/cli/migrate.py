"""`tiejun migrate`: tables as the owner, then what the application role may do with them."""

import time

import psycopg
from django.core.management import call_command
from django.db import OperationalError, connection
from psycopg import errors

from tiejun.cli.embedded import database
from tiejun.cli.grants import grant_application_role, has_own_application_role, timeout_statements
from tiejun.foundation.environment import Environment, environment, parsed_database_url

_ATTEMPTS = 50


def main(arguments: list[str]) -> int:
    """Apply what is missing; returns the exit code."""
    with database("owner"):
        migrate(verbosity=0 if "--quiet" in arguments else 1)
    return 0


def migrate(*, verbosity: int = 1) -> None:
    """Apply the missing migrations, create the cache table, renew the application role's grants; harmless when repeated.

    A migration that cannot have its lock at once gives way to the readers in front of it and tries again, so that an
    ALTER TABLE behind a long report does not stop the whole site.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            call_command("migrate", verbosity=verbosity, interactive=False)
            break
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable) or attempt == _ATTEMPTS:
                raise
            time.sleep(min(0.1 * attempt, 1.0))
    call_command("createcachetable", verbosity=0)
    env = environment()
    grant_application_role(env)
    if has_own_application_role(env):
        _set_timeouts(env)


def _set_timeouts(env: Environment) -> None:
    # As the application role itself: that needs no rights, while the owner may lack the right to alter another role.
    with psycopg.connect(env.database_url, autocommit=True) as own:
        for statement in timeout_statements(parsed_database_url(env.database_url)["USER"]):
            own.execute(statement)
