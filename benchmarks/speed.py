"""Requests against the floor: lists, search, a new lead."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from benchmarks.client import Client
from benchmarks.installation import Installation, Server
from benchmarks.names import WORDS, Names
from benchmarks.report import Row, ratio_row
from benchmarks.side_by_side import Case, cpu_ms
from benchmarks.world import Member, World
from tiejun.engines.names.folding import folded
from tiejun.engines.names.pinyin import initials_of

API_LIST = "/api/v1/leads?size=50"


@dataclass
class Speed:
    """Measures on two running servers that share one database."""

    installation: Installation
    world: World
    web: Server
    floor: Server
    rounds: int

    def __post_init__(self) -> None:
        self.product, self.least = Client(self.web.port), Client(self.floor.port)

    # -- lists -------------------------------------------------------------------------------------------------------
    def lists(self) -> list[Row]:
        """The list of leads by owner and last activity: as API and as pages."""
        reps, boss = self.world.reps, self.world.supervisor
        measured = self._measure(
            floor=lambda n: self.least.must(200, f"/leads?owner={_nth(reps, n).person_id}"),
            api=lambda n: self.product.must(200, API_LIST, headers=_nth(reps, n).bearer),
            session=lambda n: self.product.must(
                200, API_LIST, headers={**_nth(reps, n).browser, "Accept-Encoding": ""}
            ),
            mine=lambda n: self.product.must(200, "/leads/?sort=activity", headers=_nth(reps, n).browser),
            team=lambda _n: self.product.must(200, "/leads/", headers=boss.browser),
        )
        floor = measured.pop("floor")
        return [
            ratio_row("List of leads, API with token", floor, measured["api"], 2.5),
            ratio_row("List of leads, API with session", floor, measured["session"], 2.5),
            ratio_row("List of leads, page of a rep (all 50 held)", floor, measured["mine"], 6),
            ratio_row("List of leads, page of a supervisor (30 of 500)", floor, measured["team"], 6),
        ]

    # -- search ------------------------------------------------------------------------------------------------------
    def searches(self) -> list[Row]:
        """Company search over all names: every kind of term against the floor's four characters."""
        asked: dict[str, Callable[[int], object]] = {
            "floor": lambda n: self.least.must(200, f"/search?q={quote(_nth(TERMS['four characters'], n))}")
        }
        for kind, terms in TERMS.items():
            asked[kind] = self._search(terms)
        measured = self._measure(**asked)
        floor = measured.pop("floor")
        return [ratio_row(f"Company search: {kind}", floor, measured[kind], 4) for kind in TERMS]

    def _search(self, terms: list[str]) -> Callable[[int], object]:
        def ask(n: int) -> object:
            member = _nth(self.world.reps, n)
            return self.product.must(
                200, f"/api/v1/leads?list=pool&size=50&q={quote(_nth(terms, n))}", headers=member.bearer
            )

        return ask

    # -- writing -----------------------------------------------------------------------------------------------------
    def create(self) -> list[Row]:
        """A new lead by API: token, client key, duplicate check, audit, events; against two bare inserts."""
        names, world = Names(random.randrange(10**9)), self.world

        def new(n: int, member: Member | None) -> dict[str, Any]:
            # The number keeps the name new: a known company would be refused, and cheaply.
            company = {
                "name": f"{names.name()}{random.randrange(10**7)}",
                "city_code": "330100",
                "address": f"{WORDS['roads'][n % 10]}{n}",
            }
            if member is None:
                return {**company, "pool": str(world.pool_id), "source": str(world.source_id)}
            return {**company, "source": "CANVASS", "contacts": [{"name": "Lin", "phone": f"137{n:08d}"}]}

        def product(n: int) -> object:
            member = _nth(world.reps, n)
            return self.product.must(201, "/api/v1/leads", body=new(n, member), headers=member.bearer)

        measured = self._measure(floor=lambda n: self.least.must(201, "/create", body=new(n, None)), product=product)
        return [ratio_row("Create a lead, API", measured["floor"], measured["product"], 3.5)]

    # -- counting ----------------------------------------------------------------------------------------------------
    def counts(self) -> list[Row]:
        """Look into the server's own log of statements: no list may count the rows of the large tables."""
        boss, rep = self.world.supervisor, self.world.reps[0]
        pages = [(path, rep) for path in ("/leads/", "/leads/pool/", "/customers/")] + [
            ("/leads/", boss),
            ("/customers/", boss),
        ]
        apis = [(path, rep) for path in (API_LIST, "/api/v1/leads?list=pool", "/api/v1/companies")]
        with self.installation.superuser() as connection:
            log = self.installation.postgres.data / "log"
            _log_statements(connection, "all")
            start = log.stat().st_size
            for path, member in pages:
                self.product.must(200, path, headers=member.browser)
            for path, member in apis:
                self.product.must(200, path, headers=member.bearer)
            _log_statements(connection, "none")
            said = log.read_bytes()[start:].decode(errors="replace")
        statements = [line for line in said.split("LOG:  ") if "customers_company" in line or 'leads_lead"' in line]
        # What one person holds is bounded by the cap and may be counted; everything else may be a million.
        counting = [
            line for line in statements if "COUNT(" in line and "EXPLAIN" not in line and 'owner_id" = ' not in line
        ]
        product = f"{len(counting)} in {len(statements)} statements"
        return [
            Row(
                "Exact COUNT over leads or companies, 5 pages and 3 API lists",
                product,
                "none",
                not counting and bool(statements),
            )
        ]

    def _measure(self, **asked: Callable[[int], object]) -> dict[str, float]:
        database = self.installation.database_pid
        pids = {"floor": (self.floor.pid, database)}
        cases = [Case(name, ask, pids.get(name, (self.web.pid, database))) for name, ask in asked.items()]
        return cpu_ms(cases, rounds=self.rounds)


def _nth(items: list[Any], n: int) -> Any:
    return items[n % len(items)]


def _log_statements(connection: Any, which: str) -> None:
    connection.execute(f"ALTER SYSTEM SET log_statement = '{which}'")
    connection.execute("SELECT pg_reload_conf()")
    connection.execute("SELECT pg_sleep(0.5)")


def _terms() -> dict[str, list[str]]:
    brands = Names(0).brands[:40]
    trades = [row[0] for row in WORDS["industries"][:8]]
    four = [brand + trades[n % 2] for n, brand in enumerate(brands)]
    return {
        "four characters": four,
        "two characters, rare (1 company in 4,000)": brands,
        "two characters, common (1 in 2 to 1 in 5)": [
            WORDS["places"][0][0],
            WORDS["places"][1][0],
            trades[0],
            trades[1],
        ],
        "pinyin initials of two characters": [initials_of(folded(brand)) for brand in brands],
        "pinyin initials of four characters": [initials_of(folded(term)) for term in four],
        "pinyin initials of a whole name's middle (6)": [
            initials_of(folded(f"{term}{WORDS['endings'][0][0]}"))[:6] for term in four
        ],
    }


TERMS = _terms()
