"""What became of the leads that marketing gave to sales: the board, one hand-over, disputes, checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from tiejun.access.abilities import Ability
from tiejun.foundation import keyset
from tiejun.foundation.refusals import NotFound
from tiejun.marketing import texts
from tiejun.marketing.models import (
    Handover,
    InboundRecord,
    IntentAssessment,
    InvalidCheck,
    InvalidDraw,
    LeadDispute,
    Referral,
    Touch,
)
from tiejun.marketing.queries.tags import TagChip, tags_of_leads, tags_of_records
from tiejun.marketing.rules.handover import Column
from tiejun.org import queries as org

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.keyset import Page

SHOWN = 12
INBOUND_COLUMNS = {Column.RECEIVED: ("RECEIVED",), Column.CHECKING: ("DEDUPLICATED", "CHECKED")}
STAGE_COLUMNS = {
    Column.ACCEPTED: ("HANDED",),
    Column.CONTACTED: ("CONTACTED",),
    Column.EFFECTIVE: ("EFFECTIVE",),
    Column.SIGNED: ("SIGNED",),
    Column.INVALID: ("INVALID", "LOST"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A card of the board: a record that marketing still has, or a lead that sales has."""

    id: UUID
    is_inbound: bool
    name: str
    source: Any
    campaign: str
    intent: str
    at: datetime
    due_at: datetime | None
    disposition: str
    stage: str
    dispute: str
    tags: list[TagChip]


@dataclass(frozen=True, slots=True)
class ColumnOfCards:
    """A column: how many there are, and the newest of them."""

    column: Column
    count: int
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class HandoverOfLead:
    """What the page of a lead shows of its hand-over."""

    row: Handover
    answers: dict[str, str]
    score: int | None
    touches: list[Touch]
    referral: Referral | None

    @property
    def window_words(self) -> str:
        """Return when they want to be reached, in the reader's language."""
        return str(texts.WINDOWS[self.row.window])

    @property
    def channel_words(self) -> str:
        """Return how they want to be reached, in the reader's language."""
        return str(texts.CHANNELS[self.row.channel])

    @property
    def answer_words(self) -> list[tuple[str, str]]:
        """Return questions and answers in the reader's language."""
        return [
            (str(texts.QUESTIONS[name]), str(texts.ANSWERS[name].get(value, value)))
            for name, value in self.answers.items()
            if name in texts.QUESTIONS
        ]


@dataclass(frozen=True, slots=True)
class HandoverDetail:
    """Everything on the page of a hand-over; contact data is not among it."""

    row: Handover
    answers: dict[str, str]
    score: int | None
    touches: list[Touch]
    referral: Referral | None
    tags: list[TagChip]
    dispute: LeadDispute | None
    checks: list[InvalidCheck]
    names: dict[UUID, str]
    may_dispute: bool


@dataclass(frozen=True, slots=True)
class Overdue:
    """A lead whose first contact is overdue."""

    lead_id: UUID
    company_name: str
    due_at: datetime


def board(scope: Scope, *, campaign_id: UUID | None = None) -> list[ColumnOfCards]:
    """Return the columns of the hand-over board, of all campaigns or of one, in a fixed number of queries."""
    scope.require(Ability.VIEW_HANDOVERS)
    records, handovers = InboundRecord.objects.all(), Handover.objects.all()
    if campaign_id is not None:
        records, handovers = records.filter(campaign=campaign_id), handovers.filter(campaign=campaign_id)
    counts = dict(records.values_list("status").annotate(n=Count("pk")))
    counts |= dict(handovers.values_list("stage").annotate(n=Count("pk")))
    found: list[tuple[Column, int, list[Any]]] = []
    for column, statuses in INBOUND_COLUMNS.items():
        newest = (
            records.filter(status__in=statuses).select_related("source", "campaign").order_by("-received_at", "-pk")
        )
        found.append((column, sum(counts.get(status, 0) for status in statuses), list(newest[:SHOWN])))
    for column, stages in STAGE_COLUMNS.items():
        latest = handovers.filter(stage__in=stages).select_related("source", "campaign").order_by("-stage_at", "-pk")
        found.append((column, sum(counts.get(stage, 0) for stage in stages), list(latest[:SHOWN])))
    rows = [row for _column, _count, rows in found for row in rows]
    disputes = dict(
        LeadDispute.objects.filter(handover__in=[row.pk for row in rows if isinstance(row, Handover)]).values_list(
            "handover", "status"
        )
    )
    of_records = tags_of_records(scope, [row.pk for row in rows if isinstance(row, InboundRecord)])
    of_leads = tags_of_leads(scope, [row.lead_id for row in rows if isinstance(row, Handover)])
    return [
        ColumnOfCards(column, count, [_card(row, disputes, of_records, of_leads) for row in rows])
        for column, count, rows in found
    ]


def _card(row: Any, disputes: dict[UUID, str], of_records: Any, of_leads: Any) -> Card:
    is_inbound = isinstance(row, InboundRecord)
    return Card(
        id=row.pk,
        is_inbound=is_inbound,
        name=row.company_name,
        source=row.source,
        campaign=row.campaign.name if row.campaign else "",
        intent=row.intent,
        at=row.received_at if is_inbound else row.stage_at,
        due_at=None if is_inbound or row.contacted_at or row.stage in ("INVALID", "LOST") else row.due_at,
        disposition="" if is_inbound else row.disposition,
        stage=row.status if is_inbound else row.stage,
        dispute="" if is_inbound else disputes.get(row.pk, ""),
        tags=(of_records.get(row.pk, []) if is_inbound else of_leads.get(row.lead_id, []))[:3],
    )


def lean_page(scope: Scope, *, stage: str, cursor: str, size: int) -> Page[Handover]:
    """Return a page of hand-overs as programs read them, the last moved first."""
    scope.require(Ability.VIEW_HANDOVERS)
    rows = Handover.objects.filter(stage=stage) if stage else Handover.objects.all()
    return keyset.page(rows, order=("-stage_at", "-id"), cursor=cursor or None, size=size)


def handover_detail(scope: Scope, handover_id: UUID) -> HandoverDetail:
    """Return the page of a hand-over; raises `NotFound`."""
    scope.require(Ability.VIEW_HANDOVERS)
    row = Handover.objects.select_related("source", "campaign").filter(pk=handover_id).first()
    if row is None:
        raise NotFound
    of_lead = _of_lead(row)
    dispute = LeadDispute.objects.filter(handover=row).first()
    checks = list(InvalidCheck.objects.filter(handover=row).exclude(verdict="").order_by("-checked_at"))
    people = [row.disposed_by_id, *(check.checked_by_id for check in checks)]
    if dispute is not None:
        people += [dispute.opened_by_id, dispute.decided_by_id]
    return HandoverDetail(
        row=row,
        answers=of_lead.answers,
        score=of_lead.score,
        touches=of_lead.touches,
        referral=of_lead.referral,
        tags=tags_of_leads(scope, [row.lead_id]).get(row.lead_id, []),
        dispute=dispute,
        checks=checks,
        names=org.names_of(scope, people),
        may_dispute=dispute is None and row.stage == "INVALID" and scope.can(Ability.DISPUTE_INVALID),
    )


# -- disputes and checks -----------------------------------------------------------------------------------------------
def disputes_page(scope: Scope, *, is_open: bool, cursor: str | None = None) -> Page[LeadDispute]:
    """Return a page of open or decided disputes, the newest first."""
    scope.require(Ability.VIEW_DISPUTES)
    rows = LeadDispute.objects.select_related("handover", "handover__source", "handover__campaign")
    rows = rows.filter(status="OPEN") if is_open else rows.exclude(status="OPEN")
    return keyset.page(rows, order=("-opened_at", "-id"), cursor=cursor, size=30)


def dispute(scope: Scope, dispute_id: UUID) -> LeadDispute:
    """Return a dispute with its hand-over, for who decides it; raises `NotFound`."""
    scope.require(Ability.DECIDE_DISPUTE)
    row = LeadDispute.objects.select_related("handover").filter(pk=dispute_id).first()
    if row is None:
        raise NotFound
    return row


def disputable(scope: Scope, handover_id: UUID) -> Handover:
    """Return a hand-over that marketing may dispute; raises `NotFound`."""
    scope.require(Ability.DISPUTE_INVALID)
    row = Handover.objects.filter(pk=handover_id).first()
    if row is None:
        raise NotFound
    return row


def invalid_marks(scope: Scope, *, limit: int) -> list[UUID]:
    """Return the latest hand-overs that sales marked invalid."""
    scope.require(Ability.VIEW_DISPUTES)
    rows = Handover.objects.filter(stage=Handover.Stage.INVALID).order_by("-stage_at", "-pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def draws(scope: Scope) -> list[InvalidDraw]:
    """Return the latest draws."""
    scope.require(Ability.CHECK_INVALID)
    return list(InvalidDraw.objects.order_by("-drawn_at", "-pk")[:20])


def is_drawn_by_itself(scope: Scope, *, first_on: date, last_on: date) -> bool:
    """Tell whether the product itself has drawn among the marks of these days."""
    scope.require(Ability.CHECK_INVALID)
    return InvalidDraw.objects.filter(first_on=first_on, last_on=last_on, drawn_by=None).exists()


def checks_of_draws(scope: Scope, draw_ids: Iterable[UUID]) -> list[InvalidCheck]:
    """Return the drawn marks with their hand-overs, those that wait first."""
    scope.require(Ability.CHECK_INVALID)
    rows = InvalidCheck.objects.filter(draw__in=list(draw_ids)).select_related("handover", "handover__source")
    return list(rows.order_by("verdict", "-draw", "pk"))


def drawn_mark(scope: Scope, check_id: UUID) -> InvalidCheck:
    """Return one drawn mark; raises `NotFound`."""
    scope.require(Ability.CHECK_INVALID)
    row = InvalidCheck.objects.select_related("handover").filter(pk=check_id).first()
    if row is None:
        raise NotFound
    return row


# -- for the modules above ---------------------------------------------------------------------------------------------
def awaits_contact(scope: Scope, lead_id: UUID) -> bool:  # noqa: ARG001 -- asked about a lead that is at hand
    """Tell whether a lead was handed over and nobody has spoken with the customer yet."""
    return Handover.objects.filter(lead_id=lead_id, contacted_at=None).exists()


def handover_of_lead(scope: Scope, lead_id: UUID) -> HandoverOfLead | None:  # noqa: ARG001 -- cut to the asker's leads by the caller
    """Return the hand-over of a lead for its page, None when marketing did not hand it over."""
    row = Handover.objects.select_related("source", "campaign").filter(lead_id=lead_id).first()
    return _of_lead(row) if row is not None else None


def waiting_for_contact(scope: Scope, lead_ids: Iterable[UUID]) -> dict[UUID, datetime]:  # noqa: ARG001 -- cut to the asker's leads by the caller
    """Return by when leads are to be contacted for the first time; those that were, or need not be, are left out."""
    rows = Handover.objects.filter(lead_id__in=list(lead_ids), contacted_at=None, stage="HANDED")
    return dict(rows.values_list("lead_id", "due_at"))


def overdue(scope: Scope, *, now: datetime, limit: int) -> list[Overdue]:
    """Return leads whose first contact is overdue and whose leaders were not told yet, the longest first."""
    scope.require(Ability.RUN_MARKETING)
    rows = Handover.objects.filter(due_at__lt=now, contacted_at=None, breach_told_at=None, stage="HANDED")
    return [Overdue(row.lead_id, row.company_name, row.due_at) for row in rows.order_by("due_at", "pk")[:limit]]


def _of_lead(row: Handover) -> HandoverOfLead:
    assessment = None
    if row.inbound_id is not None:
        assessment = IntentAssessment.objects.filter(inbound=row.inbound_id).order_by("-assessed_at", "-pk").first()
    return HandoverOfLead(
        row=row,
        answers=dict(assessment.answers) if assessment else {},
        score=assessment.score if assessment else None,
        touches=list(
            Touch.objects.filter(lead_id=row.lead_id).select_related("source", "campaign").order_by("-happened_at")[:10]
        ),
        referral=Referral.objects.filter(lead_id=row.lead_id).first(),
    )
