"""What the pages of the pipeline show: the board, an opportunity's steps, an order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum

from tiejun.access.abilities import Ability
from tiejun.foundation import policies
from tiejun.foundation.refusals import NotFound
from tiejun.org import queries as org
from tiejun.pipeline import rules
from tiejun.pipeline.models import (
    UNDECIDED,
    CollectionPlan,
    Contract,
    Instalment,
    Opportunity,
    Order,
    OrderLine,
    Proof,
    Receipt,
    StageChange,
)
from tiejun.pipeline.queries import (
    SHOWN_WITH,
    STATES,
    UNSHOWN,
    OpportunityFilters,
    _filtered,
    link_counts,
    month_start,
    next_month,
    opportunity_in_reach,
    order_in_reach,
)
from tiejun.pipeline.queries.collections import receipts_of_plan
from tiejun.pipeline.texts import STAGES

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.models import ProductLine

CARDS_PER_STAGE = 20
STAGE_WORDS = dict(STAGES)
BOARD_STAGES = (*rules.OPEN_STAGES, *rules.WON_STAGES)


@dataclass(frozen=True, slots=True)
class StageColumn:
    """One stage of the board: how many, their sums by currency in minor units, and the cards that close first."""

    stage: rules.Stage
    count: int
    amounts: list[tuple[str, int]]
    cards: list[Opportunity]

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.cards)

    @property
    def label(self) -> str:
        return str(STAGE_WORDS[self.stage.value])


def board(
    scope: Scope, filters: OpportunityFilters, *, stages: tuple[rules.Stage, ...] = rules.OPEN_STAGES
) -> list[StageColumn]:
    """Return the stages with sums over all rows in reach and their first cards: two queries whatever the number of rows."""
    scope.require(Ability.VIEW_PIPELINE)
    rows = _filtered(scope, filters).filter(stage__in=[stage.value for stage in stages])
    sums: dict[str, list[tuple[str, int, int]]] = {}
    for stage, currency, number, total in (
        rows.order_by().values_list("stage", "currency").annotate(n=Count("pk"), total=Sum("amount_minor"))
    ):
        sums.setdefault(stage, []).append((currency, number, total))
    cards: dict[str, list[Opportunity]] = {}
    for row in _first_of_each(rows):
        cards.setdefault(row.stage, []).append(row)
    return [
        StageColumn(
            stage,
            sum(number for _, number, _ in sums.get(stage.value, [])),
            [(currency, total) for currency, _, total in sorted(sums.get(stage.value, []))],
            cards.get(stage.value, []),
        )
        for stage in stages
    ]


def _first_of_each(rows: Any) -> list[Opportunity]:
    wanted: set[UUID] = set()
    for stage in rows.order_by().values_list("stage", flat=True).distinct():
        wanted |= set(
            rows.filter(stage=stage).order_by("close_on", "id").values_list("pk", flat=True)[:CARDS_PER_STAGE]
        )
    shown = Opportunity.objects.filter(pk__in=wanted).select_related(*SHOWN_WITH).defer(*UNSHOWN)
    return list(shown.order_by("close_on", "id"))


def closing_soon(scope: Scope, *, today: date, days: int = 7) -> list[Opportunity]:
    """Return undecided opportunities in reach that should close within the next days or should have closed, soonest first."""
    scope.require(Ability.VIEW_PIPELINE)
    rows = Opportunity.objects.within(scope, Ability.VIEW_PIPELINE)
    rows = rows.filter(stage__in=STATES["open"], close_on__lte=today + timedelta(days=days))
    return list(rows.select_related(*SHOWN_WITH).defer(*UNSHOWN).order_by("close_on", "id")[:20])


@dataclass(frozen=True, slots=True)
class Outlook:
    """The month in one currency, minor units: signed and collected, and what is open by category and closes in it."""

    currency: str
    signed_minor: int
    collected_minor: int
    commit_minor: int
    best_case_minor: int
    pipeline_minor: int
    open_count: int

    @property
    def reachable_minor(self) -> int:
        return self.signed_minor + self.commit_minor + self.best_case_minor + self.pipeline_minor

    @property
    def promised_minor(self) -> int:
        return self.signed_minor + self.commit_minor


def outlook(scope: Scope, *, today: date, currency: str = "CNY") -> Outlook:
    """Return the month's outlook over everything in reach."""
    since, until = month_start(scope, today), next_month(scope, today)
    counts = link_counts(scope, since=since, until=until) if scope.can(Ability.VIEW_COLLECTIONS) else None
    rows = Opportunity.objects.within(scope, Ability.VIEW_PIPELINE).filter(stage__in=STATES["open"], currency=currency)
    found = (
        rows.filter(close_on__lt=until)
        .order_by()
        .values_list("category")
        .annotate(total=Sum("amount_minor"), number=Count("pk"))
    )
    sums = {category: (total, number) for category, total, number in found}
    return Outlook(
        currency=currency,
        signed_minor=counts.orders.amounts.get(currency, 0) if counts else 0,
        collected_minor=counts.collections.amounts.get(currency, 0) if counts else 0,
        commit_minor=sums.get("COMMIT", (0, 0))[0],
        best_case_minor=sums.get("BEST_CASE", (0, 0))[0],
        pipeline_minor=sums.get("PIPELINE", (0, 0))[0],
        open_count=sum(number for _, number in sums.values()),
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder: proven when there is a fact; `is_now` for the stage reached."""

    stage: rules.Stage
    proof: Proof | None
    is_done: bool
    is_now: bool

    @property
    def label(self) -> str:
        return str(STAGE_WORDS[self.stage.value])


@dataclass(frozen=True, slots=True)
class OpportunityView:
    """All that an opportunity's page shows."""

    row: Opportunity
    steps: list[Step]
    changes: list[StageChange]
    orders: list[Order]
    may_edit: bool
    is_open: bool
    has_draft: bool
    push_limit: int


def opportunity_view(scope: Scope, opportunity_id: UUID, *, now: datetime) -> OpportunityView:
    """Return an opportunity in reach with the fact behind each stage; raises `NotFound`."""
    row = opportunity_in_reach(scope, opportunity_id)
    proofs: dict[str, Proof] = {}
    for proof in Proof.objects.filter(opportunity=row, withdrawn_at=None).order_by("happened_at"):
        proofs.setdefault(proof.stage, proof)
    orders = list(Order.objects.filter(opportunity=row).order_by("-created_at"))
    plans = {plan.order_id: plan for plan in CollectionPlan.objects.filter(order__in=orders)}
    for order in orders:
        order.plan = plans.get(order.pk)  # type: ignore[attr-defined]
    return OpportunityView(
        row=row,
        steps=_steps(proofs),
        changes=list(
            StageChange.objects.filter(opportunity=row).select_related("changed_by").order_by("-changed_at", "-id")[:50]
        ),
        orders=orders,
        may_edit=scope.covers(Ability.EDIT_OPPORTUNITY, owner_id=row.owner_id, unit_id=row.unit_id),
        is_open=row.stage in UNDECIDED,
        has_draft=any(order.status == Order.Status.DRAFT for order in orders),
        push_limit=policies.book(now).integer("pipeline.close_date_pushes", scope.unit_chain),
    )


def _steps(proofs: dict[str, Proof]) -> list[Step]:
    reached = rules.stage_from({rules.Stage(stage) for stage in proofs})
    place = rules.LADDER.index(reached)
    return [
        Step(
            stage,
            proofs.get(stage.value),
            is_done=n <= place and (n == 0 or stage.value in proofs),
            is_now=stage is reached,
        )
        for n, stage in enumerate(rules.LADDER)
    ]


@dataclass(frozen=True, slots=True)
class OrderView:
    """All that an order's page shows. `causes`: why it needs an approval; `revisions`: all of this number, newest first."""

    row: Order
    lines: list[OrderLine]
    sums: rules.Totals
    causes: list[rules.ApprovalCause]
    plan: CollectionPlan | None
    instalments: list[Instalment]
    receipts: list[Receipt]
    contracts: list[Contract]
    revisions: list[Order]
    may_edit: bool
    may_sign: bool
    may_approve: bool
    may_plan: bool
    may_record_contract: bool
    may_receive: bool


def order_view(scope: Scope, order_id: UUID, *, now: datetime) -> OrderView:
    """Return an order in reach with lines, money and papers; raises `NotFound`."""
    row = order_in_reach(scope, order_id)
    plan = CollectionPlan.objects.filter(order=row).first()
    sees_money = plan is not None and scope.covers(Ability.VIEW_COLLECTIONS, owner_id=row.owner_id, unit_id=row.unit_id)

    def may(ability: Ability) -> bool:
        return scope.covers(ability, owner_id=row.owner_id, unit_id=row.unit_id)

    return OrderView(
        row=row,
        lines=list(OrderLine.objects.filter(order=row).select_related("product_line").order_by("position")),
        sums=rules.Totals(row.list_minor, row.amount_minor),
        causes=approval_causes(scope, row, now=now),
        plan=plan if sees_money else None,
        instalments=list(Instalment.objects.filter(plan=plan, amount_minor__gt=0).order_by("due_on", "position"))
        if sees_money
        else [],
        receipts=receipts_of_plan(scope, plan) if sees_money else [],
        contracts=list(
            Contract.objects.filter(order__number=row.number)
            .select_related("file", "recorded_by")
            .order_by("-recorded_at")
        ),
        revisions=list(Order.objects.filter(number=row.number).order_by("-revision")),
        may_edit=may(Ability.EDIT_OPPORTUNITY),
        may_sign=may(Ability.SIGN_ORDER),
        may_approve=may(Ability.APPROVE_ORDER) and scope.person_id not in (row.owner_id, row.approval_asked_by_id),
        may_plan=may(Ability.PLAN_COLLECTION),
        may_record_contract=may(Ability.RECORD_CONTRACT),
        may_receive=may(Ability.RECORD_RECEIPT),
    )


def approval_causes(
    scope: Scope, order: Order, *, now: datetime, sums: rules.Totals | None = None
) -> list[rules.ApprovalCause]:
    """Return why an order, with these sums if given, needs an approval; empty when it needs none."""
    book, chain = policies.book(now), org.unit_chain(scope, order.unit_id)
    return rules.approval_causes(
        sums or rules.Totals(order.list_minor, order.amount_minor),
        limit_minor=book.integer("pipeline.approval_limit_minor", chain),
        discount_limit_percent=book.integer("pipeline.discount_limit_percent", chain),
    )


def sold_lines(scope: Scope, *, currency: str | None = None) -> list[ProductLine]:
    """Return the product lines that are sold, in a currency if asked for."""
    return [line for line in org.product_lines(scope) if line.is_sold and currency in (None, line.currency)]


def contract_scan(scope: Scope, contract_id: UUID) -> Contract:
    """Return a contract with a scan whose order the asker reaches; raises `NotFound`."""
    contract = Contract.objects.filter(pk=contract_id, file__isnull=False).select_related("file").first()
    if contract is None:
        raise NotFound
    order_in_reach(scope, contract.order_id)
    return contract


def search(scope: Scope, text: str, *, limit: int = 8) -> list[Order]:
    """Return orders in reach whose number contains the text or whose company is called so, newest first."""
    words = text.strip()[:80]
    if not words or not scope.can(Ability.VIEW_PIPELINE):
        return []
    rows = Order.objects.within(scope, Ability.VIEW_PIPELINE).exclude(status=Order.Status.SUPERSEDED)
    found = (
        rows.filter(Q(number__icontains=words) | Q(company__name__icontains=words))
        .select_related("company")
        .defer(*UNSHOWN)
    )
    return list(found.order_by("-created_at", "-id")[:limit])
