"""Opportunities: open, change, lose, open again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.customers import queries as customers
from tiejun.customers.queries.family import family_of
from tiejun.foundation import audit, policies
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.foundation.times import local_date
from tiejun.org import queries as org
from tiejun.pipeline import rules
from tiejun.pipeline.actions.stages import _move, _note_proofs, _settle
from tiejun.pipeline.events import OpportunityLost, OpportunityOpened
from tiejun.pipeline.locks import lock_opportunity
from tiejun.pipeline.models import UNDECIDED, Opportunity, Order, Proof, StageChange, VisitFact
from tiejun.pipeline.rules import Category, LostReason, NotedVisit, OpportunityFacts, Refusal, Stage

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

OPEN = tuple(category.value for category in rules.OPEN_CATEGORIES)


@action(Ability.EDIT_OPPORTUNITY)
def open_opportunity(
    scope: Scope, *, company_id: UUID, product_line_id: UUID, facts: OpportunityFacts, now: datetime
) -> Opportunity:
    """Open a possible sale of a product line to a company in reach, for the company's holder.

    Amount in minor units of the product line's currency. The company's visits of the last months count as facts at once.
    Raises `NotFound`, `Refused` (ALREADY_OPEN, NOT_SOLD, NO_OWNER) and `Invalid`.
    """
    company = customers.company_in_reach(scope, company_id, Ability.EDIT_OPPORTUNITY)
    line = next((line for line in org.product_lines(scope) if line.pk == product_line_id), None)
    if line is None:
        raise NotFound
    if not line.is_sold:
        raise Refused(Refusal.NOT_SOLD)
    today = local_date(now, scope.zone)
    _check(facts, today)
    owner_id = company.owner_id or scope.person_id
    if owner_id is None:
        raise Refused(Refusal.NO_OWNER)
    unit_id = company.unit_id if company.owner_id else None
    row = Opportunity(
        company_id=company.pk, product_line_id=product_line_id, owner_id=owner_id,
        unit_id=unit_id or org.unit_of_person(scope, owner_id, on=today), currency=line.currency, **_columns(facts),
        stage_at=now, opened_at=now, changed_at=now,
    )  # fmt: skip
    _insert(row)
    _begin(scope, row, now)
    audit.record(
        scope,
        "pipeline.opportunity_opened",
        row,
        company_id=company_id,
        amount_minor=facts.amount_minor,
        close_on=facts.close_on,
    )
    announce(OpportunityOpened(row.pk, company_id, owner_id, now))
    return row


def _columns(facts: OpportunityFacts) -> dict[str, Any]:
    return asdict(facts) | {"category": facts.category.value}


def _check(facts: OpportunityFacts, today: date | None) -> None:
    if facts.amount_minor < 0:
        raise Invalid(amount=_("The amount must not be negative."))
    if facts.category.value not in OPEN:
        raise Invalid(category=_("An open opportunity cannot be in this category."))
    if today is not None:
        _check_day(facts.close_on, today)


def _check_day(close_on: date, today: date) -> None:
    if close_on < today:
        raise Invalid(close_on=_("The close date has passed already."))


def _insert(row: Opportunity) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "one_open_opportunity" not in str(error):
            raise
        raise Refused(Refusal.ALREADY_OPEN) from error


def _begin(scope: Scope, row: Opportunity, now: datetime) -> None:
    """Write the first stage, then let the company's visits of the policy's window prove what they prove."""
    StageChange.objects.create(
        opportunity=row,
        stage_to=Stage.IDENTIFIED.value,
        source=StageChange.Source.OPENING,
        changed_by_id=scope.person_id,
        changed_at=now,
    )
    window = timedelta(days=policies.book(now).integer("pipeline.proof_window_days", scope.unit_chain))
    known = VisitFact.objects.filter(company_id__in=family_of(scope, row.company_id), happened_at__gte=now - window)
    visits = [
        NotedVisit(fact.pk, fact.company_id, frozenset(Stage(stage) for stage in fact.stages), fact.happened_at)
        for fact in known.order_by("happened_at")
    ]
    _note_proofs(scope, row, visits, set(), now=now)


@action(Ability.EDIT_OPPORTUNITY)
def edit_opportunity(
    scope: Scope, *, opportunity_id: UUID, version: int, facts: OpportunityFacts, now: datetime
) -> Opportunity:
    """Change amount (minor units), close date, category and next step of an undecided opportunity.

    A later close date counts as a push; after the policy's number of pushes it cannot be promised any more (PUSHED_TOO_OFTEN).
    A sleeping one wakes. Raises `NotFound`, `Stale`, `Refused` (NOT_OPEN, PUSHED_TOO_OFTEN) and `Invalid`.
    """
    row = lock_opportunity(scope, opportunity_id, Ability.EDIT_OPPORTUNITY, version=version)
    if row.stage not in UNDECIDED:
        raise Refused(Refusal.NOT_OPEN)
    _check(facts, local_date(now, scope.zone) if facts.close_on != row.close_on else None)
    limit = policies.book(now).integer("pipeline.close_date_pushes", scope.unit_chain)
    pushes = row.pushes + (1 if rules.is_push(row.close_on, facts.close_on) else 0)
    if facts.category is Category.COMMIT and not rules.may_commit(pushes, limit):
        raise Refused(Refusal.PUSHED_TOO_OFTEN, pushes=pushes)
    changed = _columns(facts)
    before = {name: getattr(row, name) for name, value in changed.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    row.pushes, row.changed_at, row.version = pushes, now, row.version + 1
    row.save(update_fields=[*changed, "pushes", "changed_at", "version"])
    if row.stage == Stage.DORMANT.value:
        _settle(scope, row, source=StageChange.Source.DECISION, source_id=None, now=now)
    before.pop("next_step", None)
    audit.record(scope, "pipeline.opportunity_edited", row, was=before, pushes=pushes)
    return row


@action(Ability.EDIT_OPPORTUNITY)
def lose_opportunity(
    scope: Scope, *, opportunity_id: UUID, version: int, reason: LostReason, note: str, now: datetime
) -> Opportunity:
    """Give an undecided opportunity up, with its reason; a draft order goes with it.

    Raises `NotFound`, `Stale`, `Refused` (NOT_OPEN) and `Invalid` (the reason OTHER needs a note).
    """
    row = lock_opportunity(scope, opportunity_id, Ability.EDIT_OPPORTUNITY, version=version)
    if row.stage not in UNDECIDED:
        raise Refused(Refusal.NOT_OPEN)
    if reason is LostReason.OTHER and not note.strip():
        raise Invalid(note=_("Say in a few words what happened."))
    drafts = Order.objects.filter(opportunity=row, status=Order.Status.DRAFT)
    drafts.update(
        status=Order.Status.CANCELLED,
        cancelled_on=local_date(now, scope.zone),
        cancel_reason=f"{Stage.LOST.value} {reason.value}",
        changed_at=now,
    )
    Proof.objects.filter(opportunity=row, source=Proof.Source.ORDER, withdrawn_at=None).update(withdrawn_at=now)
    row.lost_reason, row.lost_note, row.version = reason.value, note.strip(), row.version + 1
    _move(scope, row, Stage.LOST, source=StageChange.Source.DECISION, source_id=None, now=now)
    row.save(update_fields=["version"])
    audit.record(scope, "pipeline.opportunity_lost", row, reason=reason.value, amount_minor=row.amount_minor)
    announce(OpportunityLost(row.pk, row.company_id, row.owner_id, reason.value, row.amount_minor, row.currency, now))
    return row


@action(Ability.EDIT_OPPORTUNITY)
def reopen_opportunity(scope: Scope, *, opportunity_id: UUID, close_on: date, now: datetime) -> Opportunity:
    """Open a lost opportunity again, with a new close date; its stage comes from the facts it had.

    Raises `NotFound`, `Refused` (NOT_CLOSED, ALREADY_OPEN) and `Invalid` (a close date in the past).
    """
    row = lock_opportunity(scope, opportunity_id, Ability.EDIT_OPPORTUNITY)
    if row.stage != Stage.LOST.value:
        raise Refused(Refusal.NOT_CLOSED)
    _check_day(close_on, local_date(now, scope.zone))
    row.lost_reason, row.lost_note = "", ""
    row.close_on, row.version = close_on, row.version + 1
    _settle(scope, row, source=StageChange.Source.DECISION, source_id=None, now=now)
    row.save(update_fields=["close_on", "version"])
    audit.record(scope, "pipeline.opportunity_reopened", row, close_on=close_on)
    return row
