"""`tiejun check`: settings, server, migrations, the audit chain, and what modules say must hold between their rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.core import checks as django_checks
from django.db import connection
from django.utils.module_loading import autodiscover_modules

from tiejun.cli.embedded import database
from tiejun.cli.grants import TIMEOUTS, has_own_application_role, ledger_tables
from tiejun.cli.safety import server_reasons, server_settings, setting_reasons
from tiejun.engines import documents
from tiejun.foundation import audit
from tiejun.foundation.checks import registered_checks
from tiejun.foundation.environment import Environment, environment, parsed_database_url
from tiejun.foundation.health import pending_migrations

_SHOWN = 20


@dataclass(frozen=True)
class Outcome:
    """One line of the report: what was looked at, and what is wrong with it; a warning does not fail the command."""

    subject: str
    findings: list[str]
    is_warning: bool = False


def main(arguments: list[str]) -> int:  # noqa: ARG001 -- every command has the same signature
    """Print one line per check; returns 1 when something is broken, 0 with warnings or nothing."""
    failed = False
    with database("owner"):
        for outcome in outcomes(environment()):
            failed = failed or bool(outcome.findings and not outcome.is_warning)
            _print(outcome)
    return 1 if failed else 0


def outcomes(env: Environment) -> Iterator[Outcome]:
    """Run every check in turn; needs Django set up as the owner of the tables."""
    yield Outcome("Settings are fit for production", setting_reasons(env))
    yield Outcome("PostgreSQL keeps what it acknowledged", server_reasons(server_settings(env)))
    yield Outcome("Django's own checks pass", _django_findings(), is_warning=True)
    yield Outcome("Contracts can be made as PDF", _printing_warnings(), is_warning=True)
    pending = pending_migrations()
    yield Outcome("Every migration is applied", pending)
    if pending:
        return
    yield Outcome("The application has a role of its own", _role_warnings(env), is_warning=True)
    yield Outcome("The application role can do what it must and no more", _role_findings(env))
    faults = [f"entry {fault.seq}: {fault.why}" for fault in audit.verify()]
    yield Outcome("The audit log's chain is whole", faults)
    autodiscover_modules("jobs", "queries")
    for registered in registered_checks():
        yield Outcome(registered.sentence, registered.find())


def _print(outcome: Outcome) -> None:
    mark = "ok  " if not outcome.findings else "warn" if outcome.is_warning else "FAIL"
    print(f"{mark}  {outcome.subject}")
    for finding in outcome.findings[:_SHOWN]:
        print(f"        {finding}")
    if len(outcome.findings) > _SHOWN:
        print(f"        … and {len(outcome.findings) - _SHOWN} more")


def _django_findings() -> list[str]:
    messages = django_checks.run_checks(include_deployment_checks=True)
    return [f"{message.id}: {message.msg}" for message in messages if not message.is_silenced()]


def _printing_warnings() -> list[str]:
    if documents.is_available():
        return []
    return ["Pango or a Chinese font is missing: contracts are printed by the browser alone. See the README on PDF."]


def _role_warnings(env: Environment) -> list[str]:
    if has_own_application_role(env):
        return []
    words = (
        "DATABASE_URL is also the owner of the tables: triggers alone protect the audit log and the ledgers. "
        "Create a second role and set DATABASE_OWNER_URL."
    )
    return [words]


def _role_findings(env: Environment) -> list[str]:
    if not has_own_application_role(env):
        return []
    role = parsed_database_url(env.database_url)["USER"]
    return [*_power_findings(role), *_table_findings(role), *_timeout_findings(role)]


def _power_findings(role: str) -> list[str]:
    query = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = %s"
    with connection.cursor() as cursor:
        cursor.execute(query, [role])
        row = cursor.fetchone() or (True, True, True, True)
        cursor.execute("SELECT has_schema_privilege(%s, 'public', 'CREATE')", [role])
        (may_create,) = cursor.fetchone() or (True,)
    names = ("superuser", "bypass of row security", "creating databases", "creating roles", "creating tables")
    return [f"{role} has {name}; take it away." for name, has in zip(names, [*row, may_create], strict=True) if has]


def _table_findings(role: str) -> list[str]:
    findings = []
    ledgers = set(ledger_tables())
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        for table in tables:
            query = "SELECT has_table_privilege(%s, %s, 'INSERT'), has_table_privilege(%s, %s, 'UPDATE, DELETE')"
            name = connection.ops.quote_name(table)
            cursor.execute(query, [role, name, role, name])
            may_add, may_change = cursor.fetchone()
            if not may_add:
                findings.append(f"{role} cannot add to {table}; run 'tiejun migrate'.")
            if may_change and table in ledgers:
                findings.append(f"{role} can change {table}, which is a ledger; run 'tiejun migrate'.")
    return findings


def _timeout_findings(role: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(rolconfig, '{}') FROM pg_roles WHERE rolname = %s", [role])
        (configured,) = cursor.fetchone() or ([],)
    wanted = {f"{name}={value}" for name, value in TIMEOUTS.items()}
    return [f"{role} lacks {setting}; run 'tiejun migrate'." for setting in sorted(wanted - set(configured))]
