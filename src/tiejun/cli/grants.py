"""What the application role may do: read and write rows, never change tables, never rewrite a ledger."""

from django.apps import apps
from django.db import connection
from psycopg import sql

from tiejun.foundation.environment import Environment, parsed_database_url

# Set on the role, because a session's own SET would not survive pgbouncer; the worker lifts the first for itself.
TIMEOUTS = {"statement_timeout": "5s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "10s"}

_GRANTS = (
    "GRANT USAGE ON SCHEMA public, audit TO {role}",
    "REVOKE CREATE ON SCHEMA public, audit FROM PUBLIC, {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}",
    # The audit log is read as tables and written through its one function.
    "GRANT SELECT ON ALL TABLES IN SCHEMA audit TO {role}",
    "GRANT EXECUTE ON FUNCTION audit.append(jsonb), audit.verify() TO {role}",
    "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON django_migrations FROM {role}",
)


def has_own_application_role(env: Environment) -> bool:
    """True when pages and jobs sign in as another role than the tables' owner."""
    if not env.database_owner_url:
        return False
    return bool(parsed_database_url(env.database_url)["USER"] != parsed_database_url(env.database_owner_url)["USER"])


def grant_application_role(env: Environment) -> None:
    """Renew the application role's rights and its timeouts; does nothing where one address serves both roles."""
    if not has_own_application_role(env):
        return
    role = sql.Identifier(parsed_database_url(env.database_url)["USER"])
    with connection.cursor() as cursor:
        for words in _GRANTS:
            cursor.execute(sql.SQL(words).format(role=role).as_string())
        existing = set(connection.introspection.table_names(cursor))
        for table in [table for table in ledger_tables() if table in existing]:
            words = "REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}"
            name = sql.SQL(connection.ops.quote_name(table))
            cursor.execute(sql.SQL(words).format(table=name, role=role).as_string())


def timeout_statements(user: str) -> list[sql.Composed]:
    """The statements that give a role its timeouts; a role may run them for itself."""
    words = sql.SQL("ALTER ROLE {role} SET {name} = {value}")
    return [
        words.format(role=sql.Identifier(user), name=sql.Identifier(name), value=sql.Literal(value))
        for name, value in TIMEOUTS.items()
    ]


def ledger_tables() -> list[str]:
    """Tables of the models marked `ledger = True`: rows are added, never changed."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "ledger", False))
