"""Which hard point is drilled tonight, and what blind scores say about a round."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STEPS = 4
LOWEST, HIGHEST = 1, 5
ROUNDS = 2


class Subject(StrEnum):
    """What can be drilled: an objection that lost a sale, or one of the supervisor's training subjects (MTG-03)."""

    PRICE = "PRICE"
    COMPETITOR = "COMPETITOR"
    NO_BUDGET = "NO_BUDGET"
    NO_NEED = "NO_NEED"
    NO_DECISION = "NO_DECISION"
    PRODUCT_GAP = "PRODUCT_GAP"
    TIMING = "TIMING"
    PITCH = "PITCH"
    DEMO = "DEMO"
    CLOSE = "CLOSE"


class Flow(StrEnum):
    """The four steps that are scored: objections by time on the job (PIT-11, PIT-12), the trained subjects by theirs."""

    EXPERIENCED = "EXPERIENCED"
    NEW = "NEW"
    PITCH = "PITCH"
    DEMO = "DEMO"
    CLOSE = "CLOSE"


TRAINED = {Subject.PITCH: Flow.PITCH, Subject.DEMO: Flow.DEMO, Subject.CLOSE: Flow.CLOSE}
# An objection that nobody can answer is not drilled.
DRILLABLE = frozenset(Subject) - frozenset(TRAINED)


@dataclass(frozen=True, slots=True)
class Hardness:
    """A group's day at its customers: lost sales by reason, and how many visits went without each step."""

    lost: Mapping[str, int]
    visits: int = 0
    refused: int = 0
    demonstrated: int = 0
    trial_closed: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """A drill with its reason: `count` of `of` sales lost to it (or visits without it) today."""

    subject: Subject
    count: int
    of: int


def proposals(day: Hardness, *, most: int) -> list[Proposal]:
    """Return what to drill, the most telling first: objections that lost sales today, then the step that most visits lacked.

    There is always one: a day without a loss drills the weakest step, a day without a visit the pitch.
    """
    lost = {reason: count for reason, count in day.lost.items() if count and reason in {one.value for one in DRILLABLE}}
    total = sum(day.lost.values())
    found = [
        Proposal(Subject(reason), count, total)
        for reason, count in sorted(lost.items(), key=lambda pair: (-pair[1], list(Subject).index(Subject(pair[0]))))
    ]
    steps = [
        Proposal(Subject.CLOSE, day.visits - day.trial_closed, day.visits),
        Proposal(Subject.DEMO, day.visits - day.demonstrated, day.visits),
        Proposal(Subject.PITCH, day.refused, day.visits),
    ]
    found += sorted((one for one in steps if one.count > 0), key=lambda one: -one.count)
    return found[:most] or [Proposal(Subject.PITCH, 0, 0)]


def flow_of(subject: Subject, *, days_in_field: int, experienced_after: int) -> Flow:
    """Return the steps that a player is scored on; a newcomer sets an objection aside instead of answering it (rule 19)."""
    if subject in TRAINED:
        return TRAINED[subject]
    return Flow.EXPERIENCED if days_in_field >= experienced_after else Flow.NEW


@dataclass(frozen=True, slots=True)
class Round:
    """What the peers said of a round: the median of each step and of the whole, by how many; nobody's score by name."""

    scorers: int
    steps: tuple[float, ...]
    whole: float


def round_of(scores: Sequence[Sequence[int]]) -> Round | None:
    """Sum up the blind scores of a round, None without any."""
    if not scores:
        return None
    steps = tuple(float(median(step)) for step in zip(*scores, strict=True))
    return Round(len(scores), steps, float(median([sum(points) / STEPS for points in scores])))


def is_score(points: Sequence[int]) -> bool:
    """Tell whether points are one figure from 1 to 5 for each of the four steps."""
    return len(points) == STEPS and all(LOWEST <= one <= HIGHEST for one in points)


class UseState(StrEnum):
    """Whether what was drilled was used on the next working day. NO_CHANCE: visits, but none that asked for it."""

    WAITING = "WAITING"
    NO_VISIT = "NO_VISIT"
    NO_CHANCE = "NO_CHANCE"
    NOT_USED = "NOT_USED"
    USED = "USED"


@dataclass(frozen=True, slots=True)
class DayAfter:
    """A person's visits on the day after a drill, and how many sales were lost to the drilled objection."""

    visits: int = 0
    explained: int = 0
    demonstrated: int = 0
    trial_closed: int = 0
    objected: int = 0
    closed_again: int = 0
    booked: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Use:
    """At how many of the visits that asked for it (`chances`) what was drilled was `used`; `lost`: sales lost to it all the same."""

    state: UseState
    chances: int
    used: int
    lost: int


def use_of(subject: Subject, flow: Flow, day: DayAfter, *, is_over: bool) -> Use:
    """Say from the records of the next working day whether a drilled point was used; `is_over`: nothing more comes of that day.

    An objection asks for its answer at each visit at which the customer refused. The answer ends with closing again, a
    newcomer's with the next contact: the fourth step of the flow that was played.
    """
    trained = {Subject.PITCH: day.explained, Subject.DEMO: day.demonstrated, Subject.CLOSE: day.trial_closed}
    if subject in trained:
        chances, used, lost = day.visits, trained[subject], 0
    else:
        chances, used, lost = day.objected, day.booked if flow is Flow.NEW else day.closed_again, day.lost
    if used:
        return Use(UseState.USED, chances, used, lost)
    if not is_over:
        return Use(UseState.WAITING, chances, used, lost)
    if not day.visits:
        return Use(UseState.NO_VISIT, chances, used, lost)
    return Use(UseState.NOT_USED if chances or lost else UseState.NO_CHANCE, chances, used, lost)
