"""What must hold between the rows of this module; run by `tiejun check`."""

from __future__ import annotations

from django.db import connection

from tiejun.foundation.checks import check


@check("Each lead's holder and unit are those of its open holding")
def find_leads_unlike_their_tenure() -> list[str]:
    """Return the leads whose copy differs from the open holding, which is the truth."""
    return _lines(
        """
        SELECT l.id, l.owner_id, t.person_id FROM leads_lead l
        LEFT JOIN leads_leadtenure t ON t.lead_id = l.id AND t.ended_at IS NULL
        WHERE l.owner_id IS DISTINCT FROM t.person_id
           OR t.person_id IS NOT NULL AND l.unit_id IS DISTINCT FROM t.unit_id
        ORDER BY l.id LIMIT 1000
        """,
        "lead {0}: copy {1}, holding {2}",
    )


@check("Each company's holder is that of its open lead")
def find_companies_unlike_their_lead() -> list[str]:
    """Return the companies whose copy differs from their open lead."""
    return _lines(
        """
        SELECT c.id, c.owner_id, l.owner_id FROM customers_company c
        JOIN leads_lead l ON l.company_id = c.id AND l.status NOT IN ('CLOSED_INVALID', 'CLOSED_LOST', 'MERGED')
        WHERE c.owner_id IS DISTINCT FROM l.owner_id OR c.unit_id IS DISTINCT FROM l.unit_id
        ORDER BY c.id LIMIT 1000
        """,
        "company {0}: copy {1}, lead {2}",
    )


def _lines(statement: str, words: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [words.format(*row) for row in cursor.fetchall()]
