"""Leads by the name of their company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers.rules import packed_pairs
from tiejun.engines.names.search import company_name, matches
from tiejun.leads.models import Lead
from tiejun.leads.queries import OPEN_LEAD

if TYPE_CHECKING:
    from tiejun.access.scope import Scope

SHORTEST = 2


def search(scope: Scope, text: str, limit: int) -> list[Lead]:
    """Return open leads within reach whose company's name, or its pinyin initials, contains a text of at least two characters."""
    if not scope.can(Ability.VIEW_LEADS):
        return []
    wanted = company_name(text.strip()).folded
    if len(wanted) < SHORTEST:
        return []
    rows = Lead.objects.within(scope, Ability.VIEW_LEADS).filter(
        OPEN_LEAD, company__search_grams__contains=packed_pairs(wanted)
    )
    # Pairs may stand apart in a name: look at some more candidates than are asked for.
    candidates = (
        rows.select_related("company").defer("company__search_grams").order_by("-last_activity_at", "-pk")[: 4 * limit]
    )
    return [row for row in candidates if matches(text, name=row.company.name, initials=row.company.initials)][:limit]
