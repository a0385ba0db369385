"""One person of each role with a login and a token, one without any role, and a count of what was written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.factories.org import make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import LEADING_ROLES, Role
from tiejun.access.scope import Scope
from tiejun.exchange import locks
from tiejun.exchange.actions.tokens import issue_token
from tiejun.exchange.rules.tokens import offered_abilities
from tiejun.org.models import Login

# Sign-in state, caches, job and key bookkeeping are no business data.
NOT_COUNTED = (
    "django_session",
    "cache_entry",
    "foundation_clientkey",
    "exchange_tokenminute",
    "procrastinate",
    "account_",
    "mfa_",
)


@dataclass(frozen=True)
class Asker:
    """Somebody who asks by page and by program."""

    role: Role | None
    login: Login
    scope: Scope
    secret: str

    @property
    def client(self) -> Client:
        """A browser in which they are signed in; server errors come back as answers."""
        client = Client(raise_request_exception=False)
        client.force_login(self.login)
        session = client.session
        session["second_factor_seen"] = True
        session["account_authentication_methods"] = [
            {"method": "password", "at": timezone.now().timestamp(), "username": self.login.username}
        ]
        session.save()
        return client

    @property
    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"}


Askers = dict[Role | None, Asker]


def make_askers() -> Askers:
    """Make a company with one person of each role, and one without."""
    tree = make_company_tree()
    units = {Role.REP: tree.group, Role.SUPERVISOR: tree.group, Role.REGIONAL_MANAGER: tree.region}
    assert set(LEADING_ROLES) - set(units) == {Role.SALES_HEAD}
    askers: Askers = {}
    for role in (*Role, None):
        person = make_person(role=role, unit=units.get(role, tree.company) if role else None)
        login = make_login(person)
        scope = scope_for(person, timezone.now())
        secret = f"tj_{role or 'nobody'}_{'s' * 40}"
        if role is not None:
            abilities = [ability.value for ability in offered_abilities(scope)]
            token = issue_token(scope, name="fuzz", abilities=abilities, days=30, secret=secret, now=timezone.now())
            locks.note_use(token.pk, now=timezone.now(), zone=scope.zone)  # so that its first use changes nothing
        askers[role] = Asker(role, login, scope, secret)
    return askers


def written() -> dict[str, tuple[int, int, int]]:
    """Return how many rows this transaction has inserted, updated and deleted, by table with business data.

    PostgreSQL counts what is rolled back as well: who may not write must not even begin to.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables")
        return {
            f"{schema}.{name}": (inserted, updated, deleted)
            for schema, name, inserted, updated, deleted in cursor.fetchall()
            if inserted + updated + deleted and not name.startswith(NOT_COUNTED)
        }


def checksum() -> dict[str, Any]:
    """Return a digest of every table with business data, and the number of audit entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(NOT_COUNTED)]
        parts = " UNION ALL ".join(
            f"SELECT '{name}', md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) FROM \"{name}\" t"
            for name in tables
        )
        cursor.execute(parts)
        digests: dict[str, Any] = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM audit.entry")
        return digests | {"audit": cursor.fetchone()[0]}
