"""What the night reads before it gives leads out: free leads, lists, pools, cool-downs, records, places."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from tiejun.access.abilities import Ability
from tiejun.leads.models import Cooldown, FollowUp, Lead, LeadScore, LeadTenure, Pool, PoolMember
from tiejun.leads.rules.allotting import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

_COLUMNS = (
    "pk",
    "company_id",
    "pool_id",
    "district_code",
    "company__building_id",
    "company__segment_id",
    "company__industry",
    "company__registered_on",
    "intent",
    "source__code",
    "tenures_count",
    "place_lng",
    "place_lat",
    "is_touched",
)


@dataclass(frozen=True, slots=True)
class FreeLead:
    """A lead as the night weighs it; `p_sign` is the score's, None without one; places in WGS-84 degrees."""

    lead_id: UUID
    company_id: UUID
    pool_id: UUID
    district_code: str
    building_id: UUID | None
    segment_id: UUID | None
    industry: str
    registered_on: date | None
    intent: str
    source_code: str
    holders: int
    lng: float | None
    lat: float | None
    is_touched: bool
    p_sign: float | None


def free_leads(scope: Scope) -> list[FreeLead]:
    """Return the leads that wait in open pools and are not frozen, by id, in two queries."""
    scope.require(Ability.RUN_ALLOTMENT)
    rows = Lead.objects.filter(status=Lead.Status.POOLED, frozen_reason="", pool__closed_at=None)
    return _weighed(rows.order_by("pk"), LeadScore.objects.filter(lead__status=Lead.Status.POOLED))


def _weighed(rows: Any, scores: Any) -> list[FreeLead]:
    touched = Exists(FollowUp.objects.filter(lead=OuterRef("pk")))
    loaded = rows.annotate(
        place_lng=Coalesce(F("company__longitude"), F("company__building__longitude")),
        place_lat=Coalesce(F("company__latitude"), F("company__building__latitude")),
        is_touched=Q(touched) | Q(company__last_visit_at__isnull=False),
    )
    known = dict(scores.values_list("lead_id", "p_sign"))
    columns: Iterable[tuple[Any, ...]] = loaded.values_list(*_COLUMNS)
    return [FreeLead(*(*row, known.get(row[0]))) for row in columns]


def listed_leads(scope: Scope, person_ids: Collection[UUID]) -> dict[UUID, list[FreeLead]]:
    """Return what stands on the working lists of persons: their open leases, by person."""
    scope.require(Ability.RUN_ALLOTMENT)
    tenures = LeadTenure.objects.filter(person__in=person_ids, ended_at=None, kind=LeadTenure.Kind.ALLOTTED)
    holders = dict(tenures.values_list("lead_id", "person_id"))
    leads = _weighed(Lead.objects.filter(pk__in=holders), LeadScore.objects.filter(lead__in=holders))
    lists: dict[UUID, list[FreeLead]] = defaultdict(list)
    for lead in leads:
        lists[holders[lead.lead_id]].append(lead)
    return lists


def pools_of(scope: Scope, chains: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, frozenset[UUID]]:  # noqa: ARG001 -- pools are no secret inside the company
    """Return the open pools that persons may be given leads from, by their chains of units: assign-only ones too.

    A pool is for its unit and what is below it (everybody's without one), unless it lets in only who is listed; and for
    the units and persons that it lists.
    """
    pools: list[tuple[UUID, UUID | None, bool]] = list(
        Pool.objects.filter(closed_at=None).values_list("pk", "unit_id", "is_listed_only")
    )
    listed: list[tuple[UUID, UUID | None, UUID | None]] = list(
        PoolMember.objects.filter(pool__closed_at=None).values_list("pool_id", "unit_id", "person_id")
    )
    by_person: dict[UUID, set[UUID]] = defaultdict(set)
    for pool_id, _unit_id, person_id in listed:
        if person_id is not None:
            by_person[person_id].add(pool_id)
    by_chain: dict[tuple[UUID, ...], frozenset[UUID]] = {}
    for chain in {tuple(chain) for chain in chains.values()}:
        near = {pk for pk, unit_id, only_listed in pools if not only_listed and (unit_id is None or unit_id in chain)}
        by_chain[chain] = frozenset(near | {pk for pk, unit_id, _person in listed if unit_id in chain})
    return {person_id: by_chain[tuple(chain)] | by_person[person_id] for person_id, chain in chains.items()}


def cooling_pairs(scope: Scope, person_ids: Collection[UUID], now: datetime) -> dict[UUID, set[UUID]]:
    """Return the pooled leads under an open cool-down, by person."""
    scope.require(Ability.RUN_ALLOTMENT)
    rows = Cooldown.objects.filter(person__in=person_ids, until__gt=now, lead__status=Lead.Status.POOLED)
    pairs: dict[UUID, set[UUID]] = defaultdict(set)
    for person_id, lead_id in rows.values_list("person_id", "lead_id"):
        pairs[person_id].add(lead_id)
    return pairs


def conversions(scope: Scope, *, since: datetime) -> dict[UUID, dict[str, Record]]:
    """Return what came of private holdings that ended since then, by person and industry of the company."""
    scope.require(Ability.RUN_ALLOTMENT)
    ended = LeadTenure.objects.filter(kind=LeadTenure.Kind.PRIVATE, ended_at__gte=since).order_by()
    rows = ended.values_list("person_id", "lead__company__industry").annotate(
        tried=Count("pk"), won=Count("pk", filter=Q(end_reason=LeadTenure.End.CONVERTED))
    )
    records: dict[UUID, dict[str, Record]] = defaultdict(dict)
    for person_id, industry, tried, won in rows:
        records[person_id][industry] = Record(tried, won)
    return records


@dataclass(frozen=True, slots=True)
class HeldPlace:
    """Where a person is anyway: a held company with its class; `is_customer`: converted."""

    person_id: UUID
    name: str
    lng: float
    lat: float
    building_id: UUID | None
    closing_class: str
    is_customer: bool


# The best places of each person, closest to a deal first; one pass over the open holdings.
_PLACES = """
    SELECT person_id, name, lng, lat, building_id, closing_class, is_customer FROM (
        SELECT t.person_id, c.name, coalesce(c.longitude, b.longitude) AS lng, coalesce(c.latitude, b.latitude) AS lat,
               c.building_id, c.closing_class, t.kind = 'PROTECTED' AS is_customer,
               row_number() OVER (PARTITION BY t.person_id ORDER BY
                   CASE c.closing_class WHEN 'A' THEN 0 WHEN 'B' THEN 1 ELSE 2 END, t.kind = 'PROTECTED' DESC,
                   c.changed_at DESC, c.id) AS place
        FROM leads_leadtenure t
        JOIN leads_lead l ON l.id = t.lead_id
        JOIN customers_company c ON c.id = l.company_id
        LEFT JOIN org_building b ON b.id = c.building_id
        WHERE t.ended_at IS NULL AND t.kind IN ('PRIVATE', 'PROTECTED') AND t.person_id = ANY(%s)
          AND coalesce(c.longitude, b.longitude) IS NOT NULL AND coalesce(c.latitude, b.latitude) IS NOT NULL
    ) held WHERE place <= %s ORDER BY person_id, place
"""


def held_places(scope: Scope, person_ids: Collection[UUID], *, most: int) -> dict[UUID, list[HeldPlace]]:
    """Return at most `most` places of each person: held companies, class A first, then customers, then the latest."""
    scope.require(Ability.RUN_ALLOTMENT)
    places: dict[UUID, list[HeldPlace]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, [list(person_ids), most])
        for row in cursor.fetchall():
            places[row[0]].append(HeldPlace(*row))
    return places
