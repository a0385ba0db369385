"""The night's problem from what was read: pure, so that it can be tried without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from tiejun.engines.assignment.problem import Anchor, AnchorKind, Lead, Problem, Rep, Weights
from tiejun.leads.rules.allotting import Allotted, ListPolicy, Prior, Record, ShareFacts, factors_of, tiers_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from tiejun.engines.assignment.problem import Answer, Pick, Share
    from tiejun.foundation.policies import PolicyBook
    from tiejun.leads.queries.allotting import FreeLead, HeldPlace
    from tiejun.org.rules import Area

DEAL_WEIGHT = 20  # orders that the policy's deal size counts for, against those signed


@dataclass(frozen=True, slots=True)
class Worker:
    """A person whose list is filled: unit, list policy, whether new, territories and the places where one is anyway."""

    person_id: UUID
    unit_id: UUID
    lists: ListPolicy
    is_newcomer: bool
    pools: frozenset[UUID]
    area: Area
    places: tuple[HeldPlace, ...] = ()
    homes: tuple[tuple[str, float, float, UUID], ...] = ()
    records: Mapping[str, Record] = field(default_factory=dict)
    barred: frozenset[UUID] = frozenset()
    listed: tuple[FreeLead, ...] = ()


@dataclass(frozen=True, slots=True)
class Market:
    """What a lead is worth: the prior, deals signed by industry (count, sum) and the usual deal in minor units."""

    prior: Prior
    deals: Mapping[str, tuple[int, int]]
    usual_deal_minor: int
    records: Mapping[str, Record]
    record_weight: float
    day: date

    def deal_minor(self, industry: str) -> int:
        """Return the deal size of an industry, shrunk to the usual one."""
        count, total = self.deals.get(industry, (0, 0))
        return round((total + self.usual_deal_minor * DEAL_WEIGHT) / (count + DEAL_WEIGHT))

    def weighed(self, row: FreeLead) -> Lead:
        """Return a lead as the engine takes it: the score's chance of signing, else the prior's."""
        chance = row.p_sign if row.p_sign is not None else self.prior.p_sign(row.intent, row.source_code)
        return Lead(
            key=str(row.lead_id),
            chance=round(chance, 6),
            deal_minor=self.deal_minor(row.industry),
            pool=str(row.pool_id),
            district=row.district_code,
            building=str(row.building_id or ""),
            segment=str(row.segment_id or ""),
            industry=row.industry,
            lng=row.lng,
            lat=row.lat,
            intent=row.intent,
            is_fresh=not row.is_touched,
            holders=row.holders,
            age_days=(self.day - row.registered_on).days if row.registered_on else None,
            is_learned=row.p_sign is not None,
        )


def weights_of(book: PolicyBook) -> Weights:
    """Return the weights by policy."""
    return Weights(
        minute_minor=book.integer("lead.travel_minute_minor"),
        unknown_minutes=book.integer("plan.unknown_leg_minutes"),
        gini_most=book.decimal("lead.allotment_gini_most"),
        rounds=book.integer("lead.allotment_rounds"),
    )


def seed_of(day: date, salt: str) -> int:
    """Return the seed of a day: the same for the same installation and day, and nobody's choice."""
    return int.from_bytes(sha256(f"{salt}:{day.isoformat()}".encode()).digest()[:6])


def problem_of(
    leads: Sequence[FreeLead], workers: Sequence[Worker], market: Market, weights: Weights, seed: int
) -> Problem:
    """Return tonight's problem."""
    return Problem(
        leads=tuple(market.weighed(row) for row in leads),
        reps=tuple(_rep(worker, market) for worker in workers),
        weights=weights,
        seed=seed,
    )


def _rep(worker: Worker, market: Market) -> Rep:
    kept = len(worker.listed)
    kept_fresh = sum(not row.is_touched for row in worker.listed)
    return Rep(
        key=str(worker.person_id),
        room=worker.lists.room(kept),
        wanted=worker.lists.wanted(kept),
        fresh_wanted=worker.lists.fresh_wanted(kept, kept_fresh) if worker.is_newcomer else 0,
        kept_worth_minor=sum(market.weighed(row).worth_minor for row in worker.listed),
        pools=frozenset(str(pool_id) for pool_id in worker.pools),
        patches=worker.area.patches,
        anchors=(*(_anchor(place) for place in worker.places), *(_home(*home) for home in worker.homes)),
        factors=factors_of(worker.records, market.records, market.record_weight),
        barred=frozenset(str(lead_id) for lead_id in worker.barred),
    )


def _anchor(place: HeldPlace) -> Anchor:
    kind = (
        AnchorKind.A_CLASS
        if place.closing_class == "A"
        else AnchorKind.CUSTOMER
        if place.is_customer
        else AnchorKind.HELD
    )
    return Anchor(kind, place.lng, place.lat, place.name, str(place.building_id or ""))


def _home(name: str, lng: float, lat: float, building_id: UUID) -> Anchor:
    return Anchor(AnchorKind.HOME, lng, lat, name, str(building_id))


def company_records(by_person: Mapping[UUID, Mapping[str, Record]]) -> dict[str, Record]:
    """Return the company's record by industry: everybody's together."""
    summed: dict[str, Record] = {}
    for mine in by_person.values():
        for industry, record in mine.items():
            known = summed.get(industry, Record())
            summed[industry] = Record(known.tried + record.tried, known.won + record.won)
    return summed


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a row of an answer is about."""

    person_id: UUID
    unit_id: UUID
    is_newcomer: bool
    kept: int


def lists_of(
    answer: Answer, people: Mapping[str, Person], lead_ids: Mapping[str, UUID]
) -> list[tuple[ShareFacts, list[Allotted]]]:
    """Return an answer as lists to be written, by person; tiers are cut among all that is given this night."""
    tiers = tiers_of({lead_ids[pick.lead]: pick.worth_minor for pick in answer.picks})
    items: dict[str, list[Allotted]] = {key: [] for key in people}
    for pick in answer.picks:
        if pick.rep in people:
            items[pick.rep].append(_item(pick, people[pick.rep], lead_ids[pick.lead], tiers))
    return [(_share(share, people[share.rep]), items[share.rep]) for share in answer.shares if share.rep in people]


def _item(pick: Pick, person: Person, lead_id: UUID, tiers: Mapping[UUID, str]) -> Allotted:
    return Allotted(
        lead_id=lead_id,
        person_id=person.person_id,
        worth_minor=pick.worth_minor,
        value_minor=pick.value_minor,
        minutes=pick.minutes,
        tier=tiers[lead_id],
        reasons=tuple({"code": reason.code.value, "facts": dict(reason.facts)} for reason in pick.reasons),
    )


def _share(share: Share, person: Person) -> ShareFacts:
    return ShareFacts(
        person_id=person.person_id,
        unit_id=person.unit_id,
        is_newcomer=person.is_newcomer,
        kept=person.kept,
        planned=share.given,
        short=share.short,
        fresh=share.fresh,
        fresh_short=share.fresh_short,
        worth_minor=share.worth_minor,
        value_minor=share.value_minor,
    )
