"""Facts and readers of the pipeline's notices, for its jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.foundation.refusals import NotFound
from tiejun.org import queries as org
from tiejun.pipeline.models import Instalment, Order
from tiejun.ui.display import exact_money

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


def order_facts(scope: Scope, order_id: UUID, *, amount_minor: int | None = None) -> dict[str, Any]:  # noqa: ARG001 -- a job's own event
    """Return number, company and amount of an order (or another amount, minor units) for the words of a notice."""
    order = (
        Order.objects.select_related("company")
        .only("number", "amount_minor", "currency", "company__name")
        .get(pk=order_id)
    )
    amount = order.amount_minor if amount_minor is None else amount_minor
    return {"number": order.number, "company": order.company.name, "amount": exact_money(amount, order.currency)}


def owner_and_leader(scope: Scope, unit_id: UUID, owner_id: UUID, *, on: date) -> list[UUID]:
    """Return who reads of an order: its owner and the leader of its unit on a day, each once."""
    leader = org.leader_of(scope, unit_id, on=on)
    return list(dict.fromkeys(person for person in (owner_id, leader) if person is not None))


def approvers_of(scope: Scope, unit_id: UUID, owner_id: UUID, *, on: date) -> list[UUID]:
    """Return who may approve an order, the nearest leader first; its owner is never among them."""
    try:
        chain = org.unit_chain(scope, unit_id)
    except NotFound:
        return []
    leaders = [org.leader_of(scope, unit, on=on) for unit in chain]
    return list(dict.fromkeys(leader for leader in leaders if leader is not None and leader != owner_id))


def company_name(scope: Scope, company_id: UUID) -> str:
    """Return a company's name for the words of a notice."""
    return customers.company_in_reach(scope, company_id, Ability.VIEW_REVIEWS).name


@dataclass(frozen=True, slots=True)
class Overdue:
    """An overdue instalment with the facts of its notice."""

    instalment_id: UUID
    order_id: UUID
    person_id: UUID
    facts: dict[str, Any]
    days_late: int


def overdue_of_unit(scope: Scope, unit_id: UUID, *, today: date) -> list[Overdue]:  # noqa: ARG001 -- a run of the clock, for its unit
    """Return a unit's open instalments that were due before a day."""
    rows = Instalment.objects.filter(is_open=True, due_on__lt=today, plan__order__unit_id=unit_id)
    return [
        Overdue(
            row.pk,
            row.plan.order_id,
            row.plan.order.owner_id,
            {
                "number": row.plan.order.number,
                "company": row.plan.order.company.name,
                "amount": exact_money(row.amount_minor - row.received_minor, row.plan.currency),
                "due_on": row.due_on.isoformat(),
                "days": (today - row.due_on).days,
            },
            (today - row.due_on).days,
        )
        for row in rows.select_related("plan__order__company")
        .defer("plan__order__company__search_grams")
        .order_by("due_on", "id")
    ]
