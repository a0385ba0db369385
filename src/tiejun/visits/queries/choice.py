"""Which of one's companies to visit: the few that fit what is typed, the most urgent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers_queries
from tiejun.engines.names.pinyin import pinyin_initials
from tiejun.leads import queries as leads_queries

if TYPE_CHECKING:
    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief


def my_companies(scope: Scope, text: str = "", *, limit: int = 12) -> list[CompanyBrief]:
    """Return companies that the asker holds whose name, initials or address fit a text; all of them for an empty one.

    The nearest due date comes first. A person holds few enough companies to look at each. Raises `PermissionRefused` for
    who makes no visits.
    """
    scope.require(Ability.RECORD_VISIT)
    held = [row.company_id for row in leads_queries.held_companies(scope, scope.own_id)]
    briefs = customers_queries.briefs(scope, held)
    words = text.strip().casefold()
    found = [briefs[company_id] for company_id in dict.fromkeys(held) if _fits(briefs[company_id], words)]
    return found[:limit]


def _fits(brief: CompanyBrief, words: str) -> bool:
    if not words:
        return True
    return (
        words in brief.name.casefold()
        or words in pinyin_initials(brief.name).casefold()
        or words in brief.address.casefold()
    )
