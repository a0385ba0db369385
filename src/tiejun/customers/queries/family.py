"""Companies that were merged: which one stands for them now, and under which ids their history lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from tiejun.customers.models import Company

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from tiejun.access.scope import Scope


def survivor_of(scope: Scope, company_id: UUID) -> UUID:  # noqa: ARG001 -- what a company is called now is no secret
    """Return the company that an id stands for now: itself, or the one that it was merged into."""
    merged_into = Company.objects.filter(pk=company_id).values_list("merged_into", flat=True).first()
    return merged_into or company_id


def family_of(scope: Scope, company_id: UUID) -> list[UUID]:  # noqa: ARG001 -- ids of a company that the asker was given
    """Return a company's id and those of the companies that were merged into it: history stays where it happened."""
    rows = Company.objects.filter(Q(pk=company_id) | Q(merged_into=company_id)).order_by("pk")
    return list(rows.values_list("pk", flat=True)) or [company_id]


def families_of(scope: Scope, company_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:  # noqa: ARG001 -- as for `family_of`
    """Return for each company of the families of some (`family_of`) which of the asked it belongs to; one query."""
    asked = set(company_ids)
    members = {company_id: {company_id} for company_id in asked}
    merged = Company.objects.filter(merged_into__in=asked).values_list("pk", "merged_into")
    for member_id, company_id in merged:
        if company_id is not None:
            members.setdefault(member_id, set()).add(company_id)
    return members
