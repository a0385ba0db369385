"""Companies and contacts for tests: plain functions on real models."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from tests.factories.org import NOW
from tiejun.customers.models import Company, Contact
from tiejun.engines.names.search import company_name
from tiejun.foundation.crypto import seal

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.org.models import Person

_numbers = count(1)


def make_company(
    name: str = "",
    *,
    owner: Person | None = None,
    unit: Any = None,
    city_code: str = "330100",
    now: datetime = NOW,
    **values: Any,
) -> Company:
    """Make a company; `unit` is given with `owner`, as `leads` would copy them."""
    parsed = company_name(name or f"Cloudberry {next(_numbers)} Ltd")
    return Company.objects.create(
        name=parsed.name,
        normalised_name=parsed.normalised,
        initials=parsed.initials,
        folded_name="" if parsed.folded == parsed.name else parsed.folded,
        search_grams=list(parsed.grams),
        city_code=city_code,
        district_code=values.pop("district_code", "330106"),
        owner=owner,
        unit=unit,
        created_at=now,
        changed_at=now,
        **values,
    )


def make_contact(
    company: Company,
    name: str = "Lin",
    *,
    phone: str = "",
    roles: tuple[str, ...] = (),
    is_senior: bool = False,
    now: datetime = NOW,
) -> Contact:
    """Make a contact at a company."""
    sealed = seal(phone)
    return Contact.objects.create(
        company=company,
        name=name,
        roles=list(roles),
        is_senior=is_senior,
        phone_cipher=sealed.cipher,
        phone_index=sealed.index,
        phone_last4=sealed.last4,
        created_at=now,
    )
