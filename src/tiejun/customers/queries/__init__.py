from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.functions import Coalesce

from tiejun.access.abilities import Ability
from tiejun.access.roles import LEADING_ROLES
from tiejun.customers import rules
from tiejun.customers.models import ClosingClassChange, Company, Contact, FollowUpStep, MaturityAnswer
from tiejun.customers.queries.finding import needle
from tiejun.customers.rules.closing import TierPolicy
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.statements import asked
from tiejun.foundation.times import local_date
from tiejun.foundation.worktime import calendar_of, due_after, hours_of, next_workday_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


def company_in_reach(scope: Scope, company_id: UUID, ability: Ability) -> Company:
    """Return a company within reach of an ability, for a merged one its survivor; raises `NotFound`."""
    rows = Company.objects.within(scope, ability).select_related("building")
    company = rows.filter(pk=company_id).first()
    if company is None or company.merged_into_id is not None:
        # An id of a merged company goes on meaning its survivor: links, papers and phones out in the field know no other.
        company = rows.filter(pk__in=Company.objects.filter(pk=company_id).values("merged_into")).first()
    if company is None:
        raise NotFound
    return company


@dataclass(frozen=True, slots=True)
class CompanyBrief:
    """What a plan, a map or a list shows of a company; coordinates in WGS-84 degrees, the building's when it has none.

    `phone_last4` is of the first contact that can be called; `contact_wanted`: nobody can be called.
    """

    company_id: UUID
    name: str
    address: str
    district_code: str
    latitude: float | None
    longitude: float | None
    building_id: UUID | None
    building_name: str
    closing_class: str
    lifecycle: str
    contact_name: str
    phone_last4: str
    contact_wanted: bool
    last_visit_at: datetime | None
    opening_hours: str


# Asked by every list, so without the cost of composing it. The contact is the first with a number, else the first.
_BRIEFS = """
    SELECT c.id, c.name, coalesce(nullif(c.address, ''), b.address, ''), c.district_code, coalesce(c.latitude, b.latitude),
           coalesce(c.longitude, b.longitude), c.building_id, coalesce(b.name, ''), c.closing_class, c.lifecycle,
           coalesce(k.name, ''), coalesce(k.phone_last4, ''), coalesce(k.phone_last4, '') = '', c.last_visit_at, c.opening_hours
    FROM customers_company c
    LEFT JOIN org_building b ON b.id = c.building_id
    LEFT JOIN LATERAL (
        SELECT name, phone_last4 FROM customers_contact
        WHERE company_id = c.id AND removed_at IS NULL
        ORDER BY phone_last4 = '', created_at, id LIMIT 1
    ) k ON true
    WHERE c.id = ANY(%(ids)s::uuid[])
"""


def briefs(scope: Scope, company_ids: Iterable[UUID]) -> dict[UUID, CompanyBrief]:  # noqa: ARG001 -- asked for ids that a query of the asker gave
    """Return briefs of companies by id, in one query; the ids come from rows that the asker may see."""
    wanted = list(set(company_ids))
    return {row[0]: CompanyBrief(*row) for row in asked(_BRIEFS, {"ids": wanted})} if wanted else {}


def holder_of(scope: Scope, company_id: UUID) -> tuple[UUID, UUID] | None:  # noqa: ARG001 -- asked by steps of a merge
    """Return who holds a company and in which unit, None when nobody does."""
    held = Company.objects.filter(pk=company_id, owner__isnull=False, unit__isnull=False)
    return held.values_list("owner", "unit").first()


def holders_of(scope: Scope, company_ids: Iterable[UUID]) -> dict[UUID, tuple[UUID | None, UUID | None]]:  # noqa: ARG001 -- asked for ids that a query of the asker gave
    """Return who holds each of some companies and in which unit, None twice for nobody; one query."""
    rows = Company.objects.filter(pk__in=list(company_ids)).values_list("pk", "owner_id", "unit_id")
    return {company_id: (owner_id, unit_id) for company_id, owner_id, unit_id in rows}


def contacts_of(scope: Scope, company_id: UUID) -> list[Contact]:
    """Return the contacts of a company within reach, key persons first; raises `NotFound`."""
    company_in_reach(scope, company_id, Ability.VIEW_CUSTOMERS)
    rows = Contact.objects.filter(company=company_id, removed_at=None).order_by("created_at", "pk")
    return sorted(rows, key=lambda row: (Contact.Role.KP not in row.roles, Contact.Role.INFLUENCER not in row.roles))


def contacts_of_companies(scope: Scope, company_ids: Iterable[UUID]) -> dict[UUID, list[Contact]]:  # noqa: ARG001 -- asked for ids that a query of the asker gave
    """Return the contacts of many companies in one statement, key persons first; the ids come from rows that the asker may see."""
    rows = Contact.objects.filter(company__in=set(company_ids), removed_at=None).order_by("created_at", "pk")
    found: dict[UUID, list[Contact]] = {}
    for row in sorted(
        rows, key=lambda row: (Contact.Role.KP not in row.roles, Contact.Role.INFLUENCER not in row.roles)
    ):
        found.setdefault(row.company_id, []).append(row)
    return found


def company_of_identity(
    scope: Scope,  # noqa: ARG001 -- duplicates are looked for in the whole company
    code: str | None,
    normalised: str,
    city_code: str,
    *,
    but: UUID | None = None,
) -> Company | None:
    """Return the company that has this credit code, or this name in this city: the hard match (domain 6.5, 9)."""
    others = Company.objects.exclude(pk=but) if but else Company.objects.all()
    by_code = others.filter(credit_code=code).first() if code else None
    return by_code or others.filter(normalised_name=normalised, city_code=city_code).first()


# -- closing class -----------------------------------------------------------------------------------------------------
def class_facts(scope: Scope, company: Company) -> rules.ClassFacts:
    """Return what `rules.why_not_class` asks of a company."""
    contacts = Contact.objects.filter(company=company, removed_at=None)
    return rules.ClassFacts(
        current=company.closing_class,
        has_kp=contacts.filter(roles__contains=[Contact.Role.KP]).exists(),
        explained=company.explained_at is not None,
        renewal=_renewal(company),
        is_supervisor=scope.is_system or bool(scope.roles & set(LEADING_ROLES)),
        refused=company.refused_at is not None,
        plan_due_at=_plan_due_at(company),
    )


def _plan_due_at(company: Company) -> datetime | None:
    steps = FollowUpStep.objects.filter(plan__company=company, plan__ended_at=None, done_at=None).order_by("due_at")
    return steps.values_list("due_at", flat=True).first()


def answers_of(scope: Scope, company_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:  # noqa: ARG001 -- asked for ids that a query of the asker gave
    """Return the latest answer of each criterion of maturity by company; the ids come from rows that the asker may see.

    What was answered about a company that was merged into one of these counts as told about it.
    """
    ids = list(company_ids)
    rows = MaturityAnswer.objects.filter(Q(company__in=ids) | Q(company__merged_into__in=ids))
    latest = rows.annotate(of=Coalesce("company__merged_into", "company")).order_by(
        "of", "criterion", "-answered_at", "-pk"
    )
    found: dict[UUID, dict[str, str]] = {}
    for company_id, criterion, answer in latest.distinct("of", "criterion").values_list("of", "criterion", "answer"):
        found.setdefault(company_id, {})[criterion] = answer
    return found


def tier_policy(scope: Scope, now: datetime) -> TierPolicy:
    """Return the limits of the value tiers in force for the asker's unit."""
    book, chain = policies.book(now), scope.unit_chain
    return TierPolicy(
        *(book.integer(f"value_tier.{key}", chain) for key in ("amount_high", "amount_middle")),
        *(book.integer(f"value_tier.{key}", chain) for key in ("capital_high", "capital_middle")),
    )


def _renewal(company: Company) -> int:
    """Class A again while it is open, or after its expiry, is a renewal; any other class in between starts afresh."""
    spell = ClosingClassChange.objects.filter(company=company, ended_at=None).first()
    if spell is None:
        return 0
    runs_on = spell.closing_class == "A" or (spell.closing_class == "B" and spell.reason == "EXPIRED")
    return spell.renewals + 1 if runs_on else 0


def class_policy(scope: Scope, now: datetime) -> rules.ClassPolicy:
    """Return the policy of closing classes in force for the asker's unit."""
    book = policies.book(now)
    chain = scope.unit_chain
    return rules.ClassPolicy(
        next_workday=next_workday_of(local_date(now, scope.zone), calendar_of(book, chain)),
        renewals=book.integer("class_a.renewals", chain),
        step_within=timedelta(days=book.integer("class_b.next_step_days", chain)),
    )


def expired_class_a(scope: Scope, *, unit_id: UUID, day: date) -> list[UUID]:  # noqa: ARG001 -- asked by the business clock
    """Return the companies of a unit whose open class A was for this business day or an earlier one, by id."""
    spells = ClosingClassChange.objects.filter(
        ended_at=None, closing_class="A", expected_on__lte=day, company__unit=unit_id
    )
    return list(spells.order_by("company").values_list("company", flat=True))


def end_of_next_working_day(scope: Scope, now: datetime) -> datetime:
    """Return the end of working hours today, or on the next working day when today is none."""
    book = policies.book(now)
    return due_after(now, 0, hours_of(book, scope.unit_chain, scope.zone), calendar_of(book, scope.unit_chain))


def renewals_are_used_up(scope: Scope, company: Company, now: datetime) -> bool:
    """Tell whether the next class A of a company needs a supervisor."""
    return _renewal(company) > policies.book(now).integer("class_a.renewals", scope.unit_chain)


def first_contacts(scope: Scope, company_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the oldest contact of each of these companies within reach, in one query."""
    within = Company.objects.within(scope, Ability.VIEW_CUSTOMERS).filter(pk__in=list(company_ids))
    rows = Contact.objects.filter(company__in=within.values("pk"), removed_at=None).order_by(
        "company", "created_at", "pk"
    )
    found: dict[UUID, UUID] = {}
    for company_id, contact_id in rows.values_list("company_id", "pk"):
        found.setdefault(company_id, contact_id)
    return found


def search(scope: Scope, text: str, limit: int = 8) -> list[Company]:
    """Return companies within reach of VIEW_CUSTOMERS that a typed text finds, the last active first."""
    wanted = needle(scope, text, with_contacts=True)
    if wanted is None:
        return []
    rows = Company.objects.within(scope, Ability.VIEW_CUSTOMERS).filter(wanted.condition, merged_into=None)
    return list(rows.defer("search_grams").order_by("-changed_at", "-pk")[:limit])
