"""What the business clock and other modules' events do to accompanied visits."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.coaching.actions import field, inspecting, running
from tiejun.coaching.events import CoachingRevealed, SummarySent
from tiejun.coaching.queries import waiting
from tiejun.foundation.clock import at_clock
from tiejun.foundation.events import on
from tiejun.foundation.times import business_day
from tiejun.inbox.actions import notify
from tiejun.org.events import PersonLeft
from tiejun.org.queries import names_of
from tiejun.visits.events import VisitRecorded

if TYPE_CHECKING:
    from tiejun.foundation.clock import Occasion

SEED_BYTES = 16


@at_clock("coaching.summaries", time_key="coaching.summary_due", position=195)
def ask_for_summaries(occasion: Occasion) -> dict[str, Any]:
    """Remind whoever owes the summary of an accompanied day."""
    scope, now = occasion.scope, occasion.now
    rows = waiting.summaries_owed(scope, unit_id=occasion.unit_id, day=occasion.business_day, now=now)
    for row in rows:
        notify(
            scope,
            person_id=row.owed_by,
            code="coaching.summary_waits",
            facts={"name": row.name},
            url=reverse("coaching:summary", args=[row.plan_id]),
            dedupe_key=f"coaching.summary_waits:{row.plan_id}:{occasion.business_day}",
            now=now,
        )
    return {"waiting": len(rows)}


@at_clock("coaching.close_day", time_key="clock.hard_lock", position=305, follows="visits.hard_lock")
def close_day(occasion: Occasion) -> dict[str, Any]:
    """Close the day of accompanied visits after its hard lock."""
    scope, day, now = occasion.scope, occasion.business_day, occasion.now
    counts = running.close_day(scope, unit_id=occasion.unit_id, day=day, now=now)
    # The day before: by now its summaries are in, whatever their deadline.
    before = day - timedelta(days=1)
    seed = f"{occasion.unit_id}:{before}:{secrets.token_hex(SEED_BYTES)}"
    drawn = inspecting.draw_spot_checks(scope, unit_id=occasion.unit_id, day=before, seed=seed, now=now)
    return {**counts, "spot_checks": drawn}


@on(CoachingRevealed)
def tell_the_person(event: CoachingRevealed) -> None:
    """Tell the person who comes along, and the point of the day."""
    scope = Scope.system("coaching.revealed")
    notify(
        scope,
        person_id=event.person_id,
        code="coaching.revealed",
        facts={
            "coach": names_of(scope, [event.coach_id])[event.coach_id],
            "point": waiting.primary_title(scope, event.plan_id),
        },
        url=reverse("coaching:plan", args=[event.plan_id]),
        dedupe_key=f"coaching.revealed:{event.plan_id}",
        now=event.revealed_at,
    )


@on(SummarySent)
def deliver_summary(event: SummarySent) -> None:
    """Tell the person that the summary of the day is there."""
    scope = Scope.system("coaching.summary_sent")
    notify(
        scope,
        person_id=event.person_id,
        code="coaching.summary_sent",
        facts={
            "coach": names_of(scope, [event.coach_id])[event.coach_id],
            "day": event.business_day.isoformat(),
        },
        url=reverse("coaching:plan", args=[event.plan_id]),
        dedupe_key=f"coaching.summary_sent:{event.plan_id}",
        now=event.sent_at,
    )


@on(VisitRecorded)
def match_feedback(event: VisitRecorded) -> None:
    """Give feedback that came before the record of its visit this visit."""
    scope = Scope.system("coaching.match_feedback")
    if waiting.feedback_waits(scope, person_id=event.person_id, company_id=event.company_id):
        day = business_day(event.happened_at, scope.zone)
        field.match_visit(
            scope,
            visit_id=event.visit_id,
            company_id=event.company_id,
            person_id=event.person_id,
            day=day,
            now=timezone.now(),
        )


@on(PersonLeft)
def release_leaver(event: PersonLeft) -> None:
    """End what was planned with somebody who left, or by them."""
    scope = replace(Scope.system("coaching.release_leaver"), at=timezone.now())
    running.release_person(scope, person_id=event.person_id, now=timezone.now())
