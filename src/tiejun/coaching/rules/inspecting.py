"""A method inspector's spot check: the same few questions to either side, held against the record (M-C6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.coaching.rules import Phase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from uuid import UUID


class Question(StrEnum):
    """What is asked; yes or no, but for the number of visits and the point of the day."""

    POINT = "POINT"
    VISITS = "VISITS"
    SHOWN_FIRST = "SHOWN_FIRST"
    EACH_VISIT = "EACH_VISIT"
    SUMMARY = "SUMMARY"


@dataclass(frozen=True, slots=True)
class DayRecord:
    """What the record of an accompanied day says; `rated`: visits with feedback at which the first point was rated."""

    point_id: UUID
    visits: int
    rated: int
    phases: Sequence[str]
    summary_on: date | None
    day: date


def record_answers(record: DayRecord) -> dict[Question, str]:
    """Return the record's own answer to each question, as text."""
    first = record.phases[0] if record.phases else ""
    return {
        Question.POINT: str(record.point_id),
        Question.VISITS: str(record.visits),
        Question.SHOWN_FIRST: _yes(first in (Phase.I_DO, Phase.I_SAY)),
        Question.EACH_VISIT: _yes(record.visits > 0 and record.rated == record.visits),
        Question.SUMMARY: _yes(record.summary_on == record.day),
    }


def _yes(is_so: bool) -> str:  # noqa: FBT001 -- one word for one truth
    return "YES" if is_so else "NO"


def matches(answers: Mapping[str, str], record: Mapping[str, str]) -> tuple[int, int]:
    """Return how many answers agree with the record, of how many that were given; what nobody remembers counts for nothing."""
    given = [question for question in record if answers.get(question)]
    return sum(answers[question] == record[question] for question in given), len(given)


def drawn(luck: Mapping[UUID, float], percent: int) -> list[UUID]:
    """Draw accompanied days for a spot check, each with the same chance: those whose luck (0 to 1) lies below the percentage."""
    return [plan_id for plan_id in sorted(luck) if luck[plan_id] * 100 < percent]
