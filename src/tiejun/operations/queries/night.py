"""Tonight's problem, read from the modules that know its parts."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.engines.assignment.problem import Patch
from tiejun.foundation import policies
from tiejun.leads.queries import allotting
from tiejun.leads.rules.allotting import ListPolicy, Prior
from tiejun.operations.rules.night import Market, Person, Worker, company_records, problem_of, seed_of, weights_of
from tiejun.org import queries as org
from tiejun.org.queries import territories
from tiejun.pipeline.queries.deal_sizes import signed_by_industry

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.assignment.problem import Problem
    from tiejun.leads.rules.allotting import Record
    from tiejun.org.queries import TeamMember

HISTORY_DAYS = 540
MOST_PLACES = 8


def tonight(scope: Scope, *, day: date, now: datetime) -> Problem:
    """Return the problem of a day's lists: free leads and who sells on that day, with all that the rules ask.

    Who is on leave the whole day, gone, or signed out for good is not in it. A dozen queries, whatever the size.
    """
    book, company = policies.book(now), org.company_id(scope)
    members = _sellers(scope, day)
    records = allotting.conversions(scope, since=now - timedelta(days=HISTORY_DAYS))
    deals = signed_by_industry(scope, since=day - timedelta(days=HISTORY_DAYS))
    market = Market(
        prior=Prior.by_policy(book),
        deals={industry: (signed.count, signed.total_minor) for industry, signed in deals.items()},
        usual_deal_minor=book.integer("lead.usual_deal_minor"),
        records=company_records(records),
        record_weight=book.integer("lead.conversion_weight"),
        day=day,
    )
    workers = _workers(scope, members, records, day, now)
    return problem_of(allotting.free_leads(scope), workers, market, weights_of(book), seed_of(day, str(company)))


def _sellers(scope: Scope, day: date) -> list[TeamMember]:
    members = {row.person_id: row for row in org.members_in_reach(scope, Ability.RUN_ALLOTMENT, on=day)}
    present = org.at_work(scope, members, on=day)
    return [member for person_id, member in members.items() if person_id in present]


def _workers(
    scope: Scope, members: list[TeamMember], records: dict[UUID, dict[str, Record]], day: date, now: datetime
) -> list[Worker]:
    book, ids = policies.book(now), [member.person_id for member in members]
    chains = org.unit_chains(scope, {member.unit_id for member in members})
    pools = allotting.pools_of(scope, {member.person_id: chains[member.unit_id] for member in members})
    areas = territories.areas_of(scope, ids, day)
    places = allotting.held_places(scope, ids, most=MOST_PLACES)
    listed = allotting.listed_leads(scope, ids)
    barred = allotting.cooling_pairs(scope, ids, now)
    homes = _homes(scope, {key: area.patches for key, area in areas.items()})
    return [
        Worker(
            person_id=member.person_id,
            unit_id=member.unit_id,
            lists=ListPolicy.by_policy(book, chains[member.unit_id]),
            is_newcomer=(day - member.joined_on).days < book.integer("lead.new_rep_days", chains[member.unit_id]),
            pools=pools[member.person_id],
            area=areas[member.person_id],
            places=tuple(places.get(member.person_id, ())),
            homes=tuple(homes[member.person_id]),
            records=records.get(member.person_id, {}),
            barred=frozenset(barred.get(member.person_id, ())),
            listed=tuple(listed.get(member.person_id, ())),
        )
        for member in members
    ]


def _homes(scope: Scope, patches: dict[UUID, tuple[Patch, ...]]) -> dict[UUID, list[tuple[str, float, float, UUID]]]:
    """Return the buildings that persons were given as territory: where they are at home."""
    known = {str(place.building_id): place for place in territories.building_places(scope)}
    homes: dict[UUID, list[tuple[str, float, float, UUID]]] = defaultdict(list)
    for person_id, mine in patches.items():
        for building_id in sorted(frozenset[str]().union(*(patch.buildings for patch in mine)))[:MOST_PLACES]:
            place = known[building_id]
            homes[person_id].append((place.name, place.longitude, place.latitude, place.building_id))
    return homes


def people_of(scope: Scope, problem: Problem, *, day: date, now: datetime) -> dict[str, Person]:
    """Return whom the rows of a problem are about, as of its day; who has no unit any more is left out by the writer."""
    book, wanted = policies.book(now), {rep.key: rep for rep in problem.reps}
    members = {str(row.person_id): row for row in org.members_in_reach(scope, Ability.RUN_ALLOTMENT, on=day)}
    chains = org.unit_chains(scope, {member.unit_id for member in members.values()})
    people = {}
    for key, rep in wanted.items():
        member = members.get(key)
        if member is None:
            continue
        chain = chains[member.unit_id]
        is_new = (day - member.joined_on).days < book.integer("lead.new_rep_days", chain)
        kept = max(0, ListPolicy.by_policy(book, chain).most - rep.room)
        people[key] = Person(member.person_id, member.unit_id, is_new, kept)
    return people
