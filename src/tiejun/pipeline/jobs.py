"""What the pipeline does by itself: visits move stages, owners follow holders, notices go out, silence puts to rest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.foundation import policies
from tiejun.foundation.clock import at_clock
from tiejun.foundation.crypto import blind_index
from tiejun.foundation.events import on
from tiejun.foundation.refusals import NotFound
from tiejun.foundation.times import local_date
from tiejun.inbox.actions import notify
from tiejun.leads.events import LeadClaimed, LeadTransferred
from tiejun.org import queries as org
from tiejun.org.events import PersonLeft
from tiejun.pipeline import rules
from tiejun.pipeline.actions import (
    merging,  # noqa: F401 -- registers what follows a merge of companies
    stages,
)
from tiejun.pipeline.actions import reviews as review_actions
from tiejun.pipeline.events import (
    ApprovalAnswered,
    ApprovalAsked,
    CustomerAnswered,
    LessonDrawn,
    OpportunityLost,
    OrderSigned,
    ReceiptRecorded,
    ReviewOpened,
)
from tiejun.pipeline.queries import (
    holders,  # noqa: F401 -- registers what keeps an undo from taking a lead away
    notices,
)
from tiejun.pipeline.queries import reviews as review_queries
from tiejun.pipeline.rules import statements
from tiejun.pipeline.rules.reviews import Side
from tiejun.visits.events import VisitRecorded

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.foundation.clock import Occasion

SYSTEM = Scope.system("pipeline")


@on(VisitRecorded)
def advance_stages(event: VisitRecorded) -> None:
    """Let a visit prove the stages of the company's opportunities."""
    proven = rules.facts_of_visit(
        kp_met=event.kp_met,
        service_explained=event.service_explained,
        demonstrated=event.demo_steps > 0,
        trial_closed=rules.is_trial_closed(event.trial_close),
        order_presented=event.order_presented,
    )
    visit = rules.NotedVisit(event.visit_id, event.company_id, proven, event.happened_at)
    stages.note_visits(SYSTEM, visits=[visit], now=timezone.now())


@on(LeadClaimed)
def follow_claim(event: LeadClaimed) -> None:
    """Give the company's undecided opportunities to who claimed its lead."""
    _follow(event.company_id, event.person_id, event.at)


@on(LeadTransferred)
def follow_transfer(event: LeadTransferred) -> None:
    """Give the company's undecided opportunities to who was given its lead."""
    _follow(event.company_id, event.to_person_id, event.at)


def _follow(company_id: UUID, person_id: UUID, at: datetime) -> None:
    try:
        unit_id = org.unit_of_person(SYSTEM, person_id, on=local_date(at, SYSTEM.zone))
    except NotFound:
        return
    stages.follow_holder(SYSTEM, company_id=company_id, person_id=person_id, unit_id=unit_id, now=timezone.now())


@on(PersonLeft)
def hand_over_leaver(event: PersonLeft) -> None:
    """Give what a leaver left undecided to the leader of the unit, until somebody claims the companies."""
    if event.unit_id is None:
        return
    leader = org.leader_of(SYSTEM, event.unit_id, on=event.left_on + timedelta(days=1)) or org.leader_of(
        SYSTEM, event.unit_id, on=event.left_on
    )
    if leader is not None and leader != event.person_id:
        stages.hand_over_all(
            SYSTEM, from_person_id=event.person_id, person_id=leader, unit_id=event.unit_id, now=timezone.now()
        )


@on(ApprovalAsked)
def tell_approver(event: ApprovalAsked) -> None:
    """Tell the unit's leader, or the one above when the leader sells the order, that an approval is asked for."""
    facts = notices.order_facts(SYSTEM, event.order_id)
    for approver in notices.approvers_of(
        SYSTEM, event.unit_id, event.person_id, on=local_date(event.asked_at, SYSTEM.zone)
    )[:1]:
        key = f"pipeline.approval_asked:{event.order_id}:{event.asked_at.isoformat()}"
        _tell(approver, "pipeline.approval_asked", facts, _order_url(event.order_id), key)


@on(ApprovalAnswered)
def tell_seller(event: ApprovalAnswered) -> None:
    """Tell the seller that the order was approved or declined."""
    code = "pipeline.approval_given" if event.is_approved else "pipeline.approval_declined"
    key = f"{code}:{event.order_id}:{event.answered_at.isoformat()}"
    _tell(event.person_id, code, notices.order_facts(SYSTEM, event.order_id), _order_url(event.order_id), key)


@on(OrderSigned)
def tell_of_signing(event: OrderSigned) -> None:
    """Tell owner and leader that an order was signed."""
    facts = notices.order_facts(SYSTEM, event.order_id)
    for person_id in notices.owner_and_leader(SYSTEM, event.unit_id, event.person_id, on=event.signed_on):
        _tell(
            person_id,
            "pipeline.order_signed",
            facts,
            _order_url(event.order_id),
            f"pipeline.order_signed:{event.order_id}",
        )


@on(ReceiptRecorded)
def tell_of_receipt(event: ReceiptRecorded) -> None:
    """Tell owner and leader that money came in, was taken back, or is complete now."""
    facts = notices.order_facts(SYSTEM, event.order_id, amount_minor=abs(event.amount_minor))
    code = (
        "pipeline.receipt_reversed"
        if event.amount_minor < 0
        else "pipeline.collected"
        if event.is_collected
        else "pipeline.receipt_recorded"
    )
    for person_id in notices.owner_and_leader(SYSTEM, event.unit_id, event.person_id, on=event.received_on):
        _tell(person_id, code, facts, _order_url(event.order_id), f"pipeline.receipt:{event.receipt_id}")


@at_clock("pipeline.overdue", time_key="pipeline.overdue_reminder", position=900)
def remind_of_overdue(occasion: Occasion) -> dict[str, Any]:
    """Tell owner and leader of each unpaid instalment of the unit, once at each step of the ladder that it has reached."""
    # It runs in the night behind the business day: what was due on that day is one day late.
    today = occasion.business_day + timedelta(days=1)
    found = notices.overdue_of_unit(occasion.scope, occasion.unit_id, today=today)
    ladder = policies.book(occasion.due_at).integers("pipeline.overdue_ladder", occasion.scope.unit_chain)
    for row in found:
        rung = statements.rung_of(row.days_late, ladder)
        if not rung:
            continue
        for person_id in notices.owner_and_leader(
            occasion.scope, occasion.unit_id, row.person_id, on=occasion.business_day
        ):
            key = f"pipeline.overdue:{row.instalment_id}:{row.facts['due_on']}:{rung}"
            _tell(person_id, "pipeline.overdue", row.facts, _order_url(row.order_id), key, now=occasion.now)
    return {"overdue": len(found)}


@at_clock("pipeline.rest_silent", time_key="pipeline.overdue_reminder", position=910)
def rest_silent(occasion: Occasion) -> dict[str, Any]:
    """Put opportunities of the unit to rest that nothing happened to for the policy's days."""
    days = policies.book(occasion.due_at).integer("pipeline.dormant_days", occasion.scope.unit_chain)
    count = stages.rest_silent(
        occasion.scope, unit_id=occasion.unit_id, silent_since=occasion.due_at - timedelta(days=days), now=occasion.now
    )
    return {"rested": count}


@on(OpportunityLost)
def review_loss(event: OpportunityLost) -> None:
    """Open the review of a lost deal where the policy asks for it."""
    _consider(event.opportunity_id)


@on(OrderSigned)
def review_win(event: OrderSigned) -> None:
    """Let chance decide whether a won deal is reviewed; an amendment is no new win."""
    if event.revision == 1:
        _consider(event.opportunity_id)


def _consider(opportunity_id: UUID) -> None:
    """Consider a review; the chance follows from the installation's key, so that a repeat of the job draws the same."""
    chance = int.from_bytes(blind_index(f"pipeline.review:{opportunity_id}")[:7]) / 2**56
    review_actions.open_review(SYSTEM, opportunity_id=opportunity_id, chance=chance, now=timezone.now())


@on(ReviewOpened)
def ask_for_views(event: ReviewOpened) -> None:
    """Ask owner and leader for their views."""
    facts = {"company": notices.company_name(SYSTEM, event.company_id), "due_on": event.due_on.isoformat()}
    today = local_date(timezone.now(), SYSTEM.zone)
    for person_id in notices.owner_and_leader(SYSTEM, event.unit_id, event.person_id, on=today):
        key = f"pipeline.review_opened:{event.review_id}"
        _tell(person_id, "pipeline.review_opened", facts, _review_url(event.review_id), key)


@on(CustomerAnswered)
def tell_of_answer(event: CustomerAnswered) -> None:
    """Tell who asked that the customer answered."""
    if event.asked_by_id is None:
        return
    facts = {"company": notices.company_name(SYSTEM, event.company_id)}
    key = f"pipeline.customer_answered:{event.review_id}"
    _tell(event.asked_by_id, "pipeline.customer_answered", facts, _review_url(event.review_id), key)


@on(LessonDrawn)
def tell_owner_of_lesson(event: LessonDrawn) -> None:
    """Tell who owns a lesson."""
    facts = {"due_on": event.due_on.isoformat()}
    key = f"pipeline.lesson_drawn:{event.lesson_id}"
    _tell(event.person_id, "pipeline.lesson_drawn", facts, _lesson_url(event.lesson_id), key)


@at_clock("pipeline.remind_of_reviews", time_key="pipeline.overdue_reminder", position=920)
def remind_of_reviews(occasion: Occasion) -> dict[str, Any]:
    """Remind who owes a view, the policy's days before it is due and once it is late; and owners of late lessons."""
    scope, day = occasion.scope, occasion.business_day
    days = policies.book(occasion.due_at).integer("pipeline.review_notice_days", scope.unit_chain)
    duties = review_queries.duties_of_unit(scope, occasion.unit_id, due_until=day + timedelta(days=days))
    leader = org.leader_of(scope, occasion.unit_id, on=day)
    for duty in duties:
        person_id = duty.owner_id if duty.side is Side.REP else leader
        if person_id is None or (duty.side is Side.MANAGER and person_id == duty.owner_id):
            continue
        when = "late" if duty.due_on < day else "soon"
        key = f"pipeline.review_owed:{duty.review_id}:{duty.side}:{when}"
        _tell(person_id, "pipeline.review_owed", duty.facts, _review_url(duty.review_id), key, now=occasion.now)
    late = review_queries.late_lessons(scope, occasion.unit_id, due_until=day - timedelta(days=1))
    for lesson in late:
        facts, key = {"due_on": lesson.due_on.isoformat()}, f"pipeline.lesson_late:{lesson.pk}"
        _tell(lesson.owner_id, "pipeline.lesson_late", facts, _lesson_url(lesson.pk), key, now=occasion.now)
    return {"views": len(duties), "lessons": len(late)}


def _tell(
    person_id: UUID, code: str, facts: dict[str, Any], url: str, key: str, *, now: datetime | None = None
) -> None:
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


def _order_url(order_id: UUID) -> str:
    return reverse("pipeline:order", args=[order_id])


def _review_url(review_id: UUID) -> str:
    return reverse("pipeline:review", args=[review_id])


def _lesson_url(lesson_id: UUID) -> str:
    return reverse("pipeline:lesson", args=[lesson_id])
