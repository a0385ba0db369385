"""Recognising a company by one of its marks, for the duplicate check of what comes in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models.functions import Coalesce

from tiejun.customers.models import Company, Contact
from tiejun.customers.queries.finding import candidates, needle
from tiejun.engines.names.company import core_name, normalised_name
from tiejun.engines.names.credit_code import normalise_credit_code
from tiejun.foundation.crypto import blind_index

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django_stubs_ext import ValuesQuerySet

    from tiejun.access.scope import Scope


def company_of_code(scope: Scope, credit_code: str) -> UUID | None:  # noqa: ARG001 -- duplicates are looked for in the whole company
    """Return the company of a normalised credit code, None for an empty or unknown one."""
    rows = Company.objects.filter(credit_code=credit_code) if credit_code else Company.objects.none()
    return _survivors(rows).first()


def company_of_phone(scope: Scope, phone: str) -> UUID | None:  # noqa: ARG001 -- duplicates are looked for in the whole company
    """Return the company that a normalised number is known at, the latest contact first; None for an empty or unknown one."""
    rows = Contact.objects.filter(phone_index=blind_index(phone), removed_at=None) if phone else Contact.objects.none()
    return rows.order_by("-created_at", "-pk").values_list("company", flat=True).first()


def company_of_name(scope: Scope, normalised_name: str, city_code: str) -> UUID | None:  # noqa: ARG001 -- duplicates are looked for in the whole company
    """Return the company of a normalised name in a city, None for an unknown one."""
    return _survivors(Company.objects.filter(normalised_name=normalised_name, city_code=city_code)).first()


def company_of_domain(scope: Scope, domain: str) -> UUID | None:  # noqa: ARG001 -- duplicates are looked for in the whole company
    """Return the company of a web domain, the oldest first; None for an empty or unknown one."""
    rows = Company.objects.filter(domain=domain) if domain else Company.objects.none()
    return _survivors(rows.order_by("created_at", "pk")).first()


def _survivors(rows: QuerySet[Company]) -> ValuesQuerySet[Company, UUID]:
    """The ids that companies go by now: a merged one's name and code mean its survivor."""
    return rows.values_list(Coalesce("merged_into", "pk"), flat=True)


SPELLINGS = 50  # more companies than these hold a part that is too common to be a name


def companies_known_as(scope: Scope, *, credit_code: str, name: str, city_code: str) -> list[UUID]:
    """Return the companies that a code or a name as typed at the door means, in the whole company (domain 11.17).

    The code decides where it is known. A name is compared without place, legal form, width and brackets; a city counts where
    both sides know theirs.
    """
    by_code = company_of_code(scope, normalise_credit_code(credit_code))
    if by_code is not None:
        return [by_code]
    exact, core = company_of_name(scope, normalised_name(name), city_code), core_name(name)
    wanted = needle(scope, core, with_contacts=False) if core else None
    found = (candidates(scope, wanted, SPELLINGS) if wanted else None) or []
    rows = Company.objects.filter(pk__in=found).order_by("created_at", "pk")
    spelt_alike = [
        pk
        for pk, other, city in rows.values_list(Coalesce("merged_into", "pk"), "name", "city_code")
        if core_name(other) == core and (not city or not city_code or city == city_code)
    ]
    return list(dict.fromkeys([*([exact] if exact else []), *spelt_alike]))


def company_name(scope: Scope, company_id: UUID) -> str:  # noqa: ARG001 -- told to who has the company at hand
    """Return the name of a company, empty when there is none."""
    return Company.objects.filter(pk=company_id).values_list("name", flat=True).first() or ""
