from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers import texts
from tiejun.customers.models import Company
from tiejun.customers.queries import CompanyBrief, briefs
from tiejun.customers.queries.finding import needle
from tiejun.customers.rules import district_name
from tiejun.fields.queries import cut_rows, fields_of
from tiejun.fields.rules import Subject, field_filters
from tiejun.foundation import keyset
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from tiejun.access.scope import Scope

ORDER = ("-changed_at", "-id")
CLASSES = ("A", "B", "C", "D", "-")


@dataclass(frozen=True, slots=True)
class CompanyFilters:
    """How a list of companies is cut; an empty value does not cut. `mine`: held by the asker alone; `custom`: by custom fields, as addresses say it."""

    text: str = ""
    closing_class: str = ""
    lifecycle: str = ""
    district: str = ""
    industry: str = ""
    mine: bool = False
    custom: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """A company in a list."""

    company: Company
    brief: CompanyBrief
    district: str
    holder: str


@dataclass(frozen=True, slots=True)
class CompaniesPage:
    """A page of companies; `estimate`: about how many there are."""

    lines: list[CompanyLine]
    next: str | None
    previous: str | None
    estimate: int
    is_too_short: bool


def companies_page(scope: Scope, filters: CompanyFilters, cursor: str | None = None, size: int = 30) -> CompaniesPage:
    """Return a page of companies within reach of VIEW_CUSTOMERS, the last active first; three queries and an estimate."""
    rows, is_too_short = filtered_companies(scope, filters)
    page = keyset.page(rows, order=ORDER, cursor=cursor, size=size)
    is_whole = page.next_cursor is None and page.previous_cursor is None
    return CompaniesPage(
        lines=_lines(scope, page.rows),
        next=page.next_cursor,
        previous=page.previous_cursor,
        estimate=len(page.rows) if is_whole else max(keyset.estimated_count(rows), len(page.rows) + 1),
        is_too_short=is_too_short,
    )


def lean_page(scope: Scope, filters: CompanyFilters, cursor: str | None, size: int) -> keyset.Page[Company]:
    """Return a page of companies for a program: one query."""
    return keyset.page(filtered_companies(scope, filters)[0], order=ORDER, cursor=cursor, size=size)


def filters_from(scope: Scope, wanted: Mapping[str, str]) -> CompanyFilters:  # noqa: ARG001 -- an address is no secret
    """Read the filters of the list from its address; what cannot be read does not cut."""
    return CompanyFilters(
        text=wanted.get("q", "")[:100],
        closing_class=wanted.get("class", "") if wanted.get("class") in texts.CLASSES else "",
        lifecycle=wanted.get("stage", "") if wanted.get("stage") in texts.LIFECYCLES else "",
        district=wanted.get("district", "")[:6],
        industry=wanted.get("industry", "")[:40].strip(),
        mine=wanted.get("mine") == "1",
        custom=field_filters(wanted.items()),
    )


def filtered_companies(scope: Scope, filters: CompanyFilters) -> tuple[QuerySet[Company], bool]:
    """Return the companies within reach of VIEW_CUSTOMERS, cut, and whether the text was too short to cut by."""
    scope.require(Ability.VIEW_CUSTOMERS)
    rows = Company.objects.within(scope, Ability.VIEW_CUSTOMERS).filter(owner__isnull=False).defer("search_grams")
    if filters.mine and scope.person_id:
        rows = rows.filter(owner=scope.person_id)
    equal = {"closing_class": filters.closing_class, "lifecycle": filters.lifecycle, "district_code": filters.district}
    rows = rows.filter(**{name: value for name, value in equal.items() if value})
    if filters.industry:
        rows = rows.filter(industry__startswith=filters.industry)
    if filters.custom:
        rows = cut_rows(scope, rows, fields_of(scope, Subject.CUSTOMER), filters.custom)
    wanted = needle(scope, filters.text, with_contacts=True) if filters.text else None
    if wanted is not None:
        rows = rows.filter(wanted.condition)
    return rows, bool(filters.text) and wanted is None


def _lines(scope: Scope, companies: list[Company]) -> list[CompanyLine]:
    known = briefs(scope, [company.pk for company in companies])
    names = org.names_of(scope, [company.owner_id for company in companies])
    return [
        CompanyLine(
            company,
            known[company.pk],
            district_name(company.district_code),
            names.get(company.owner_id, "") if company.owner_id else "",
        )
        for company in companies
    ]
