"""What somebody could tell tonight, drafted from the own day: the phone offers it, the person says it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tiejun.forecast.queries.tomorrow import forecasts_on
from tiejun.foundation.times import at_local
from tiejun.meetings.rules import Share
from tiejun.pipeline.queries.sales import lost_reasons, signed_by_day
from tiejun.visits.queries.technique import Technique, techniques

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.meetings.queries.policy import MeetingPolicy

Draft = dict[str, Any]


def share_drafts(
    scope: Scope, person_id: UUID, day: date, *, policy: MeetingPolicy, now: datetime
) -> dict[Share, Draft]:
    """Return the facts of a person's day that make a gain, a loss or a challenge; none where the day has none.

    GAIN: `deals` and `customers` newly effective; LOSS: `count` and the most frequent `reason`; CHALLENGE: `count` of the next
    day's deals that have no backup.
    """
    following = day + timedelta(days=1)
    sales = signed_by_day(scope, [person_id], since=day, until=following).values()
    seen = techniques(scope, [person_id], since=day, until=following).get(person_id, Technique())
    begins, ends = at_local(day, "00:00", policy.zone), at_local(following, "00:00", policy.zone)
    lost = lost_reasons(scope, [person_id], since=begins, until=ends).get(person_id)
    ahead = forecasts_on(scope, [person_id], policy.next_day(day), now=now)[person_id]
    deals = sum(one.deals for one in sales)
    drafts: dict[Share, Draft] = {}
    if deals or seen.new_effective:
        drafts[Share.GAIN] = {"deals": deals, "customers": seen.new_effective}
    if lost:
        drafts[Share.LOSS] = {"count": lost.total(), "reason": lost.most_common(1)[0][0]}
    if ahead.lacking_backup:
        drafts[Share.CHALLENGE] = {"count": ahead.lacking_backup}
    return drafts
