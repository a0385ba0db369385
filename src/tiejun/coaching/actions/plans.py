"""An accompanied visit before it begins: planned, the itinerary confirmed, changed or called off, and nobody told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.coaching import locks
from tiejun.coaching.actions._calling_off import call_off
from tiejun.coaching.models import CoachingPlan, ImprovementPoint, PlanPoint
from tiejun.coaching.queries import people
from tiejun.coaching.queries.progress import progress_of
from tiejun.coaching.rules import OPEN_POINTS, PlanState, PointState
from tiejun.coaching.rules.plans import why_not_change, why_not_day, why_not_points
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, Refused, Stale
from tiejun.foundation.times import business_day

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.coaching.queries.people import CoachingPolicy
    from tiejun.coaching.rules.plans import NewPoint, PlanWords
    from tiejun.org.queries import TeamMember

CONTENT = ("purpose", "subject", "strengths", "weaknesses", "progress", "version")


@action(Ability.COACH)
def save_plan(
    scope: Scope, *, person_id: UUID, day: date, version: int, words: PlanWords, now: datetime
) -> CoachingPlan:
    """Plan an accompanied visit, or change one's own plan of that person and day before it begins. It is sealed from the person.

    `version` of the plan that is changed, 0 for a new one. Raises `NotFound`, `Stale`, `Invalid`, `Refused` (COACH_ONESELF,
    PERSON_GONE, PERSON_AWAY, NOT_A_WORKDAY, DAY_OVER, TOO_FAR_AHEAD, NO_POINT, TOO_MANY_POINTS, POINT_NOT_OPEN, PLAN_HAS_BEGUN).
    """
    member = people.member_in_reach(scope, person_id, business_day(now, scope.zone), Ability.COACH)
    policy = people.policy_of(scope, member.unit_id, now)
    refusal = why_not_day(people.day_facts(scope, member, day, policy, now))
    if refusal:
        raise Refused(refusal)
    _check_words(words)
    row = locks.lock_own_plan(scope, person_id, day)
    if row is not None and (refusal := why_not_change(row.state, is_coach=True)):
        raise Refused(refusal)
    if (row.version if row else 0) != version:
        raise Stale(row)
    _check_points(scope, member, row, words, policy)
    row = _kept(scope, row, member, words, day=day, now=now)
    _put_points(scope, row, member, words.points, now)
    audit.record(scope, "coaching.plan_saved", row, day=day, points=len(words.points), purpose=words.purpose.value)
    return row


def _check_words(words: PlanWords) -> None:
    if not words.strengths.strip():
        raise Invalid(strengths=_("Say what this person is good at: the day begins with it."))
    if not words.weaknesses.strip():
        raise Invalid(weaknesses=_("Say what you expect to see: the day proves or disproves it."))
    for point in words.points:
        if point.point_id is None and not point.title.strip():
            raise Invalid(points=_("Name the point in a few words."))
        if point.point_id is None and not point.why.strip():
            raise Invalid(points=_("Say why this point, and what it brings the person."))


def _check_points(
    scope: Scope, member: TeamMember, row: CoachingPlan | None, words: PlanWords, policy: CoachingPolicy
) -> None:
    """Refuse points that are closed, somebody else's, or one too many. Points that only this plan has do not count double."""
    rows = ImprovementPoint.objects.within(scope, Ability.COACH).select_for_update(of=("self",))
    known = list(rows.filter(person=member.person_id, state__in=OPEN_POINTS))
    of_plan = set(PlanPoint.objects.filter(plan=row, is_new=True).values_list("point_id", flat=True)) if row else set()
    others = {point.pk for point in known if point.pk not in of_plan}
    free = of_plan | {point.pk for point in known if point.visible_from is not None}
    most = policy.number("max_points")
    refusal = why_not_points(words.points, free, others=others, most=most)
    if refusal:
        raise Refused(refusal, most=most, open=len(others))


def _kept(
    scope: Scope, row: CoachingPlan | None, member: TeamMember, words: PlanWords, *, day: date, now: datetime
) -> CoachingPlan:
    values = {
        "purpose": words.purpose,
        "subject": words.subject,
        "strengths": words.strengths.strip()[:1000],
        "weaknesses": words.weaknesses.strip()[:1000],
        "progress": progress_of(scope, member, now=now),
    }
    if row is None:
        return CoachingPlan.objects.create(
            person_id=member.person_id, unit_id=member.unit_id, coach_id=scope.own_id, business_day=day, planned_at=now,
            **values,
        )  # fmt: skip
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=CONTENT)
    return row


def _put_points(
    scope: Scope, plan: CoachingPlan, member: TeamMember, wanted: tuple[NewPoint, ...], now: datetime
) -> None:
    """Set the plan's points in their order; what was new in the plan and is left out never was."""
    before = {one.point_id: one for one in PlanPoint.objects.filter(plan=plan)}
    kept_ids = {point.point_id for point in wanted}
    PlanPoint.objects.filter(plan=plan).delete()
    left_out = [key for key, one in before.items() if one.is_new and key not in kept_ids]
    ImprovementPoint.objects.filter(pk__in=left_out, visible_from=None).delete()
    for position, point in enumerate(wanted, start=1):
        is_own = point.point_id in before and before[point.point_id].is_new
        PlanPoint.objects.create(
            plan=plan,
            point_id=point.point_id or _opened(scope, member, point, now).pk,
            position=position,
            is_primary=position == 1,
            is_new=point.point_id is None or is_own,
        )


def _opened(scope: Scope, member: TeamMember, point: NewPoint, now: datetime) -> ImprovementPoint:
    return ImprovementPoint.objects.create(
        person_id=member.person_id,
        unit_id=member.unit_id,
        skill=point.skill,
        title=point.title.strip()[:120],
        why=point.why.strip()[:500],
        done_when=point.done_when.strip()[:500],
        state=PointState.OPEN,
        opened_by_id=scope.own_id,
        opened_at=now,
    )


@action(Ability.COACH)
def confirm_itinerary(scope: Scope, *, plan_id: UUID, version: int, itinerary: str, now: datetime) -> CoachingPlan:
    """Note the itinerary that the person named in the evening, in the words everybody is asked in (COA-04).

    Raises `NotFound`, `Stale`, `Invalid`, `Refused` (NOT_YOUR_PLAN, PLAN_HAS_BEGUN, PLAN_CANCELLED).
    """
    row = locks.lock_plan(scope, plan_id, Ability.COACH, version=version)
    refusal = why_not_change(row.state, is_coach=row.coach_id == scope.person_id)
    if refusal:
        raise Refused(refusal)
    if not itinerary.strip():
        raise Invalid(itinerary=_("Write down the itinerary, the key customers and the area."))
    row.itinerary, row.itinerary_confirmed_at = itinerary.strip()[:500], now
    row.state, row.version = PlanState.CONFIRMED, row.version + 1
    row.save(update_fields=["itinerary", "itinerary_confirmed_at", "state", "version"])
    audit.record(scope, "coaching.plan_confirmed", row)
    return row


@action(Ability.COACH)
def cancel_plan(scope: Scope, *, plan_id: UUID, version: int, reason: str, now: datetime) -> CoachingPlan:
    """Call off an accompanied visit that has not begun; it stays sealed for the policy's `coaching.hidden_days`.

    Raises `NotFound`, `Stale`, `Invalid`, `Refused` (NOT_YOUR_PLAN, PLAN_HAS_BEGUN, PLAN_CANCELLED).
    """
    row = locks.lock_plan(scope, plan_id, Ability.COACH, version=version)
    refusal = why_not_change(row.state, is_coach=row.coach_id == scope.person_id)
    if refusal:
        raise Refused(refusal)
    if not reason.strip():
        raise Invalid(reason=_("Say why it does not take place."))
    call_off(row, reason.strip()[:300], people.policy_of(scope, row.unit_id, now), now)
    audit.record(scope, "coaching.plan_cancelled", row)
    return row
