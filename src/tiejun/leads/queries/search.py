"""Leads by what people type: part of their company's name, its pinyin initials, numbers of its contacts; newest companies first.

The order is that of the companies' ids, so companies are looked at before their leads, and no lead is fetched beyond the page.
The way is chosen here by shares and measured costs, for the planner takes grams to be independent:

- what few companies are called comes out of the index of grams;
- what many are called is met soon on a walk over the companies from the newest on;
- of a short list of leads, each one's company is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.expressions import RawSQL

from tiejun.access.abilities import Ability
from tiejun.customers.queries.finding import MANY, all_of, name_condition, needle, walk
from tiejun.foundation import keyset
from tiejun.foundation.keyset import Page
from tiejun.leads.models import Lead
from tiejun.leads.queries import OPEN_LEAD

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.customers.queries.finding import Needle, Odds
    from tiejun.engines.names.search import NameQuery
    from tiejun.foundation.keyset import Rest

ORDER = ("-company_id", "-id")
# Measured: a company on the walk, one that the index brings, a lead whose company is looked up.
WALK_US, BRING_US, LOOK_US = 0.3, 2.6, 2.6
SHORTEST_WALK, LONGEST_WALK = 3_000, 30_000


def search(scope: Scope, text: str, limit: int) -> list[Lead]:
    """Return open leads within reach that a typed text finds, the newest companies first."""
    wanted = needle(scope, text, with_contacts=False) if scope.can(Ability.VIEW_LEADS) else None
    if wanted is None:
        return []
    rows: QuerySet[Lead] = Lead.objects.within(scope, Ability.VIEW_LEADS).filter(OPEN_LEAD)
    loaded = rows.select_related("company").defer("company__search_grams")
    return page_of_found(scope, rows, wanted, loaded=loaded, size=limit).rows


def page_of_found(
    scope: Scope,
    rows: QuerySet[Lead],
    wanted: Needle,
    *,
    loaded: QuerySet[Any, Any],
    cursor: str | None = None,
    size: int,
) -> Page[Any]:
    """Cut a page out of `rows` whose company a needle finds, the newest companies first; `loaded`: the same rows with what is shown."""
    rest = keyset.beyond(rows, order=ORDER, cursor=cursor)

    def page(found: RawSQL) -> Page[Any]:
        return keyset.page(loaded.filter(pk__in=found), order=ORDER, cursor=cursor, size=size)

    name, odds = wanted.name, wanted.odds
    by_index_us = odds.likely * BRING_US
    is_rare = odds.at_most < MANY and by_index_us <= _steps(odds, odds.companies, size) * WALK_US
    if name is None or wanted.company_ids is not None or is_rare:
        return page(_by_index(scope, rest, wanted, size + 1))
    leads = keyset.estimated_count(rest.rows)
    steps = _steps(odds, leads, size)
    if steps * WALK_US < min(leads * LOOK_US, max(by_index_us, odds.at_most * BRING_US)):
        found = page(_by_walk(scope, rest, name, int(min(max(3 * steps, SHORTEST_WALK), LONGEST_WALK)), size + 1))
        if found.previous_cursor if rest.backwards else found.next_cursor:
            return found
    if leads * LOOK_US < by_index_us:
        return page(_by_leads(scope, rest, name, size + 1))
    return page(_by_index(scope, rest, wanted, size + 1))


def _steps(odds: Odds, leads: float, size: int) -> float:
    """Return after how many companies a page of `size` is likely to be full, where so many of all companies have one of the `leads`."""
    listed = min(leads / odds.companies, 1.0) if odds.companies else 1.0
    return size * odds.companies / max(odds.likely * listed, 1.0)


def _by_walk(scope: Scope, rest: Rest[Lead], wanted: NameQuery, steps: int, most: int) -> RawSQL:
    walked, sought = walk(
        scope, wanted, start=rest.after[0] if rest.after else None, upwards=rest.backwards, steps=steps
    )
    leads, given = _leads(rest)
    return RawSQL(  # noqa: S611 -- Django's own statements
        f"SELECT l.id FROM ({walked}) w JOIN ({leads}) l ON l.company_id = w.id WHERE w.is_called_so {_nearest(rest, 'w.id')}",  # noqa: S608
        (*sought, *given, most),
    )


def _by_index(scope: Scope, rest: Rest[Lead], wanted: Needle, most: int) -> RawSQL:
    companies = all_of(scope, wanted)
    if rest.after:
        companies = companies.filter(**{"pk__gte" if rest.backwards else "pk__lte": rest.after[0]})
    found, sought = companies.query.sql_with_params()
    leads, given = _leads(rest)
    # Found apart: in the hope of an early hit the planner would walk over all companies.
    steps = f"WITH found AS MATERIALIZED ({found}) SELECT l.id FROM (SELECT id FROM found ORDER BY id {_way(rest)}) f"  # noqa: S608
    return RawSQL(  # noqa: S611 -- Django's own statements
        f"{steps} JOIN ({leads}) l ON l.company_id = f.id {_nearest(rest, 'f.id')}", (*sought, *given, most)
    )


def _by_leads(scope: Scope, rest: Rest[Lead], wanted: NameQuery, most: int) -> RawSQL:
    condition, sought = name_condition(scope, wanted)
    leads, given = _leads(rest)
    # A value per row and not a join: joined, the planner may begin at the names and look at all of them.
    looked_at = f"(SELECT {condition} FROM customers_company c WHERE c.id = l.company_id)"  # noqa: S608
    return RawSQL(  # noqa: S611 -- Django's own statements
        f"WITH led AS MATERIALIZED ({leads}) SELECT l.id FROM led l WHERE {looked_at} {_nearest(rest, 'l.company_id')}",  # noqa: S608
        (*given, *sought, most),
    )


def _leads(rest: Rest[Lead]) -> tuple[str, tuple[Any, ...]]:
    return rest.rows.order_by().values("id", "company_id").query.sql_with_params()


def _way(rest: Rest[Lead]) -> str:
    return "ASC" if rest.backwards else "DESC"


def _nearest(rest: Rest[Lead], company: str) -> str:
    return f"ORDER BY {company} {_way(rest)}, l.id {_way(rest)} LIMIT %s"
