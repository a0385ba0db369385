"""What a holding depends on: the holder's place, the terms by policy, cool-downs. Read by pages, and by actions under their locks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, Max, OuterRef, Q

from tiejun.access.abilities import Ability
from tiejun.access.roles import Reach
from tiejun.foundation import policies
from tiejun.foundation.statements import asked
from tiejun.foundation.times import at_local, business_day, local_date
from tiejun.foundation.worktime import calendar_of, due_after, hours_of
from tiejun.leads import rules
from tiejun.leads.models import Cooldown, FollowUp, Lead, LeadTenure, Pool, PoolMember
from tiejun.leads.rules.closing import Tries
from tiejun.leads.rules.swapping import HeldFacts
from tiejun.org import queries as org
from tiejun.org.queries.absence import whole_days_away

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.policies import PolicyBook


# What counts against the daily claim limit: a swap takes from the pool as a claim does.
CLOSED = (Lead.Status.CLOSED_INVALID, Lead.Status.CLOSED_LOST, Lead.Status.MERGED)
CLAIMS = (LeadTenure.Start.CLAIMED, LeadTenure.Start.SWAPPED_IN)
GAVE_UP = (LeadTenure.End.RELEASED, LeadTenure.End.RECLAIMED, LeadTenure.End.SWAPPED_OUT)
# Not among those given up: what was given back by mistake and held again at once.
_went_on = ~Exists(
    LeadTenure.objects.filter(
        lead=OuterRef("lead"),
        person=OuterRef("person"),
        start_reason=LeadTenure.Start.RESTORED,
        started_at__gte=OuterRef("ended_at"),
    )
)
FAILED = (FollowUp.Outcome.NO_ANSWER, FollowUp.Outcome.WRONG_NUMBER)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds or is to hold leads; `unit_chain` is what policies are looked up with."""

    person_id: UUID
    unit_id: UUID
    unit_chain: tuple[UUID, ...]
    joined_on: date


def holder_of_asker(scope: Scope, now: datetime) -> Holder:
    """Return the asker as a holder; raises `LookupError` for a job and `NotFound` without a position."""
    joined_on = org.joined_on_of_asker(scope)
    unit_id = scope.unit_id or org.unit_of_person(scope, scope.own_id, on=local_date(now, scope.zone))
    return Holder(scope.own_id, unit_id, scope.unit_chain, joined_on)


def holder_in_reach(scope: Scope, person_id: UUID, now: datetime) -> Holder | None:
    """Return a representative within reach of TRANSFER_LEAD as a holder, or None."""
    on = local_date(now, scope.zone)
    members = {row.person_id: row for row in org.members_in_reach(scope, Ability.TRANSFER_LEAD, on=on)}
    member = members.get(person_id)
    if member is None:
        return None
    return Holder(person_id, member.unit_id, org.unit_chain(scope, member.unit_id), member.joined_on)


COUNTED = """
    SELECT (SELECT count(*) FROM leads_leadtenure
            WHERE person_id = %(person)s AND ended_at IS NULL AND kind = %(private)s),
           (SELECT count(*) FROM leads_leadtenure
            WHERE person_id = %(person)s AND start_reason = ANY(%(claims)s) AND started_at >= %(morning)s)
"""


def seat_facts(scope: Scope, holder: Holder, now: datetime, book: PolicyBook | None = None) -> rules.SeatFacts:
    """Count a holder's open private holdings and today's claims, from the ledger of holdings alone.

    Giving a lead back does not give the claim back: the day's claims are holdings begun by a claim since 02:00.
    """
    book = book or policies.book(now)
    chain = holder.unit_chain
    morning = at_local(business_day(now, scope.zone), "02:00", scope.zone)
    place = {"person": holder.person_id, "private": LeadTenure.Kind.PRIVATE, "claims": list(CLAIMS), "morning": morning}
    ((held, claims_today),) = asked(COUNTED, place)
    caps = [book.integer(f"lead.private_cap{suffix}", chain) for suffix in ("_new", "", "_senior")]
    return rules.SeatFacts(
        held=held,
        cap=rules.cap_of(
            (local_date(now, scope.zone) - holder.joined_on).days,
            new_until=book.integer("lead.new_rep_days", chain),
            senior_from=book.integer("lead.senior_after_days", chain),
            caps=(caps[0], caps[1], caps[2]),
        ),
        claims_today=claims_today,
        daily_limit=book.integer("lead.daily_claim_limit", chain),
    )


def holder_of_tenure(scope: Scope, tenure: LeadTenure) -> Holder:
    """Return the person of a holding as a holder."""
    joined_on = tenure.person.joined_on
    return Holder(tenure.person_id, tenure.unit_id, org.unit_chain(scope, tenure.unit_id), joined_on)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a holding that begins now; `facts` keep the numbers, so that a later policy does not change it."""

    due_at: datetime
    no_deal_due_at: datetime
    facts: dict[str, Any]


def terms(scope: Scope, holder: Holder, now: datetime, book: PolicyBook | None = None) -> Terms:
    """Return the terms by the policy in force, in working days without the holder's leave."""
    book = book or policies.book(now)
    numbers = {
        name: book.integer(f"lead.{name}", holder.unit_chain)
        for name in (
            "no_follow_up_days",
            "no_deal_days",
            "credit_days_visit",
            "credit_days_call",
            "credit_days_message",
        )
    }
    away = whole_days_away(scope, holder.person_id, since=local_date(now, scope.zone))
    calendar, hours = calendar_of(book, holder.unit_chain, away), hours_of(book, holder.unit_chain, scope.zone)
    return Terms(
        due_at=due_after(now, numbers["no_follow_up_days"], hours, calendar),
        no_deal_due_at=due_after(now, numbers["no_deal_days"], hours, calendar),
        facts=numbers,
    )


def credited_until(
    scope: Scope, tenure: LeadTenure, days: int, happened_at: datetime, now: datetime
) -> datetime | None:
    """Return until when a follow-up of `days` working days carries a holding; None when it gives nothing."""
    if not days:
        return None
    book, chain = policies.book(now), org.unit_chain(scope, tenure.unit_id)
    away = whole_days_away(scope, tenure.person_id, since=local_date(happened_at, scope.zone))
    return due_after(happened_at, days, hours_of(book, chain, scope.zone), calendar_of(book, chain, away))


def cooling_until(scope: Scope, person_id: UUID, lead_ids: Iterable[UUID], now: datetime) -> dict[UUID, datetime]:  # noqa: ARG001 -- asked about holders that are within reach already
    """Return until when a person may not hold leads again, by lead; leads without a cool-down are left out."""
    rows = Cooldown.objects.filter(person=person_id, lead__in=list(lead_ids), until__gt=now)
    return dict(rows.values("lead").annotate(last=Max("until")).values_list("lead", "last"))


def in_my_pools(scope: Scope) -> Q:
    """Return the filter for pools that the asker is let into: everybody's, those of the units above, those that list her."""
    near = PoolMember.objects.filter(Q(person=scope.person_id, person__isnull=False) | Q(unit__in=scope.unit_chain))
    return Q(is_listed_only=False) & (Q(unit=None) | Q(unit__in=scope.unit_chain)) | Q(pk__in=near.values("pool"))


def claimable_pools(scope: Scope) -> frozenset[UUID]:
    """Return the open pools that the asker may claim from; assign-only ones are not among them."""
    pools = Pool.objects.filter(Q() if scope.is_system else in_my_pools(scope), closed_at=None, is_claimable=True)
    return frozenset(pools.values_list("pk", flat=True))


def held_facts(scope: Scope, lead: Lead, tenure: LeadTenure | None) -> HeldFacts:
    """Return a holding as the rules of promotion and swap see it for the asker."""
    return HeldFacts(
        kind=tenure.kind if tenure else "",
        is_mine=tenure is not None and tenure.person_id == scope.person_id,
        is_frozen=bool(lead.frozen_reason),
    )


def tries_of(scope: Scope, tenure: LeadTenure) -> Tries:  # noqa: ARG001 -- asked under the lock of a holding in reach
    """Return what was recorded in a holding: calls that failed, and visits."""
    rows = FollowUp.objects.filter(tenure=tenure)
    return Tries(
        failed_calls=rows.filter(kind=FollowUp.Kind.CALL, outcome__in=FAILED).count(),
        visits=rows.filter(kind=FollowUp.Kind.VISIT).count(),
    )


def lead_facts(scope: Scope, lead: Lead, cooling: datetime | None, pools: frozenset[UUID]) -> rules.LeadFacts:
    """Return a lead as the rule of claiming sees it for the asker, who may claim from `pools` (see `claimable_pools`)."""
    return rules.LeadFacts(
        status=lead.status,
        is_held=lead.owner_id is not None,
        is_mine=lead.owner_id is not None and lead.owner_id == scope.person_id,
        is_frozen=bool(lead.frozen_reason),
        is_in_my_pools=lead.pool_id in pools,
        cooling_until=cooling,
    )


def cooldown(scope: Scope, tenure: LeadTenure, cause: str, now: datetime) -> timedelta:
    """Return how long a person may not hold a lead again after an end of this cause; zero for ends without cool-down."""
    keys = {
        "RELEASED": "cooldown_release_days",
        "RECLAIMED": "cooldown_reclaim_days",
        "SWAPPED_OUT": "cooldown_swap_days",
    }
    if cause not in keys:
        return timedelta()
    return timedelta(days=policies.book(now).integer(f"lead.{keys[cause]}", org.unit_chain(scope, tenure.unit_id)))


def transfer_facts(
    scope: Scope, lead: Lead, tenure: LeadTenure | None, to_person_id: UUID, now: datetime
) -> rules.TransferFacts:
    """Return what `rules.why_not_transfer` asks about giving a locked lead to a person."""
    former = (
        LeadTenure.objects.filter(_went_on, end_reason__in=GAVE_UP, lead=lead, person=to_person_id)
        .order_by("-ended_at")
        .first()
    )
    return rules.TransferFacts(
        is_same=lead.owner_id == to_person_id,
        is_frozen=bool(lead.frozen_reason),
        is_protected=lead.status == Lead.Status.CONVERTED,
        is_closed=lead.status in CLOSED,
        cooling_until=cooling_until(scope, to_person_id, [lead.pk], now).get(lead.pk),
        receiver_gave_it_up_at=former.ended_at if former else None,
        giver_followed_up=tenure is not None and tenure.last_qualifying_at is not None,
        may_override=scope.is_system
        or any(reach >= Reach.SUBTREE for reach, _grant in scope.reaches(Ability.TRANSFER_LEAD)),
    )
