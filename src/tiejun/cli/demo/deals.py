"""Deals of the demo: opportunities opened, orders signed, money received."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any

from tiejun.access.roles import Role
from tiejun.cli.demo.company import SYSTEM, ZONE, DemoStaff
from tiejun.cli.demo.names import words
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import at_local
from tiejun.org.queries import product_lines, scope_of_person
from tiejun.pipeline import rules as pipeline_rules
from tiejun.pipeline.actions import stages
from tiejun.pipeline.actions.collections import record_receipt
from tiejun.pipeline.actions.opportunities import lose_opportunity, open_opportunity
from tiejun.pipeline.actions.orders import draft_order
from tiejun.pipeline.actions.signing import record_contract, sign_order
from tiejun.pipeline.events import OrderSigned
from tiejun.pipeline.queries import opportunity_in_reach
from tiejun.visits.events import VisitRecorded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tiejun.access.scope import Scope
    from tiejun.cli.demo.outcomes import Outcome
    from tiejun.cli.demo.supply import Card
    from tiejun.visits.models import Visit


# Which part of the customers begins with the trial.
TRYING = 0.15


@cache
def _products() -> tuple[Any, ...]:
    return tuple(line for line in product_lines(SYSTEM) if not line.is_trial)


@cache
def _trial() -> Any:
    return next(line for line in product_lines(SYSTEM) if line.is_trial)


def move_on(scope: Scope, card: Card, outcome: Outcome, random: Random, *, day: date, now: datetime) -> None:
    """Let a visit's outcome open, win or lose the company's opportunity; with a customer who has signed nothing is decided again."""
    if card.is_won:
        return
    if card.opportunity_id is None:
        if outcome.is_effective and outcome.next_step and random.random() < 0.42:
            line = random.choices(_products(), [4, 2, 3, 1])[0]
            if not card.has_tried and Random(f"trial of {card.company.name}").random() < TRYING:
                line, card.is_trying = _trial(), True
            close_on = day + timedelta(days=random.randint(6, 35))
            facts = pipeline_rules.OpportunityFacts(line.list_price_minor, close_on)
            row = open_opportunity(scope, company_id=card.company_id, product_line_id=line.pk, facts=facts, now=now)
            card.opportunity_id = row.pk
    elif outcome.advancement == "ORDER":
        _sign(scope, card, day=day, now=now, random=random)
    elif outcome.refusal != "NONE" and random.random() < 0.5:
        reason = random.choice(list(pipeline_rules.LostReason)[:5])
        version = opportunity_in_reach(scope, card.opportunity_id).version
        note = random.choice(words()["lost_notes"])
        lose_opportunity(scope, opportunity_id=card.opportunity_id, version=version, reason=reason, note=note, now=now)
        card.opportunity_id = None


def _sign(scope: Scope, card: Card, *, day: date, now: datetime, random: Random) -> None:
    assert card.opportunity_id is not None
    order = draft_order(scope, opportunity_id=card.opportunity_id, now=now)
    signed = sign_order(scope, order_id=order.pk, version=order.version, signed_on=day, now=now + timedelta(minutes=5))
    if random.random() < 0.8:
        number = signed.number.replace("-", "")
        record_contract(
            scope,
            order_id=signed.pk,
            number=f"HT{number}",
            signed_on=day,
            signatory=card.company.contact,
            now=now + timedelta(minutes=8),
        )
    if signed.is_trial:
        # Whoever has tried is visited again: the full service is what it is for.
        card.opportunity_id, card.is_trying, card.has_tried, card.next_on = None, False, True, day + timedelta(days=3)
    else:
        card.is_won, card.next_on = True, None


class Money:
    """Listens to what the day announced, at the day's own time, and lets customers pay."""

    def __init__(self, staff: DemoStaff, random: Random) -> None:
        self.staff = staff
        self.random = random
        self.due: list[tuple[date, OrderSigned]] = []

    def follow(self, events: list[object], day: date, now: datetime) -> None:
        """Prove stages by the day's visits, plan payments of its orders, record those that come in today."""
        recorded = [event for event in events if isinstance(event, VisitRecorded)]
        _prove(recorded, max((event.happened_at for event in recorded), default=now))
        for event in events:
            if isinstance(event, OrderSigned) and self.random.random() < 0.88:
                self.due.append((day + timedelta(days=self.random.choice([0, 1, 2, 3, 5, 7, 10, 14, 18])), event))
        at = at_local(day, "16:40", ZONE)
        if at > now:
            return
        scope = scope_of_person(self.staff.persons[Role.FINANCE], at=at, origin="demo")
        for _on, event in [row for row in self.due if row[0] <= day]:
            _receive(scope, event, day, at)
        self.due = [row for row in self.due if row[0] > day]


def prove(visits: Sequence[Visit], now: datetime) -> None:
    """Let past visits prove the stages of their companies' opportunities."""
    events = [
        VisitRecorded(
            visit_id=visit.pk,
            company_id=visit.company_id,
            person_id=visit.person_id,
            effective_visit=visit.effective_visit,
            new_effective_customer=visit.new_effective_customer,
            kp_met=visit.effective_customer,
            service_explained=visit.service_explained,
            demo_steps=visit.demo_steps_done,
            trial_close=visit.trial_close,
            advancement=visit.advancement,
            order_presented=visit.order_presented,
            happened_at=visit.ended_at or visit.started_at,
        )
        for visit in visits
    ]
    _prove(events, now)


def _prove(events: Sequence[VisitRecorded], now: datetime) -> None:
    noted = [
        pipeline_rules.NotedVisit(
            event.visit_id,
            event.company_id,
            pipeline_rules.facts_of_visit(
                kp_met=event.kp_met,
                service_explained=event.service_explained,
                demonstrated=event.demo_steps > 0,
                trial_closed=pipeline_rules.is_trial_closed(event.trial_close),
                order_presented=event.order_presented,
            ),
            event.happened_at,
        )
        for event in events
    ]
    proving = [visit for visit in noted if visit.proven]
    if proving:
        stages.note_visits(SYSTEM, visits=proving, now=now)


def _receive(scope: Scope, event: OrderSigned, day: date, at: datetime) -> None:
    try:
        facts = pipeline_rules.ReceiptFacts(event.amount_minor, "BANK", day, reference=f"YH{event.number[-6:]}")
        record_receipt(scope, order_id=event.order_id, facts=facts, now=at)
    except Refused:
        # The order was cancelled or amended meanwhile.
        return
