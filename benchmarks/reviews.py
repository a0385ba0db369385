"""The evening of a large company: who must be reviewed, for a thousand supervisors, and the review screen among ten thousand people.

Everybody has the day's visits, a forecast, companies in class A and B, six weeks of locked days and forecasts and two years of
orders; the people of the groups that are looked at have two years of visits, locked days and forecasts as well.
"""

from __future__ import annotations

import statistics
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from benchmarks.client import Client
from benchmarks.copies import multiply
from benchmarks.meters import cpu_seconds
from benchmarks.report import Row
from tiejun.access.scope import Scope
from tiejun.customers.models import ClosingClassChange, Company
from tiejun.forecast import jobs
from tiejun.forecast.models import DailyForecast, ForecastReview
from tiejun.foundation.clock import Occasion
from tiejun.foundation.times import at_local
from tiejun.org.models import Person, Position, ProductLine, Unit
from tiejun.org.queries import unit_chain
from tiejun.pipeline.models import Opportunity, Order
from tiejun.visits.models import DayLock, Visit

if TYPE_CHECKING:
    import psycopg

    from benchmarks.installation import Installation, Server
    from benchmarks.world import World

GROUPS, PEOPLE, EVENINGS = 1_000, 10, 1_000
SHORT_DAYS, LONG_DAYS, LONG_GROUPS, ORDERS = 30, 500, 10, 36
MOST_SET_S, MOST_SCREEN_MS, SCREENS = 60, 150, 60
ZONE = "Asia/Shanghai"


def measure(installation: Installation, world: World, web: Server) -> list[Row]:
    """Fill the company up, run its evening as the business clock does, and look at people as their supervisor does."""
    today = _workday()
    if Unit.objects.filter(kind="GROUP").count() < GROUPS:
        with installation.superuser() as connection:
            _Crowd(connection, world, today).fill()
            connection.execute("VACUUM (ANALYZE)")
    return [_sets(installation, today), _screens(world, web, today)]


def _workday() -> date:
    day = datetime.now(UTC).date()
    return day - timedelta(days=max(0, day.weekday() - 4))


def _sets(installation: Installation, today: date) -> Row:
    now = at_local(today, "17:20", ZONE)
    asker = Scope.system("benchmark")
    units = list(Unit.objects.filter(kind="GROUP").values_list("pk", flat=True)[:EVENINGS])
    chains = {unit_id: unit_chain(asker, unit_id) for unit_id in units}
    own, spent, started = time.process_time(), cpu_seconds(installation.database_pid), time.monotonic()
    for unit_id in units:
        scope = Scope.system("forecast.evening", unit_chain=chains[unit_id], zone=ZONE)
        jobs.open_evening(Occasion(scope, unit_id, today, now, now))
    wall = time.monotonic() - started
    required = ForecastReview.objects.filter(business_day=today, state="REQUIRED").count()
    told = (
        f"{wall:.0f} s ({time.process_time() - own:.0f} s CPU of the worker, "
        f"{cpu_seconds(installation.database_pid) - spent:.0f} s of the database), {required:,} must be reviewed"
    )
    work = f"Tomorrow drafted and must-review sets computed for {len(units):,} supervisors"
    return Row(work, told, f"≤ {MOST_SET_S} s", wall <= MOST_SET_S)


def _screens(world: World, web: Server, today: date) -> Row:
    client = Client(web.port, world.supervisor.browser | {"HX-Request": "true", "HX-Target": "review"})
    people = [member.person_id for member in world.reps if member.unit_id == world.supervisor.unit_id]
    waits = []
    for number in range(SCREENS):
        started = time.monotonic()
        client.must(200, f"/forecast/evening/{people[number % len(people)]}/?day={today}")
        waits.append((time.monotonic() - started) * 1000)
    median = statistics.median(waits)
    everybody = Position.objects.filter(role="REP").count()
    work = f"Review screen of one person among {everybody:,}, median of {SCREENS}"
    return Row(work, f"{median:.0f} ms", f"≤ {MOST_SCREEN_MS} ms", median <= MOST_SCREEN_MS)


class _Crowd:
    """Multiplies one row of each kind over many people and days, in the database."""

    def __init__(self, connection: psycopg.Connection[Any], world: World, today: date) -> None:
        self.connection, self.world, self.today = connection, world, today
        self.now = at_local(today, "17:00", ZONE)

    def fill(self) -> None:
        """Fill up to a thousand groups of ten, with their facts."""
        self.connection.execute("SET session_replication_role = replica")  # the rows are right by construction
        self._people()
        self._companies()
        self._days()

    def _times(self, model: Any, source: UUID, sql: str, **values: str) -> None:
        multiply(self.connection, model, source, sql, **values)

    def _people(self) -> None:
        member = self.world.reps[0]
        unit = Unit.objects.get(pk=member.unit_id)
        have = Unit.objects.filter(kind="GROUP").count()
        self.connection.execute(
            "CREATE TEMP TABLE fresh AS SELECT gen_random_uuid() AS id, number FROM generate_series(%s::int, %s::int) number",
            [have + 1, GROUPS],
        )
        parent = Unit.objects.get(pk=unit.parent_id)
        self._times(
            Unit, unit.pk, "fresh", id="fresh.id", name="'Group ' || fresh.number", path=f"'{parent.path}/' || fresh.id"
        )
        self.connection.execute(
            "CREATE TEMP TABLE newcomer AS SELECT gen_random_uuid() AS id, fresh.id AS unit_id, "
            "'crowd' || fresh.number || '-' || place AS name FROM fresh, generate_series(1, %s::int) place",
            [PEOPLE],
        )
        person = Person.objects.get(pk=member.person_id)
        same = {"name": "newcomer.name", "name_initials": "newcomer.name", "staff_number": "newcomer.name"}
        self._times(Person, person.pk, "newcomer", id="newcomer.id", **same)
        position = Position.objects.get(person=person)
        self._times(Position, position.pk, "newcomer", person_id="newcomer.id", unit_id="newcomer.unit_id")
        self.connection.execute(
            "CREATE TEMP TABLE crowd AS SELECT p.person_id, p.unit_id, row_number() OVER (ORDER BY u.name, p.id) AS number, "
            "dense_rank() OVER (ORDER BY u.id <> %s, u.id) <= %s AS is_long "
            "FROM org_position p JOIN org_unit u ON u.id = p.unit_id WHERE p.role = 'REP' AND u.kind = 'GROUP'",
            [self.world.supervisor.unit_id, LONG_GROUPS],
        )

    def _companies(self) -> None:
        """Two companies of each: one in class A for tomorrow, one in B; and what the first one buys."""
        self.connection.execute(
            "UPDATE customers_company c SET owner_id = crowd.person_id, unit_id = crowd.unit_id, "
            "closing_class = CASE WHEN free.number %% 2 = 0 THEN 'A' ELSE 'B' END "
            "FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM customers_company WHERE owner_id IS NULL "
            "LIMIT %s) free JOIN crowd ON crowd.number = (free.number + 1) / 2 WHERE c.id = free.id",
            [2 * GROUPS * PEOPLE],
        )
        held = "(SELECT c.id, c.owner_id, c.unit_id, c.closing_class FROM customers_company c JOIN crowd ON crowd.person_id = c.owner_id WHERE c.closing_class IN ('A', 'B')) held"
        first = Company.objects.filter(closing_class="A").first()
        assert first is not None
        tomorrow = self.today + timedelta(days=1)
        spell = ClosingClassChange.objects.create(
            company=first,
            closing_class="A",
            amount_minor=900_000,
            expected_on=tomorrow,
            set_at=self.now,
            ended_at=self.now,
        )
        is_a = "held.closing_class = 'A'"
        self._times(
            ClosingClassChange,
            spell.pk,
            held,
            ended_at="NULL::timestamptz",
            company_id="held.id",
            closing_class="held.closing_class",
            amount_minor=f"CASE WHEN {is_a} THEN 900000 END",
            expected_on=f"CASE WHEN {is_a} THEN model.expected_on END",
            next_step_at=f"CASE WHEN {is_a} THEN NULL ELSE timestamptz '{self.now.isoformat()}' + interval '1 day' END",
        )
        self.connection.execute("DELETE FROM customers_closingclasschange WHERE id = %s", [spell.pk])
        self._deals(first)

    def _deals(self, company: Company) -> None:
        line = ProductLine.objects.create(
            code="BENCH", name="Site", name_en="Site", list_price_minor=900_000, currency="CNY", is_sold=True
        )
        opportunity = Opportunity.objects.create(
            company=company, product_line=line, owner_id=company.owner_id, unit_id=company.unit_id, currency="CNY",
            amount_minor=900_000, close_on=self.today + timedelta(days=9), opened_at=self.now, changed_at=self.now,
            stage_at=self.now,
        )  # fmt: skip
        held = f"(SELECT c.id, c.owner_id, c.unit_id FROM customers_company c JOIN crowd ON crowd.person_id = c.owner_id WHERE c.closing_class = 'A' AND c.id <> '{company.pk}') held"
        self._times(
            Opportunity, opportunity.pk, held, company_id="held.id", owner_id="held.owner_id", unit_id="held.unit_id"
        )
        order = Order.objects.create(
            number="B-0", opportunity=opportunity, company=company, owner_id=company.owner_id, unit_id=company.unit_id,
            status="SIGNED", currency="CNY", amount_minor=900_000, delta_minor=900_000, signed_on=self.today,
            signed_at=self.now, created_at=self.now, changed_at=self.now,
        )  # fmt: skip
        self._times(
            Order,
            order.pk,
            f"{held}, generate_series(1, {ORDERS}) month",
            number="'B-' || right(held.id::text, 12) || '-' || month",
            company_id="held.id",
            owner_id="held.owner_id",
            unit_id="held.unit_id",
            signed_on="model.signed_on - month::integer * 20",
        )

    def _days(self) -> None:
        member = self.world.reps[0]
        who = {"person_id": "crowd.person_id", "unit_id": "crowd.unit_id"}
        past = f"crowd, generate_series(1, {LONG_DAYS}) back " if LONG_DAYS else ""
        among = f"(SELECT crowd.*, back FROM {past} WHERE (is_long OR back <= {SHORT_DAYS})) crowd"
        day = {"business_day": "model.business_day - crowd.back::integer"}
        same = {"person_id": member.person_id, "unit_id": member.unit_id, "business_day": self.today}
        lock = DayLock.objects.create(
            **same, soft_at=self.now, hard_at=self.now, visits=8, effective_visits=3, new_effective_customers=1,
            counts_hash=b"x",
        )  # fmt: skip
        self._times(DayLock, lock.pk, among, **who, **day)
        self.connection.execute("DELETE FROM visits_daylock WHERE id = %s", [lock.pk])
        said = DailyForecast.objects.create(
            **same, state="CLOSED", expected_deals=1, expected_minor=900_000, expected_visits=8, expected_morning=3,
            expected_effective=3, submitted_at=self.now, changed_at=self.now, closed_at=self.now, result_met=True,
            process_met=True, actual_deals=1, actual_minor=900_000, actual_visits=8, actual_effective=3,
        )  # fmt: skip
        self._times(DailyForecast, said.pk, among, **who, **day)
        self.connection.execute("DELETE FROM forecast_dailyforecast WHERE id = %s", [said.pk])
        self._visits(member.person_id, member.unit_id, who)

    def _visits(self, person_id: UUID, unit_id: UUID, who: dict[str, str]) -> None:
        """Eight visits of everybody today, and of the days before as far as they reach."""
        company = Company.objects.filter(owner=person_id).first()
        assert company is not None
        visit = Visit.objects.create(
            client_key="00000000-0000-4000-8000-000000000001", person_id=person_id, unit_id=unit_id, company=company,
            kind="RETURN", state="COMPLETED", business_day=self.today, zone=ZONE, started_at=self.now, ended_at=self.now,
            received_at=self.now, effective_visit=True, presence="IN_RANGE",
        )  # fmt: skip
        among = (
            "(SELECT crowd.*, c.id AS company_id, back, turn FROM crowd JOIN LATERAL (SELECT id FROM customers_company "
            "WHERE owner_id = crowd.person_id LIMIT 1) c ON true, "
            f"generate_series(0, {LONG_DAYS}) back, generate_series(1, 8) turn WHERE back = 0 OR is_long) crowd"
        )
        self._times(
            Visit,
            visit.pk,
            among,
            **who,
            client_key="gen_random_uuid()",
            record_key="NULL::uuid",
            company_id="crowd.company_id",
            business_day="model.business_day - crowd.back::integer",
            started_at="model.started_at - make_interval(days => crowd.back::integer, hours => crowd.turn::integer)",
            ended_at="model.ended_at - make_interval(days => crowd.back::integer, hours => crowd.turn::integer)",
        )
        self.connection.execute("DELETE FROM visits_visit WHERE id = %s", [visit.pk])
