"""Hand-overs of customers after signing: who can receive them, and what goes into the form by itself."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import LEADING_ROLES, Role
from tiejun.customers import queries as customers
from tiejun.foundation.refusals import NotFound
from tiejun.org import queries as org
from tiejun.org.queries.seats import seats_of
from tiejun.pipeline.queries.lives import payment_plan
from tiejun.success.models import CustomerHandover
from tiejun.success.queries.policy import life_policy

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

RECEIVING_ROLES = (Role.SALES_OPS, Role.SUPERVISOR, Role.REGIONAL_MANAGER)


def handover_in_reach(scope: Scope, handover_id: UUID, ability: Ability = Ability.VIEW_LIVES) -> CustomerHandover:
    """Return a hand-over within reach of an ability, with company, receiver and who handed over; raises `NotFound`."""
    scope.require(ability)
    rows = CustomerHandover.objects.within(scope, ability).filter(pk=handover_id)
    row = rows.select_related("company", "receiver", "handed_by").defer("company__search_grams").first()
    if row is None:
        raise NotFound
    return row


def receivers_of(scope: Scope, row: CustomerHandover, *, on: date) -> list[tuple[UUID, str]]:
    """Return who can receive a customer on a day: sales operations first, then who leads the unit or one above; never who sells."""
    held = customers.holder_of(scope, row.company_id)
    chain = set(org.unit_chain(scope, held[1])) if held else set()
    seats = [
        seat
        for seat in seats_of(scope, RECEIVING_ROLES, on=on)
        if seat.person_id not in {row.seller_id, scope.person_id}
        and (seat.role is Role.SALES_OPS or (seat.role in LEADING_ROLES and seat.unit_id in chain))
    ]
    seats.sort(key=lambda seat: seat.role is not Role.SALES_OPS)
    return list({seat.person_id: seat.name for seat in seats}.items())


def suggested_end(scope: Scope, row: CustomerHandover, *, now: datetime) -> date:
    """Return when a contract usually ends: the policy's months after the signature."""
    months = row.signed_on.month - 1 + life_policy(scope, now).number("term_months")
    year, month = row.signed_on.year + months // 12, months % 12 + 1
    return row.signed_on.replace(year=year, month=month, day=min(row.signed_on.day, monthrange(year, month)[1]))


def known_contacts(scope: Scope, company_id: UUID) -> str:
    """Return the names and titles of a company's contacts as a first text for the form; no numbers."""
    rows = customers.contacts_of(scope, company_id)
    return "\n".join(" ".join(filter(None, (row.name, row.title))) for row in rows if row.name)[:500]


def known_payments(scope: Scope, row: CustomerHandover) -> list[tuple[date, int, str]]:
    """Return day, amount (minor units) and currency of each instalment of the order that goes over."""
    return payment_plan(scope, row.order_id)


def open_of_unit(scope: Scope, unit_id: UUID) -> list[CustomerHandover]:
    """Return the hand-overs of a unit's customers that are not received yet, for the clock."""
    scope.require(Ability.RUN_LIVES)
    rows = CustomerHandover.objects.filter(company__unit=unit_id, received_at=None, is_over=False)
    return list(rows.select_related("company").defer("company__search_grams").order_by("due_at", "pk"))


def open_of_order(scope: Scope, order_id: UUID) -> CustomerHandover:
    """Return the hand-over of an order with its company; raises `NotFound`."""
    scope.require(Ability.RUN_LIVES)
    row = CustomerHandover.objects.filter(order=order_id).select_related("company").first()
    if row is None:
        raise NotFound
    return row
