"""Decisions about scores: what came of a try, when to learn again, what a pair of chances says of a lead."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.engines.scoring.problem import Terms
from tiejun.foundation import refusals
from tiejun.leads.rules.allotting import Score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.engines.scoring.problem import Chance
    from tiejun.foundation.policies import PolicyBook


class Refusal(refusals.Refusal):
    """Why insight says no."""

    LEARNER_MISSING = "LEARNER_MISSING"
    NOTHING_UNUSUAL = "NOTHING_UNUSUAL"
    ANOMALY_CLOSED = "ANOMALY_CLOSED"
    ACTION_DUE_IN_THE_PAST = "ACTION_DUE_IN_THE_PAST"
    OWNER_NOT_OF_UNIT = "OWNER_NOT_OF_UNIT"
    NOT_YOUR_ANOMALY = "NOT_YOUR_ANOMALY"


EFFECTIVE, SIGN = "EFFECTIVE", "SIGN"
TARGETS = (EFFECTIVE, SIGN)
SEED = 1


@dataclass(frozen=True, slots=True)
class ScorePolicy:
    """Within how many days a try counts as come true, how far back tries are looked at, how often to learn, and the bar."""

    window_days: Mapping[str, int]
    history_days: int
    learn_every_days: int
    terms: Terms

    @classmethod
    def by_policy(cls, book: PolicyBook) -> ScorePolicy:
        """Read the policies in force."""
        terms = Terms(
            least_rows=book.integer("lead.score_least_rows"),
            least_each=book.integer("lead.score_least_outcomes"),
            most_share=book.integer("lead.score_most_loss_percent") / 100,
            seed=SEED,
        )
        windows = {
            EFFECTIVE: book.integer("lead.score_effective_days"),
            SIGN: book.integer("lead.score_sign_days"),
        }
        history, every = book.integer("lead.score_history_days"), book.integer("lead.score_learn_every_days")
        return cls(windows, history, every, terms)


def came_true(started_on: date, days: Sequence[date], window_days: int) -> int:
    """Return 1 when one of the days (ascending) lies within the window that begins with the day of the try, else 0."""
    at = bisect_left(days, started_on)
    return int(at < len(days) and days[at] <= started_on + timedelta(days=window_days))


def is_due(learned_at: datetime | None, every_days: int, now: datetime) -> bool:
    """Tell whether it is time to learn again."""
    return learned_at is None or now - learned_at >= timedelta(days=every_days) - timedelta(hours=12)


def score_of(lead_id: UUID, found: Mapping[str, Chance]) -> Score:
    """Return a lead's score from the chances of the models that may be used; the reasons are those of signing, if known.

    Who signs has become an effective customer before: two models that were learned apart may not say otherwise.
    """
    sign, effective = found.get(SIGN), found.get(EFFECTIVE)
    p_sign = sign.chance if sign else None
    p_effective = effective.chance if effective else None
    if p_sign is not None and p_effective is not None:
        p_effective = max(p_effective, p_sign)
    told = sign or effective
    pushes = told.pushes if told else ()
    reasons = tuple({"code": push.feature, "facts": {"value": push.value, "times": push.times}} for push in pushes)
    return Score(lead_id, p_effective, p_sign, reasons)
