"""The finance desk: payments that are not used up yet with what they may be for, and who is late with how much."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Min, Q, Sum

from tiejun.access.abilities import Ability
from tiejun.engines.names.search import company_name
from tiejun.foundation import keyset, policies
from tiejun.foundation.refusals import NotFound
from tiejun.pipeline.models import (
    BankFile,
    BankLine,
    BankMatch,
    CollectionPlan,
    Contract,
    Instalment,
    Order,
    Receipt,
    ReceiptConfirmation,
)
from tiejun.pipeline.rules.statements import Candidate, Proposal, order_numbers, proposals, rung_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

PAGE_SIZE = 20
MOST_DEBTORS = 50
MOST_CANDIDATES = 400
WHICH = ("open", "matched", "aside")


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment with what it was used for so far, and which orders it may be for."""

    line: BankLine
    matches: list[BankMatch]
    proposals: list[Proposal]


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """One page of payments, newest bank day first."""

    rows: list[PaymentRow]
    next_cursor: str | None
    previous_cursor: str | None


def payments_page(
    scope: Scope, *, which: str = "open", cursor: str | None = None, size: int = PAGE_SIZE
) -> PaymentPage:
    """Return payments of bank statements; `which`: open (something is left), matched, or aside."""
    scope.require(Ability.RECORD_RECEIPT)
    rows = BankLine.objects.filter(is_open=which == "open")
    if which == "aside":
        rows = rows.exclude(aside_reason="")
    elif which == "matched":
        rows = rows.filter(aside_reason="")
    found = keyset.page(rows.select_related("file"), order=["-booked_on", "-id"], cursor=cursor, size=size)
    return PaymentPage(_rows(scope, found.rows), found.next_cursor, found.previous_cursor)


def _rows(scope: Scope, lines: list[BankLine]) -> list[PaymentRow]:
    used = defaultdict(list)
    reversed_ones = Receipt.objects.filter(reverses__in=BankMatch.objects.filter(line__in=lines).values("receipt"))
    matches = BankMatch.objects.filter(line__in=lines).exclude(receipt__in=reversed_ones.values("reverses"))
    for match in matches.select_related("receipt__plan__order__company").defer(
        "receipt__plan__order__company__search_grams"
    ):
        used[match.line_id].append(match)
    waiting = [line for line in lines if line.is_open]
    keys = {line.pk: company_name(line.payer).normalised if line.payer else "" for line in waiting}
    candidates = _candidates(scope, waiting, set(keys.values()) - {""})
    return [PaymentRow(line, used[line.pk], _proposed(line, keys.get(line.pk), candidates)) for line in lines]


def _proposed(line: BankLine, key: str | None, candidates: dict[str, list[Candidate]]) -> list[Proposal]:
    if key is None:
        return []
    text = f"{line.reference} {line.purpose}"
    fitting = candidates.get(line.currency, [])
    return proposals(open_minor=line.open_minor, text=text, payer_key=key, candidates=fitting)


def _candidates(scope: Scope, lines: Sequence[BankLine], keys: Iterable[str]) -> dict[str, list[Candidate]]:
    """Return by currency the orders in reach with open money that number, payer or amount of one of the payments points at."""
    if not lines:
        return {}
    numbers = {number for line in lines for number in order_numbers(f"{line.reference} {line.purpose}")}
    words = {word for line in lines for word in f"{line.reference} {line.purpose}".split() if len(word) > 3}
    plans = CollectionPlan.objects.within(scope, Ability.RECORD_RECEIPT).filter(received_minor__lt=F("amount_minor"))
    amounts = {line.open_minor for line in lines}
    due = Instalment.objects.filter(is_open=True).annotate(left=F("amount_minor") - F("received_minor"))
    pointed = plans.filter(
        Q(order__number__in=numbers)
        | Q(order__company__normalised_name__in=list(keys))
        | Q(order__in=Contract.objects.filter(number__in=words).values("order"))
        | Q(pk__in=due.filter(left__in=amounts).values("plan"))
    ).filter(order__status=Order.Status.SIGNED)
    shown = pointed.select_related("order__company").defer("order__company__search_grams").order_by("order__number")
    return _as_candidates(list(shown[:MOST_CANDIDATES]))


def _as_candidates(plans: list[CollectionPlan]) -> dict[str, list[Candidate]]:
    due, papers, found = defaultdict(list), defaultdict(list), defaultdict(list)
    for plan_id, left in Instalment.objects.filter(plan__in=plans, is_open=True).values_list(
        "plan_id", F("amount_minor") - F("received_minor")
    ):
        due[plan_id].append(left)
    for order_id, number in Contract.objects.filter(order__in=[plan.order_id for plan in plans]).values_list(
        "order_id", "number"
    ):
        papers[order_id].append(number)
    for plan in plans:
        order = plan.order
        candidate = Candidate(
            order.pk, order.number, tuple(papers[order.pk]), order.company_id, order.company.name,
            order.company.normalised_name, plan.amount_minor - plan.received_minor, tuple(due[plan.pk]),
        )  # fmt: skip
        found[plan.currency].append(candidate)
    return found


def payment(scope: Scope, line_id: UUID) -> PaymentRow:
    """Return one payment; raises `NotFound`."""
    scope.require(Ability.RECORD_RECEIPT)
    line = BankLine.objects.select_related("file").filter(pk=line_id).first()
    if line is None:
        raise NotFound
    return _rows(scope, [line])[0]


def open_orders(scope: Scope, text: str, *, currency: str, limit: int = 20) -> list[CollectionPlan]:
    """Return orders in reach with open money, by number or the beginning or any part of the company's name."""
    scope.require(Ability.RECORD_RECEIPT)
    wanted = text.strip()[:80]
    if not wanted:
        return []
    plans = CollectionPlan.objects.within(scope, Ability.RECORD_RECEIPT).filter(
        Q(order__number__icontains=wanted) | Q(order__company__name__icontains=wanted),
        currency=currency,
        received_minor__lt=F("amount_minor"),
        order__status=Order.Status.SIGNED,
    )
    shown = plans.select_related("order__company").defer("order__company__search_grams")
    return list(shown.order_by("order__number")[:limit])


def bank_files(scope: Scope, *, limit: int = 20) -> list[BankFile]:
    """Return the statements that were read last."""
    scope.require(Ability.RECORD_RECEIPT)
    return list(BankFile.objects.select_related("read_by").order_by("-read_at", "-id")[:limit])


def bank_file(scope: Scope, file_id: UUID) -> BankFile:
    """Return one statement with its bad rows; raises `NotFound`."""
    scope.require(Ability.RECORD_RECEIPT)
    row = BankFile.objects.select_related("read_by").filter(pk=file_id).first()
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the overdue ladder: late by at least `days`, and less than the next step; sums in minor units by currency."""

    days: int
    until: int | None
    count: int
    amounts: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Debtor:
    """A company that is late: with how much (minor units), since when, and at which step of the ladder."""

    company_id: UUID
    company_name: str
    order_id: UUID
    person_name: str
    currency: str
    count: int
    open_minor: int
    days_late: int
    rung: int


@dataclass(frozen=True, slots=True)
class Desk:
    """The figures of the desk: payments with something left, cash that waits for its second person, the ladder, who is late."""

    unmatched: list[tuple[str, int]]
    unmatched_count: int
    waiting_cash: int
    late: list[tuple[str, int]]
    late_count: int
    rungs: list[Rung]
    debtors: list[Debtor]


def desk(scope: Scope, *, today: date, now: datetime) -> Desk:
    """Return the figures of the finance desk."""
    scope.require(Ability.RECORD_RECEIPT)
    lines = BankLine.objects.filter(is_open=True).order_by().values_list("currency")
    left = list(lines.annotate(total=Sum(F("amount_minor") - F("matched_minor")), number=Count("pk")))
    confirmed = ReceiptConfirmation.objects.values("receipt")
    cash = Receipt.objects.within(scope, Ability.RECORD_RECEIPT).filter(method=Receipt.Method.CASH, reverses=None)
    undone = Receipt.objects.filter(reverses__isnull=False).values("reverses")
    waiting = cash.exclude(pk__in=confirmed).exclude(pk__in=undone).count()
    ladder = policies.book(now).integers("pipeline.overdue_ladder", scope.unit_chain)
    late = Instalment.objects.within(scope, Ability.VIEW_COLLECTIONS).filter(is_open=True, due_on__lt=today)
    rungs = _rungs(late, ladder, today)
    totals: dict[str, int] = defaultdict(int)
    for rung in rungs:
        for currency, total in rung.amounts:
            totals[currency] += total
    return Desk(
        [(currency, total) for currency, total, _ in left], sum(number for _, _, number in left), waiting,
        sorted(totals.items()), sum(rung.count for rung in rungs), rungs, debtors(scope, today=today, now=now),
    )  # fmt: skip


def _rungs(late: object, ladder: Sequence[int], today: date) -> list[Rung]:
    found: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    rows: Iterable[tuple[date, str, int, int]] = (
        late.order_by()  # type: ignore[attr-defined]
        .values_list("due_on", "plan__currency")
        .annotate(total=Sum(F("amount_minor") - F("received_minor")), number=Count("pk"))
    )
    for due_on, currency, total, number in rows:
        found[rung_of((today - due_on).days, ladder)].append((currency, total, number))
    steps = sorted(ladder)
    result = []
    for place, days in enumerate(steps):
        sums: dict[str, int] = defaultdict(int)
        for currency, total, _number in found[days]:
            sums[currency] += total
        until = steps[place + 1] if place + 1 < len(steps) else None
        result.append(Rung(days, until, sum(row[2] for row in found[days]), sorted(sums.items())))
    return result


def debtors(scope: Scope, *, today: date, now: datetime, limit: int = MOST_DEBTORS) -> list[Debtor]:
    """Return who is late with how much, by order, the largest sum first."""
    scope.require(Ability.VIEW_COLLECTIONS)
    ladder = policies.book(now).integers("pipeline.overdue_ladder", scope.unit_chain)
    rows = Instalment.objects.within(scope, Ability.VIEW_COLLECTIONS).filter(is_open=True, due_on__lt=today)
    grouped = rows.order_by().values_list(
        "plan__order_id", "plan__order__company_id", "plan__order__company__name", "plan__order__owner__name", "plan__currency"
    )  # fmt: skip
    summed = grouped.annotate(
        left=Sum(F("amount_minor") - F("received_minor")), number=Count("pk"), first=Min("due_on")
    ).order_by("-left", "plan__order_id")
    return [
        Debtor(company, name, order, person, currency, number, left, (today - first).days, rung_of((today - first).days, ladder))
        for order, company, name, person, currency, left, number, first in summed[:limit]
    ]  # fmt: skip
