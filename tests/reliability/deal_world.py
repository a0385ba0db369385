"""What hangs on a deal of somebody: its review with a lesson, the hand-over of its order and a complaint."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.pipeline.actions import reviews
from tiejun.pipeline.models import Lesson
from tiejun.pipeline.queries.lives import signed_orders
from tiejun.success.actions import handovers
from tiejun.success.models import Complaint, CustomerHandover

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.org.models import Person


def learned(person: Person, opportunity_id: UUID, now: datetime) -> dict[str, Any]:
    """Review a won deal of a person, and draw a lesson that the person owns."""
    review = reviews.open_review(Scope.system("test"), opportunity_id=opportunity_id, chance=0.0, now=now)
    assert review is not None
    due_on = timezone.localdate(now) + timedelta(days=9)
    lesson = Lesson.objects.create(
        review=review, kind="SCRIPT", words="Show it first.", owner=person, due_on=due_on, created_at=now
    )
    return {"deal_review_id": review.pk, "lesson_id": lesson.pk}


def cared_for(person: Person, company_id: UUID, now: datetime) -> dict[str, Any]:
    """Begin the life of a customer of a person: a hand-over that waits, and a complaint that the person is to answer."""
    system = Scope.system("test")
    handovers.begin_handovers(system, orders=signed_orders(system, [company_id]), now=now)
    complaint = Complaint.objects.create(
        company_id=company_id, subject="SERVICE", source="TOLD", words="Nobody came.", owner=person,
        due_on=timezone.localdate(now), opened_at=now,
    )  # fmt: skip
    row = CustomerHandover.objects.filter(company=company_id).latest("due_at")
    return {"life_handover_id": row.pk, "complaint_id": complaint.pk, "step": "HELP", "code": "guessed"}
