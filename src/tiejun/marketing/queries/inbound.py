"""Inbound records for the desk, and for `leads`, which makes leads of the accepted ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from tiejun.access.abilities import Ability
from tiejun.foundation import keyset, policies, refusals
from tiejun.foundation.crypto import unseal
from tiejun.foundation.refusals import NotFound
from tiejun.marketing.models import Campaign, Handover, InboundRecord, IntentAssessment, Touch
from tiejun.marketing.queries.checking import NO_CHECK, why_not_accepted
from tiejun.marketing.queries.tags import TagChip, tags_of_records
from tiejun.marketing.rules.inbound import AcceptedFacts, Identity
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.keyset import Page

ORDER = ("-received_at", "-id")
# The tabs of the desk: what each of them holds.
GROUPS: dict[str, tuple[str, ...]] = {
    "open": ("RECEIVED", "DEDUPLICATED", "CHECKED"),
    "accepted": ("ACCEPTED",),
    "rejected": ("REJECTED",),
}


@dataclass(frozen=True, slots=True)
class InboundLine:
    """A record in a list, its number masked."""

    row: InboundRecord
    tags: list[TagChip]


@dataclass(frozen=True, slots=True)
class InboundPage:
    """A page of records and how many there are in each group."""

    lines: list[InboundLine]
    next: str | None
    previous: str | None
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class InboundDetail:
    """Everything on the page of a record. `phone`, `email`: in full for who checks it while it is open, else empty."""

    row: InboundRecord
    tags: list[TagChip]
    assessment: IntentAssessment | None
    phone: str
    email: str
    twin: InboundRecord | None
    touches: list[Touch]
    decided_by: str
    may_check: bool
    needs_intent: bool
    why_not_accept: str
    accept_score: int


def inbound_page(
    scope: Scope, *, group: str, campaign_id: UUID | None = None, cursor: str | None = None, size: int = 30
) -> InboundPage:
    """Return a page of records, the newest first; `group` is one of GROUPS."""
    scope.require(Ability.VIEW_INBOUND)
    rows = InboundRecord.objects.all()
    if campaign_id is not None:
        rows = rows.filter(campaign=campaign_id)
    of_status = dict(rows.values_list("status").annotate(n=Count("pk")))
    wanted = rows.filter(status__in=GROUPS[group]).select_related("source", "campaign")
    page = keyset.page(wanted, order=ORDER, cursor=cursor, size=size)
    marks = tags_of_records(scope, [row.pk for row in page.rows])
    return InboundPage(
        lines=[InboundLine(row, marks.get(row.pk, [])) for row in page.rows],
        next=page.next_cursor,
        previous=page.previous_cursor,
        counts={name: sum(of_status.get(status, 0) for status in statuses) for name, statuses in GROUPS.items()},
    )


def lean_page(scope: Scope, *, status: str, cursor: str, size: int) -> Page[Any]:
    """Return a page of records as programs read it."""
    scope.require(Ability.VIEW_INBOUND)
    rows = InboundRecord.objects.filter(status=status) if status else InboundRecord.objects.all()
    return keyset.page(rows, order=ORDER, cursor=cursor or None, size=size)


def record(scope: Scope, inbound_id: UUID) -> InboundRecord:
    """Return a record with source, campaign, consent and form; raises `NotFound`."""
    scope.require(Ability.VIEW_INBOUND)
    row = (
        InboundRecord.objects.select_related("source", "campaign", "consent", "form", "duplicate_of")
        .filter(pk=inbound_id)
        .first()
    )
    if row is None:
        raise NotFound
    return row


def inbound_detail(scope: Scope, inbound_id: UUID, now: datetime) -> InboundDetail:
    """Return the page of a record; raises `NotFound`."""
    row = record(scope, inbound_id)
    is_open = row.status in GROUPS["open"]
    may_check = is_open and scope.can(Ability.CHECK_INBOUND)
    refusal = why_not_accepted(scope, row, now) if may_check else None
    least = policies.book(now).integer("marketing.accept_score", scope.unit_chain)
    assessment = IntentAssessment.objects.filter(inbound=row).order_by("-assessed_at", "-pk").first()
    touches = Touch.objects.filter(lead_id=row.lead_id) if row.lead_id else Touch.objects.none()
    return InboundDetail(
        row=row,
        tags=tags_of_records(scope, [row.pk]).get(row.pk, []),
        assessment=assessment,
        phone=unseal(row.phone_cipher) if may_check else "",
        email=unseal(row.email_cipher) if may_check else "",
        twin=row.duplicate_of,
        touches=list(touches.select_related("source", "campaign").order_by("-happened_at")),
        decided_by=org.names_of(scope, [row.decided_by_id]).get(row.decided_by_id, "") if row.decided_by_id else "",
        may_check=may_check,
        needs_intent=row.source.play not in NO_CHECK,
        why_not_accept=refusals.words_of(refusal, score=row.score or 0, least=least) if refusal else "",
        accept_score=least,
    )


# -- for the modules above ---------------------------------------------------------------------------------------------
def identity_of_record(scope: Scope, inbound_id: UUID) -> Identity:
    """Return what identifies the company of a record, for the duplicate check of the modules above; raises `NotFound`."""
    scope.require(Ability.RUN_MARKETING)
    row = _row(inbound_id)
    return Identity(row.credit_code, row.domain, unseal(row.phone_cipher), row.normalised_name, row.city_code)


def company_of_domain(scope: Scope, domain: str) -> UUID | None:
    """Return the company that came from this domain before, as far as it was handed over."""
    scope.require(Ability.RUN_MARKETING)
    rows = Handover.objects.filter(inbound__domain=domain) if domain else Handover.objects.none()
    return rows.order_by("-handed_at").values_list("company_id", flat=True).first()


def accepted_facts(scope: Scope, inbound_id: UUID) -> AcceptedFacts | None:
    """Return an accepted record that has not become a lead yet, the number in full; None when there is nothing to do."""
    scope.require(Ability.RUN_MARKETING)
    row = _row(inbound_id)
    if row.status != InboundRecord.Status.ACCEPTED or row.lead_id is not None:
        return None
    return AcceptedFacts(
        inbound_id=row.pk,
        source_code=row.source.code,
        source_id=row.source_id,
        company_name=row.company_name,
        credit_code=row.credit_code,
        contact_name=row.contact_name,
        contact_title=row.contact_title,
        phone=unseal(row.phone_cipher),
        city_code=row.city_code,
        district_code=row.district_code,
        address=row.address,
        industry=row.industry,
        intent=row.intent,
        known_company_id=row.known_company_id,
        received_at=row.received_at,
    )


def _row(inbound_id: UUID) -> InboundRecord:
    row = InboundRecord.objects.select_related("source").filter(pk=inbound_id).first()
    if row is None:
        raise NotFound
    return row


def campaign_choices(scope: Scope) -> list[tuple[UUID, str]]:  # noqa: ARG001 -- names of campaigns are no secret to the desk
    """Return the campaigns that are not closed, by name."""
    rows = Campaign.objects.exclude(status=Campaign.Status.CLOSED).order_by("name")
    return list(rows.values_list("pk", "name"))
