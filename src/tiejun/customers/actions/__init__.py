from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import F
from pydantic_core import to_json

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import queries, rules
from tiejun.customers.actions._closing import agree_step, finish_steps, open_class, open_plan_of
from tiejun.customers.actions._intake import find_or_insert
from tiejun.customers.events import LifecycleChanged
from tiejun.customers.locks import lock_companies, lock_company
from tiejun.customers.models import ClosingClassChange, Company, Contact, LifecycleChange
from tiejun.customers.queries.intake import company_columns, contact_columns, ready
from tiejun.customers.rules.closing import refusal_after
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import NotFound, Refused, Stale
from tiejun.foundation.times import at_local, business_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tiejun.access.scope import Scope

_NOTE_PAST = """
    UPDATE customers_company c
    SET last_visit_at = k.last_visit_at, last_effective_at = k.last_effective_at, explained_at = k.explained_at,
        refused_at = k.refused_at, next_step_at = k.next_step_at, changed_at = %s
    FROM json_to_recordset(%s) AS k (id uuid, last_visit_at timestamptz, last_effective_at timestamptz,
                                     explained_at timestamptz, refused_at timestamptz, next_step_at timestamptz)
    WHERE c.id = k.id
"""


@action(Ability.CREATE_LEAD)
def create_company(scope: Scope, *, facts: rules.CompanyFacts, now: datetime) -> Company:
    """Return the company of this credit code, else of this normalised name and city, else create it with its contacts.

    Raises `Invalid` for a name without letters or digits, or longer than 200 characters.
    """
    [found] = find_or_insert([ready(scope, facts)], now)
    # What a caller asks for beyond these three is read when it is asked for.
    columns = {"id": UUID(found.company_id), "name": found.name, "district_code": found.district_code}
    company = Company.from_db(connection.alias, list(columns), list(columns.values()))
    audit.record(scope, "customers.company_created", company, was_new=found.is_new)
    return company


@action(Ability.CREATE_LEAD)
def create_companies(scope: Scope, *, rows: Sequence[rules.ReadyCompany], now: datetime) -> list[rules.CompanyRef]:
    """Find or create many companies and return them in the order of `rows`; a repeat within `rows` is the same company.

    `rows` come from `queries.intake.ready`. Two statements whatever the number of rows, one audit row with count and digest.
    """
    found = find_or_insert(rows, now)
    digest = sha256("".join(row.company_id for row in found).encode()).hexdigest()
    created = sum(row.is_new for row in found)
    audit.record(scope, "customers.companies_created", rows=len(rows), created=created, digest=digest)
    return found


@action(Ability.EDIT_CUSTOMER)
def edit_company(scope: Scope, *, company_id: UUID, version: int, facts: rules.CompanyFacts, now: datetime) -> Company:
    """Change what is known about a company (its contacts have their own actions).

    Raises `NotFound`, `Stale` when `version` is not the current one, and `Refused` (COMPANY_EXISTS) when the new code or name
    is another company's.
    """
    company = lock_company(scope, company_id, Ability.EDIT_CUSTOMER)
    if company.version != version:
        raise Stale(company)
    values = company_columns(scope, facts)
    code, name, city = (values[field] for field in ("credit_code", "normalised_name", "city_code"))
    if queries.company_of_identity(scope, code, name, city, but=company.pk) is not None:
        raise Refused(rules.Refusal.COMPANY_EXISTS)
    changed = sorted(field for field, value in values.items() if getattr(company, field) != value)
    Company.objects.filter(pk=company.pk).update(**values, changed_at=now, version=F("version") + 1)
    audit.record(scope, "customers.company_edited", company, fields=changed)
    company.refresh_from_db()
    return company


@action(Ability.EDIT_CUSTOMER)
def add_contact(scope: Scope, *, company_id: UUID, facts: rules.ContactFacts, now: datetime) -> Contact:
    """Add a person at a company; a number that the company already has is the same person, who is returned unchanged."""
    company = lock_company(scope, company_id, Ability.EDIT_CUSTOMER)
    values = contact_columns(scope, facts)
    same = (
        Contact.objects.filter(company=company, removed_at=None, phone_index=values["phone_index"])
        .exclude(phone_index=b"")
        .first()
    )
    contact = same or Contact.objects.create(company=company, created_at=now, **values)
    if same is None:
        Company.objects.filter(pk=company.pk).update(changed_at=now)
    audit.record(
        scope, "customers.contact_added", contact, company=company_id, was_new=same is None, roles=list(facts.roles)
    )
    return contact


@action(Ability.EDIT_CUSTOMER)
def edit_contact(scope: Scope, *, contact_id: UUID, version: int, facts: rules.ContactFacts, now: datetime) -> Contact:
    """Change a contact; without a new number the old one stays. Raises `NotFound` and `Stale`."""
    contact = _contact_in_reach(scope, contact_id)
    if contact.version != version:
        raise Stale(contact)
    values = contact_columns(scope, facts)
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
def set_holder(
    scope: Scope, *, company_ids: Sequence[UUID], person_id: UUID | None, unit_id: UUID | None, now: datetime
) -> int:
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
    _note(company, visit, now)
    if company.closing_class in ("A", "B", "C") and (visit.met or visit.next_step_at):
        _go_on_with_plan(scope, company, visit)
    company.changed_at = now
    company.save(
        update_fields=[
            "last_visit_at",
            "last_effective_at",
            "explained_at",
            "refused_at",
            "next_step_at",
            "changed_at",
            "closing_class",
        ]
    )
    audit.record(scope, "customers.visit_noted", company, visit=visit.visit_id, closing_class=company.closing_class)
    return company


def _note(company: Company, visit: rules.VisitNote, now: datetime) -> None:
    """Write a visit's facts to its company, which the caller saves; a clear refusal ends class A."""
    company.refused_at = refusal_after(company.refused_at, company.last_visit_at, visit)
    company.last_visit_at = _later(company.last_visit_at, visit.happened_at)
    company.last_effective_at = _later(company.last_effective_at, visit.happened_at if visit.effective_visit else None)
    company.explained_at = _later(company.explained_at, visit.happened_at if visit.service_explained else None)
    company.next_step_at = visit.next_step_at or company.next_step_at
    if company.refused_at is not None and company.closing_class == Company.ClosingClass.A:
        open_class(company, rules.ClassRequest("D", reason="REFUSED"), set_by=None, renewals=0, now=now)


def _go_on_with_plan(scope: Scope, company: Company, visit: rules.VisitNote) -> None:
    """A visit that met somebody was the step that was due that day; what it agreed is the next one."""
    plan = open_plan_of(company)
    if plan is None:
        return
    if visit.met:
        until = at_local(business_day(visit.happened_at, scope.zone) + timedelta(days=1), "02:00", scope.zone)
        finish_steps(plan, due_before=until, done_by=scope.person_id, at=visit.happened_at)
    if visit.next_step_at is not None:
        agree_step(plan, visit.next_step_at)


@action(Ability.BRING_IN_VISITS)
def note_past_visits(scope: Scope, *, notes: Sequence[rules.VisitNote], now: datetime) -> int:
    """Bring past visits to their companies in two statements: last visit, last effective one, last explanation.

    Called by `visits` while a history is brought in; returns how many companies were changed.
    """
    companies = {company.pk: company for company in lock_companies([note.company_id for note in notes])}
    for note in notes:
        company = companies[note.company_id]
        was = company.closing_class
        _note(company, note, now)
        if company.closing_class != was:
            company.save(update_fields=["closing_class"])
    columns = ("last_visit_at", "last_effective_at", "explained_at", "refused_at", "next_step_at")
    rows = [{"id": pk} | {name: getattr(row, name) for name in columns} for pk, row in companies.items()]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_PAST, [now, to_json(rows).decode()])
    audit.record(scope, "customers.past_visits_noted", visits=len(notes), companies=len(companies))
    return len(companies)


@action(Ability.SET_CLOSING_CLASS)
def set_closing_class(scope: Scope, *, company_id: UUID, wish: rules.ClassRequest, now: datetime) -> Company:
    """Put a company into class A, B, C, D or none; raises `NotFound` and `Refused` with what is missing (domain 6.6, 11.18)."""
    company = lock_company(scope, company_id, Ability.SET_CLOSING_CLASS)
    facts = queries.class_facts(scope, company)
    refusal = rules.why_not_class(wish, facts, queries.class_policy(scope, now), now)
    if refusal:
        raise Refused(refusal)
    open_class(
        company, wish, set_by=scope.person_id, renewals=facts.renewal if wish.closing_class == "A" else 0, now=now
    )
    company.next_step_at = wish.next_step_at or company.next_step_at
    company.changed_at = now
    company.save(update_fields=["closing_class", "next_step_at", "changed_at"])
    facts_of_wish = {"amount_minor": wish.amount_minor, "currency": wish.currency, "expected_on": wish.expected_on}
    audit.record(
        scope, "customers.class_set", company, reason=wish.reason, closing_class=wish.closing_class, **facts_of_wish
    )
    return company


@action(Ability.SET_CLOSING_CLASS)
def expire_class_a(
    scope: Scope, *, company_ids: Sequence[UUID], next_step_at: datetime, now: datetime
) -> list[Company]:
    """Move companies whose class A was not signed on its day to B, with a next step at `next_step_at`; returns them."""
    companies = [row for row in lock_companies(company_ids) if row.closing_class == Company.ClosingClass.A]
    for company in companies:
        spell = ClosingClassChange.objects.get(company=company, ended_at=None)
        wish = rules.ClassRequest("B", reason="EXPIRED", next_step_at=next_step_at)
        open_class(company, wish, set_by=None, renewals=spell.renewals, now=now)
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
    if company.closing_class == Company.ClosingClass.A and rules.STAGES.index(stage) > rules.STAGES.index(was):
        # What was to be signed is signed: class A has done its work and does not run out tonight.
        open_class(company, rules.ClassRequest("-", reason="SIGNED"), set_by=scope.person_id, renewals=0, now=now)
    company.save(update_fields=["lifecycle", "closing_class", "changed_at"])
    LifecycleChange.objects.create(
        company=company, stage_from=was, stage_to=stage, reason=reason, changed_by_id=scope.person_id, changed_at=now
    )
    audit.record(scope, "customers.lifecycle_changed", company, reason=reason, stage_from=was, stage_to=stage)
    announce(LifecycleChanged(company.pk, was, stage, now))
    return company


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


@action(Ability.MANAGE_REFERENCE)
def place_in_building(scope: Scope, *, building_id: UUID, district_code: str, address_part: str) -> int:
    """Place the companies of a district whose address names a building into it, unless they have one; returns how many."""
    rows = Company.objects.filter(building=None, district_code=district_code, address__contains=address_part)
    placed = rows.update(building=building_id)
    audit.record(scope, "customers.placed_in_building", building=building_id, companies=placed)
    return placed
