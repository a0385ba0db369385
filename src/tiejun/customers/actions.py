from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import queries, rules
from tiejun.customers.events import ClosingClassSet, LifecycleChanged
from tiejun.customers.locks import lock_companies, lock_company
from tiejun.customers.models import ClosingClassChange, Company, Contact, LifecycleChange
from tiejun.engines.names.credit_code import normalise_credit_code
from tiejun.engines.names.phone import normalise_phone
from tiejun.engines.names.search import CompanyName, company_name
from tiejun.foundation import audit
from tiejun.foundation.crypto import seal
from tiejun.foundation.events import announce
from tiejun.foundation.ids import new_id
from tiejun.foundation.refusals import Invalid, NotFound, Refused, Stale

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

NAME_LENGTH = 200


@action(Ability.CREATE_LEAD)
def create_company(scope: Scope, *, facts: rules.CompanyFacts, now: datetime) -> Company:
    """Return the company of this credit code, else of this normalised name and city, else create it with its contacts.

    Raises `Invalid` for a name without letters or digits, or longer than 200 characters.
    """
    found = _find_or_insert([facts], now)
    company = Company.objects.get(pk=found.ids[0])
    audit.record(scope, "customers.company_created", company, was_new=found.is_new[0])
    return company


@action(Ability.CREATE_LEAD)
def create_companies(scope: Scope, *, rows: Sequence[rules.CompanyFacts], now: datetime) -> list[Company]:
    """Find or create many companies and return them in the order of `rows`; those it made have `created_at` == `now`.

    A handful of statements whatever the number of rows, one audit row with count and digest. Of each company `id`,
    `district_code` and `created_at` are loaded. Raises `Invalid` as `create_company`.
    """
    found = _find_or_insert(rows, now)
    digest = sha256("".join(map(str, found.ids)).encode()).hexdigest()
    audit.record(scope, "customers.companies_created", rows=len(rows), created=sum(found.is_new), digest=digest)
    by_id = Company.objects.only("id", "district_code", "created_at").in_bulk(list(set(found.ids)))
    return [by_id[pk] for pk in found.ids]


@action(Ability.EDIT_CUSTOMER)
def edit_company(scope: Scope, *, company_id: UUID, version: int, facts: rules.CompanyFacts, now: datetime) -> Company:
    """Change what is known about a company (its contacts have their own actions).

    Raises `NotFound`, `Stale` when `version` is not the current one, and `Refused` (COMPANY_EXISTS) when the new code or name
    is another company's.
    """
    company = lock_company(scope, company_id, Ability.EDIT_CUSTOMER)
    if company.version != version:
        raise Stale(company)
    name = _parsed(facts)
    values = _columns(facts, name)
    code, city = values["credit_code"], values["city_code"]
    if queries.company_of_identity(scope, code, name.normalised, city, but=company_id) is not None:
        raise Refused(rules.Refusal.COMPANY_EXISTS)
    changed = sorted(field for field, value in values.items() if getattr(company, field) != value)
    Company.objects.filter(pk=company_id).update(**values, changed_at=now, version=F("version") + 1)
    audit.record(scope, "customers.company_edited", company, fields=changed)
    company.refresh_from_db()
    return company


@action(Ability.EDIT_CUSTOMER)
def add_contact(scope: Scope, *, company_id: UUID, facts: rules.ContactFacts, now: datetime) -> Contact:
    """Add a person at a company; a number that the company already has is the same person, who is returned unchanged."""
    company = lock_company(scope, company_id, Ability.EDIT_CUSTOMER)
    values = _contact_columns(facts)
    same = Contact.objects.filter(company=company, removed_at=None, phone_index=values["phone_index"]).exclude(phone_index=b"").first()
    contact = same or Contact.objects.create(company=company, created_at=now, **values)
    audit.record(scope, "customers.contact_added", contact, company=company_id, was_new=same is None, roles=list(facts.roles))
    return contact


@action(Ability.EDIT_CUSTOMER)
def edit_contact(scope: Scope, *, contact_id: UUID, version: int, facts: rules.ContactFacts, now: datetime) -> Contact:
    """Change a contact; without a new number the old one stays. Raises `NotFound` and `Stale`."""
    contact = _contact_in_reach(scope, contact_id)
    if contact.version != version:
        raise Stale(contact)
    values = _contact_columns(facts)
    if not facts.phone:
        values = {field: value for field, value in values.items() if not field.startswith("phone_")}
    Contact.objects.filter(pk=contact_id).update(**values, version=F("version") + 1)
    Company.objects.filter(pk=contact.company_id).update(changed_at=now)
    audit.record(scope, "customers.contact_edited", contact, fields=sorted(values))
    contact.refresh_from_db()
    return contact


@action(Ability.EDIT_CUSTOMER)
def remove_contact(scope: Scope, *, contact_id: UUID, reason: str, now: datetime) -> Contact:
    """Take a contact out of the lists; the row stays for the visits that met this person."""
    contact = _contact_in_reach(scope, contact_id)
    contact.removed_at = now
    contact.save(update_fields=["removed_at"])
    audit.record(scope, "customers.contact_removed", contact, reason=reason)
    return contact


@action(Ability.EDIT_CUSTOMER)
def set_holder(scope: Scope, *, company_ids: Sequence[UUID], person_id: UUID | None, unit_id: UUID | None, now: datetime) -> int:
    """Copy who holds the lead of these companies to them; called by `leads` alone, inside the holding's transaction.

    Returns how many companies were changed.
    """
    lock_companies(company_ids)
    changed = Company.objects.filter(pk__in=company_ids).update(owner=person_id, unit=unit_id, changed_at=now)
    audit.record(scope, "customers.holder_set", person=person_id, unit=unit_id, companies=changed)
    return changed


@action(Ability.RECORD_VISIT)
def note_visit(scope: Scope, *, visit: rules.VisitNote, now: datetime) -> Company:
    """Bring a visit's facts to its company: last visit, roles confirmed, next step; a clear refusal ends class A.

    Called by `visits` in the visit's transaction, also for a company that a colleague holds. Raises `NotFound`.
    """
    companies = lock_companies([visit.company_id])
    if not companies:
        raise NotFound
    company = companies[0]
    for met in visit.met:
        _confirm_role(company, met, visit.happened_at)
    company.last_visit_at = _later(company.last_visit_at, visit.happened_at)
    company.last_effective_at = _later(company.last_effective_at, visit.happened_at if visit.effective_visit else None)
    company.explained_at = _later(company.explained_at, visit.happened_at if visit.service_explained else None)
    company.next_step_at = visit.next_step_at or company.next_step_at
    company.changed_at = now
    if visit.clear_refusal and company.closing_class == Company.ClosingClass.A:
        _open_class(company, rules.ClassRequest("D", reason="REFUSED"), set_by=None, renewals=0, now=now)
    company.save(
        update_fields=["last_visit_at", "last_effective_at", "explained_at", "next_step_at", "changed_at", "closing_class"]
    )
    audit.record(scope, "customers.visit_noted", company, visit=visit.visit_id, closing_class=company.closing_class)
    return company


@action(Ability.SET_CLOSING_CLASS)
def set_closing_class(scope: Scope, *, company_id: UUID, wish: rules.ClassRequest, now: datetime) -> Company:
    """Put a company into class A, B, C, D or none; raises `NotFound` and `Refused` with what is missing (domain 6.6, 11.18)."""
    company = lock_company(scope, company_id, Ability.SET_CLOSING_CLASS)
    facts = queries.class_facts(scope, company)
    refusal = rules.why_not_class(wish, facts, queries.class_policy(scope, now), now)
    if refusal:
        raise Refused(refusal)
    _open_class(company, wish, set_by=scope.person_id, renewals=facts.renewal if wish.closing_class == "A" else 0, now=now)
    company.next_step_at = wish.next_step_at or company.next_step_at
    company.changed_at = now
    company.save(update_fields=["closing_class", "next_step_at", "changed_at"])
    facts_of_wish = {"amount_minor": wish.amount_minor, "currency": wish.currency, "expected_on": wish.expected_on}
    audit.record(scope, "customers.class_set", company, reason=wish.reason, closing_class=wish.closing_class, **facts_of_wish)
    return company


@action(Ability.SET_CLOSING_CLASS)
def expire_class_a(scope: Scope, *, company_ids: Sequence[UUID], next_step_at: datetime, now: datetime) -> list[Company]:
    """Move companies whose class A was not signed on its day to B, with a next step at `next_step_at`; returns them."""
    companies = [row for row in lock_companies(company_ids) if row.closing_class == Company.ClosingClass.A]
    for company in companies:
        spell = ClosingClassChange.objects.get(company=company, ended_at=None)
        wish = rules.ClassRequest("B", reason="EXPIRED", next_step_at=next_step_at)
        _open_class(company, wish, set_by=None, renewals=spell.renewals, now=now)
        company.next_step_at = next_step_at
        company.save(update_fields=["closing_class", "next_step_at"])
    audit.record(scope, "customers.class_a_expired", companies=audit.ids(*(company.pk for company in companies)))
    return companies


@action(Ability.EDIT_CUSTOMER)
def change_lifecycle(scope: Scope, *, company_id: UUID, stage: str, reason: str, now: datetime) -> Company:
    """Move a company to a stage of its life with us; backwards only with a reason. Raises `NotFound` and `Refused`."""
    company = lock_company(scope, company_id, Ability.EDIT_CUSTOMER)
    refusal = rules.why_not_stage(company.lifecycle, stage, reason)
    if refusal:
        raise Refused(refusal)
    was, company.lifecycle, company.changed_at = company.lifecycle, stage, now
    company.save(update_fields=["lifecycle", "changed_at"])
    LifecycleChange.objects.create(
        company=company, stage_from=was, stage_to=stage, reason=reason, changed_by_id=scope.person_id, changed_at=now
    )
    audit.record(scope, "customers.lifecycle_changed", company, reason=reason, stage_from=was, stage_to=stage)
    announce(LifecycleChanged(company.pk, was, stage, now))
    return company


# -- closing class and roles -------------------------------------------------------------------------------------------
def _open_class(company: Company, wish: rules.ClassRequest, *, set_by: UUID | None, renewals: int, now: datetime) -> None:
    """End the open spell and begin the next; the caller saves `company.closing_class`."""
    ClosingClassChange.objects.filter(company=company, ended_at=None).update(ended_at=now)
    ClosingClassChange.objects.create(
        company=company,
        closing_class=wish.closing_class,
        reason=wish.reason,
        amount_minor=wish.amount_minor,
        currency=wish.currency,
        expected_on=wish.expected_on,
        next_step_at=wish.next_step_at,
        renewals=renewals,
        set_by_id=set_by,
        set_at=now,
    )
    announce(ClosingClassSet(company.pk, wish.closing_class, company.closing_class, now))
    company.closing_class = wish.closing_class


def _confirm_role(company: Company, met: rules.ConfirmedContact, at: datetime) -> None:
    contact = Contact.objects.filter(company=company, pk=met.contact_id).first()
    if contact is None:
        raise NotFound
    contact.roles = sorted({*contact.roles, met.role} if met.role else contact.roles)
    contact.is_senior = contact.is_senior or met.is_senior
    contact.confirmed_at = _later(contact.confirmed_at, at)
    contact.save(update_fields=["roles", "is_senior", "confirmed_at"])


def _later(known: datetime | None, at: datetime | None) -> datetime | None:
    return max(filter(None, (known, at)), default=None)


def _contact_in_reach(scope: Scope, contact_id: UUID) -> Contact:
    contact = Contact.objects.select_for_update().filter(pk=contact_id, removed_at=None).first()
    if contact is None:
        raise NotFound
    queries.company_in_reach(scope, contact.company_id, Ability.EDIT_CUSTOMER)
    return contact


def _contact_columns(facts: rules.ContactFacts) -> dict[str, Any]:
    unknown = set(facts.roles) - set(Contact.Role.values)
    if unknown:
        raise Invalid(roles=_("Unknown role."))
    sealed = seal(normalise_phone(facts.phone))
    return {
        "name": facts.name.strip(),
        "title": facts.title.strip(),
        "roles": sorted(set(facts.roles)),
        "is_senior": facts.is_senior,
        "phone_cipher": sealed.cipher,
        "phone_index": sealed.index,
        "phone_last4": sealed.last4,
    }


# -- finding or inserting many -----------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Found:
    ids: list[UUID]
    is_new: list[bool]


def _parsed(facts: rules.CompanyFacts) -> CompanyName:
    name = company_name(facts.name.strip())
    if not name.normalised:
        raise Invalid(name=_("The name needs at least one letter or digit."))
    if len(name.name) > NAME_LENGTH:
        raise Invalid(name=_("The name is longer than 200 characters."))
    return name


def _columns(facts: rules.CompanyFacts, name: CompanyName) -> dict[str, Any]:
    return {
        "name": name.name,
        "normalised_name": name.normalised[:NAME_LENGTH],
        "initials": name.initials[:NAME_LENGTH],
        "search_grams": rules.packed(name.grams),
        "credit_code": normalise_credit_code(facts.credit_code) or None,
        "city_code": facts.city_code,
        "district_code": facts.district_code,
        "address": facts.address,
        "building_id": facts.building_id,
        "latitude": facts.latitude,
        "longitude": facts.longitude,
        "industry": facts.industry,
        "legal_person": facts.legal_person,
        "registered_on": facts.registered_on,
        "capital_minor": facts.capital_minor,
        "capital_currency": facts.capital_currency,
        "segment_id": facts.segment_id,
    }


_FIND = """
    SELECT k.n, COALESCE(coded.id, named.id)
    FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[]) AS k (n, code, name, city)
    LEFT JOIN customers_company coded ON coded.credit_code = k.code
    LEFT JOIN customers_company named ON coded.id IS NULL AND named.normalised_name = k.name AND named.city_code = k.city
    WHERE coded.id IS NOT NULL OR named.id IS NOT NULL
"""
_TYPES = {
    "name": "text",
    "normalised_name": "text",
    "initials": "text",
    "search_grams": "text",
    "credit_code": "text",
    "city_code": "text",
    "district_code": "text",
    "address": "text",
    "building_id": "uuid",
    "latitude": "float8",
    "longitude": "float8",
    "industry": "text",
    "legal_person": "text",
    "registered_on": "date",
    "capital_minor": "int8",
    "capital_currency": "text",
    "segment_id": "uuid",
}
# One statement for a whole batch; a company that another transaction inserts meanwhile is found by the second look.
_INSERT = f"""
    INSERT INTO customers_company (id, {", ".join(_TYPES)}, lifecycle, closing_class, created_at, changed_at, version)
    SELECT id, {", ".join(f"{name}::int[]" if name == "search_grams" else name for name in _TYPES)}, 'PROSPECT', '-', %s, %s, 1
    FROM unnest(%s::uuid[], {", ".join(f"%s::{kind}[]" for kind in _TYPES.values())}) AS k (id, {", ".join(_TYPES)})
    ON CONFLICT DO NOTHING
    RETURNING id
"""  # noqa: S608 -- made of constants


def _find_or_insert(rows: Sequence[rules.CompanyFacts], now: datetime) -> _Found:
    values = [_columns(facts, _parsed(facts)) for facts in rows]
    ids: list[UUID | None] = [None] * len(values)
    _find(values, ids)
    is_new = [False] * len(values)
    while missing := _first_of_each([n for n, pk in enumerate(ids) if pk is None], values):
        inserted = _insert([values[n] for n in missing], now)
        for n, pk in zip(missing, inserted, strict=True):
            ids[n] = pk
            is_new[n] = pk is not None
        _insert_contacts([(ids[n], contact) for n in missing if is_new[n] for contact in rows[n].contacts], now)
        _find(values, ids)
    return _Found([pk for pk in ids if pk is not None], is_new)


def _find(values: list[dict[str, Any]], ids: list[UUID | None]) -> None:
    open_rows = [n for n, pk in enumerate(ids) if pk is None]
    if not open_rows:
        return
    keys = [[values[n][field] for n in open_rows] for field in ("credit_code", "normalised_name", "city_code")]
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [open_rows, *keys])
        for n, pk in cursor.fetchall():
            ids[n] = pk


def _first_of_each(rows: list[int], values: list[dict[str, Any]]) -> list[int]:
    """Leave out rows that repeat the code, or the name and city, of an earlier one of the same batch."""
    seen: set[Any] = set()
    first = []
    for n in rows:
        keys = {(values[n]["normalised_name"], values[n]["city_code"]), values[n]["credit_code"]} - {None}
        if not keys & seen:
            first.append(n)
        seen |= keys
    return first


def _insert(values: list[dict[str, Any]], now: datetime) -> list[UUID | None]:
    ids = [new_id() for _row in values]
    columns = [[str(row[name]).replace("[", "{").replace("]", "}") if name == "search_grams" else row[name] for row in values] for name in _TYPES]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [now, now, ids, *columns])
        kept = {row[0] for row in cursor.fetchall()}
    return [pk if pk in kept else None for pk in ids]


def _insert_contacts(pairs: list[tuple[UUID | None, rules.ContactFacts]], now: datetime) -> None:
    rows = [Contact(company_id=pk, created_at=now, **_contact_columns(facts)) for pk, facts in pairs if facts.name or facts.phone]
    Contact.objects.bulk_create(rows)
