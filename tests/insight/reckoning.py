"""A small random company, and its boards counted row by row in plain Python: what the facts must be equal to."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any
from uuid import uuid4

from tests.factories.leads import make_lead, make_source, make_tenure
from tests.factories.pipeline import make_cast, make_company, make_line, make_opportunity
from tiejun.customers.models import Company
from tiejun.engines.growth import Counts
from tiejun.leads.models import Lead, LeadTenure
from tiejun.pipeline.models import CollectionPlan, Instalment, Opportunity, Order, Receipt, ReceiptConfirmation
from tiejun.visits.models import CountAdjustment, DayLock, Visit

FIRST, TODAY = date(2026, 1, 5), date(2026, 4, 20)
NOW = datetime(2026, 4, 20, 2, 0, tzinfo=UTC)
CHURN_DAYS = 365
COMPANIES, LEADS, ORDERS = 24, 40, 60
_numbers = count(1)


def at(day: date) -> datetime:
    """Return noon of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@dataclass
class World:
    """The cast and the dice; `mover` is in the first group until the middle of March, then in the other one."""

    cast: Any
    chance: Random

    def seat(self, day: date) -> tuple[Any, Any]:
        """Return somebody who sells on a day, with the unit they are in."""
        rep, stranger, tree = self.cast.rep, self.cast.stranger, self.cast.tree
        if self.chance.random() < 0.6:
            return rep, tree.group if day < date(2026, 3, 16) else tree.other_group
        return stranger, tree.other_group

    def day(self) -> date:
        return FIRST + timedelta(days=self.chance.randrange((TODAY - FIRST).days + 1))

    def order(self, company: Any, day: date, **values: Any) -> Order:
        """Write down a signed order and its plan."""
        person, unit = self.seat(day)
        minor = self.chance.randint(1, 90_000_00)
        given = {
            "amount_minor": minor,
            "delta_minor": minor,
            "revision": 1,
            "currency": "CNY",
            "status": "SIGNED",
            "signed_at": at(day),
        }
        given |= {"number": f"F-{next(_numbers)}"} | values
        row = Order.objects.create(
            opportunity=self.deals[given["currency"]], company=company, owner=person, unit=unit, signed_on=day,
            created_at=at(day), changed_at=at(day), **given,
        )  # fmt: skip
        if given["status"] == "SIGNED":
            plan = CollectionPlan.objects.create(
                order=row, amount_minor=row.amount_minor, currency=row.currency, received_minor=0
            )
            Instalment.objects.create(plan=plan, position=1, due_on=TODAY, amount_minor=row.amount_minor)
            row.plan = plan
        return row

    def receipt(self, plan: CollectionPlan, day: date, minor: int, **values: Any) -> Receipt:
        """Write down money that came in on a day."""
        row = Receipt.objects.create(
            number=f"R-{next(_numbers)}", plan=plan, amount_minor=minor, currency=plan.currency, received_on=day,
            credited_to=plan.order.owner, recorded_at=values.pop("recorded_at", at(day)), **({"method": "BANK"} | values),
        )  # fmt: skip
        self.settle(plan)
        return row

    def settle(self, plan: CollectionPlan) -> None:
        """Make the plan agree with what counts as received."""
        counts = [row for row in Receipt.objects.filter(plan=plan) if row.method != "CASH" or _is_confirmed(row)]
        came = sum(row.amount_minor for row in counts)
        CollectionPlan.objects.filter(pk=plan.pk).update(
            received_minor=came, overpaid_minor=max(0, came - plan.amount_minor)
        )
        paid = min(came, plan.amount_minor)
        Instalment.objects.filter(plan=plan).update(received_minor=paid, is_open=paid < plan.amount_minor)

    def fill(self) -> World:
        """Make leads with holders, orders, cancellations, amendments, money and field days."""
        lines = {currency: make_line(currency=currency) for currency in ("CNY", "USD")}
        self.deals = {currency: make_opportunity(self.cast, line=line) for currency, line in lines.items()}
        companies = [make_company() for _number in range(COMPANIES)]
        self.companies = companies
        sources = [make_source(code) for code in ("FAIR", "WEB", "CALL")]
        for number in range(LEADS):
            self._lead(companies[number % COMPANIES], sources)
        for _number in range(ORDERS):
            self._sale(self.chance.choice(companies))
        self._merge(companies)
        self._field_days()
        return self

    def _lead(self, company: Any, sources: Any) -> None:
        day, chance = self.day(), self.chance
        status = chance.choice(["CLOSED_LOST", "CLOSED_LOST", "CLOSED_LOST", "CLOSED_INVALID", "MERGED"])
        intent = chance.choice(["HIGH", "MEDIUM", "LOW"])
        lead = make_lead(company, now=at(day), status=status, source=chance.choice(sources), intent=intent)
        for number in range(chance.randint(0, 2)):
            began = min(TODAY, day + timedelta(days=5 * number))
            person, unit = self.seat(began)
            ended = min(TODAY, began + timedelta(days=chance.randint(0, 4)))
            make_tenure(
                lead, person, unit, started_at=at(began) + timedelta(minutes=number), ended_at=at(ended) + timedelta(hours=1),
                end_reason=chance.choice(["RELEASED", "RECLAIMED", "CONVERTED"]),
                start_reason=chance.choice(["CLAIMED", "ALLOTTED", "ASSIGNED", "TRANSFERRED"]),
            )  # fmt: skip
            Lead.objects.filter(pk=lead.pk).update(owner=person, unit=unit)

    def _sale(self, company: Any) -> None:
        day, chance = self.day(), self.chance
        currency = "USD" if chance.random() < 0.15 else "CNY"
        if chance.random() < 0.15:
            undone = min(TODAY, day + timedelta(days=chance.randint(0, 40)))
            self.order(company, day, status="CANCELLED", cancelled_on=undone, cancel_reason="no", currency=currency)
            return
        row = self.order(company, day, currency=currency)
        for _number in range(chance.randint(0, 2)):
            self.receipt(row.plan, min(TODAY, day + timedelta(days=chance.randint(0, 30))), chance.randint(1, 9_000_00))
        if chance.random() < 0.2:
            Order.objects.filter(pk=row.pk).update(status="SUPERSEDED")
            later = min(TODAY, day + timedelta(days=3))
            self.order(
                company, later, number=row.number, revision=2, amends=row, delta_minor=-chance.randint(1, 100), currency=currency
            )  # fmt: skip

    def _merge(self, companies: Any) -> None:
        for absorbed, kept in ((companies[0], companies[1]), (companies[2], companies[3])):
            Company.objects.filter(pk=absorbed.pk).update(merged_into=kept, owner=None, unit=None)

    def _field_days(self) -> None:
        for offset in range((TODAY - FIRST).days):
            day = FIRST + timedelta(days=offset)
            person, unit = self.seat(day)
            if self.chance.random() < 0.7:
                DayLock.objects.create(
                    person=person, unit=unit, business_day=day, soft_at=at(day), hard_at=at(day) + timedelta(hours=14),
                    visits=self.chance.randint(0, 9), effective_visits=self.chance.randint(0, 3),
                    new_effective_customers=self.chance.randint(0, 2), counts_hash=b"x",
                )  # fmt: skip
            else:
                self.visit(person, unit, day)

    def visit(self, person: Any, unit: Any, day: date, **values: Any) -> Visit:
        """Write down a visit of a company."""
        return Visit.objects.create(
            client_key=uuid4(), person=person, unit=unit, company=self.cast.company, kind="RETURN", state="COMPLETED",
            business_day=day, zone="Asia/Shanghai", started_at=at(day), ended_at=at(day), received_at=at(day),
            effective_visit=self.chance.random() < 0.5, presence="IN_RANGE", **values,
        )  # fmt: skip


def make_world(seed: int) -> World:
    """Make the company of a seed."""
    return World(make_cast(), Random(seed)).fill()


def _is_confirmed(receipt: Receipt) -> bool:
    return ReceiptConfirmation.objects.filter(receipt=receipt).exists()


def _local(moment: datetime) -> date:
    return (moment + timedelta(hours=8)).date()


def _buyer(order: Order) -> Any:
    return order.company.merged_into_id or order.company_id


def _sources() -> dict[Any, str]:
    found: dict[Any, str] = {}
    for lead in Lead.objects.exclude(status="MERGED").select_related("source").order_by("created_at", "pk"):
        found.setdefault(lead.company_id, lead.source.code)
    return found


def counted(part: str, since: date, until: date, currency: str = "CNY") -> dict[Any, Counts]:
    """Count the growth equation of a span by unit, person or source, row by row."""
    sources, found = _sources(), defaultdict(Counts)
    orders = list(Order.objects.filter(signed_on__isnull=False).select_related("company").order_by("signed_on", "pk"))

    def place(order: Order) -> Any:
        return {"unit": order.unit_id, "person": order.owner_id, "source": sources.get(_buyer(order))}[part]

    def within(day: date | None) -> bool:
        return day is not None and since <= day < until

    for order in orders:
        if order.currency != currency:
            continue
        if within(order.signed_on):
            found[place(order)] += Counts(orders=int(order.revision == 1), net_minor=order.delta_minor)
        if order.status == "CANCELLED" and within(order.cancelled_on):
            found[place(order)] += Counts(orders=-int(order.revision == 1), net_minor=-order.amount_minor)
    for key, number in _leads(part, since, until).items():
        found[key] += Counts(leads=number)
    for key, counts in _buyers(orders, place, since, until, currency):
        found[key] += counts
    return {key: counts for key, counts in found.items() if counts != Counts()}


def _leads(part: str, since: date, until: date) -> Counter[Any]:
    found: Counter[Any] = Counter()
    for lead in Lead.objects.exclude(status__in=("CLOSED_INVALID", "MERGED")).select_related("source"):
        if since <= _local(lead.created_at) < until:
            first = LeadTenure.objects.filter(lead=lead).order_by("started_at", "pk").first()
            keys = {"unit": first and first.unit_id, "person": first and first.person_id, "source": lead.source.code}
            found[keys[part]] += 1
    return found


def _buyers(orders: Any, place: Any, since: date, until: date, currency: str) -> Any:
    first_editions = [order for order in orders if order.revision == 1]
    valid = list(Lead.objects.exclude(status__in=("CLOSED_INVALID", "MERGED")))
    fresh = {lead.company_id for lead in valid if since <= _local(lead.created_at) < until}
    for buyer in {_buyer(order) for order in first_editions}:
        own = [order for order in first_editions if _buyer(order) == buyer]
        standing = [order for order in own if order.status != "CANCELLED" and order.currency == currency]
        new = [order for order in standing if since <= order.signed_on < until]
        if new and min(order.signed_on for order in own) >= since:
            yield place(new[0]), Counts(buyers=1) if buyer in fresh else Counts(late=1)
        before = [o for o in standing if since - timedelta(days=CHURN_DAYS) <= o.signed_on < since]
        if before:
            yield place(before[-1]), Counts(existing=1)


def links(since: date, until: date, currency: str = "CNY") -> dict[str, Counter[Any]]:
    """Count the measures of the nine links by (unit, day), row by row."""
    found: dict[str, Counter[Any]] = defaultdict(Counter)

    def add(measure: str, unit_id: Any, day: date | None, number: int) -> None:
        if day is not None and since <= day < until:
            found[measure][unit_id, day] += number

    for lead in Lead.objects.all():
        day = _local(lead.created_at)
        for measure, is_so in (("ENTERED", True), ("HIGH", lead.intent == "HIGH"), ("MEDIUM", lead.intent == "MEDIUM")):
            add(measure, lead.unit_id, day, int(is_so))
    for held in LeadTenure.objects.all():
        add(
            "TAKEN",
            held.unit_id,
            _local(held.started_at),
            int(held.start_reason in ("CLAIMED", "ASSIGNED", "ALLOTTED")),
        )
        if held.end_reason in ("RELEASED", "RECLAIMED"):
            add("GIVEN_UP", held.unit_id, _local(held.ended_at), 1)
    for row in Opportunity.objects.all():
        add("OPENED", row.unit_id, _local(row.opened_at), 1)
        add("OPENED_MONEY", row.unit_id, _local(row.opened_at), row.amount_minor if row.currency == currency else 0)
    for order in Order.objects.filter(signed_on__isnull=False):
        is_first, counts = int(order.revision == 1), order.currency == currency
        add("SIGNED", order.unit_id, order.signed_on, is_first)
        add("SIGNED_MONEY", order.unit_id, order.signed_on, order.delta_minor if counts else 0)
        if order.status == "CANCELLED":
            add("SIGNED", order.unit_id, order.cancelled_on, -is_first)
            add("SIGNED_MONEY", order.unit_id, order.cancelled_on, -order.amount_minor if counts else 0)
    for receipt in Receipt.objects.filter(currency=currency).select_related("plan__order"):
        is_counted = receipt.method != "CASH" or _is_confirmed(receipt)
        add("COLLECTED_MONEY", receipt.plan.order.unit_id, receipt.received_on, receipt.amount_minor * is_counted)
    _field(add)
    return {measure: Counter({key: n for key, n in numbers.items() if n}) for measure, numbers in found.items()}


def _field(add: Any) -> None:
    frozen = set()
    for lock in DayLock.objects.filter(hard_at__isnull=False):
        frozen.add((lock.person_id, lock.business_day))
        add("VISITS", lock.unit_id, lock.business_day, lock.visits)
        add("EFFECTIVE", lock.unit_id, lock.business_day, lock.effective_visits)
        add("NEW_EFFECTIVE", lock.unit_id, lock.business_day, lock.new_effective_customers)
    names = {"VISITS": "VISITS", "EFFECTIVE_VISITS": "EFFECTIVE", "NEW_EFFECTIVE_CUSTOMERS": "NEW_EFFECTIVE"}
    for change in CountAdjustment.objects.all():
        add(names[change.metric], change.unit_id, change.business_day, change.delta)
    days: dict[Any, list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(state__in=("COMPLETED", "LOCKED"), entry="ON_TIME"):
        if (visit.person_id, visit.business_day) not in frozen:
            days[visit.unit_id, visit.business_day, visit.person_id].append(visit)
    for (unit_id, day, _person), visits in days.items():
        add("VISITS", unit_id, day, len({visit.company_id for visit in visits}))
        add("EFFECTIVE", unit_id, day, len({visit.company_id for visit in visits if visit.effective_visit}))
        add("NEW_EFFECTIVE", unit_id, day, len({visit.company_id for visit in visits if visit.new_effective_customer}))
