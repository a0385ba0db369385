"""What a company has behind it, for `benchmarks.insight`; on a Django that is set up."""

from __future__ import annotations

import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.copies import multiply
from tiejun.customers.models import Company
from tiejun.leads.models import Lead, LeadTenure
from tiejun.marketing.models import Source
from tiejun.org.models import Person, Position, ProductLine, Unit
from tiejun.pipeline.models import Opportunity, Order
from tiejun.visits.models import DayLock, Visit

if TYPE_CHECKING:
    import psycopg

    from benchmarks.world import World

LEADS, FIRMS, ORDERS, PEOPLE_OF_A_GROUP, GROUPS_OF_A_REGION = 500, 40, 100, 10, 50
ZONE = "Asia/Shanghai"


def running_day() -> date:
    """Return the day that runs in the company's zone."""
    return (datetime.now(UTC) + timedelta(hours=8)).date()


class Past:
    """What a company has behind it, multiplied from one row of each kind in the database."""

    def __init__(self, connection: psycopg.Connection[Any], world: World, people: int, days: int) -> None:
        self.connection, self.world, self.people, self.days = connection, world, people, days
        self.today = running_day()
        self.now = datetime.now(UTC) - timedelta(days=2)

    def fill(self) -> None:
        """Fill in everything."""
        self.connection.execute("SET session_replication_role = replica")  # the rows are right by construction
        for step in (self._crowd, self._firms, self._leads, self._orders, self._field):
            began = time.monotonic()
            step()
            print(f"{step.__name__[1:]}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    def _crowd(self) -> None:
        member = self.world.reps[0]
        group = Unit.objects.select_related("parent__parent").get(pk=member.unit_id)
        region = group.parent
        assert region is not None
        groups = self.people // PEOPLE_OF_A_GROUP
        self.connection.execute(
            "CREATE TEMP TABLE region AS SELECT gen_random_uuid() AS id, number FROM generate_series(1, %s) number",
            [max(2, groups // GROUPS_OF_A_REGION)],
        )
        multiply(
            self.connection,
            Unit,
            region.pk,
            "region",
            id="region.id",
            name="'Region ' || number",
            path=f"'{region.parent_id}/' || region.id",
        )
        self.connection.execute(
            "CREATE TEMP TABLE fresh AS SELECT gen_random_uuid() AS id, n AS number, r.id AS region_id "
            "FROM generate_series(1, %s) n JOIN region r ON r.number = 1 + n %% (SELECT count(*) FROM region)",
            [groups],
        )
        multiply(
            self.connection,
            Unit, group.pk, "fresh", id="fresh.id", parent_id="fresh.region_id", name="'Group B' || fresh.number",
            path=f"'{region.parent_id}/' || fresh.region_id || '/' || fresh.id",
        )  # fmt: skip
        self.connection.execute(
            "CREATE TEMP TABLE crowd AS SELECT gen_random_uuid() AS person_id, f.id AS unit_id, "
            "row_number() OVER () - 1 AS number FROM fresh f, generate_series(1, %s) place",
            [PEOPLE_OF_A_GROUP],
        )
        names = dict.fromkeys(("name", "name_initials", "staff_number"), "'crowd' || crowd.number")
        multiply(self.connection, Person, member.person_id, "crowd", id="crowd.person_id", **names)
        seat = Position.objects.get(person=member.person_id)
        multiply(
            self.connection, Position, seat.pk, "crowd", id="gen_random_uuid()", person_id="crowd.person_id", unit_id="crowd.unit_id"
        )  # fmt: skip

    def _firms(self) -> None:
        first = Company.objects.create(
            name="Bench", normalised_name="bench", city_code="330100", created_at=self.now, changed_at=self.now
        )
        self.connection.execute(
            "CREATE TEMP TABLE firm AS SELECT gen_random_uuid() AS id, n AS number FROM generate_series(0, %s) n",
            [self.people * FIRMS - 1],
        )
        same = dict.fromkeys(("name", "normalised_name"), "'Bench ' || firm.number")
        multiply(self.connection, Company, first.pk, "firm", id="firm.id", **same)

    def _leads(self) -> None:
        """Leads of six sources, the first of them those of the firms; each taken and given back once, some held again."""
        sources = list(Source.objects.values_list("pk", flat=True)[:6])
        array = "ARRAY[" + ", ".join(f"'{pk}'::uuid" for pk in sources) + "]"
        lead = Lead.objects.create(
            company=Company.objects.get(name="Bench"), pool_id=self.world.pool_id, source_id=sources[0],
            last_activity_at=self.now, created_at=self.now,
        )  # fmt: skip
        self.connection.execute(
            "CREATE TEMP TABLE came AS SELECT n AS number, COALESCE(f.id, gen_random_uuid()) AS company_id, c.person_id, c.unit_id, "
            "random() AS dice, %s::timestamptz - make_interval(days => (random() * %s)::int) AS at "
            "FROM generate_series(0, %s) n LEFT JOIN firm f ON f.number = n JOIN crowd c ON c.number = n %% %s",
            [self.now, self.days, self.people * LEADS - 1, self.people],
        )
        multiply(
            self.connection,
            Lead, lead.pk, "came", company_id="came.company_id", created_at="came.at", last_activity_at="came.at",
            source_id=f"({array})[1 + came.number %% {len(sources)}]",
            owner_id="CASE WHEN dice < 0.2 THEN came.person_id END", unit_id="CASE WHEN dice < 0.2 THEN came.unit_id END",
            status="CASE WHEN dice < 0.2 THEN 'PRIVATE' WHEN dice > 0.9 THEN 'CLOSED_INVALID' ELSE 'POOLED' END",
            intent="CASE WHEN dice < 0.1 THEN 'HIGH' WHEN dice < 0.3 THEN 'MEDIUM' ELSE 'UNKNOWN' END",
        )  # fmt: skip
        tenure = LeadTenure.objects.create(
            lead=lead, person_id=self.world.reps[0].person_id, unit_id=self.world.reps[0].unit_id, kind="PRIVATE",
            start_reason="ALLOTTED", started_at=self.now, ended_at=self.now, end_reason="RECLAIMED",
        )  # fmt: skip
        held = (
            "(SELECT l.id, l.created_at, c.person_id, c.unit_id, turn FROM leads_lead l JOIN crowd c "
            f"ON c.number = (hashtext(l.id::text) & 1048575) %% {self.people}, generate_series(1, 2) turn) held"
        )
        multiply(
            self.connection,
            LeadTenure, tenure.pk, held, lead_id="held.id", person_id="held.person_id", unit_id="held.unit_id",
            started_at="held.created_at + make_interval(days => held.turn)",
            ended_at="held.created_at + make_interval(days => held.turn + 3)",
        )  # fmt: skip

    def _orders(self) -> None:
        member, company = self.world.reps[0], Company.objects.get(name="Bench")
        line = ProductLine.objects.create(code="BENCH", name="Site", name_en="Site", list_price_minor=1, currency="CNY")
        who = {"owner_id": member.person_id, "unit_id": member.unit_id}
        deal = Opportunity.objects.create(
            **who, company=company, product_line=line, currency="CNY", amount_minor=900_000, close_on=self.today,
            opened_at=self.now, changed_at=self.now, stage_at=self.now,
        )  # fmt: skip
        self.connection.execute(
            "CREATE TEMP TABLE sold AS SELECT gen_random_uuid() AS id, n AS number, c.person_id, c.unit_id, f.id AS company_id, "
            "%s::date - (random() * %s)::int AS day, (random() * 5000000)::bigint + 100 AS minor FROM generate_series(0, %s) n "
            "JOIN crowd c ON c.number = n %% %s JOIN firm f ON f.number = (hashtext(n::text) & 1073741823) %% %s",
            [self.now.date(), self.days, self.people * ORDERS - 1, self.people, self.people * FIRMS],
        )
        owner = {"owner_id": "sold.person_id", "unit_id": "sold.unit_id"}
        at = dict.fromkeys(("opened_at", "changed_at", "stage_at"), "sold.day::timestamptz")
        multiply(
            self.connection,
            Opportunity,
            deal.pk,
            "sold",
            **owner,
            **at,
            company_id="gen_random_uuid()",
            amount_minor="sold.minor",
        )
        order = Order.objects.create(
            **who, number="B-0", opportunity=deal, company=company, status="SIGNED", currency="CNY", amount_minor=1,
            delta_minor=1, signed_on=self.today, signed_at=self.now, created_at=self.now, changed_at=self.now,
        )  # fmt: skip
        moments = dict.fromkeys(("signed_at", "created_at", "changed_at"), "sold.day::timestamptz")
        multiply(
            self.connection,
            Order, order.pk, "sold", **owner, **moments, id="sold.id", number="'B-' || (sold.number + 1)", signed_on="sold.day",
            company_id="sold.company_id", amount_minor="sold.minor", delta_minor="sold.minor",
        )  # fmt: skip
        self.connection.execute(
            "INSERT INTO pipeline_collectionplan (id, order_id, amount_minor, currency, received_minor, overpaid_minor, is_closed, version) "
            "SELECT gen_random_uuid(), id, minor, 'CNY', 0, 0, false, 1 FROM sold"
        )
        self.connection.execute(
            "INSERT INTO pipeline_receipt (id, number, plan_id, amount_minor, currency, method, reference, payer, note, received_on, "
            "credited_to_id, recorded_at) SELECT gen_random_uuid(), 'R-' || s.number, p.id, s.minor, 'CNY', 'BANK', '', '', '', "
            "LEAST(s.day + 20, %s), s.person_id, s.day::timestamptz FROM sold s JOIN pipeline_collectionplan p ON p.order_id = s.id",
            [self.now.date()],
        )

    def _field(self) -> None:
        self._locks(2, self.days + 1)
        member, company = self.world.reps[0], Company.objects.get(name="Bench")
        visit = Visit.objects.create(
            client_key="00000000-0000-4000-8000-000000000001", person_id=member.person_id, unit_id=member.unit_id, company=company,
            kind="RETURN", state="COMPLETED", business_day=self.today, zone=ZONE, started_at=self.now, ended_at=self.now,
            received_at=self.now, effective_visit=True, presence="IN_RANGE",
        )  # fmt: skip
        multiply(
            self.connection,
            Visit, visit.pk, "crowd, generate_series(1, 8) turn, generate_series(0, 1) back", client_key="gen_random_uuid()",
            record_key="NULL::uuid", person_id="crowd.person_id", unit_id="crowd.unit_id", company_id="gen_random_uuid()",
            business_day="model.business_day - back",
        )  # fmt: skip

    def _locks(self, first: int, last: int) -> None:
        """Freeze the days from `first` to `last` days back, of everybody."""
        member = self.world.reps[0]
        lock = DayLock.objects.create(
            person_id=member.person_id, unit_id=member.unit_id, business_day=self.today, soft_at=self.now, hard_at=self.now,
            visits=8, effective_visits=3, new_effective_customers=1, counts_hash=b"x",
        )  # fmt: skip
        multiply(
            self.connection,
            DayLock, lock.pk, f"crowd, generate_series({first}, {last}) back", person_id="crowd.person_id",
            unit_id="crowd.unit_id", business_day="model.business_day - back",
            hard_at="model.hard_at - make_interval(days => back)", soft_at="model.soft_at - make_interval(days => back)",
        )  # fmt: skip
        self.connection.execute("DELETE FROM visits_daylock WHERE id = %s", [lock.pk])

    def freeze(self, day: date) -> None:
        """Freeze the visits of a day, as its hard lock does; a day is frozen once."""
        found = self.connection.execute("SELECT count(*) FROM visits_daylock WHERE business_day = %s", [day]).fetchone()
        if found and not found[0]:
            back = (self.today - day).days
            self._locks(back, back)
