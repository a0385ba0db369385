from __future__ import annotations

from django.db import connection


def lock_target(target: str) -> None:
    """Let one transaction at a time change the models of a target."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"insight.score:{target}"])
