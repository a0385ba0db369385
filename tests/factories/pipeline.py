"""Product lines, companies, opportunities and orders for tests: made by the product's own actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import TYPE_CHECKING

from tests.factories.org import NOW, Tree, make_company_tree, make_login, make_person, scope_for
from tiejun.access.roles import Role
from tiejun.customers.models import Company
from tiejun.engines.names.search import company_name
from tiejun.org.models import ProductLine
from tiejun.pipeline.actions import opportunities, orders, signing
from tiejun.pipeline.rules import LineFacts, OpportunityFacts

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import Person
    from tiejun.pipeline.models import Opportunity, Order

TODAY = date(2026, 3, 11)
LIST_PRICE = 1_000_00
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Cast:
    """A rep with her supervisor, a stranger of another group, finance, and a company that the rep holds."""

    tree: Tree
    rep: Person
    supervisor: Person
    stranger: Person
    finance: Person
    ops: Person
    company: Company
    line: ProductLine

    def scope(self, who: str = "rep") -> Scope:
        """Return the scope of one of the cast."""
        return scope_for(getattr(self, who))


def make_line(
    code: str = "", *, price: int = LIST_PRICE, currency: str = "CNY", is_sold: bool = True, is_trial: bool = False
) -> ProductLine:
    """Make a product line."""
    code = code or f"P{next(_numbers)}"
    return ProductLine.objects.create(
        code=code,
        name=f"Product {code}",
        name_en=f"Product {code}",
        list_price_minor=price,
        currency=currency,
        is_sold=is_sold,
        is_trial=is_trial,
    )


def make_company(
    owner: Person | None = None, unit_id: UUID | None = None, *, name: str = "", at: datetime = NOW
) -> Company:
    """Make a company, held by a person if given."""
    name = name or f"Hangzhou Example {next(_numbers)}"
    return Company.objects.create(
        name=name,
        normalised_name=company_name(name).normalised,
        city_code="330100",
        owner=owner,
        unit_id=unit_id,
        created_at=at,
        changed_at=at,
    )


def make_cast(*, logins: bool = False) -> Cast:
    """Make everybody that a sale needs."""
    tree = make_company_tree()
    rep = make_person(name="Lin Xiao", unit=tree.group)
    cast = Cast(
        tree=tree,
        rep=rep,
        supervisor=make_person(name="Chen Lan", role=Role.SUPERVISOR, unit=tree.group),
        stranger=make_person(name="Zhou Ming", unit=tree.other_group),
        finance=make_person(name="He Jun", role=Role.FINANCE, unit=tree.company),
        ops=make_person(name="Su Qing", role=Role.SALES_OPS, unit=tree.company),
        company=make_company(rep, tree.group.pk),
        line=make_line(),
    )
    if logins:
        for person in (cast.rep, cast.supervisor, cast.stranger, cast.finance, cast.ops):
            make_login(person)
    return cast


def make_opportunity(
    cast: Cast, *, amount: int = 1_000_00, close_on: date = date(2026, 3, 31), line: ProductLine | None = None
) -> Opportunity:
    """Open an opportunity of the cast's rep."""
    return opportunities.open_opportunity(
        cast.scope(),
        company_id=cast.company.pk,
        product_line_id=(line or cast.line).pk,
        facts=OpportunityFacts(amount, close_on),
        now=NOW,
    )


def make_order(
    cast: Cast, *, quantity: int = 1, price: int = LIST_PRICE, opportunity: Opportunity | None = None
) -> Order:
    """Draft an order with one line."""
    opportunity = opportunity or make_opportunity(cast)
    return orders.draft_order(
        cast.scope(),
        opportunity_id=opportunity.pk,
        lines=[LineFacts(opportunity.product_line_id, quantity, price)],
        now=NOW,
    )


def make_signed_order(cast: Cast, *, quantity: int = 1, price: int = LIST_PRICE) -> Order:
    """Draft and sign an order; its one instalment is due 14 days later."""
    order = make_order(cast, quantity=quantity, price=price)
    return signing.sign_order(cast.scope(), order_id=order.pk, version=order.version, signed_on=TODAY, now=NOW)
