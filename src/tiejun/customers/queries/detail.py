from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers.models import ClosingClassChange, Company, Contact, LifecycleChange
from tiejun.customers.queries import class_facts, class_policy, company_in_reach
from tiejun.customers.queries.family import family_of
from tiejun.customers.rules import STAGES, district_name
from tiejun.fields.queries import record_card
from tiejun.fields.rules import Subject
from tiejun.foundation.crypto import unseal
from tiejun.foundation.refusals import NotFound
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.fields.queries import RecordCard

SHOWN_CHANGES = 20


@dataclass(frozen=True, slots=True)
class ContactCard:
    """A contact as shown: `phone` in full where the asker may see it, else empty beside the last four digits."""

    contact_id: UUID
    name: str
    title: str
    roles: list[str]
    is_senior: bool
    confirmed_at: datetime | None
    phone: str
    phone_last4: str
    version: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the lifecycle; `state`: done, now or empty."""

    code: str
    state: str


@dataclass(frozen=True, slots=True)
class CompanyDetail:
    """Everything on the page of a customer that belongs to this module."""

    company: Company
    district: str
    holder: str
    contacts: list[ContactCard]
    classes: list[ClosingClassChange]
    changes: list[LifecycleChange]
    stages: list[Stage]
    names: dict[UUID, str]
    has_kp: bool
    is_explained: bool
    renewal: int
    next_workday: date
    may_edit: bool
    may_class: bool
    custom: RecordCard


def company_detail(scope: Scope, company_id: UUID, now: datetime) -> CompanyDetail:
    """Return the page of a company within reach of VIEW_CUSTOMERS; raises `NotFound`."""
    company = company_in_reach(scope, company_id, Ability.VIEW_CUSTOMERS)
    classes = list(ClosingClassChange.objects.filter(company=company).order_by("-set_at", "-pk")[:SHOWN_CHANGES])
    changes = list(LifecycleChange.objects.filter(company=company).order_by("-changed_at", "-pk")[:SHOWN_CHANGES])
    names = org.names_of(
        scope, [company.owner_id, *(row.set_by_id for row in classes), *(row.changed_by_id for row in changes)]
    )
    facts = class_facts(scope, company)
    reached = STAGES.index(company.lifecycle)
    return CompanyDetail(
        company=company,
        district=district_name(company.district_code),
        holder=names.get(company.owner_id, "") if company.owner_id else "",
        contacts=contact_cards(scope, company),
        classes=classes,
        changes=changes,
        stages=[Stage(code, "done" if n < reached else "now" if n == reached else "") for n, code in enumerate(STAGES)],
        names=names,
        has_kp=facts.has_kp,
        is_explained=facts.explained,
        renewal=facts.renewal,
        next_workday=class_policy(scope, now).next_workday,
        may_edit=scope.covers(Ability.EDIT_CUSTOMER, owner_id=company.owner_id, unit_id=company.unit_id),
        may_class=scope.covers(Ability.SET_CLOSING_CLASS, owner_id=company.owner_id, unit_id=company.unit_id),
        custom=record_card(scope, Subject.CUSTOMER, family_of(scope, company.pk), company.custom),
    )


def contact_cards(scope: Scope, company: Company) -> list[ContactCard]:
    """Return the contacts of a company that the asker was given, numbers in full only within reach of SEE_PHONE."""
    visible = scope.covers(Ability.SEE_PHONE, owner_id=company.owner_id, unit_id=company.unit_id)
    rows = Contact.objects.filter(company=company, removed_at=None).order_by("created_at", "pk")
    cards = [
        ContactCard(
            contact_id=row.pk,
            name=row.name,
            title=row.title,
            roles=row.roles,
            is_senior=row.is_senior,
            confirmed_at=row.confirmed_at,
            phone=unseal(row.phone_cipher) if visible else "",
            phone_last4=row.phone_last4,
            version=row.version,
        )
        for row in rows
    ]
    return sorted(cards, key=lambda card: ("KP" not in card.roles, "INFLUENCER" not in card.roles))


def contact_card(scope: Scope, contact_id: UUID) -> tuple[Company, ContactCard]:
    """Return a contact with its company, for the form that edits it; raises `NotFound`."""
    company_id = Contact.objects.filter(pk=contact_id, removed_at=None).values_list("company", flat=True).first()
    company = company_in_reach(scope, company_id, Ability.EDIT_CUSTOMER) if company_id else None
    cards = contact_cards(scope, company) if company else []
    for card in cards:
        if company is not None and card.contact_id == contact_id:
            return company, card
    raise NotFound
