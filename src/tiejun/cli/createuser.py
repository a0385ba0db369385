"""`tiejun createuser`: the first administrator of a new installation, or one more person of the company's own unit."""

import argparse
import getpass
import importlib
import secrets
import sys

from tiejun.cli.embedded import database
from tiejun.cli.failures import Failed

_SHORTEST_PASSWORD = 8


def main(arguments: list[str]) -> int:
    """Create the person, their role and their login; asks for the password, or reads it from a pipe."""
    parser = argparse.ArgumentParser(prog="tiejun createuser")
    parser.add_argument("username")
    parser.add_argument("--name", required=True, help="the person's name as colleagues see it")
    parser.add_argument("--role", default="ADMIN", help="ADMIN unless given")
    parser.add_argument("--company", help="the company's name; needed while the installation has none")
    options = parser.parse_args(arguments)
    password, was_made = _password()
    with database("command"):
        # Only now: what follows imports models, and those need Django to be set up.
        create = importlib.import_module("tiejun.cli.people").create_person
        create(options.username, name=options.name, role=options.role, company=options.company or "", password=password)
    print(f"{options.username} can sign in." + (f" One-time password: {password}" if was_made else ""))
    return 0


def _password() -> tuple[str, bool]:
    if not sys.stdin.isatty():
        given = sys.stdin.readline().rstrip("\n")
    else:
        given = getpass.getpass("Password (empty makes one): ")
        if given and getpass.getpass("Again: ") != given:
            raise Failed("the two passwords differ.")
    if not given:
        return secrets.token_urlsafe(12), True
    if len(given) < _SHORTEST_PASSWORD:
        raise Failed(f"a password has at least {_SHORTEST_PASSWORD} characters.")
    return given, False
