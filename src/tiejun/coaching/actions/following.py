"""After the day: whether points are used, which deals came of them, and praise before the team."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.coaching import locks
from tiejun.coaching.actions._lifting import close_followed_up, lift_checks
from tiejun.coaching.models import ApplicationCheck, ImprovementPoint
from tiejun.coaching.queries import people
from tiejun.coaching.rules import OPEN_POINTS, CheckState, PointState, Refusal
from tiejun.coaching.rules.checks import point_after, why_not_settle
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.times import business_day
from tiejun.inbox.actions import notify

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


@action(Ability.COACH)
def settle_check(
    scope: Scope, *, check_id: UUID, outcome: CheckState, company_id: UUID | None = None, note: str = "", now: datetime
) -> ApplicationCheck:
    """Say whether a point was used on a day: USED, NOT_USED or NO_CHANCE. Used often enough it is mastered, and its checks end.

    Raises `NotFound`, `Refused` (NOT_ONES_OWN_CHECK, CHECK_NOT_DUE, CHECK_SETTLED).
    """
    point, row = locks.lock_check(scope, check_id, Ability.COACH)
    today = business_day(now, scope.zone)
    refusal = why_not_settle(row.state, due_on=row.due_on, today=today, is_self=row.person_id == scope.person_id)
    if refusal:
        raise Refused(refusal)
    row.state, row.company_id, row.note = outcome, company_id, note.strip()[:300]
    row.settled_by_id, row.settled_at = scope.own_id, now
    row.save(update_fields=["state", "company", "note", "settled_by", "settled_at"])
    if outcome is CheckState.USED:
        _note_use(scope, point, row, now)
    close_followed_up([row.plan_id])
    audit.record(scope, "coaching.check_settled", row, outcome=outcome.value, used=point.used)
    return row


def _note_use(scope: Scope, point: ImprovementPoint, row: ApplicationCheck, now: datetime) -> None:
    point.used += 1
    point.state = point_after(point.used, people.policy_of(scope, row.unit_id, now).number("used_times"))
    if point.state != PointState.MASTERED:
        point.save(update_fields=["used", "state"])
        return
    point.closed_at = now
    point.save(update_fields=["used", "state", "closed_at"])
    lift_checks([point.pk])
    notify(
        scope,
        person_id=point.person_id,
        code="coaching.mastered",
        facts={"point": point.title, "count": point.used},
        url="/coaching/mine/",
        dedupe_key=f"coaching.mastered:{point.pk}",
        now=now,
    )


@action(Ability.COACH)
def drop_point(scope: Scope, *, point_id: UUID, version: int, reason: str, now: datetime) -> ImprovementPoint:
    """Give a point up, with the reason; its checks end. Raises `NotFound`, `Stale`, `Invalid`, `Refused` (POINT_NOT_OPEN)."""
    point = locks.lock_point(scope, point_id, Ability.COACH, version=version)
    if point.state not in OPEN_POINTS or point.visible_from is None:
        raise Refused(Refusal.POINT_NOT_OPEN)
    if point.person_id == scope.person_id:
        raise Refused(Refusal.NOT_ONES_OWN_CHECK)
    if not reason.strip():
        raise Invalid(reason=_("Say why this point is given up."))
    point.state, point.closed_at, point.close_reason = PointState.DROPPED, now, reason.strip()[:300]
    point.version += 1
    point.save(update_fields=["state", "closed_at", "close_reason", "version"])
    plans = list(ApplicationCheck.objects.filter(point=point).values_list("plan_id", flat=True).distinct())
    lift_checks([point.pk])
    close_followed_up(plans)
    audit.record(scope, "coaching.point_dropped", point)
    return point
