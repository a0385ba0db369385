"""Leads by what people type: part of their company's name, its pinyin initials, numbers of its contacts.

A join ordered by activity is where the planner's guess fails (grams are not independent), so the way is chosen here. What
many companies are called is found among the leads nearest to the cursor, which fill a page soon; everything else by the index
of grams, which brings few companies then. At a million companies both cost the same for what stands in one name of 200.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.expressions import RawSQL

from tiejun.access.abilities import Ability
from tiejun.customers.queries.finding import MANY, all_of, name_condition, needle
from tiejun.foundation import keyset
from tiejun.foundation.keyset import Page
from tiejun.leads.models import Lead
from tiejun.leads.queries import OPEN_LEAD

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.customers.queries.finding import Needle
    from tiejun.engines.names.search import NameQuery

ORDER = ("-last_activity_at", "-id")
# Measured: a lead that is looked at in order of activity costs 3 us, a company that the index brings, and its lead, 5 us.
LOOK_US, BRING_US = 3, 5
SHORTEST_WINDOW, LONGEST_WINDOW = 3_000, 30_000


def search(scope: Scope, text: str, limit: int) -> list[Lead]:
    """Return open leads within reach that a typed text finds, the last active first."""
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
    """Cut a page out of `rows` whose company a needle finds, the last active first; `loaded`: the same rows with what is shown."""
    near = keyset.beyond(rows, order=ORDER, cursor=cursor)
    window = _window(wanted, size) if wanted.name and wanted.company_ids is None else 0
    if wanted.name and window:
        found = _among_nearest(scope, near, wanted.name, window, size + 1)
        page = keyset.page(loaded.filter(pk__in=found), order=ORDER, cursor=cursor, size=size)
        is_full = page.next_cursor and (page.previous_cursor or not cursor)
        if is_full or not near.values("pk")[window : window + 1]:
            return page
    found = _by_index(scope, near, wanted, size + 1)
    return keyset.page(loaded.filter(pk__in=found), order=ORDER, cursor=cursor, size=size)


def _window(wanted: Needle, size: int) -> int:
    """Return how many of the nearest leads are worth looking through for a page, 0 where the index of grams is cheaper."""
    odds = wanted.odds
    expected = size * odds.companies / max(odds.likely, 1.0)
    if expected * LOOK_US < odds.likely * BRING_US or odds.at_most > MANY:
        return int(min(max(3 * expected, SHORTEST_WINDOW), LONGEST_WINDOW))
    return 0


def _among_nearest(scope: Scope, near: QuerySet[Lead], wanted: NameQuery, window: int, most: int) -> RawSQL:
    nearest, given = near.values("pk", "company_id", "last_activity_at")[:window].query.sql_with_params()
    condition, sought = name_condition(scope, wanted)
    # A value per row and not a join: joined, the planner may begin at the names and look at all of them.
    return RawSQL(  # noqa: S611 -- Django's own statements
        f"SELECT w.pk FROM ({nearest}) w WHERE (SELECT {condition} FROM customers_company c WHERE c.id = w.company_id) LIMIT %s",  # noqa: S608
        (*given, *sought, most),
    )


def _by_index(scope: Scope, near: QuerySet[Lead], wanted: Needle, most: int) -> RawSQL:
    found, sought = all_of(scope, wanted).query.sql_with_params()
    leads, given = near.order_by().values("pk", "company_id", "last_activity_at").query.sql_with_params()
    way = "DESC" if str(near.query.order_by[0]).startswith("-") else "ASC"
    # Each step is kept apart from the next: ordered, the planner may walk all leads by activity in the hope of a hit.
    led = f"SELECT l.* FROM ({leads}) l WHERE l.company_id IN (SELECT pk FROM found)"  # noqa: S608 -- Django's own
    last = f"SELECT pk FROM led ORDER BY last_activity_at {way}, pk {way} LIMIT %s"  # noqa: S608
    steps = f"WITH found AS MATERIALIZED ({found}), led AS MATERIALIZED ({led}) {last}"
    return RawSQL(steps, (*sought, *given, most))  # noqa: S611 -- Django's own statements
