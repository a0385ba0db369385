"""Visits as lists, as panels of a company, and one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers_queries
from tiejun.customers.queries.family import family_of
from tiejun.engines.effectiveness import Question
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.org import queries as org_queries
from tiejun.visits.models import (
    Amendment,
    CountAdjustment,
    DayLock,
    LocationConsent,
    Visit,
    VisitConflict,
    VisitContact,
    VisitEvidence,
    VisitPosition,
)
from tiejun.visits.queries.amended import as_amended
from tiejun.visits.queries.confirming import asked_question
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.judging import read_reasons
from tiejun.visits.rules.timing import why_not_edit
from tiejun.visits.rules.vocabulary import CONSENT_NEEDED, RECORDED, Entry, Moment, VisitState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.reach import ScopedQuerySet
    from tiejun.access.scope import Scope
    from tiejun.customers.models import Contact
    from tiejun.visits.queries.confirming import AskedQuestion
    from tiejun.visits.rules.judging import ReasonLine
    from tiejun.visits.rules.vocabulary import Refusal, VisitFilters

ORDER = ("-started_at", "-id")


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit of a list."""

    visit: Visit
    company_name: str
    person_name: str
    is_amended: bool

    @property
    def is_late(self) -> bool:
        return self.visit.entry == Entry.LATE


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A page of visits with its cursors; `about` is the estimated number of all."""

    rows: list[VisitRow]
    next_cursor: str | None
    previous_cursor: str | None
    about: int


def visits_page(scope: Scope, filters: VisitFilters, *, cursor: str | None = None, size: int = 50) -> VisitPage:
    """Return visits within reach, newest first; raises `PermissionRefused` for who sees none."""
    rows = visits_in_reach(scope, filters)
    page = keyset.page(rows.select_related("company"), order=ORDER, cursor=cursor, size=size)
    return VisitPage(_rows(scope, page.rows), page.next_cursor, page.previous_cursor, keyset.estimated_count(rows))


def visits_in_reach(scope: Scope, filters: VisitFilters) -> ScopedQuerySet[Visit]:
    """Return the visits within reach of VIEW_VISITS, narrowed; raises `PermissionRefused` for who sees none."""
    scope.require(Ability.VIEW_VISITS)
    rows = Visit.objects.within(scope, Ability.VIEW_VISITS)
    if filters.person_id:
        rows = rows.filter(person=filters.person_id)
    if filters.since:
        rows = rows.filter(business_day__gte=filters.since)
    if filters.until:
        rows = rows.filter(business_day__lte=filters.until)
    if filters.effective is not None:
        rows = rows.filter(effective_visit=filters.effective, state__in=RECORDED)
    if filters.evidence_level is not None:
        rows = rows.filter(evidence_level=filters.evidence_level, state__in=RECORDED)
    if filters.flag:
        rows = rows.filter(flags__contains=[filters.flag])
    return rows


def _rows(scope: Scope, visits: Sequence[Visit]) -> list[VisitRow]:
    names = org_queries.names_of(scope, {visit.person_id for visit in visits})
    amended = set(Amendment.objects.filter(visit__in=[visit.pk for visit in visits]).values_list("visit_id", flat=True))
    return [
        VisitRow(visit, visit.company.name, names.get(visit.person_id, ""), visit.pk in amended) for visit in visits
    ]


def visits_of_company(scope: Scope, company_id: UUID, *, limit: int = 20) -> list[VisitRow]:
    """Return the newest visits at a company that are within reach; raises `NotFound` when the company is not."""
    company = customers_queries.company_in_reach(scope, company_id, Ability.VIEW_CUSTOMERS)
    here = Visit.objects.within(scope, Ability.VIEW_VISITS).filter(company__in=family_of(scope, company.pk))
    rows = here.exclude(state=VisitState.CANCELLED)
    return _rows(scope, list(rows.select_related("company").order_by(*ORDER)[:limit]))


def visit_in_reach(scope: Scope, visit_id: UUID) -> Visit:
    """Return a visit within reach with its company; raises `NotFound`."""
    visit = Visit.objects.within(scope, Ability.VIEW_VISITS).filter(pk=visit_id).select_related("company").first()
    if visit is None:
        raise NotFound
    return visit


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one question with its conditions."""

    question: Question
    answer: bool
    reasons: tuple[ReasonLine, ...]


@dataclass(frozen=True, slots=True)
class MetRow:
    """A person met."""

    contact_id: UUID
    name: str
    title: str
    role: str
    is_senior: bool


@dataclass(frozen=True, slots=True)
class VisitDetail:
    """Everything about one visit. `shown` has the amendments laid over it; `position` is the author's alone."""

    visit: Visit
    shown: Visit
    company_name: str
    person_name: str
    met: tuple[MetRow, ...]
    evidence: tuple[VisitEvidence, ...]
    amendments: tuple[Amendment, ...]
    adjustments: tuple[CountAdjustment, ...]
    verdicts: tuple[Verdict, ...]
    positions: tuple[VisitPosition, ...]
    question: AskedQuestion | None
    conflicts: tuple[VisitConflict, ...]
    is_mine: bool
    why_not_edit: Refusal | None
    may_amend: bool


def visit_detail(scope: Scope, visit_id: UUID, *, now: datetime) -> VisitDetail:
    """Return one visit within reach with all that belongs to it; raises `NotFound`."""
    visit = visit_in_reach(scope, visit_id)
    shown = as_amended(scope, [visit])[0]
    met = VisitContact.objects.filter(visit=visit).select_related("contact").order_by("pk")
    is_mine = visit.person_id == scope.person_id
    locked = DayLock.objects.filter(person=visit.person_id, business_day=visit.business_day).exists()
    bounds = field_policy(scope, now).bounds(visit.business_day)
    return VisitDetail(
        visit=visit,
        shown=shown,
        company_name=visit.company.name,
        person_name=org_queries.names_of(scope, [visit.person_id]).get(visit.person_id, ""),
        met=tuple(MetRow(row.contact_id, row.contact.name, row.contact.title, row.role, row.is_senior) for row in met),
        evidence=tuple(VisitEvidence.objects.filter(visit=visit).order_by("captured_at", "pk")),
        amendments=tuple(Amendment.objects.filter(visit=visit).order_by("amended_at", "pk")),
        adjustments=tuple(CountAdjustment.objects.filter(visit=visit).order_by("booked_at", "pk")),
        verdicts=_verdicts_of(shown),
        positions=tuple(
            VisitPosition.objects.within(scope, Ability.SEE_LOCATION).filter(visit=visit).order_by("-moment")
        ),
        question=asked_question(scope, visit, now=now),
        conflicts=tuple(VisitConflict.objects.filter(visit=visit).order_by("received_at", "pk")),
        is_mine=is_mine,
        why_not_edit=why_not_edit(is_author=is_mine, now=now, bounds=bounds, is_locked=locked),
        may_amend=is_mine and visit.state == VisitState.LOCKED,
    )


def _verdicts_of(visit: Visit) -> tuple[Verdict, ...]:
    """Return the three answers about a recorded visit; empty while it is not recorded."""
    if visit.state not in RECORDED:
        return ()
    lines = read_reasons(visit.reasons)
    answers = (
        (Question.EFFECTIVE_VISIT, visit.effective_visit),
        (Question.EFFECTIVE_CUSTOMER, visit.effective_customer),
        (Question.NEW_CUSTOMER, visit.new_effective_customer),
    )
    return tuple(
        Verdict(question, answer, tuple(line for line in lines if line.question is question))
        for question, answer in answers
    )


@dataclass(frozen=True, slots=True)
class RecordContext:
    """What the record form shows: the company, whom one knows there, and the visit in progress if there is one."""

    company_id: UUID | None
    company_name: str
    company_address: str
    is_held_by_colleague: bool
    contacts: tuple[Contact, ...]
    running: Visit | None
    last_visit: Visit | None
    terms: LocationTerms


@dataclass(frozen=True, slots=True)
class LocationTerms:
    """Whether a check-in may ask the phone for its position now: in working time, and with consent."""

    has_consent: bool
    is_working_time: bool
    retention_days: int
    covers_end: bool

    @property
    def may_locate(self) -> bool:
        return self.has_consent and self.is_working_time

    @property
    def may_locate_end(self) -> bool:
        """Whether saving may ask for it too: an older consent spoke of the check-in alone."""
        return self.may_locate and self.covers_end


def location_terms(scope: Scope, *, now: datetime) -> LocationTerms:
    """Return the asker's terms of being located at this instant."""
    policy = field_policy(scope, now)
    day = local_date(now, policy.zone)
    opens, closes = policy.moment(day, "worktime.hours_start"), policy.moment(day, "worktime.hours_end")
    version = (
        LocationConsent.objects.filter(person=scope.person_id, withdrawn_at=None)
        .values_list("text_version", flat=True)
        .first()
    )
    retention = policy.book.integer("privacy.location_retention_days", policy.chain)
    is_working_time = policy.is_workday(day) and opens <= now <= closes
    covers_end = version is not None and version >= CONSENT_NEEDED[Moment.END]
    return LocationTerms(version is not None, is_working_time, retention, covers_end)


def record_context(scope: Scope, *, company_id: UUID | None, now: datetime) -> RecordContext:
    """Return what is known for recording a visit at a company, or at none yet; raises `NotFound`."""
    scope.require(Ability.RECORD_VISIT)
    running = running_visit(scope)
    wanted = company_id or (running.company_id if running else None)
    # Any company may be visited (rule 17); of a colleague's only the name is shown.
    company = (
        customers_queries.company_in_reach(replace(scope, is_system=True), wanted, Ability.VIEW_CUSTOMERS)
        if wanted
        else None
    )
    is_foreign = company is not None and company.owner_id not in (None, scope.person_id)
    is_mine = company is not None and company.owner_id == scope.person_id
    contacts = customers_queries.contacts_of(scope, company.pk) if company and is_mine else []
    mine = (
        Visit.objects.filter(company__in=family_of(scope, wanted), person=scope.person_id, state__in=RECORDED)
        if wanted
        else Visit.objects.none()
    )
    terms = location_terms(scope, now=now)
    return RecordContext(
        company_id=company.pk if company else None,
        company_name=company.name if company else "",
        company_address="" if company is None or is_foreign else company.address,
        is_held_by_colleague=is_foreign,
        contacts=tuple(contacts),
        running=running if running and running.company_id == wanted else None,
        last_visit=mine.order_by("-started_at").first(),
        terms=terms,
    )


def running_visit(scope: Scope) -> Visit | None:
    """Return the asker's visit in progress with its company."""
    return Visit.objects.filter(person=scope.person_id, state=VisitState.STARTED).select_related("company").first()


def record_of_key(scope: Scope, key: UUID) -> Visit | None:
    """Return the asker's visit that was recorded under a client key."""
    return Visit.objects.filter(record_key=key, person=scope.person_id).select_related("company").first()
