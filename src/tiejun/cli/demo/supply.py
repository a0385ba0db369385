"""Leads on their way to the demo's pool."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from random import Random
from typing import TYPE_CHECKING

from tiejun.cli.demo.company import CITY_CODE, SYSTEM
from tiejun.cli.demo.fields import company_values, lead_values
from tiejun.cli.demo.names import DemoCompany, companies, words
from tiejun.customers.queries import first_contacts
from tiejun.customers.rules import CompanyFacts, ContactFacts
from tiejun.foundation.ids import new_id
from tiejun.leads.actions import import_leads
from tiejun.leads.actions import pools as pool_actions
from tiejun.leads.queries.intake import ready
from tiejun.leads.queries.pools import leads_of_batch
from tiejun.leads.rules import LeadRow
from tiejun.marketing.queries.sources import sources

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

BATCH = 300


@dataclass(slots=True)
class Card:
    """A company as one rep of the demo knows it."""

    company: DemoCompany
    company_id: UUID
    lead_id: UUID
    contact_id: UUID | None
    visits: int = 0
    effective: bool = False
    opportunity_id: UUID | None = None
    next_on: date | None = None
    next_clock: str = ""
    iron_on: date | None = None
    is_won: bool = False
    is_gone: bool = False
    is_trying: bool = False
    has_tried: bool = False


# Where leads come from, and how often.
SOURCES = {"REGISTRY": 5, "WEB": 3, "FAIR": 2, "REFERRAL": 1, "CANVASS": 1}


class Supply:
    """Makes companies and imports them as leads."""

    def __init__(self, random: Random, today: date) -> None:
        self.random = random
        self.known = Random(str(today))  # of its own: what lists say besides does not change the story
        self.today = today
        self.companies = companies(random, today=today)
        lists = words()
        ids = {row.code: row.pk for row in sources(SYSTEM)}
        self.sources = {code: ids[code] for code in SOURCES}
        self.pools = [pool_actions.open_pool(SYSTEM, name=name).pk for name in lists["pools"]]

    def bring(self, count: int, now: datetime) -> list[Card]:
        """Import new companies into the pools and return them in a random order."""
        cards: list[Card] = []
        for start in range(0, count, BATCH):
            code = self.random.choices(list(SOURCES), list(SOURCES.values()))[0]
            made = list(islice(self.companies, min(BATCH, count - start)))
            batch_id = new_id()
            rows = [
                LeadRow(number, self._facts_of(company), self._intent(), lead_values(self.known))
                for number, company in enumerate(made, 2)
            ]
            pool_id = self.pools[1] if code == "REGISTRY" else self.pools[0]
            import_leads(
                SYSTEM,
                batch=ready(SYSTEM, rows),
                pool_id=pool_id,
                source_id=self.sources[code],
                batch_id=batch_id,
                now=now,
            )
            cards += _cards(made, batch_id)
        self.random.shuffle(cards)
        return cards

    def _facts_of(self, company: DemoCompany) -> CompanyFacts:
        return replace(_facts(company), custom=company_values(self.known, self.today))

    def _intent(self) -> str:
        return self.random.choices(["UNKNOWN", "LOW", "MEDIUM", "HIGH"], [6, 2, 2, 1])[0]


def _cards(made: list[DemoCompany], batch_id: UUID) -> list[Card]:
    by_name = {company.name: company for company in made}
    found = leads_of_batch(SYSTEM, batch_id)
    contacts = first_contacts(SYSTEM, [company_id for _lead, company_id, _name in found])
    return [Card(by_name[name], company_id, lead_id, contacts.get(company_id)) for lead_id, company_id, name in found]


def _facts(company: DemoCompany) -> CompanyFacts:
    contact = ContactFacts(
        name=company.contact,
        phone=company.phone,
        title=company.title,
        roles=(company.role,),
        is_senior=company.role == "KP",
    )
    return CompanyFacts(
        name=company.name,
        credit_code=company.credit_code,
        city_code=CITY_CODE,
        district_code=company.district_code,
        address=company.address,
        industry=company.industry,
        registered_on=company.registered_on,
        capital_minor=company.capital_minor,
        latitude=company.latitude,
        longitude=company.longitude,
        contacts=(contact,),
    )
