"""Recognising a company by one of its marks, for the duplicate check of what comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.customers.models import Company, Contact
from tiejun.foundation.crypto import blind_index

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.scope import Scope


def company_of_code(scope: Scope, credit_code: str) -> UUID | None:  # noqa: ARG001 -- duplicates are looked for in the whole company
    """Return the company of a normalised credit code, None for an empty or unknown one."""
    rows = Company.objects.filter(credit_code=credit_code) if credit_code else Company.objects.none()
    return rows.values_list("pk", flat=True).first()


def company_of_phone(scope: Scope, phone: str) -> UUID | None:  # noqa: ARG001 -- duplicates are looked for in the whole company
    """Return the company that a normalised number is known at, the latest contact first; None for an empty or unknown one."""
    rows = Contact.objects.filter(phone_index=blind_index(phone), removed_at=None) if phone else Contact.objects.none()
    return rows.order_by("-created_at", "-pk").values_list("company", flat=True).first()


def company_of_name(scope: Scope, normalised_name: str, city_code: str) -> UUID | None:  # noqa: ARG001 -- duplicates are looked for in the whole company
    """Return the company of a normalised name in a city, None for an unknown one."""
    rows = Company.objects.filter(normalised_name=normalised_name, city_code=city_code)
    return rows.values_list("pk", flat=True).first()


def company_name(scope: Scope, company_id: UUID) -> str:  # noqa: ARG001 -- told to who has the company at hand
    """Return the name of a company, empty when there is none."""
    return Company.objects.filter(pk=company_id).values_list("name", flat=True).first() or ""
