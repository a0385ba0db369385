"""Complaints: who can see to them, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import LEADING_ROLES, Role
from tiejun.customers import queries as customers
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.foundation.worktime import calendar_of, due_after, hours_of
from tiejun.org import queries as org
from tiejun.org.queries.seats import seats_of
from tiejun.success.models import Complaint
from tiejun.success.queries.policy import life_policy

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


def complaint_in_reach(scope: Scope, complaint_id: UUID, ability: Ability) -> Complaint:
    """Return a complaint within reach of an ability, with company and owner; raises `NotFound`."""
    scope.require(ability)
    rows = Complaint.objects.within(scope, ability).filter(pk=complaint_id)
    row = rows.select_related("company", "owner").defer("company__search_grams").first()
    if row is None:
        raise NotFound
    return row


def complaint_owners(scope: Scope, company_id: UUID, *, on: date) -> list[tuple[UUID, str]]:
    """Return who can see to a complaint: who holds the customer, who leads that unit or one above, sales operations."""
    held = customers.holder_of(scope, company_id)
    chain = set(org.unit_chain(scope, held[1])) if held else set()
    found = org.names_of(scope, [held[0]]) if held else {}
    for seat in seats_of(scope, (*LEADING_ROLES, Role.SALES_OPS), on=on):
        if seat.role is Role.SALES_OPS or (seat.leads and seat.unit_id in chain):
            found.setdefault(seat.person_id, seat.name)
    return list(found.items())


def complaint_due_on(scope: Scope, unit_id: UUID, *, now: datetime) -> date:
    """Return the day by which a complaint of today is answered: the policy's working days from now."""
    policy = life_policy(scope, now, org.unit_chain(scope, unit_id))
    hours = hours_of(policy.book, policy.chain, scope.zone)
    due_at = due_after(now, policy.number("complaint_days"), hours, calendar_of(policy.book, policy.chain))
    return local_date(due_at, scope.zone)


def seer_of_refund(scope: Scope, *, on: date) -> UUID | None:
    """Return who sees to the reason of a refund, for product and quality: sales operations; None where nobody does."""
    seats = seats_of(scope, (Role.SALES_OPS,), on=on)
    return seats[0].person_id if seats else None


def late_of_unit(scope: Scope, unit_id: UUID, *, today: date) -> list[Complaint]:
    """Return the open complaints of a unit's customers that were due before a day, for the clock."""
    scope.require(Ability.RUN_LIVES)
    rows = Complaint.objects.filter(company__unit=unit_id, answered_at=None, due_on__lt=today)
    return list(rows.select_related("company").defer("company__search_grams").order_by("due_on", "pk"))
