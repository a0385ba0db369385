"""The rules of running an installation: which clock runs may start, who may put a policy in force. No Django here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tiejun.foundation.refusals import Refusal as BaseRefusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from uuid import UUID

    from tiejun.foundation.clock import ClockEvent
    from tiejun.foundation.policy_catalogue import PolicyKey

# More nights than this are not caught up at once; the next tick goes on.
LONGEST_CATCH_UP_DAYS = 60


class Refusal(BaseRefusal):
    ALREADY_DONE = "ALREADY_DONE"
    ALREADY_RUNNING = "ALREADY_RUNNING"
    NOT_FAILED = "NOT_FAILED"
    BLOCKED = "BLOCKED"
    EVENT_GONE = "EVENT_GONE"
    SAME_PERSON = "SAME_PERSON"
    NEEDS_SECOND_PERSON = "NEEDS_SECOND_PERSON"
    NOT_A_DRAFT = "NOT_A_DRAFT"
    ALREADY_ENDED = "ALREADY_ENDED"
    SAME_VALUE = "SAME_VALUE"
    ORDER_BROKEN = "ORDER_BROKEN"
    UNIT_CLOSED = "UNIT_CLOSED"


# -- the clock -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Run:
    """What the rules need to know of a run."""

    id: UUID
    unit_id: UUID
    event: str
    business_day: date
    position: int
    due_at: datetime
    status: str
    attempts: int
    finished_at: datetime | None
    started_at: datetime | None


def days_to_plan(planned_on: date, today: date) -> list[date]:
    """Return the business days whose runs must be made, the oldest first: missed ones and today."""
    first = max(planned_on + timedelta(days=1), today - timedelta(days=LONGEST_CATCH_UP_DAYS))
    return [first + timedelta(days=number) for number in range((today - first).days + 1)]


def chained(events: Iterable[ClockEvent]) -> frozenset[str]:
    """Return the events that follow another or are followed: their business days run strictly one after the other."""
    events = tuple(events)
    return frozenset(event.key for event in events if event.follows) | frozenset(
        event.follows for event in events if event.follows
    )


def blocker_of(
    run: Run, unfinished: Iterable[Run], *, follows: str | None, is_chained: bool, related: frozenset[UUID]
) -> Run | None:
    """Return the unfinished run that this one waits for, or None.

    It waits for the event it `follows` on the same business day, in its own unit, those above and those below (`related`),
    and, when chained, for itself and its predecessor on earlier business days.
    """
    for other in unfinished:
        if other.id == run.id or other.unit_id not in related:
            continue
        if follows and other.event == follows and other.business_day <= run.business_day:
            return other
        if (
            is_chained
            and other.event == run.event
            and other.unit_id == run.unit_id
            and other.business_day < run.business_day
        ):
            return other
    return None


def may_start(run: Run, *, now: datetime, most_attempts: int, retry_minutes: int, stuck_minutes: int) -> bool:
    """Tell whether the clock may hand a run to a worker: due, or failed and rested, or started and never heard of again."""
    if run.status == "DUE":
        return run.due_at <= now
    if run.status == "FAILED":
        rested_at = (run.finished_at or run.due_at) + timedelta(minutes=retry_minutes * max(1, run.attempts))
        return run.attempts < most_attempts and rested_at <= now
    if run.status == "RUNNING":
        return (run.started_at or run.due_at) + timedelta(minutes=stuck_minutes) <= now
    return False


# -- policies --------------------------------------------------------------------------------------------------------
# The first may not be larger (for clock times: later) than the second.
ORDERED_KEYS: tuple[tuple[str, str], ...] = (
    ("lead.allotment_min", "lead.allotment_max"),
    ("visit.daily_effective_min", "visit.daily_effective_target"),
    ("visit.daily_effective_target", "visit.daily_floor"),
    ("clock.soft_lock", "clock.hard_lock"),
    ("clock.lunch_start", "clock.lunch_end"),
    ("worktime.hours_start", "worktime.hours_end"),
    ("worktime.daily_warning", "worktime.hard_quiet"),
    ("clock.hard_lock", "clock.facts"),
    ("clock.hard_lock", "clock.board_facts"),
    ("clock.facts", "clock.sampling"),
    ("clock.sampling", "clock.reclaim"),
    ("clock.reclaim", "clock.allocation"),
    ("clock.allocation", "clock.proposals"),
)


def broken_order(key: str, value: Any, values: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the pair of keys whose order a new value would break, or None."""
    for first, second in ORDERED_KEYS:
        if key not in (first, second) or first not in values or second not in values:
            continue
        before = value if key == first else values[first]
        after = value if key == second else values[second]
        if before > after:
            return first, second
    return None


def approval_refusal(key: PolicyKey, *, author_id: UUID | None, approver_id: UUID | None) -> Refusal | None:
    """Return why this person may not put a draft in force: sensitive keys need another person than the author."""
    if key.is_sensitive and author_id == approver_id:
        return Refusal.SAME_PERSON
    return None


def matches(words: Sequence[str], search: str) -> bool:
    """Tell whether all words of a search occur in the given texts, whatever their case."""
    text = " ".join(words).casefold()
    return all(part in text for part in search.casefold().split())
