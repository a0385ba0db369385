"""One search over everything within reach: pages, people, customers, leads, opportunities, orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.urls import NoReverseMatch, reverse

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.engines.names.pinyin import pinyin_initials
from tiejun.home.rules import Kind
from tiejun.leads.queries.search import search as search_leads
from tiejun.org.queries.people import search as search_people
from tiejun.pipeline import queries as pipeline
from tiejun.pipeline.queries.pages import search as search_orders
from tiejun.ui import navigation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tiejun.access.scope import Scope

LONGEST_TEXT = 80
PER_GROUP = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: its words, a second line, where it is, and an icon; `id` is empty for pages."""

    kind: Kind
    title: str
    hint: str
    url: str
    icon: str
    id: UUID | None = None


def search(scope: Scope, text: str, *, size: int = PER_GROUP) -> list[tuple[Kind, list[Hit]]]:
    """Return what matches within reach, at most `size` of each kind: names, pinyin initials, staff and order numbers, last four digits.

    An empty text gives the pages alone.
    """
    scope.require(Ability.SEARCH)
    text = text.strip()[:LONGEST_TEXT]
    groups = [(Kind.PAGE, list(_pages(scope, text))[: size if text else None])]
    if text:
        groups += [
            (Kind.PERSON, list(_people(scope, text, size))),
            (Kind.CUSTOMER, list(_customers(scope, text, size))),
            (Kind.LEAD, list(_leads(scope, text, size))),
            (Kind.OPPORTUNITY, list(_opportunities(scope, text, size))),
            (Kind.ORDER, list(_orders(scope, text, size))),
        ]
    return [(kind, hits) for kind, hits in groups if hits]


def _pages(scope: Scope, text: str) -> Iterator[Hit]:
    wanted = text.casefold()
    for section in navigation.sections_for(cast("navigation.Asker", scope), ""):
        for place in section.places:
            label = str(place.label)
            if wanted in label.casefold() or pinyin_initials(label).startswith(wanted):
                yield Hit(Kind.PAGE, label, str(section.title), place.url, place.icon)


def _people(scope: Scope, text: str, size: int) -> Iterator[Hit]:
    for row in search_people(scope, text, size):
        hint = " · ".join(part for part in (row.unit_name, row.staff_number) if part)
        yield Hit(Kind.PERSON, row.name, hint, _address("org:person", row.person_id), "user-round", row.person_id)


def _customers(scope: Scope, text: str, size: int) -> Iterator[Hit]:
    if not scope.can(Ability.VIEW_CUSTOMERS):
        return
    for row in customers.search(scope, text, size):
        yield Hit(Kind.CUSTOMER, row.name, row.address, _address("customers:company", row.pk), "building-2", row.pk)


def _leads(scope: Scope, text: str, size: int) -> Iterator[Hit]:
    for row in search_leads(scope, text, size):
        yield Hit(
            Kind.LEAD, row.company.name, row.company.address, _address("leads:lead", row.pk), "contact-round", row.pk
        )


def _opportunities(scope: Scope, text: str, size: int) -> Iterator[Hit]:
    if not scope.can(Ability.VIEW_PIPELINE):
        return
    found = pipeline.opportunities_page(scope, pipeline.OpportunityFilters(state="", text=text), size=size)
    for row in found.rows:
        yield Hit(
            Kind.OPPORTUNITY,
            row.company.name,
            row.product_line.name,
            _address("pipeline:opportunity", row.pk),
            "target",
            row.pk,
        )


def _orders(scope: Scope, text: str, size: int) -> Iterator[Hit]:
    for row in search_orders(scope, text, limit=size):
        yield Hit(Kind.ORDER, row.company.name, row.number, _address("pipeline:order", row.pk), "signature", row.pk)


def _address(url_name: str, row_id: UUID) -> str:
    try:
        return reverse(url_name, args=[row_id])
    except NoReverseMatch:
        return ""
