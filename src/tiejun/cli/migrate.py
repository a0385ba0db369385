"""`tiejun migrate`: tables as the owner, then what the application role may do with them."""

import time

from django.core.management import call_command
from django.db import OperationalError, connection
from psycopg import errors

from tiejun.cli.embedded import database
from tiejun.cli.grants import grant_application_role
from tiejun.foundation.environment import environment

_ATTEMPTS = 50
_LOCK_TIMEOUT = "200ms"


def main(arguments: list[str]) -> int:
    """Apply what is missing; returns the exit code."""
    with database("owner"):
        migrate(verbosity=0 if "--quiet" in arguments else 1)
    return 0


def migrate(*, verbosity: int = 1) -> None:
    """Apply the missing migrations, create the cache table, and renew the application role's grants; harmless when repeated.

    A migration that cannot have its lock at once gives way to the readers in front of it and tries again, so that an
    ALTER TABLE behind a long report does not stop the whole site.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT}'")
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            call_command("migrate", verbosity=verbosity, interactive=False)
            break
        except OperationalError as error:
            if not isinstance(error.__cause__, errors.LockNotAvailable) or attempt == _ATTEMPTS:
                raise
            time.sleep(min(0.1 * attempt, 1.0))
    call_command("createcachetable", verbosity=0)
    grant_application_role(environment())
