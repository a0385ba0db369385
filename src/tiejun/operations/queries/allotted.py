"""What an allotment was solved from, and its answer: pure reading and computing, no lock and no write."""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tiejun.access.abilities import Ability
from tiejun.engines.assignment import packing
from tiejun.engines.assignment.apart import solved_apart
from tiejun.engines.assignment.checking import violations
from tiejun.engines.workdays.calendar import is_workday
from tiejun.foundation import policies
from tiejun.foundation.times import business_day
from tiejun.foundation.worktime import calendar_of, known
from tiejun.operations.queries.night import people_of, tonight
from tiejun.operations.rules.night import lists_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.leads.rules.allotting import Allotted, ShareFacts


class RuleBroken(RuntimeError):
    """The answer breaks a rule of its problem: nothing of it may be written."""


@dataclass(frozen=True, slots=True)
class Question:
    """A packed problem, compressed for keeping, with its hash and seed."""

    inputs: bytes
    inputs_hash: str
    seed: int


@dataclass(frozen=True, slots=True)
class Solution:
    """An answer ready to be written: lists by person, figures and the hash by which a repetition is compared."""

    lists: list[tuple[ShareFacts, list[Allotted]]]
    figures: dict[str, Any]
    answer_hash: str


def is_list_day(scope: Scope, day: date, now: datetime) -> bool:
    """Tell whether lists are filled for a day: a working day of the company that has not passed."""
    calendar = calendar_of(policies.book(now), scope.unit_chain)
    return day >= business_day(now, scope.zone) and known(lambda days: is_workday(day, days), calendar)


def question(scope: Scope, *, day: date, now: datetime) -> Question:
    """Return the problem of a day's lists as bytes."""
    problem = tonight(scope, day=day, now=now)
    data = packing.packed(problem)
    return Question(zlib.compress(data, 6), packing.digest(data), problem.seed)


def answer_hash(scope: Scope, inputs: bytes) -> str:
    """Solve kept inputs again and return the hash of the answer."""
    scope.require(Ability.RUN_ALLOTMENT)
    return packing.digest(solved_apart(zlib.decompress(inputs)))


def solution(scope: Scope, inputs: bytes, *, day: date, now: datetime) -> Solution:
    """Solve kept inputs in a process of its own; raises `RuleBroken` when an independent look finds a fault.

    Persons who have no unit on the day any more are left out.
    """
    data = zlib.decompress(inputs)
    problem, packed = packing.unpacked_problem(data), solved_apart(data)
    answer = packing.unpacked_answer(packed)
    faults = violations(problem, answer)
    if faults:
        raise RuleBroken(faults[0])
    people = people_of(scope, problem, day=day, now=now)
    lists = lists_of(answer, people, {lead.key: UUID(lead.key) for lead in problem.leads})
    figures = {**asdict(answer.figures), "leads": len(problem.leads), "persons": len(problem.reps)}
    return Solution(lists, figures, packing.digest(packed))
