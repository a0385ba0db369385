"""Open spells of the closing class: what people mean to sign next, and what they hold in reserve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, F, When

from tiejun.access.abilities import Ability
from tiejun.customers.models import ClosingClassChange, Company

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class OpenClass:
    """A company whose closing class is open; `amount_minor` and `expected_on` for class A, `next_step_at` for B and C.

    `backup_company_id`: the class B company that was named to stand by for an A.
    """

    company_id: UUID
    company_name: str
    person_id: UUID
    closing_class: str
    amount_minor: int | None
    currency: str
    expected_on: date | None
    next_step_at: datetime | None
    renewals: int
    backup_company_id: UUID | None


def open_classes(scope: Scope, person_ids: Iterable[UUID], *, classes: Iterable[str] = ("A", "B")) -> list[OpenClass]:
    """Return the open spells of companies that persons hold, within reach of VIEW_CUSTOMERS; A first, the largest first.

    A backup is told while it stands by: in class B and with the same holder, as the board shows it.
    """
    stands_by = Case(When(backup__closing_class="B", backup__owner=F("company__owner"), then=F("backup_id")))
    held = Company.objects.within(scope, Ability.VIEW_CUSTOMERS).filter(owner__in=list(person_ids))
    rows = ClosingClassChange.objects.filter(company__in=held, ended_at=None, closing_class__in=list(classes))
    found = rows.order_by("closing_class", "-amount_minor", "next_step_at", "company").values_list(
        "company_id", "company__name", "company__owner_id", "closing_class", "amount_minor", "currency", "expected_on",
        "next_step_at", "renewals", stands_by,
    )  # fmt: skip
    return [OpenClass(*row) for row in found]


def held_by(scope: Scope, person_id: UUID, company_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these companies a person holds, within reach of VIEW_CUSTOMERS."""
    rows = Company.objects.within(scope, Ability.VIEW_CUSTOMERS).filter(owner=person_id, pk__in=list(company_ids))
    return set(rows.values_list("pk", flat=True))


def named_backups(scope: Scope, company_ids: Iterable[UUID]) -> dict[UUID, UUID]:  # noqa: ARG001 -- asked for ids that a query of the asker gave
    """Return which company was named to stand by for which class A company; the ids come from rows that the asker may see."""
    rows = ClosingClassChange.objects.filter(company__in=list(company_ids), ended_at=None, backup__isnull=False)
    return dict(rows.values_list("company_id", "backup_id"))
