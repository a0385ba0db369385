"""What hangs on a deal of somebody: its review with a lesson."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.pipeline.actions import reviews
from tiejun.pipeline.models import Lesson

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
