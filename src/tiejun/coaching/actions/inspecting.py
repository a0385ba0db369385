"""Spot checks of accompanied days: drawn by the clock, asked by somebody outside the line."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.coaching import locks
from tiejun.coaching.models import CoachingPlan, SpotCheck
from tiejun.coaching.queries import people
from tiejun.coaching.queries.inspecting import is_outsider, record_of
from tiejun.coaching.rules import InspectedSide, PlanState, Refusal
from tiejun.coaching.rules.inspecting import Question, drawn, matches, record_answers
from tiejun.foundation import audit
from tiejun.foundation.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

SIDES = (InspectedSide.SUPERVISOR, InspectedSide.REP)


@action(Ability.RUN_COACHING)
def draw_spot_checks(scope: Scope, *, unit_id: UUID, day: date, seed: str, now: datetime) -> int:
    """Draw some of a group's accompanied days of a day for a spot check of both sides; returns how many days.

    The same seed draws the same; a second time adds nothing.
    """
    percent = people.policy_of(scope, unit_id, now).number("spot_check_percent")
    plans = CoachingPlan.objects.filter(
        unit=unit_id, business_day=day, state__in=[PlanState.SUMMARISED, PlanState.CLOSED]
    )
    known = {plan.pk: plan for plan in plans}
    chance = Random(seed)  # noqa: S311 -- the seed is the caller's; a draw is repeated from it
    chosen = drawn({key: chance.random() for key in sorted(known)}, percent)
    rows = [
        SpotCheck(
            plan_id=key, side=side, unit_id=unit_id, drawn_at=now,
            person_id=known[key].person_id if side is InspectedSide.REP else known[key].coach_id,
        )
        for key in chosen
        for side in SIDES
    ]  # fmt: skip
    SpotCheck.objects.bulk_create(rows, ignore_conflicts=True)
    audit.record(scope, "coaching.spot_checks_drawn", day=day, days=len(chosen), of=len(known))
    return len(chosen)


@action(Ability.SPOT_CHECK_COACHING)
def record_spot_check(
    scope: Scope, *, check_id: UUID, answers: Mapping[str, str], feedback: str, now: datetime
) -> SpotCheck:
    """Keep what one side answered, beside what the record says at this moment. Unknown questions are left out.

    Raises `NotFound`, `Refused` (SPOT_CHECK_DONE, NOT_OUTSIDE).
    """
    row = locks.lock_spot_check(check_id)
    if row.done_at is not None:
        raise Refused(Refusal.SPOT_CHECK_DONE)
    if not is_outsider(scope, row, now=now):
        raise Refused(Refusal.NOT_OUTSIDE)
    known = {
        question.value: answers[question.value].strip()[:60] for question in Question if answers.get(question.value)
    }
    record = {question.value: answer for question, answer in record_answers(record_of(scope, row.plan_id)).items()}
    row.answers, row.facts = known, record
    row.matched, row.asked = matches(known, record)
    row.feedback, row.inspector_id, row.done_at = feedback.strip()[:1000], scope.own_id, now
    row.save(update_fields=["answers", "facts", "matched", "asked", "feedback", "inspector", "done_at"])
    audit.record(scope, "coaching.spot_check_done", row, matched=row.matched, asked=row.asked)
    return row
