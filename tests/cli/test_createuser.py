"""The first administrator of a new installation."""

import subprocess
import sys

import psycopg
import pytest
from psycopg import sql

from tests.cli.running import command_environment
from tests.throwaway_postgres import TEMPLATE, shared_addresses
from tiejun.cli.postgres import OWNER
from tiejun.foundation.environment import parsed_database_url


@pytest.fixture
def addresses():
    """An empty, migrated database of the test's own."""
    name = "createuser"
    superuser = shared_addresses()["superuser"].replace("/tiejun?", "/postgres?")
    with psycopg.connect(superuser, autocommit=True) as connection:
        words = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        connection.execute(words.format(sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(TEMPLATE)))
        made = {key: parsed_database_url(shared_addresses()[key]) for key in ("owner", "application")}
        yield {
            "DATABASE_OWNER_URL": f"postgresql://{made['owner']['USER']}@/{name}?host={made['owner']['HOST']}",
            "DATABASE_URL": f"postgresql://{made['application']['USER']}@/{name}?host={made['application']['HOST']}",
        }
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def create(addresses, *arguments, password="correct horse"):
    return subprocess.run(
        [sys.executable, "-m", "tiejun.cli", "createuser", *arguments],
        input=f"{password}\n",
        capture_output=True,
        text=True,
        check=False,
        env=command_environment(**addresses),
    )


def people(addresses):
    query = """
        SELECT l.username, p.name, s.role, u.name FROM org_login l
        JOIN org_person p ON p.id = l.person_id JOIN org_position s ON s.person_id = p.id JOIN org_unit u ON u.id = s.unit_id
        ORDER BY 1
    """
    with psycopg.connect(addresses["DATABASE_OWNER_URL"]) as connection:
        return connection.execute(query).fetchall()


def test_first_administrator_founds_the_company_and_others_follow(addresses):
    first = create(addresses, "wang", "--name", "Wang Fang", "--company", "Iron Ltd")
    second = create(addresses, "li", "--name", "Li Na", "--role", "HR", password="")

    assert (first.returncode, first.stdout) == (0, "wang can sign in.\n"), first.stderr
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith("li can sign in. One-time password: ")
    assert people(addresses) == [("li", "Li Na", "HR", "Iron Ltd"), ("wang", "Wang Fang", "ADMIN", "Iron Ltd")]


@pytest.mark.parametrize(
    ("arguments", "password", "words"),
    [
        (
            ["wang", "--name", "Wang"],
            "correct horse",
            "the installation has no company yet; give its name with --company.",
        ),
        (["wang", "--name", "Wang", "--company", "Iron Ltd"], "short", "a password has at least 8 characters."),
        (
            ["wang", "--name", "Wang", "--company", "Iron Ltd", "--role", "KING"],
            "correct horse",
            "KING is no role; choose one of",
        ),
    ],
)
def test_refused_person_leaves_nothing_behind(addresses, arguments, password, words):
    result = create(addresses, *arguments, password=password)

    assert result.returncode == 1
    assert result.stderr.startswith(f"tiejun createuser: {words}")
    with psycopg.connect(addresses["DATABASE_OWNER_URL"]) as connection:
        assert connection.execute("SELECT count(*) FROM org_unit").fetchone() == (0,)
