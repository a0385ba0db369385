"""Where a customer stands with us: the stage that facts prove, and a health score whose points all have a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.success.rules import Step, Usage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

FULL_SCORE = 100
PROSPECT, ACQUIRE, ACTIVATE, RETAIN, EXPAND, REFER = STAGES = (
    "PROSPECT", "ACQUIRE", "ACTIVATE", "RETAIN", "EXPAND", "REFER",
)  # fmt: skip


class Signal(StrEnum):
    """A fact that costs health, the most pressing first."""

    LATE_ANSWER = "LATE_ANSWER"
    COMPLAINT = "COMPLAINT"
    OVERDUE = "OVERDUE"
    UNHAPPY = "UNHAPPY"
    UNUSED = "UNUSED"
    NOT_HANDED = "NOT_HANDED"
    SILENT = "SILENT"
    ENDING = "ENDING"
    TRIAL_OVER = "TRIAL_OVER"


class Standing(StrEnum):
    """How a customer stands by the score."""

    WELL = "WELL"
    WATCH = "WATCH"
    AT_RISK = "AT_RISK"


@dataclass(frozen=True, slots=True)
class RunningOrder:
    """A signed order that was not cancelled; `ends_on`: None where nobody has noted the contract's end yet."""

    order_id: UUID
    number: str
    signed_on: date
    ends_on: date | None = None
    is_renewed: bool = False
    is_trial: bool = False
    amount_minor: int = 0
    currency: str = ""
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """The trial by which a customer began, and the first order of the full service that followed, None while there is none."""

    order: RunningOrder
    full: RunningOrder | None


@dataclass(frozen=True, slots=True)
class LifeFacts:
    """What is known of a customer on a day. `usage` and `score` are the latest of the policy's days, None for nothing said."""

    orders: tuple[RunningOrder, ...] = ()
    steps: Mapping[Step, date] = field(default_factory=dict)
    used_since: date | None = None
    referred_on: date | None = None
    last_contact_on: date | None = None
    usage: Usage | None = None
    score: int | None = None
    overdue_days: int = 0
    complaints: int = 0
    late_complaints: int = 0
    handover_days_late: int = 0

    @property
    def since(self) -> date | None:
        """The day of the first signature that stands."""
        return min((order.signed_on for order in self.orders), default=None)

    @property
    def full_orders(self) -> list[RunningOrder]:
        """The orders that are more than a trial, the first signed first."""
        return sorted((order for order in self.orders if not order.is_trial), key=lambda order: order.signed_on)

    @property
    def trial(self) -> Trial | None:
        """The trial by which the customer began; None for who began with the full service."""
        first = min(self.orders, key=lambda order: order.signed_on, default=None)
        if first is None or not first.is_trial:
            return None
        return Trial(first, next(iter(self.full_orders), None))

    @property
    def ends_on(self) -> date | None:
        """The next end of a contract for which nothing is decided yet."""
        return min((order.ends_on for order in self.orders if order.ends_on and not order.is_renewed), default=None)


@dataclass(frozen=True, slots=True)
class HealthPolicy:
    """Numbers of the score; `points`: what each signal costs."""

    points: Mapping[Signal, int]
    silent_days: int
    renewal_days: int
    unhappy_at: int
    retain_days: int
    trial_days: int
    at_risk_below: int
    watch_below: int


@dataclass(frozen=True, slots=True)
class FoundSignal:
    """A signal with what it costs and its measure: days, a count, a score or a level of use."""

    kind: Signal
    points: int
    measure: int


@dataclass(frozen=True, slots=True)
class Health:
    """A score from 0 to 100 with its reasons, the costliest first."""

    score: int
    standing: Standing
    signals: tuple[FoundSignal, ...]


def stage_dates(facts: LifeFacts, policy: HealthPolicy, today: date) -> dict[str, date]:
    """Return since when each stage is proven by a fact; stages without a fact are missing.

    Acquired by the first signature; activated when they took a trial, were trained or use it at least weekly; retained when, activated,
    they have the full service for the policy's days; grown by a further order of it; referring once a company they named became a lead.
    What follows a trial leads to the full service: that alone is no growth.
    """
    signed = sorted(order.signed_on for order in facts.orders)
    if not signed:
        return {}
    found = {ACQUIRE: signed[0]}
    tried = min((order.signed_on for order in facts.orders if order.is_trial), default=None)
    active = [day for day in (tried, facts.steps.get(Step.TRAIN), facts.used_since) if day is not None]
    full = [order.signed_on for order in facts.full_orders]
    if active:
        found[ACTIVATE] = min(active)
    if active and full:
        kept = max(full[0] + timedelta(days=policy.retain_days), found[ACTIVATE])
        if kept <= today:
            found[RETAIN] = kept
    if len(full) > 1:
        found[EXPAND] = full[1]
    if facts.referred_on is not None:
        found[REFER] = facts.referred_on
    return found


def stage_of(dates: Mapping[str, date]) -> str:
    """Return the furthest stage that a fact proves."""
    return max(dates, key=STAGES.index, default=PROSPECT)


def health_of(facts: LifeFacts, policy: HealthPolicy, today: date) -> Health:
    """Return the score of a customer: full, less the points of each signal, never below 0."""
    found = [
        FoundSignal(kind, policy.points[kind], measure) for kind, measure in _measures(facts, policy, today).items()
    ]
    found.sort(key=lambda one: -one.points)
    score = max(0, FULL_SCORE - sum(one.points for one in found))
    standing = (
        Standing.AT_RISK
        if score < policy.at_risk_below
        else Standing.WATCH
        if score < policy.watch_below
        else Standing.WELL
    )
    return Health(score, standing, tuple(found))


def _measures(facts: LifeFacts, policy: HealthPolicy, today: date) -> dict[Signal, int]:
    measures: dict[Signal, int] = {}
    if facts.late_complaints:
        measures[Signal.LATE_ANSWER] = facts.late_complaints
    if facts.complaints:
        measures[Signal.COMPLAINT] = facts.complaints
    if facts.overdue_days > 0:
        measures[Signal.OVERDUE] = facts.overdue_days
    if facts.score is not None and facts.score <= policy.unhappy_at:
        measures[Signal.UNHAPPY] = facts.score
    if facts.usage is not None and facts.usage <= Usage.SELDOM:
        measures[Signal.UNUSED] = int(facts.usage)
    if facts.handover_days_late > 0:
        measures[Signal.NOT_HANDED] = facts.handover_days_late
    seen = max((day for day in (facts.last_contact_on, facts.since) if day is not None), default=today)
    if (today - seen).days > policy.silent_days:
        measures[Signal.SILENT] = (today - seen).days
    if facts.ends_on is not None and (facts.ends_on - today).days <= policy.renewal_days:
        measures[Signal.ENDING] = (facts.ends_on - today).days
    if facts.trial is not None and facts.trial.full is None:
        tried = (today - facts.trial.order.signed_on).days
        if tried > policy.trial_days:
            measures[Signal.TRIAL_OVER] = tried - policy.trial_days
    return measures
