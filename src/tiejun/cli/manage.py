"""`tiejun manage …`: Django's management commands on the right database, as the owner of the tables."""

import os

from django.core.management import execute_from_command_line

from tiejun.cli.embedded import database

# These read the code alone; they must work on a machine where no database was ever started.
WITHOUT_DATABASE = {
    "makemigrations",
    "collectstatic",
    "help",
    "version",
    "diffsettings",
    "startapp",
    "export_openapi_schema",
}


def main(arguments: list[str]) -> int:
    """Run one management command; returns the exit code."""
    line = ["tiejun manage", *arguments]
    if not arguments or arguments[0] in WITHOUT_DATABASE:
        os.environ["TIEJUN_PROCESS"] = "owner"
        execute_from_command_line(line)
    else:
        with database("owner"):
            execute_from_command_line(line)
    return 0
