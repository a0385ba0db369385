"""Customers for life of the demo: hand-overs, the six steps, what customers say, complaints, surveys, what ends and what grows."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from tiejun.access.roles import Role
from tiejun.cli.demo.company import SYSTEM, ZONE
from tiejun.customers.queries import contacts_of
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import at_local, business_day
from tiejun.org.queries import scope_of_person
from tiejun.pipeline.queries.lives import customers_of_unit, signed_orders
from tiejun.success.actions import care, complaints, follow_ons, handovers, lives, surveys
from tiejun.success.models import CustomerHandover
from tiejun.success.rules import (
    ComplaintFacts,
    ComplaintSubject,
    HandoverFacts,
    Step,
    SurveyFacts,
    Usage,
    Voice,
    VoiceFacts,
)

if TYPE_CHECKING:
    from datetime import date, datetime
    from random import Random
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.cli.demo.company import DemoStaff
    from tiejun.pipeline.queries.lives import SignedOrder

# Customers of the first group whose life is told in full; the newest orders still wait to be handed over.
TOLD, FRESH, WAITING = 10, 6, 2
COMPLAINING, LATE_COMPLAINT, PLANNED, RENEWED, LEAVING = (2, 4, 5, 6, 8), 2, (0, 8), 1, 9
YEAR = timedelta(days=365)


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((files("tiejun.cli.demo") / "lives.json").read_text("utf-8"))
    return found


class Lives:
    """Customers of the first group and what becomes of them, told through the product's own actions."""

    def __init__(self, staff: DemoStaff, random: Random, now: datetime) -> None:
        self.staff, self.random, self.now = staff, random, now
        self.today = business_day(now, ZONE)
        self.ops = staff.persons[Role.SALES_OPS]

    def live(self) -> None:
        """Tell the lives of some customers, and work out how everybody's stand."""
        held = {unit_id: customers_of_unit(SYSTEM, unit_id) for unit_id in self.staff.groups}
        orders = _one_each([one for one in signed_orders(SYSTEM, held[self.staff.groups[0]]) if not one.is_trial])
        told, fresh = orders[:TOLD], orders[TOLD:][-FRESH:]
        handovers.begin_handovers(SYSTEM, orders=[*told, *fresh], now=self.now)
        begun = {row.order_id: row for row in CustomerHandover.objects.select_related("company")}
        for number, order in enumerate(fresh[:WAITING]):
            at = min(self.now - timedelta(minutes=30), order.signed_at + timedelta(hours=20))
            receiver_id = self.staff.supervisors[0] if number else self.ops
            self._hand_over(order, begun[order.order_id], order.signed_on + YEAR, receiver_id=receiver_id, at=at)
        for number, order in enumerate(told):
            self._receive(number, order, begun[order.order_id])
            self._tell(number, order)
        lives.check_lives(SYSTEM, company_ids=set().union(*held.values()), now=self.now)

    def _receive(self, number: int, order: SignedOrder, row: CustomerHandover) -> None:
        ends_on = self.today + timedelta(days=18 + 3 * number) if number % 4 == 1 else order.signed_on + YEAR
        at = min(self.now - timedelta(hours=3), order.signed_at + timedelta(hours=21))
        row = self._hand_over(order, row, ends_on, receiver_id=self.ops, at=at)
        receiver = scope_of_person(self.ops, at=self.now, origin="demo")
        handovers.receive(receiver, handover_id=row.pk, version=row.version, now=at + timedelta(hours=2))

    def _tell(self, number: int, order: SignedOrder) -> None:
        """One customer, by its number: most do well, some complain, some end soon, some grow."""
        rep = scope_of_person(order.owner_id, at=self.now, origin="demo")
        self._note_steps(rep, order, (6, 3, 1, 4, 2)[number % 5])
        if number % 3 != 2:
            usage = (Usage.DAILY, Usage.WEEKLY, Usage.SELDOM)[number % 7 % 3]
            self._note(rep, order, VoiceFacts(Voice.USAGE, usage=usage), days=number % 5)
        if number % 4 == 0:
            kind, said = (Voice.PRAISE, "praise") if number % 8 else (Voice.WISH, "wish")
            self._note(rep, order, VoiceFacts(kind, self.random.choice(_words()[said])), days=2)
        if number in COMPLAINING:
            self._complain(rep, COMPLAINING.index(number), order)
        if number % 4 == 3:
            self._ask(rep, order, number // 4)
        if number in PLANNED:
            self._plan(rep, order, _words()["next"][number % 2])
        with suppress(Refused):
            if number == RENEWED:
                follow_ons.renew(rep, company_id=order.company_id, order_id=order.order_id, now=self.now)
            elif number == LEAVING:
                said = _words()["not_renewed"]
                follow_ons.decline_renewal(
                    rep, company_id=order.company_id, order_id=order.order_id, reason=said, now=self.now
                )

    def _hand_over(
        self, order: SignedOrder, row: CustomerHandover, ends_on: date, *, receiver_id: UUID, at: datetime
    ) -> CustomerHandover:
        known = contacts_of(SYSTEM, row.company_id)
        name = known[0].name if known and known[0].name else row.company.name
        contacts = self.random.choice(_words()["contacts"]) % name
        promised = self.random.choice(_words()["promised"])
        facts = HandoverFacts(promised, contacts, "", ends_on, receiver_id)
        scope = scope_of_person(order.owner_id, at=at, origin="demo")
        return handovers.hand_over(scope, handover_id=row.pk, version=row.version, facts=facts, now=at)

    def _note_steps(self, rep: Scope, order: SignedOrder, count: int) -> None:
        for place, step in enumerate(list(Step)[:count]):
            day = order.signed_on + timedelta(days=2 + 5 * place)
            if day < self.today:
                said = self.random.choice(_words()["steps"][step.value])
                care.note_step(
                    rep, company_id=order.company_id, order_id=order.order_id, step=step, done_on=day, evidence=said,
                    now=at_local(day, "17:30", ZONE),
                )  # fmt: skip

    def _note(self, rep: Scope, order: SignedOrder, facts: VoiceFacts, *, days: int) -> None:
        care.note_voice(rep, company_id=order.company_id, facts=facts, now=self.now - timedelta(days=days, hours=2))

    def _plan(self, rep: Scope, order: SignedOrder, words: str) -> None:
        due_on = self.today + timedelta(days=3)
        lives.set_next_step(rep, company_id=order.company_id, words=words, due_on=due_on, now=self.now)

    def _complain(self, rep: Scope, place: int, order: SignedOrder) -> None:
        """Write a complaint down, and close those that were answered; of the others one is late and one is due soon."""
        subject, said, told = _words()["complaints"][place]
        at = self.now - timedelta(days=6 if place <= LATE_COMPLAINT else 2, hours=1)
        facts = ComplaintFacts(
            ComplaintSubject(subject), said, order.owner_id, business_day(at, ZONE) + timedelta(days=4)
        )
        row = complaints.open_complaint(rep, company_id=order.company_id, facts=facts, now=at)
        if told:
            at += timedelta(hours=25)
            complaints.answer_complaint(rep, complaint_id=row.pk, version=row.version, answer=told, now=at)

    def _ask(self, rep: Scope, order: SignedOrder, place: int) -> None:
        at = self.now - timedelta(days=5, hours=place)
        with suppress(Refused):  # asked in a review of the deal lately
            row = surveys.ask_satisfaction(rep, company_id=order.company_id, now=at)
            score, said = _words()["scores"][place]
            facts = SurveyFacts(score, said)
            surveys.take_satisfaction(SYSTEM, code=row.code, facts=facts, now=at + timedelta(hours=3))


def _one_each(orders: list[SignedOrder]) -> list[SignedOrder]:
    """Return the first order of each company, the oldest first."""
    found: dict[UUID, SignedOrder] = {}
    for order in orders:
        found.setdefault(order.company_id, order)
    return list(found.values())
