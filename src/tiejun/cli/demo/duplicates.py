"""Customers that the demo company knows twice: as registered, and as they stand over the door."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from tiejun.cli.demo.company import SYSTEM
from tiejun.customers import actions
from tiejun.customers.actions import duplicates
from tiejun.customers.queries.intake import ready
from tiejun.customers.queries.lists import CompanyFilters, lean_page
from tiejun.customers.rules import CompanyFacts
from tiejun.engines.names.company import short_name

if TYPE_CHECKING:
    from datetime import datetime

TWICE = 8


def bring_duplicates(now: datetime) -> None:
    """Write some customers down once more in another spelling and propose them; the coming night searches all the others."""
    known = lean_page(SYSTEM, CompanyFilters(), None, TWICE).rows
    facts = [
        CompanyFacts(
            name=short_name(row.name),
            city_code=row.city_code,
            district_code=row.district_code,
            address=row.address,
            legal_person=row.legal_person,
            industry=row.industry,
        )
        for row in known
    ]
    found = actions.create_companies(SYSTEM, rows=[ready(SYSTEM, each) for each in facts], now=now)
    companies = list({*(row.pk for row in known), *(UUID(row.company_id) for row in found)})
    run = duplicates.open_run(SYSTEM, now=now)
    duplicates.write_keys(SYSTEM, company_ids=companies)
    duplicates.propose_among(SYSTEM, run_id=run.pk, company_ids=companies, now=now)
