"""What the application role may do: read and write rows, never change tables, never rewrite a ledger."""

from django.apps import apps
from django.db import connection
from psycopg import sql

from tiejun.foundation.environment import Environment, parsed_database_url

# Applies to whoever signs in as the application role, through pgbouncer too; the worker lifts the first for itself.
TIMEOUTS = {"statement_timeout": "5s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "10s"}


def grant_application_role(env: Environment) -> None:
    """Renew the application role's rights and timeouts; does nothing where one address serves both roles."""
    if not env.database_owner_url:
        return
    role = sql.Identifier(parsed_database_url(env.database_url)["USER"])
    owner = parsed_database_url(env.database_owner_url)["USER"]
    if parsed_database_url(env.database_url)["USER"] == owner:
        return
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {role}"),
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"),
        sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"),
        sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {role}"),
        sql.SQL("GRANT USAGE ON SCHEMA audit TO {role}"),
        sql.SQL("GRANT SELECT ON audit.entry, audit.head TO {role}"),
        sql.SQL("GRANT EXECUTE ON FUNCTION audit.append(jsonb), audit.verify() TO {role}"),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM {role}, PUBLIC"),
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}"),
        *(
            sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {role}").format(
                table=sql.SQL(connection.ops.quote_name(table)), role=role
            )
            for table in ledger_tables()
        ),
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            text = statement.format(role=role) if isinstance(statement, sql.SQL) else statement
            cursor.execute(text.as_string(cursor.connection))


def ledger_tables() -> list[str]:
    """Tables of the models marked `ledger = True`: rows are added, never changed."""
    return sorted(model._meta.db_table for model in apps.get_models() if getattr(model, "ledger", False))

