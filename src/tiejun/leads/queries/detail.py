from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.customers import queries as customers
from tiejun.customers.queries.detail import ContactCard, contact_cards
from tiejun.customers.rules import district_name
from tiejun.fields.queries import fields_of, record_card
from tiejun.fields.rules import Subject, opened
from tiejun.foundation import refusals
from tiejun.foundation.times import local_date
from tiejun.leads import rules, texts
from tiejun.leads.models import FollowUp, Lead, LeadTenure
from tiejun.leads.queries import lead_in_reach
from tiejun.leads.queries.holding import CLOSED, claimable_pools, cooling_until, lead_facts
from tiejun.leads.queries.holdings import Holdings, holdings_of
from tiejun.leads.queries.lists import seat_of_asker
from tiejun.leads.queries.scoring import ShownScore, shown_score
from tiejun.leads.queries.steps import LeadSteps, lead_steps
from tiejun.org import queries as org

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief
    from tiejun.fields.queries import RecordCard

SHOWN_EVENTS = 60
IN_POOL = (Lead.Status.POOLED, Lead.Status.RESTING)
SCORED = (Lead.Status.POOLED, Lead.Status.ALLOTTED, Lead.Status.PRIVATE)
UNREACHABLE = ("DO_NOT_CONTACT", "LEGAL")


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of a lead's timeline; `who` is empty where the asker does not see names."""

    at: datetime
    title: _StrPromise | str
    who: str
    text: str
    icon: str
    tone: str
    credit_days: int = 0
    next_step: str = ""
    next_step_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeadDetail:
    """Everything on the page of a lead; `refusal`: why the asker cannot claim it, `may_claim`: whether claiming is offered."""

    lead: Lead
    brief: CompanyBrief
    district: str
    holder: str
    tenure: LeadTenure | None
    contacts: list[ContactCard]
    timeline: list[Happening]
    is_held: bool
    is_mine: bool
    may_claim: bool
    why_not_claim: str
    may_release: bool
    may_follow_up: bool
    may_transfer: bool
    may_see_customer: bool
    status: _StrPromise | str
    intent: _StrPromise | str
    steps: LeadSteps
    holdings: Holdings
    is_counted: bool
    custom: RecordCard
    values: dict[str, Any]
    may_edit: bool
    score: ShownScore | None = None


def lead_detail(scope: Scope, lead_id: UUID, now: datetime) -> LeadDetail:
    """Return the page of a lead within reach of VIEW_LEADS, or in a pool of the asker; raises `NotFound`."""
    lead = lead_in_reach(scope, lead_id, Ability.VIEW_LEADS)
    tenures = list(LeadTenure.objects.filter(lead=lead).order_by("-started_at", "-pk")[:SHOWN_EVENTS])
    open_one = next((row for row in tenures if row.ended_at is None), None)
    covers = {ability: scope.covers(ability, owner_id=lead.owner_id, unit_id=lead.unit_id) for ability in _ASKED}
    seat = seat_of_asker(scope, now)
    refusal = _why_not_claim(scope, lead, seat, now) if seat else None
    is_held = open_one is not None
    sees_all = is_held and covers[Ability.VIEW_LEADS]
    names = org.names_of(scope, [row.person_id for row in tenures])
    contacts = contact_cards(scope, lead.company)
    return LeadDetail(
        lead=lead,
        brief=customers.briefs(scope, [lead.company_id])[lead.company_id],
        district=district_name(lead.district_code),
        holder=names.get(lead.owner_id, "") if lead.owner_id else "",
        tenure=open_one,
        # Who wishes not to be contacted has no number here.
        contacts=[replace(card, phone="") for card in contacts] if lead.frozen_reason in UNREACHABLE else contacts,
        timeline=_timeline(scope, lead, tenures, sees_all=sees_all),
        is_held=is_held,
        is_mine=is_held and lead.owner_id == scope.person_id,
        may_claim=seat is not None and lead.status == Lead.Status.POOLED,
        why_not_claim=_words(refusal, seat),
        may_release=is_held and covers[Ability.RELEASE_LEAD] and lead.status == Lead.Status.PRIVATE,
        may_follow_up=is_held and covers[Ability.RECORD_FOLLOW_UP] and not lead.frozen_reason,
        may_transfer=scope.can(Ability.TRANSFER_LEAD)
        and (covers[Ability.TRANSFER_LEAD] or lead.status == Lead.Status.POOLED),
        may_see_customer=is_held and covers[Ability.VIEW_CUSTOMERS],
        status=texts.STATUSES[lead.status],
        intent=texts.INTENTS[lead.intent],
        steps=lead_steps(scope, lead, open_one, seat=seat, why_not_claim=refusal, now=now),
        holdings=holdings_of(scope, lead, tenures, names, sees_all=sees_all, now=now),
        values=dict(lead.custom or {}) if sees_all else opened(fields_of(scope, Subject.LEAD), lead.custom),
        custom=record_card(scope, Subject.LEAD, _told_by(lead), lead.custom, only_open=not sees_all),
        may_edit=covers[Ability.EDIT_CUSTOMER] and lead.status not in CLOSED,
        score=shown_score(scope, lead_id) if lead.status in SCORED else None,
        is_counted=lead.status in IN_POOL and scope.person_id is not None and not scope.can(Ability.MANAGE_POOLS),
    )


def _why_not_claim(scope: Scope, lead: Lead, seat: rules.SeatFacts, now: datetime) -> rules.Refusal | None:
    cooling = cooling_until(scope, scope.own_id, [lead.pk], now).get(lead.pk)
    return rules.why_not_claim(seat, lead_facts(scope, lead, cooling, claimable_pools(scope)), now)


_ASKED = (
    Ability.VIEW_LEADS,
    Ability.RELEASE_LEAD,
    Ability.RECORD_FOLLOW_UP,
    Ability.TRANSFER_LEAD,
    Ability.VIEW_CUSTOMERS,
    Ability.EDIT_CUSTOMER,
)


def _words(refusal: rules.Refusal | None, seat: rules.SeatFacts | None) -> str:
    if refusal is None or seat is None:
        return ""
    return refusals.words_of(refusal, held=seat.held, cap=seat.cap, claims=seat.claims_today, limit=seat.daily_limit)


def _told_by(lead: Lead) -> list[UUID]:
    """The lead and those that ended in it when their companies were merged: their contacts are its history too."""
    if lead.status == Lead.Status.MERGED:
        return [lead.pk]
    merged = Lead.objects.filter(company=lead.company_id, status=Lead.Status.MERGED)
    return [lead.pk, *merged.values_list("pk", flat=True)]


def _timeline(scope: Scope, lead: Lead, tenures: list[LeadTenure], *, sees_all: bool) -> list[Happening]:
    """Holdings and follow-ups, the latest first. Before a claim one sees what happened and why it came back, not who and what was said."""
    follow_ups = list(FollowUp.objects.filter(lead__in=_told_by(lead)).order_by("-happened_at", "-pk")[:SHOWN_EVENTS])
    names = org.names_of(scope, [*(row.person_id for row in tenures), *(row.person_id for row in follow_ups)])
    shown = [_contact(row, names, sees_all=sees_all or row.person_id == scope.person_id) for row in follow_ups]
    for row in tenures:
        is_told = sees_all or row.person_id == scope.person_id
        who = names.get(row.person_id, "") if is_told else ""
        shown.append(Happening(row.started_at, texts.STARTS[row.start_reason], who, "", "hand", "primary"))
        if row.ended_at is not None:
            said = row.end_note if is_told else ""
            shown.append(
                Happening(row.ended_at, texts.why_ended(row.end_reason, row.release_reason), who, said, "undo-2", "")
            )
    shown.append(Happening(lead.created_at, _("Lead created"), "", "", "sparkles", ""))
    return sorted(shown, key=lambda item: item.at, reverse=True)


_ICONS = {
    "VISIT": "footprints",
    "CALL": "phone",
    "MESSAGE": "message-circle",
    "MEETING": "users",
    "DEMO": "monitor-play",
    "NOTE": "notebook-pen",
}


def _contact(row: FollowUp, names: dict[UUID, str], *, sees_all: bool) -> Happening:
    return Happening(
        at=row.happened_at,
        title=f"{texts.KINDS[row.kind]} · {texts.OUTCOMES[row.outcome]}",
        who=names.get(row.person_id, "") if sees_all else "",
        text=row.note if sees_all else "",
        icon=_ICONS[row.kind],
        tone="success" if row.is_qualifying else "",
        credit_days=row.credit_days,
        next_step=row.next_step if sees_all else "",
        next_step_at=row.next_step_at if sees_all else None,
    )


def possible_receivers(scope: Scope, lead: Lead, now: datetime) -> list[tuple[str, str]]:
    """Return the representatives that the asker may give a lead to (see `lead_to_assign`), as (id, name with unit)."""
    members = org.members_in_reach(scope, Ability.TRANSFER_LEAD, on=local_date(now, scope.zone))
    return [(str(row.person_id), f"{row.name} · {row.unit_name}") for row in members if row.person_id != lead.owner_id]
