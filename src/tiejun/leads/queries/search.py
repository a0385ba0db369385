"""Leads by what people type: part of their company's name, its pinyin initials, numbers of its contacts; newest companies first.

The order is that of the companies' ids, so companies are looked at before their leads, and no lead is fetched beyond the page.
The way is chosen here by shares and measured costs, for the planner takes grams to be independent:

- what few companies are called comes out of the index of grams;
- what many are called is met soon on a walk over the companies from the newest on;
- what lies between comes out of the index for the newest companies alone, as many as are likely to fill the page;
- of a short list of leads, each one's company is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection

from tiejun.access.abilities import Ability
from tiejun.customers.queries.finding import (
    BRING_US,
    MANY,
    SEARCHES_KEPT,
    Statement,
    looked_at,
    needle,
    on_a_walk,
    out_of_index,
)
from tiejun.foundation import keyset
from tiejun.foundation.keyset import Page
from tiejun.leads.models import Lead
from tiejun.leads.queries import OPEN_LEAD

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope
    from tiejun.customers.queries.ages import Stretch
    from tiejun.customers.queries.finding import Needle
    from tiejun.engines.names.search import NameQuery

    _Leads = keyset.Rest[Lead]

ORDER = ("-company_id", "-id")
# Measured: a company on the walk takes up to 0.5 us, a lead whose company is looked up as long as one that the index brings. For a
# stretch of time the index takes 150 us, and 0.004 us for each company made in it. What costs less than ASK_US needs no choice.
WALK_US, LOOK_US, STRETCH_US, WITHIN_US, ASK_US = 0.5, BRING_US, 150, 0.004, 1_000
# So many times as far as is likely to be enough: then hardly any page is not full. A second try knows from the first how common the text
# is among the newest, where the statistics were wrong.
LONGER = (3, 1.4)
SHORTEST_WALK, LONGEST_WALK = 10_000, 30_000
IN_VAIN = 1.5  # a try that does not fill the page was for nothing, so it must promise to be so many times as cheap


def search(scope: Scope, text: str, limit: int) -> list[Lead]:
    """Return open leads within reach that a typed text finds, the newest companies first."""
    wanted = needle(scope, text, with_contacts=False) if scope.can(Ability.VIEW_LEADS) else None
    if wanted is None:
        return []
    rows: QuerySet[Lead] = Lead.objects.within(scope, Ability.VIEW_LEADS).filter(OPEN_LEAD)
    loaded = rows.select_related("company").defer("company__search_grams")
    return loaded_page(scope, page_of_found(scope, rows.values("id", "company_id"), wanted, size=limit), loaded).rows


def loaded_page(scope: Scope, page: Page[Any], loaded: QuerySet[Lead]) -> Page[Lead]:  # noqa: ARG001 -- a page that a query of the asker gave
    """Return a page of models for one of mappings with their ids."""
    by_id = loaded.in_bulk([row["id"] for row in page.rows])
    # Who left the list between the two statements is not shown any more.
    rows = [by_id[row["id"]] for row in page.rows if row["id"] in by_id]
    return Page(rows, page.next_cursor, page.previous_cursor)


def page_of_found(
    scope: Scope,
    rows: QuerySet[Lead, Any],
    wanted: Needle,
    *,
    cursor: str | None = None,
    size: int,
) -> Page[Any]:
    """Cut a page out of `rows` (values, `id` and `company_id` among them) whose company a needle finds, the newest companies first."""
    size = max(1, min(size, keyset.MAX_SIZE))
    rest: _Leads = keyset.beyond(rows, order=ORDER, cursor=cursor)
    try:
        leads = Statement(*rest.rows.order_by().query.sql_with_params())
    except EmptyResultSet:  # Django saw by itself that the list is empty
        return keyset.cut([], rest, order=ORDER, size=size)
    return _Search(scope, wanted, rest, leads, size).page()


_kept: dict[tuple[str, str], list[int]] = {}  # a list of leads → how many, and how often that may be used again


def _estimated(leads: Statement) -> int:
    """Return the planner's estimate of a list's length, kept in the process for some searches: many look through the same pool."""
    key = (leads.sql, str(leads.given))
    kept = _kept.get(key)
    if kept is None or not kept[1]:
        if len(_kept) >= SEARCHES_KEPT:
            _kept.clear()
        kept = _kept[key] = [keyset.estimated_rows(leads.sql, leads.given), SEARCHES_KEPT]
    kept[1] -= 1
    return kept[0]


@dataclass(frozen=True, slots=True)
class _Try:
    """A statement that looks at so many of the nearest `companies`."""

    statement: Statement
    companies: float


@dataclass(frozen=True, slots=True)
class _Search:
    """One search: the `rest` of a list, selected by `leads`, for a page of `size`."""

    scope: Scope
    wanted: Needle
    rest: _Leads
    leads: Statement
    size: int

    def page(self) -> Page[Any]:
        name, odds = self.wanted.name, self.wanted.odds
        if name is None or self.wanted.company_ids is not None or (odds.at_most < MANY and odds.index_us <= ASK_US):
            return self._asked(self._by_index())
        leads = _estimated(self.leads)
        # What the statistics take for rare may be as common as its rarest gram; for a fairly rare one that does not matter.
        at_worst_us = odds.index_us if odds.at_most < MANY else max(odds.index_us, odds.at_most * BRING_US)
        listed = min(leads / odds.companies, 1.0) if odds.companies else 1.0
        steps = self.size * odds.companies / max(odds.likely * listed, 1.0)
        for longer in LONGER:
            tried = self._tried(name, steps, longer, min(leads * LOOK_US, at_worst_us) / IN_VAIN)
            if tried is None:
                break
            found = self._asked(tried.statement)
            if found.previous_cursor if self.rest.backwards else found.next_cursor:
                return found
            if not found.rows:
                break
            steps = tried.companies * self.size / len(found.rows)
        return self._asked(self._by_leads(name) if leads * LOOK_US < odds.index_us else self._by_index())

    def _tried(self, name: NameQuery, steps: float, longer: float, below_us: float) -> _Try | None:
        """Return the cheaper of two ways to look at the nearest companies alone, `longer` times as many as are likely to fill the page.

        None where neither is as cheap as said.
        """
        odds, walk_us = self.wanted.odds, steps * WALK_US
        stretch = odds.ages.stretch(self._start, longer * steps, upwards=self.rest.backwards)
        if stretch is not None:
            part = stretch.companies / odds.companies
            stretch_us = STRETCH_US + stretch.companies * WITHIN_US + part * odds.index_us
            if stretch_us < min(walk_us, below_us):
                return _Try(self._by_index(stretch), stretch.companies)
        if walk_us >= below_us:
            return None
        longest = int(min(max(longer * steps, SHORTEST_WALK), LONGEST_WALK))
        return _Try(self._by_walk(name, longest), longest)

    def _asked(self, statement: Statement) -> Page[Any]:
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, (*statement.given, self.size + 1))
            names = [column.name for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return keyset.cut(rows, self.rest, order=ORDER, size=self.size)

    def _by_walk(self, wanted: NameQuery, steps: int) -> Statement:
        walk = on_a_walk(self.scope, wanted, start=self._start, upwards=self.rest.backwards, steps=steps)
        return Statement(
            f"SELECT l.* FROM ({walk.sql}) w JOIN ({self.leads.sql}) l ON l.company_id = w.id WHERE w.is_called_so "  # noqa: S608
            f"{self._nearest('w.id')}",
            (*walk.given, *self.leads.given),
        )

    def _by_index(self, made_in: Stretch | None = None) -> Statement:
        found = out_of_index(self.scope, self.wanted, start=self._start, upwards=self.rest.backwards, made_in=made_in)
        # Found apart: in the hope of an early hit the planner would walk over all companies.
        return Statement(
            f"WITH found AS MATERIALIZED ({found.sql}) SELECT l.* FROM (SELECT id FROM found ORDER BY id {self._way}) f "  # noqa: S608
            f"JOIN ({self.leads.sql}) l ON l.company_id = f.id {self._nearest('f.id')}",
            (*found.given, *self.leads.given),
        )

    def _by_leads(self, wanted: NameQuery) -> Statement:
        named = looked_at(self.scope, wanted)
        # A value per row and not a join: joined, the planner may begin at the names and look at all of them.
        return Statement(
            f"WITH led AS MATERIALIZED ({self.leads.sql}) SELECT l.* FROM led l WHERE "  # noqa: S608
            f"(SELECT {named.sql} FROM customers_company c WHERE c.id = l.company_id) {self._nearest('l.company_id')}",
            (*self.leads.given, *named.given),
        )

    @property
    def _start(self) -> UUID | None:
        return self.rest.after[0] if self.rest.after else None

    @property
    def _way(self) -> str:
        return "ASC" if self.rest.backwards else "DESC"

    def _nearest(self, company: str) -> str:
        return f"ORDER BY {company} {self._way}, l.id {self._way} LIMIT %s"
