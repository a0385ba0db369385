"""A million companies with a lead each: generated names, activity spread over a year, some of them held. By COPY."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.names import WORDS, Names, credit_code
from benchmarks.world import Member, World
from tiejun.engines.names.company import normalised_name
from tiejun.engines.names.folding import folded
from tiejun.engines.names.pinyin import initials_of
from tiejun.engines.names.search import search_grams
from tiejun.foundation.crypto import seal
from tiejun.foundation.ids import new_id

DISTRICTS = ("330102", "330105", "330106", "330108", "330109", "330110", "330111", "330113", "330114")
CITY = "330100"
CHUNK = 20_000
HELD_PER_REP = 50
_COMPANY = (
    "id", "name", "folded_name", "normalised_name", "initials", "search_grams", "credit_code", "city_code", "district_code", "address", "industry",
    "legal_person", "capital_currency", "lifecycle", "closing_class", "owner_id", "unit_id", "created_at", "changed_at", "version",
    "domain", "opening_hours",
)  # fmt: skip
_LEAD = (
    "id", "company_id", "pool_id", "source_id", "status", "intent", "contact_wanted", "district_code", "owner_id", "unit_id",
    "tenures_count", "frozen_reason", "last_activity_at", "created_at", "version",
)  # fmt: skip
_TENURE = (
    "id", "lead_id", "person_id", "unit_id", "kind", "start_reason", "started_at", "due_at", "no_deal_due_at", "policy_facts",
    "end_reason", "release_reason", "end_note",
)  # fmt: skip
_CONTACT = (
    "id", "company_id", "name", "title", "roles", "is_senior", "phone_cipher", "phone_index", "phone_last4", "created_at", "version",
)  # fmt: skip
_TERMS = '{"no_follow_up_days": 7, "no_deal_days": 60, "credit_days_visit": 14, "credit_days_call": 7, "credit_days_message": 3}'


@dataclass(frozen=True)
class Holders:
    """Who holds which lead: each rep the same number, spread evenly over all leads."""

    reps: list[Member]
    each: int
    count: int

    def of(self, number: int) -> Member | None:
        """The holder of the lead with this number, None for one that waits in its pool."""
        place, rest = divmod(number, self.count // (len(self.reps) * self.each))
        return self.reps[place % len(self.reps)] if rest == 0 and place < len(self.reps) * self.each else None


def fill(connection: psycopg.Connection, world: World, count: int, report: Callable[[str], None]) -> None:
    """Fill `count` companies and leads, rebuild the indexes, then gather the planner's statistics; about three minutes a million."""
    started = time.monotonic()
    connection.execute("SET session_replication_role = replica")  # the rows are right by construction
    held = min(HELD_PER_REP, count // (2 * len(world.reps)))
    holders = Holders(world.reps, held, count)
    with _without_indexes(connection, "customers_company", "leads_lead"), ProcessPoolExecutor(2) as workers:
        known: set[str] = set()
        made = 0
        for derived in _derived(workers, count):
            fresh = [row for row in derived if row[1] not in known and not known.add(row[1])][: count - made]
            _copy_chunk(connection, world, fresh, made, holders)
            made += len(fresh)
            if made % 200_000 < CHUNK or made == count:
                report(f"{made:,} companies ({time.monotonic() - started:.0f} s)")
            if made == count:
                break
        workers.shutdown(cancel_futures=True)
    copy_for_the_floor(connection)
    settle(connection)
    report(f"filled and analysed in {time.monotonic() - started:.0f} s")


def settle(connection: psycopg.Connection) -> None:
    """Do at once what autovacuum does within minutes of a great change."""
    connection.execute("VACUUM (ANALYZE)")
    connection.execute("CHECKPOINT")


def copy_for_the_floor(connection: psycopg.Connection) -> None:
    """Give the floor's search a table of its own, unless it has one: what a list shows, the name beside it, and the one index that finds by it."""
    if connection.execute("SELECT to_regclass('floor_lead') IS NOT NULL").fetchone() == (True,):
        return
    connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    connection.execute(
        "CREATE TABLE floor_lead AS SELECT l.*, c.name AS company_name FROM leads_lead l "
        "JOIN customers_company c ON c.id = l.company_id"
    )
    connection.execute("CREATE INDEX ON floor_lead USING gin (company_name gin_trgm_ops)")
    connection.execute("GRANT ALL ON floor_lead TO PUBLIC")
    connection.execute("VACUUM (ANALYZE) floor_lead")


def _derived(workers: ProcessPoolExecutor, count: int) -> Iterator[list[tuple[str, str, str, list[int]]]]:
    names = Names(1)
    jobs, planned = [], 0
    while planned < count * 1.1 + CHUNK:  # some names differ by their legal form alone and are left out
        jobs.append(workers.submit(derive, [names.name() for _ in range(CHUNK)]))
        planned += CHUNK
        if len(jobs) > 4:
            yield jobs.pop(0).result()
    for job in jobs:
        yield job.result()


def derive(names: list[str]) -> list[tuple[str, str, str, list[int]]]:
    """What the product derives from names: name, normalised name, pinyin initials, grams."""
    rows = []
    for name in names:
        text = folded(name)
        initials = initials_of(text)
        rows.append((name, normalised_name(name), initials, search_grams(text, initials)))
    return rows


def _copy_chunk(connection: psycopg.Connection, world: World, rows: list[Any], offset: int, holders: Holders) -> None:
    choose = random.Random(offset)
    now = datetime.now(UTC)
    companies, leads, tenures, contacts = [], [], [], []
    for n, (name, normalised, initials, grams) in enumerate(rows, offset):
        rep = holders.of(n)
        owner, unit = (rep.person_id, rep.unit_id) if rep else (None, None)
        active = now - timedelta(seconds=choose.randrange(86_400, 365 * 86_400))
        company_id, lead_id, district = new_id(), new_id(), choose.choice(DISTRICTS)
        address = f"{choose.choice(WORDS['roads'])}{choose.randrange(1, 900)}"
        companies.append(
            (company_id, name, "", normalised, initials, grams, credit_code(n), CITY, district, address, "", "", "CNY", "PROSPECT", "-",
             owner, unit, active, active, 1, "", "")
        )  # fmt: skip
        status = "PRIVATE" if rep else "POOLED"
        leads.append(
            (lead_id, company_id, world.pool_id, world.source_id, status, "UNKNOWN", rep is None, district, owner, unit,
             1 if rep else 0, "", active, active, 1)
        )  # fmt: skip
        if rep:
            due = now + timedelta(days=choose.randrange(1, 9))
            tenures.append(
                (
                    new_id(),
                    lead_id,
                    owner,
                    unit,
                    "PRIVATE",
                    "ASSIGNED",
                    active,
                    due,
                    due + timedelta(days=60),
                    _TERMS,
                    "",
                    "",
                    "",
                )
            )
            contacts.append(_contact(company_id, n, active))
    for table, columns, values in (
        ("customers_company", _COMPANY, companies),
        ("leads_lead", _LEAD, leads),
        ("leads_leadtenure", _TENURE, tenures),
        ("customers_contact", _CONTACT, contacts),
    ):
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)


def _contact(company_id: UUID, number: int, now: datetime) -> tuple[Any, ...]:
    sealed = seal(f"139{number:08d}")
    name = WORDS["people"][number % len(WORDS["people"])]
    return (new_id(), company_id, name, "", [], False, sealed.cipher, sealed.index, sealed.last4, now, 1)


@contextmanager
def _without_indexes(connection: psycopg.Connection, *tables: str) -> Iterator[None]:
    """Drop the indexes that belong to no constraint and build them again afterwards: three times as fast as row by row."""
    query = (
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u', 'x'))"
    )
    definitions = connection.execute(query, [list(tables)]).fetchall()
    for name, _definition in definitions:
        connection.execute(f'DROP INDEX "{name}"')
    yield
    connection.execute("SET maintenance_work_mem = '512MB'")
    for _name, definition in definitions:
        connection.execute(definition)
