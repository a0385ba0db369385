"""What a full private pool can best do without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max

from tiejun.access.abilities import Ability
from tiejun.customers.queries import briefs
from tiejun.customers.rules import district_name
from tiejun.engines.geo import Point, distance_m
from tiejun.foundation import policies, refusals
from tiejun.foundation.refusals import Refused
from tiejun.leads import texts
from tiejun.leads.models import FollowUp, Lead, LeadTenure
from tiejun.leads.queries import lead_to_claim
from tiejun.leads.queries.holding import (
    claimable_pools,
    cooling_until,
    held_facts,
    holder_of_asker,
    lead_facts,
    seat_facts,
)
from tiejun.leads.queries.scoring import chances_of
from tiejun.leads.rules import Refusal
from tiejun.leads.rules.swapping import (
    HeldFacts,
    KeepFacts,
    KeepPolicy,
    Reason,
    keep_worth,
    middle_of,
    reasons_to_give_back,
    why_not_swap,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.customers.queries import CompanyBrief
    from tiejun.leads.rules import SeatFacts

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class GiveBack:
    """A held lead that could go. `worth`: 0–1, how much it is worth keeping; `reasons` say why it is cheap."""

    lead: Lead
    brief: CompanyBrief
    district: str
    due_at: datetime | None
    last_contact_at: datetime | None
    worth: float
    reasons: tuple[Reason, ...]

    @property
    def words(self) -> list[str]:
        """Return the reasons in the reader's language; the lowest worth of all is one when nothing else is."""
        return [texts.why_give_back(reason) for reason in self.reasons] or [str(texts.LEAST_WORTH)]

    @property
    def intent_words(self) -> str:
        """Return the intent in the reader's language."""
        return str(texts.INTENTS[self.lead.intent])


@dataclass(frozen=True, slots=True)
class SwapPage:
    """The screen of a swap: the lead that comes, what could go, and why it cannot be done (empty when it can)."""

    lead: Lead
    brief: CompanyBrief
    district: str
    intent: str
    seat: SeatFacts
    candidates: list[GiveBack]
    why_not: str


def swap_page(scope: Scope, lead_id: UUID, now: datetime) -> SwapPage:
    """Return the screen on which a lead comes into the asker's private pool for another.

    Raises `NotFound`, and `Refused` (ALREADY_TAKEN) for one that a colleague holds by now: nothing of it is shown.
    """
    lead = lead_to_claim(scope, lead_id)
    if lead.owner_id not in (None, scope.own_id):
        raise Refused(Refusal.ALREADY_TAKEN)
    me = holder_of_asker(scope, now)
    seat = seat_facts(scope, me, now)
    tenure = LeadTenure.objects.filter(lead=lead, ended_at=None).first()
    cooling = cooling_until(scope, me.person_id, [lead_id], now).get(lead_id)
    refusal = why_not_swap(
        seat,
        lead_facts(scope, lead, cooling, claimable_pools(scope)),
        held_facts(scope, lead, tenure),
        HeldFacts("PRIVATE", is_mine=True),
        now,
    )
    facts = {"held": seat.held, "cap": seat.cap, "claims": seat.claims_today, "limit": seat.daily_limit}
    return SwapPage(
        lead=lead,
        brief=briefs(scope, [lead.company_id])[lead.company_id],
        district=district_name(lead.district_code),
        intent=str(texts.INTENTS[lead.intent]),
        seat=seat,
        candidates=cheapest_to_give_back(scope, now, MOST_SHOWN),
        why_not=refusals.words_of(refusal, **facts) if refusal else "",
    )


def cheapest_to_give_back(scope: Scope, now: datetime, limit: int) -> list[GiveBack]:
    """Return the asker's private leads that are worth the least to keep, the cheapest first, each with its reasons.

    Frozen leads and customers under protection are not offered. A fixed number of queries.
    """
    scope.require(Ability.CLAIM_LEAD)
    rows = LeadTenure.objects.filter(person=scope.own_id, ended_at=None, kind=LeadTenure.Kind.PRIVATE)
    tenures = list(
        rows.filter(lead__frozen_reason="")
        .select_related("lead", "lead__company", "lead__pool")
        .defer("lead__company__search_grams")
    )
    known = briefs(scope, [tenure.lead.company_id for tenure in tenures])
    reached = _reached(tenures)
    policy, chances = _keep_policy(scope, now), chances_of(scope, [row.lead_id for row in tenures], now=now)
    middle = _middle(known.values())
    facts = {
        tenure.lead_id: _facts(
            tenure,
            known[tenure.lead.company_id],
            reached.get(tenure.lead_id),
            chance=chances[tenure.lead_id],
            middle=middle,
            now=now,
        )
        for tenure in tenures
    }
    best = max((row.chance for row in facts.values()), default=0.0)
    offers = [
        GiveBack(
            lead=tenure.lead,
            brief=known[tenure.lead.company_id],
            district=district_name(tenure.lead.district_code),
            due_at=tenure.due_at,
            last_contact_at=reached.get(tenure.lead_id),
            worth=keep_worth(facts[tenure.lead_id], best, policy),
            reasons=reasons_to_give_back(facts[tenure.lead_id], best, policy),
        )
        for tenure in tenures
    ]
    return sorted(offers, key=lambda offer: (offer.worth, offer.lead.pk))[:limit]


def _keep_policy(scope: Scope, now: datetime) -> KeepPolicy:
    book = policies.book(now)
    weights = book.integers("lead.give_back_weights", scope.unit_chain)
    return KeepPolicy(
        weights=(weights[0], weights[1], weights[2], weights[3]),
        silent_days=book.integer("lead.silent_days", scope.unit_chain),
        far_km=book.integer("lead.far_km", scope.unit_chain),
    )


def _reached(tenures: list[LeadTenure]) -> dict[UUID, datetime]:
    contacts = FollowUp.objects.filter(tenure__in=tenures, outcome__in=REACHED)
    last = dict(contacts.values("lead").annotate(last=Max("happened_at")).values_list("lead", "last"))
    for tenure in tenures:
        # A history that was brought in left its date here and no contacts.
        if tenure.last_qualifying_at is not None:
            last[tenure.lead_id] = max(last.get(tenure.lead_id, tenure.last_qualifying_at), tenure.last_qualifying_at)
    return last


REACHED = (FollowUp.Outcome.TALKED, FollowUp.Outcome.INTERESTED, FollowUp.Outcome.NEXT_STEP)


def _facts(
    tenure: LeadTenure,
    brief: CompanyBrief,
    reached_at: datetime | None,
    *,
    chance: float,
    middle: Point | None,
    now: datetime,
) -> KeepFacts:
    term = (tenure.due_at - (tenure.last_qualifying_at or tenure.started_at)).days if tenure.due_at else 0
    place = _place(brief)
    return KeepFacts(
        chance=chance,
        days_silent=None if reached_at is None else (now - reached_at).days,
        days_held=(now - tenure.started_at).days,
        days_left=(tenure.due_at - now).total_seconds() / 86_400 if tenure.due_at else 0,
        term_days=term,
        km=None if place is None or middle is None else distance_m(place, middle) / 1000,
        has_contact=not brief.contact_wanted,
    )


def _place(brief: CompanyBrief) -> Point | None:
    if brief.latitude is None or brief.longitude is None:
        return None
    return Point(lng=brief.longitude, lat=brief.latitude)


def _middle(known: Iterable[CompanyBrief]) -> Point | None:
    places = [(place.lng, place.lat) for brief in known if (place := _place(brief)) is not None]
    middle = middle_of(places)
    return Point(*middle) if middle is not None else None
