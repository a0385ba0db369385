"""How a day keeps its pace: what the last pulse asked for, and how long somebody has worked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Max, Min

from tiejun.visits.models import Visit
from tiejun.visits.rules.pulse import briefing_shift, pace_gap

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.visits.queries.policy import FieldPolicy
    from tiejun.visits.rules.counting import Floor
    from tiejun.visits.rules.pulse import PaceGap

PULSES = ("clock.noon", "clock.afternoon_pulse", "clock.evening_pulse")


def gap_of(
    scope: Scope,  # noqa: ARG001 -- floor and visits were read in the scope already
    policy: FieldPolicy,
    floor: Floor,
    done: int,
    *,
    day: date,
    now: datetime,
) -> PaceGap | None:
    """Return how far a day with `done` visits is behind the last pulse, None where it keeps pace."""
    moments = [policy.moment(day, key) for key in PULSES]
    noon, back = policy.moment(day, "clock.noon"), policy.moment(day, "clock.return")
    return pace_gap(now, floor, done, pulses=moments, noon=noon, back=back)


def work_spans(scope: Scope, person_ids: Iterable[UUID], day: date) -> dict[UUID, tuple[datetime, datetime]]:  # noqa: ARG001 -- asked for persons that a query of the asker gave
    """Return the first and the last work event of a business day by person, in one query."""
    rows = Visit.objects.filter(person__in=list(person_ids), business_day=day).values("person")
    found = rows.annotate(first=Min("started_at"), begun=Max("started_at"), ended=Max("ended_at"))
    return {row["person"]: (row["first"], max(row["begun"], row["ended"] or row["begun"])) for row in found}


def briefing_shifts(scope: Scope, person_ids: Iterable[UUID], day: date, policy: FieldPolicy) -> dict[UUID, timedelta]:
    """Return how much later the day begins for those whose day before was too long (rule 24)."""
    quiet = policy.book.integer("worktime.hard_quiet", policy.chain)
    most = timedelta(minutes=policy.book.integer("worktime.shift_at_most", policy.chain))
    spans = work_spans(scope, person_ids, day - timedelta(days=1))
    shifts = {person_id: briefing_shift(*span, quiet_hours=quiet, most=most) for person_id, span in spans.items()}
    return {person_id: shift for person_id, shift in shifts.items() if shift}
