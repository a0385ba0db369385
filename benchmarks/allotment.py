"""The nightly allotment: 40,000 free leads and 1,000 people, solved and written; its answer against an independent optimum and
against greedy; and 10,000 leads put on lists by hand."""

from __future__ import annotations

import random
import resource
import time
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from benchmarks.meters import cpu_seconds
from benchmarks.referee import greedy, optimum
from benchmarks.report import Row
from tiejun.access.roles import Role
from tiejun.access.scope import Scope
from tiejun.engines.assignment import apart, packing
from tiejun.engines.assignment.candidates import candidate_pairs
from tiejun.engines.assignment.checking import violations
from tiejun.engines.assignment.solving import solved
from tiejun.foundation.clock import Occasion
from tiejun.foundation.ids import new_id
from tiejun.foundation.times import business_day
from tiejun.leads.actions.allotting import assign_leads
from tiejun.leads.models import AllotmentRun, Lead, LeadTenure, Pool
from tiejun.operations.jobs import allot
from tiejun.operations.queries.allotted import is_list_day
from tiejun.org.models import Person, Position, Unit
from tiejun.org.queries import company_id, scope_of_person

if TYPE_CHECKING:
    from benchmarks.installation import Installation
    from benchmarks.world import World
    from tiejun.engines.assignment.problem import Problem

LEADS, PEOPLE, BY_HAND, LISTS = 40_000, 1_000, 10_000, 250
NIGHT_S, HAND_S, CPU_S, MEMORY_MB = 60.0, 5.0, 10.0, 1024.0
OF_OPTIMUM, OVER_GREEDY = 0.999, 1.01
JOINED, ZONE = date(2023, 3, 1), "Asia/Shanghai"

# Spread over the districts of one city; every third company was visited once, every tenth wants to buy.
_COMPANIES = """
    INSERT INTO customers_company (id, name, folded_name, normalised_name, initials, search_grams, city_code, district_code, address,
        longitude, latitude, industry, legal_person, capital_currency, lifecycle, closing_class, created_at, changed_at,
        version, domain, opening_hours)
    SELECT w.id, w.name, '', w.name, '', ARRAY[(n * 7919) %% 100000, (n * 104729) %% 100000, n %% 5000], '330100',
           '3301' || lpad((n %% 13 + 2)::text, 2, '0'), '', 120.0 + (n * 37 %% 6000) / 10000.0, 30.1 + (n * 53 %% 3000) / 10000.0,
           'industry ' || n %% 20, '', 'CNY', 'PROSPECT', '-', now(), now(), 1, '', ''
    FROM unnest(%s::uuid[], %s::text[]) WITH ORDINALITY AS w (id, name, n)
"""
_LEADS = """
    INSERT INTO leads_lead (id, company_id, pool_id, source_id, status, intent, contact_wanted, district_code, tenures_count,
        frozen_reason, last_activity_at, created_at, version)
    SELECT w.id, w.company, %s, %s, 'POOLED', (ARRAY['UNKNOWN', 'UNKNOWN', 'LOW', 'MEDIUM', 'HIGH'])[n * 31 %% 5 + 1], false,
           '3301' || lpad((n %% 13 + 2)::text, 2, '0'), 0, '', now(), now(), 1
    FROM unnest(%s::uuid[], %s::uuid[]) WITH ORDINALITY AS w (id, company, n)
"""


def measure(installation: Installation, world: World) -> list[Row]:
    """Add the people and the leads, run the night, judge its answer, then assign by hand."""
    closed = _closed_pools()
    try:
        _people(PEOPLE - Position.objects.filter(role=Role.REP).count())
        _supply(installation, world, LEADS)
        rows = [*_night(installation)]
        rows += _judged(packing.unpacked_problem(zlib.decompress(AllotmentRun.objects.get(kind="NIGHT").inputs)))
        rows.append(_by_hand(installation, world))
        return rows
    finally:
        Pool.objects.filter(pk__in=closed).update(closed_at=None)


def _closed_pools() -> list[UUID]:
    """Close what the other measurements filled: the night sees its own 40,000 leads."""
    pools = list(Pool.objects.filter(closed_at=None).values_list("pk", flat=True))
    Pool.objects.filter(pk__in=pools).update(closed_at=datetime.now(UTC))
    return pools


def _people(count: int) -> None:
    groups = list(Unit.objects.filter(kind="GROUP").order_by("path"))
    chance = random.Random(3)
    persons = [
        Person(name=f"P{n}", name_initials=f"p{n}", staff_number=f"P{n}", joined_on=_joined(chance))
        for n in range(count)
    ]
    Person.objects.bulk_create(persons)
    Position.objects.bulk_create(
        Position(person=person, role=Role.REP, unit=groups[n % len(groups)], starts_on=JOINED)
        for n, person in enumerate(persons)
    )


def _joined(chance: random.Random) -> date:
    return datetime.now(UTC).date() - timedelta(days=30) if chance.random() < 0.1 else JOINED


def _supply(installation: Installation, world: World, count: int) -> None:
    pool = Pool.objects.create(name=f"allotment {new_id()}")
    companies, leads = [new_id() for _ in range(count)], [new_id() for _ in range(count)]
    with connection.cursor() as cursor:
        cursor.execute(_COMPANIES, [companies, [f"allotment {key}" for key in companies]])
        cursor.execute(_LEADS, [pool.pk, world.source_id, leads, companies])
    with installation.superuser() as owner:
        owner.execute("VACUUM (ANALYZE) customers_company, leads_lead, leads_leadtenure")


def _night(installation: Installation) -> list[Row]:
    now = datetime.now(UTC)
    company = company_id(Scope.system("benchmark"))
    scope = Scope.system("operations.allotment", unit_chain=[company], zone=ZONE)
    day = business_day(now, ZONE)
    while not is_list_day(scope, day, now):
        day += timedelta(days=1)
    spent, child, started = cpu_seconds(installation.database_pid), _children(), time.monotonic()
    outcome = allot(Occasion(scope, company, day - timedelta(days=1), now, now))
    wall = time.monotonic() - started
    spent, (cpu, peak) = cpu_seconds(installation.database_pid) - spent, _children()
    given = LeadTenure.objects.filter(kind="ALLOTTED", ended_at=None).count()
    words = f"{wall:.1f} s ({cpu - child[0]:.1f} s CPU of the engine, {spent:.1f} s of the database)"
    work = (
        f"Night: {LEADS:,} leads × {outcome['persons']:,} people solved, {given:,} written with tenures, reasons, audit"
    )
    figures = AllotmentRun.objects.get(kind="NIGHT").figures
    fairness = f"Gini {figures['gini_before']:.3f} → {figures['gini']:.3f} in {figures['rounds']} rounds"
    price = 100 * (figures["without_fairness_minor"] / figures["value_minor"] - 1)
    return [
        Row(work, words, f"≤ {NIGHT_S:.0f} s", wall <= NIGHT_S and given == outcome["leads"]),
        Row("Night: memory of the engine's process", f"{peak:.0f} MB", f"≤ {MEMORY_MB:.0f} MB", peak <= MEMORY_MB),
        Row("Night: evenness of lists and its price", f"{fairness}, {price:.2f} % of the value", "told", holds=True),
    ]


def _children() -> tuple[float, float]:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def _judged(problem: Problem) -> list[Row]:
    """Compare the engine with the referee and with greedy on the same candidates, without the bound on evenness."""
    free = replace(problem, weights=replace(problem.weights, gini_most=1.0))
    before = _children()[0]
    apart.solved_apart(packing.packed(free))
    cpu = _children()[0] - before
    answer, pairs = solved(free), candidate_pairs(free)
    listed = list(zip(pairs.lead.tolist(), pairs.rep.tolist(), pairs.value.tolist(), strict=True))
    best, dealt = optimum(free, listed), greedy(free, listed)
    value = answer.figures.value_minor
    short = sum(share.short + share.fresh_short for share in answer.shares)
    faults = violations(free, answer)
    of_best, over = value / best.value, value / dealt
    return [
        Row(
            "Engine alone, floors and newcomers",
            f"{cpu:.1f} s CPU, {len(listed):,} pairs",
            f"≤ {CPU_S:.0f} s CPU",
            cpu <= CPU_S,
        ),
        Row(
            "Value against the referee's optimum (HiGHS) of the same pairs",
            f"{100 * of_best:.3f} % ({short} floor units missing)",
            f"≥ {100 * OF_OPTIMUM:.1f} %",
            of_best >= OF_OPTIMUM,
        ),
        Row("Value against greedy on the same pairs", f"+{100 * (over - 1):.2f} %", "≥ +1 %", over >= OVER_GREEDY),
        Row("Rules broken, by the independent checker", f"{len(faults)}", "0", not faults),
    ]


def _by_hand(installation: Installation, world: World) -> Row:
    """Put 10,000 leads on 250 lists of people whose lists are empty, in one action."""
    company = Unit.objects.get(kind="COMPANY")
    head = Person.objects.create(name="Head", name_initials="h", staff_number="H", joined_on=JOINED)
    Position.objects.create(person=head, role=Role.SALES_HEAD, unit=company, starts_on=JOINED)
    group = Unit.objects.filter(kind="GROUP").order_by("path")[0]
    people = [Person(name=f"H{n}", name_initials=f"h{n}", staff_number=f"H{n}", joined_on=JOINED) for n in range(LISTS)]
    Person.objects.bulk_create(people)
    Position.objects.bulk_create(
        Position(person=person, role=Role.REP, unit=group, starts_on=JOINED) for person in people
    )
    _supply(installation, world, BY_HAND)
    leads = list(Lead.objects.filter(status="POOLED", pool__closed_at=None).values_list("pk", flat=True)[:BY_HAND])
    now = datetime.now(UTC)
    scope = scope_of_person(head.pk, at=now, origin="benchmark")
    spent, started = cpu_seconds(installation.database_pid), time.monotonic()
    run = assign_leads(scope, lead_ids=leads, person_ids=[row.pk for row in people], reason="benchmark", now=now)
    wall, spent = time.monotonic() - started, cpu_seconds(installation.database_pid) - spent
    given = run.figures["given"]
    words = f"{wall:.1f} s ({spent:.1f} s CPU of the database)"
    work = f"By hand: {given:,} leads onto {LISTS} lists with tenures, reasons, audit"
    return Row(work, words, f"≤ {HAND_S:.0f} s", given == BY_HAND and wall <= HAND_S)
