"""The day in the field: the plan is revealed, feedback follows each visit at once, the summary goes out the same evening."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.coaching import locks
from tiejun.coaching.events import CoachingRevealed, SummarySent
from tiejun.coaching.models import (
    ApplicationCheck,
    CoachingPlan,
    CoachingSummary,
    CoachingVisit,
    ImprovementPoint,
    PlanPoint,
    PointRating,
)
from tiejun.coaching.queries import people
from tiejun.coaching.rules import DONE_STATES, OPEN_POINTS, Phase, PlanState, PointState, Refusal
from tiejun.coaching.rules.checks import check_days
from tiejun.coaching.rules.plans import (
    FieldFacts,
    RevealFacts,
    why_not_feedback,
    why_not_reveal,
    why_not_summarise,
)
from tiejun.foundation import audit
from tiejun.foundation.events import announce
from tiejun.foundation.refusals import Invalid, NotFound, Refused
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import known
from tiejun.org import queries as org
from tiejun.visits.actions.evidence import note_accompanied
from tiejun.visits.queries.field_days import plans_on, visits_on

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.coaching.rules.plans import Feedback
    from tiejun.visits.queries.field_days import VisitOfDay


@action(Ability.COACH)
def reveal(scope: Scope, *, plan_id: UUID, told_at: datetime, now: datetime) -> CoachingPlan:
    """Begin an accompanied visit: from this moment the person knows. `told_at`: when it was told, by the phone's corrected clock.

    A second time, from another device or late, changes nothing. Raises `NotFound`, `Refused` (NOT_YOUR_PLAN, NOT_TODAY,
    TOO_LATE, PLAN_CANCELLED, PERSON_GONE).
    """
    row = locks.lock_plan(scope, plan_id, Ability.COACH)
    policy = people.policy_of(scope, row.unit_id, now)
    told_at = max(min(told_at, now), row.planned_at)
    facts = RevealFacts(
        state=row.state,
        is_coach=row.coach_id == scope.person_id,
        is_gone=org.is_gone(scope, row.person_id, on=row.business_day),
        day=row.business_day,
        told_on=business_day(told_at, scope.zone),
        received_at=now,
        hard_at=policy.hard_at(row.business_day),
    )
    if row.revealed_at is not None and facts.is_coach:
        audit.record(scope, "coaching.reveal_repeated", row)
        return row
    refusal = why_not_reveal(facts)
    if refusal:
        raise Refused(refusal)
    row.state, row.revealed_at, row.visible_from, row.version = PlanState.IN_FIELD, told_at, told_at, row.version + 1
    row.save(update_fields=["state", "revealed_at", "visible_from", "version"])
    points = PlanPoint.objects.filter(plan=row).values("point_id")
    ImprovementPoint.objects.filter(pk__in=points, visible_from=None).update(visible_from=told_at)
    announce(CoachingRevealed(row.pk, row.person_id, row.coach_id, row.business_day, told_at))
    audit.record(
        scope, "coaching.revealed", row, day=row.business_day, late_seconds=int((now - told_at).total_seconds())
    )
    return row


@action(Ability.COACH)
def give_feedback(
    scope: Scope, *, plan_id: UUID, company_id: UUID, given: Feedback, told_at: datetime, now: datetime
) -> CoachingVisit:
    """Keep what was said right after a visit. The visit itself may still wait in the person's phone: it is matched when it comes.

    Raises `NotFound`, `Refused` (NOT_YOUR_PLAN, NOT_IN_FIELD, STRENGTH_FIRST, PRIMARY_NOT_RATED, NOT_A_POINT_OF_THE_DAY,
    SHOW_BEFORE_WATCHING) and `Invalid` for a customer that is no stop of the day.
    """
    row = locks.lock_plan(scope, plan_id, Ability.COACH)
    refusal = why_not_feedback(_field_facts(scope, row), given)
    if refusal:
        raise Refused(refusal)
    visit = _visit_at(scope, row, company_id, now)
    told_at = max(min(told_at, now), row.revealed_at or now)
    talk = CoachingVisit.objects.create(
        plan=row,
        company_id=company_id,
        visit_id=visit.visit_id if visit else None,
        phase=given.phase,
        why_not_shown=given.why_not_shown.strip()[:300],
        strength=given.strength.strip()[:500],
        comment=given.comment.strip()[:1000],
        encouraged=given.encouraged,
        given_at=told_at,
        kept_at=now,
        is_late=_is_late(scope, row, visit, told_at, now),
    )
    PointRating.objects.bulk_create(
        PointRating(talk=talk, point_id=point_id, rating=rating) for point_id, rating in given.ratings.items()
    )
    rated = ImprovementPoint.objects.filter(pk__in=list(given.ratings))
    rated.filter(state=PointState.OPEN).update(state=PointState.PRACTISING)
    rated.filter(first_coached_on=None).update(first_coached_on=row.business_day)
    if visit is not None:
        note_accompanied(scope, visit_id=visit.visit_id, now=now)
    audit.record(scope, "coaching.feedback_given", row, phase=given.phase.value, points=len(given.ratings))
    return talk


def _field_facts(scope: Scope, row: CoachingPlan) -> FieldFacts:
    points = list(PlanPoint.objects.filter(plan=row).select_related("point").order_by("position"))
    primary = points[0]
    return FieldFacts(
        state=row.state,
        is_coach=row.coach_id == scope.person_id,
        primary_id=primary.point_id,
        point_ids=frozenset(one.point_id for one in points),
        primary_is_new=primary.point.first_coached_on in (None, row.business_day),
        phases=frozenset(Phase(one) for one in CoachingVisit.objects.filter(plan=row).values_list("phase", flat=True)),
    )


def _visit_at(scope: Scope, row: CoachingPlan, company_id: UUID, now: datetime) -> VisitOfDay | None:
    """Return the day's newest visit at a customer, None while it waits; raises `Invalid` for a customer of no stop or visit."""
    visits = visits_on(scope, [row.person_id], row.business_day, now=now).get(row.person_id, [])
    here = [visit for visit in visits if visit.company_id == company_id]
    if here:
        return here[-1]
    plan = plans_on(scope, [row.person_id], [row.business_day]).get((row.person_id, row.business_day))
    if plan is None or company_id not in {stop.company_id for stop in plan.stops}:
        raise Invalid(company=_("Choose a customer of this day."))
    return None


def _is_late(scope: Scope, row: CoachingPlan, visit: VisitOfDay | None, told_at: datetime, now: datetime) -> bool:
    if visit is None or visit.ended_at is None:
        return False
    minutes = people.policy_of(scope, row.unit_id, now).number("feedback_minutes")
    return told_at > visit.ended_at + timedelta(minutes=minutes)


@action(Ability.RUN_COACHING)
def match_visit(scope: Scope, *, visit_id: UUID, company_id: UUID, person_id: UUID, day: date, now: datetime) -> int:
    """Give feedback that came before its visit the visit; returns how many pieces. A second time finds none."""
    talks = CoachingVisit.objects.select_for_update(of=("self",)).filter(
        plan__person=person_id, plan__business_day=day, company=company_id, visit=None
    )
    waiting = list(talks)
    for talk in waiting:
        talk.visit_id = visit_id
        talk.save(update_fields=["visit"])
    if waiting:
        note_accompanied(scope, visit_id=visit_id, now=now)
    audit.record(scope, "coaching.visit_matched", count=len(waiting))
    return len(waiting)


@action(Ability.COACH)
def send_summary(
    scope: Scope, *, plan_id: UUID, text: str, next_step: str, why_few: str, now: datetime
) -> CoachingSummary:
    """Send the person the written review of the day, and set the checks of the coming working days.

    The coach writes it; where the coach has left, is away or somebody stands in, whoever leads now does. Raises `NotFound`, `Invalid`,
    `Refused` (NOT_YOUR_PLAN, NOT_IN_FIELD, SUMMARY_SENT, NOTHING_WATCHED, PRIMARY_NOT_REPEATED, PERSON_GONE).
    """
    row = locks.lock_plan(scope, plan_id, Ability.COACH)
    points = list(PlanPoint.objects.filter(plan=row).order_by("position"))
    watched = PointRating.objects.filter(talk__plan=row, point=points[0].point_id)
    companies = watched.values("talk__company").distinct().count()
    may = people.may_summarise(scope, row, now)
    refusal = why_not_summarise(row.state, may=may, primary_visits=companies, why_few=why_few)
    if refusal is None and org.is_gone(scope, row.person_id, on=business_day(now, scope.zone)):
        refusal = Refusal.PERSON_GONE
    if refusal:
        raise Refused(refusal)
    if not text.strip():
        raise Invalid(text=_("Write what went well, and what comes next."))
    policy = people.policy_of(scope, row.unit_id, now)
    summary = CoachingSummary.objects.create(
        plan=row, text=text.strip()[:4000], next_step=next_step.strip()[:500], why_few=why_few.strip()[:300],
        written_by_id=scope.own_id, sent_at=now, is_late=now > policy.summary_due(row.business_day),
    )  # fmt: skip
    row.state, row.version = PlanState.SUMMARISED, row.version + 1
    row.save(update_fields=["state", "version"])
    checks = _set_checks(scope, row, [one.point_id for one in points], policy)
    announce(SummarySent(row.pk, row.person_id, row.coach_id, row.business_day, now))
    audit.record(scope, "coaching.summary_sent", row, late=summary.is_late, checks=checks, watched=companies)
    return summary


def _set_checks(scope: Scope, row: CoachingPlan, point_ids: list[UUID], policy: people.CoachingPolicy) -> int:
    """Set a check of each open point on each of the coming working days of the person that has none yet."""
    days = known(
        lambda calendar: check_days(row.business_day, policy.number("check_days"), calendar),
        people.calendar_without_leave(scope, row.person_id, row.business_day, policy),
    )
    open_ids = ImprovementPoint.objects.filter(pk__in=point_ids, state__in=OPEN_POINTS).values_list("pk", flat=True)
    rows = [
        ApplicationCheck(point_id=point_id, plan=row, person_id=row.person_id, unit_id=row.unit_id, due_on=day)
        for point_id in open_ids
        for day in days
    ]
    return len(ApplicationCheck.objects.bulk_create(rows, ignore_conflicts=True))


@action(Ability.ANSWER_COACHING)
def answer_summary(scope: Scope, *, plan_id: UUID, answer: str, now: datetime) -> CoachingSummary:
    """Say that one has read the summary of one's own day, with a word if one likes; a second time replaces nothing.

    Raises `NotFound`.
    """
    plan = CoachingPlan.objects.within(scope, Ability.ANSWER_COACHING).filter(person=scope.own_id, pk=plan_id).first()
    rows = CoachingSummary.objects.select_for_update(of=("self",)).filter(plan=plan)
    summary = rows.first() if plan is not None and plan.state in DONE_STATES else None
    if summary is None:
        raise NotFound
    if summary.read_at is None:
        summary.read_at, summary.answer = now, answer.strip()[:1000]
        summary.save(update_fields=["read_at", "answer"])
    audit.record(scope, "coaching.summary_answered", summary)
    return summary
