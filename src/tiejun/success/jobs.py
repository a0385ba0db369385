"""What customers for life do by themselves: hand-overs begin with a signature, notices go out, the clock checks how customers stand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.customers import queries as customers
from tiejun.customers.events import CompaniesMerged
from tiejun.foundation.clock import at_clock
from tiejun.foundation.events import on
from tiejun.foundation.times import local_date
from tiejun.inbox.actions import notify
from tiejun.org import queries as org
from tiejun.pipeline.events import OrderSigned, ReceiptRecorded
from tiejun.pipeline.queries.lives import customers_of_unit, signed_orders, taken_back
from tiejun.success.actions import (
    complaints,
    handovers,
    lives,
    merging,  # noqa: F401 -- registers what follows a merge of companies
)
from tiejun.success.events import (
    ComplaintAnswered,
    ComplaintOpened,
    CustomerHandedOver,
    CustomerReceived,
    HandoverReturned,
    SatisfactionGiven,
)
from tiejun.success.queries import complaints as complaint_queries
from tiejun.success.queries import handovers as handover_queries
from tiejun.success.queries import notices

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.foundation.clock import Occasion

SYSTEM = Scope.system("success")


@on(OrderSigned)
def begin_handover(event: OrderSigned) -> None:
    """Begin the hand-over of a signed order; an amendment goes over with what it amends."""
    now = timezone.now()
    if event.revision > 1:
        lives.check_lives(SYSTEM, company_ids=[event.company_id], now=now)
        return
    orders = [one for one in signed_orders(SYSTEM, [event.company_id]) if one.order_id == event.order_id]
    if handovers.begin_handovers(SYSTEM, orders=orders, now=now):
        row = handover_queries.open_of_order(SYSTEM, event.order_id)
        facts = notices.handover_facts(SYSTEM, row)
        _tell(event.person_id, "success.handover_due", facts, _desk("hand_over"), f"success.handover_due:{row.pk}")


@on(ReceiptRecorded)
def look_at_receipt(event: ReceiptRecorded) -> None:
    """Work out how the customer stands; the reason of money paid back reaches sales operations as a complaint."""
    now = timezone.now()
    taken = taken_back(SYSTEM, event.receipt_id) if event.amount_minor < 0 else None
    owner_id = complaint_queries.seer_of_refund(SYSTEM, on=local_date(now, SYSTEM.zone)) if taken else None
    if taken and owner_id and taken.reason:
        complaints.complain_of_refund(
            SYSTEM, receipt_id=event.receipt_id, taken=taken, owner_id=owner_id, reason=taken.reason, now=now
        )
    else:
        lives.check_lives(SYSTEM, company_ids=[event.company_id], now=now)


@on(CompaniesMerged)
def check_survivor(event: CompaniesMerged) -> None:
    """Work out how the survivor of a merge stands."""
    lives.check_lives(SYSTEM, company_ids=[event.survivor_id], now=timezone.now())


@on(CustomerHandedOver)
def tell_receiver(event: CustomerHandedOver) -> None:
    """Tell who is to receive a customer."""
    row = handover_queries.handover_in_reach(SYSTEM, event.handover_id)
    facts = notices.handover_facts(SYSTEM, row) | notices.name_fact(SYSTEM, event.by_person_id)
    key = f"success.handed_over:{event.handover_id}:{event.handed_at.isoformat()}"
    _tell(event.receiver_id, "success.handed_over", facts, _life(event.company_id), key)


@on(CustomerReceived)
def tell_of_receiving(event: CustomerReceived) -> None:
    """Tell who handed a customer over that it was received."""
    row = handover_queries.handover_in_reach(SYSTEM, event.handover_id)
    facts = notices.handover_facts(SYSTEM, row) | notices.name_fact(SYSTEM, event.receiver_id)
    key = f"success.received:{event.handover_id}"
    _tell(event.handed_by_id, "success.received", facts, _life(event.company_id), key)


@on(HandoverReturned)
def tell_of_return(event: HandoverReturned) -> None:
    """Tell who handed a customer over what is missing."""
    row = handover_queries.handover_in_reach(SYSTEM, event.handover_id)
    facts = notices.handover_facts(SYSTEM, row) | notices.name_fact(SYSTEM, event.receiver_id) | {"note": event.note}
    key = f"success.returned:{event.handover_id}:{event.returned_at.isoformat()}"
    _tell(event.handed_by_id, "success.returned", facts, _life(event.company_id), key)


@on(ComplaintOpened)
def tell_owner(event: ComplaintOpened) -> None:
    """Tell who owns a complaint."""
    facts = notices.company_fact(SYSTEM, event.company_id) | {"due_on": event.due_on.isoformat()}
    key = f"success.complaint:{event.complaint_id}:{event.owner_id}"
    _tell(event.owner_id, "success.complaint", facts, _life(event.company_id), key)


@on(ComplaintAnswered)
def tell_of_answer(event: ComplaintAnswered) -> None:
    """Tell who wrote a complaint down that it is closed, unless they closed it."""
    if event.opened_by_id is None or event.opened_by_id == event.answered_by_id:
        return
    facts = notices.company_fact(SYSTEM, event.company_id)
    key = f"success.complaint_answered:{event.complaint_id}"
    _tell(event.opened_by_id, "success.complaint_answered", facts, _life(event.company_id), key)


@on(SatisfactionGiven)
def tell_of_score(event: SatisfactionGiven) -> None:
    """Tell who asked, and who holds the customer, how satisfied they are."""
    held = customers.holder_of(SYSTEM, event.company_id)
    facts = notices.company_fact(SYSTEM, event.company_id) | {"score": event.score}
    for person_id in {event.asked_by_id, held[0] if held else None}:
        key = f"success.survey_answered:{event.survey_id}"
        _tell(person_id, "success.survey_answered", facts, _life(event.company_id), key)


@at_clock("success.check_lives", time_key="success.check_at", position=930)
def check_lives(occasion: Occasion) -> dict[str, Any]:
    """Work out how a unit's customers stand; remind of late hand-overs and complaints, tell who is at risk and what ends soon."""
    scope, unit_id = occasion.scope, occasion.unit_id
    # It runs in the night behind the business day.
    today = occasion.business_day + timedelta(days=1)
    count = lives.check_lives(scope, company_ids=customers_of_unit(scope, unit_id), now=occasion.now)
    leader = org.leader_of(scope, unit_id, on=occasion.business_day)
    _remind_of_handovers(occasion, leader)
    late = complaint_queries.late_of_unit(scope, unit_id, today=today)
    for complaint in late:
        facts = notices.company_fact(scope, complaint.company_id) | {"due_on": complaint.due_on.isoformat()}
        for person_id in {complaint.owner_id, leader}:
            key = f"success.complaint_late:{complaint.pk}:{complaint.due_on}"
            _tell(person_id, "success.complaint_late", facts, _life(complaint.company_id), key, now=occasion.now)
    for news in notices.news_of_unit(scope, unit_id, today=today):
        readers = {news.holder_id, leader} if news.code == "success.at_risk" else {news.holder_id}
        for person_id in readers:
            _tell(person_id, news.code, news.facts, _life(news.company_id), news.key, now=occasion.now)
    return {"customers": count, "complaints": len(late)}


def _remind_of_handovers(occasion: Occasion, leader: UUID | None) -> None:
    for row in handover_queries.open_of_unit(occasion.scope, occasion.unit_id):
        if not row.is_late(occasion.now):
            continue
        facts = notices.handover_facts(occasion.scope, row)
        for person_id in {row.company.owner_id, leader}:
            key = f"success.handover_late:{row.pk}:{row.due_at.isoformat()}"
            _tell(person_id, "success.handover_late", facts, _desk("hand_over"), key, now=occasion.now)


def _tell(
    person_id: UUID | None, code: str, facts: dict[str, Any], url: str, key: str, *, now: datetime | None = None
) -> None:
    if person_id is None:
        return
    with transaction.atomic():
        notify(
            SYSTEM,
            person_id=person_id,
            code=code,
            facts=facts,
            url=url,
            dedupe_key=key[:120],
            now=now or timezone.now(),
        )


def _life(company_id: UUID) -> str:
    return reverse("success:life", args=[company_id])


def _desk(which: str) -> str:
    return f"{reverse('success:desk')}?which={which}"
