"""What the business clock runs for the forecast, in each group's own time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse

from tiejun.access.abilities import Ability
from tiejun.access.scope import Scope
from tiejun.forecast.actions import daily, groups, reviews
from tiejun.forecast.events import CommitmentPublished
from tiejun.forecast.queries import people
from tiejun.foundation import policies
from tiejun.foundation.clock import at_clock
from tiejun.foundation.events import on
from tiejun.foundation.times import at_local, local_date
from tiejun.foundation.worktime import calendar_of, next_workday_of
from tiejun.inbox.actions import notify, notify_all
from tiejun.org.queries import names_of

if TYPE_CHECKING:
    from datetime import date

    from tiejun.foundation.clock import Occasion


@at_clock("forecast.evening", time_key="clock.must_review", position=180, on_days_off=False)
def open_evening(occasion: Occasion) -> dict[str, Any]:
    """Draft tomorrow for who said nothing, and compute who must be reviewed tonight."""
    scope, now = occasion.scope, occasion.now
    drafted = daily.draft_days(scope, unit_id=occasion.unit_id, day=_following(occasion), now=now)
    book = policies.book(now)
    due_at = at_local(occasion.business_day, book.text("clock.daily_report", scope.unit_chain), scope.zone)
    counts = reviews.compute_evening(scope, unit_id=occasion.unit_id, day=occasion.business_day, due_at=due_at, now=now)
    return {"drafted": drafted, **counts}


@at_clock("forecast.take_drafts", time_key="plan.due", position=190, on_days_off=False)
def take_drafts(occasion: Occasion) -> dict[str, Any]:
    """Take the drafts of tomorrow as said."""
    taken = daily.submit_drafts(occasion.scope, unit_id=occasion.unit_id, day=_following(occasion), now=occasion.now)
    return {"taken": taken}


@at_clock("forecast.close_days", time_key="clock.soft_lock", position=210, follows="visits.soft_lock")
def close_days(occasion: Occasion) -> dict[str, Any]:
    """Judge the day's forecasts by the counts at the lock."""
    closed = daily.close_days(occasion.scope, unit_id=occasion.unit_id, day=occasion.business_day, now=occasion.now)
    return {"closed": closed}


@at_clock("forecast.snapshot", time_key="clock.facts", position=310, for_company=True)
def snapshot(occasion: Occasion) -> dict[str, Any]:
    """Copy what is known this evening about the months, for any later question."""
    return {"rows": groups.take_snapshot(occasion.scope, day=occasion.business_day, now=occasion.now)}


@on(CommitmentPublished)
def tell_the_team(event: CommitmentPublished) -> None:
    """Publish a number to the team: the person learns that both have signed, the others what was promised."""
    system = Scope.system("forecast.published")
    on_day = local_date(event.published_at, system.zone)
    members = people.reps_of(system, event.unit_id, Ability.VIEW_COMMITMENTS, on=on_day)
    facts = {
        "name": names_of(system, [event.person_id])[event.person_id],
        "month": f"{event.month:%Y-%m}",
        "deals": event.deals,
    }
    url, key = reverse("forecast:commitment", args=[event.commitment_id]), f"forecast.published:{event.commitment_id}"
    now = event.published_at
    notify(
        system, person_id=event.person_id, code="forecast.own_published", facts=facts, url=url, dedupe_key=key, now=now
    )
    others = {member.person_id for member in members} - {event.person_id}
    notify_all(system, person_ids=others, code="forecast.published", facts=facts, url=url, dedupe_key=key, now=now)


def _following(occasion: Occasion) -> date:
    calendar = calendar_of(policies.book(occasion.now), occasion.scope.unit_chain)
    return next_workday_of(occasion.business_day, calendar)
