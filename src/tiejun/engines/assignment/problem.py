"""The night's question and its answer as plain values; money in minor units, places in WGS-84 degrees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AnchorKind(StrEnum):
    """What draws a representative to a place."""

    A_CLASS = "A_CLASS"
    CUSTOMER = "CUSTOMER"
    HELD = "HELD"
    HOME = "HOME"


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place where a representative is anyway; `building` joins leads under the same roof."""

    kind: AnchorKind
    lng: float
    lat: float
    name: str = ""
    building: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead that is free tonight.

    `chance`: probability of signing with an average colleague; `deal_minor`: what a deal is worth; `is_fresh`: never
    contacted, never held; `holders`: how many held it before; `age_days`: since the company was registered; `is_learned`:
    the chance comes from a model that proved itself, and is worth a word.
    """

    key: str
    chance: float
    deal_minor: int
    pool: str
    district: str = ""
    building: str = ""
    segment: str = ""
    industry: str = ""
    lng: float | None = None
    lat: float | None = None
    intent: str = "UNKNOWN"
    is_fresh: bool = True
    holders: int = 0
    age_days: int | None = None
    is_learned: bool = False

    @property
    def worth_minor(self) -> int:
        """What the lead is worth with an average colleague: chance times deal."""
        return round(self.chance * self.deal_minor)


@dataclass(frozen=True, slots=True)
class Patch:
    """A territory: its districts or buildings, and its segments; an empty set does not limit."""

    districts: frozenset[str] = frozenset()
    buildings: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()

    def holds(self, district: str, building: str, segment: str) -> bool:
        """Tell whether a place and a segment lie within."""
        somewhere = not (self.districts or self.buildings) or district in self.districts or building in self.buildings
        return somewhere and (not self.segments or segment in self.segments)


@dataclass(frozen=True, slots=True)
class Rep:
    """A person who works on the day of the list.

    `room`: leads that still fit; `wanted`: of these, how many are needed to reach the minimum; `fresh_wanted`: of the
    room, how many should be fresh; `kept_worth_minor`: worth of what stays on the list; `patches`: territories, none =
    everywhere; `factors`: own conversion over the company's, by industry; `barred`: leads under a cool-down.
    """

    key: str
    room: int
    wanted: int = 0
    fresh_wanted: int = 0
    kept_worth_minor: int = 0
    pools: frozenset[str] = frozenset()
    patches: tuple[Patch, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    factors: Mapping[str, float] = field(default_factory=dict)
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Weights:
    """`minute_minor`: what a minute of travel costs; `unknown_minutes`: the way where a place is not known.

    `gini_most`: how uneven the worth of the morning's lists may be; `rounds`: attempts to get there. Up to `all_pairs`
    pairs every allowed one is a candidate; beyond, each person's best `per_rep` and each lead's best `per_lead`.
    """

    minute_minor: int = 100
    unknown_minutes: int = 15
    speed_kmh: float = 25.0
    gini_most: float = 1.0
    rounds: int = 6
    per_rep: int = 120
    per_lead: int = 14
    all_pairs: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One night; `seed` decides ties alone: the same problem has the same answer."""

    leads: tuple[Lead, ...]
    reps: tuple[Rep, ...]
    weights: Weights
    seed: int


class ReasonCode(StrEnum):
    """Why a lead was given to a person; the facts stand beside it."""

    SAME_BUILDING = "SAME_BUILDING"
    YOUR_BUILDING = "YOUR_BUILDING"
    NEAR_A_CLASS = "NEAR_A_CLASS"
    NEAR_CUSTOMER = "NEAR_CUSTOMER"
    NEAR_HELD = "NEAR_HELD"
    NEAR_HOME = "NEAR_HOME"
    IN_TERRITORY = "IN_TERRITORY"
    BEST_INDUSTRY = "BEST_INDUSTRY"
    GOOD_INDUSTRY = "GOOD_INDUSTRY"
    LIKELY_TO_SIGN = "LIKELY_TO_SIGN"
    HIGH_INTENT = "HIGH_INTENT"
    NEVER_CONTACTED = "NEVER_CONTACTED"
    HELD_BEFORE = "HELD_BEFORE"
    NEW_COMPANY = "NEW_COMPANY"
    NEWCOMER_SHARE = "NEWCOMER_SHARE"
    BEST_FREE = "BEST_FREE"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with its facts: `minutes`, `name`, `industry`, `percent`, `usual`, `times`, `days`."""

    code: ReasonCode
    facts: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Pick:
    """A lead given to a person: worth with an average colleague, value with this one after travel, minutes or None."""

    lead: str
    rep: str
    worth_minor: int
    value_minor: int
    minutes: int | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """What one person's morning looks like: given, missing to the minimum, fresh ones, worth of the whole list."""

    rep: str
    given: int
    short: int
    fresh: int
    fresh_short: int
    worth_minor: int
    value_minor: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What was reached and what it cost.

    `value_minor`: expected value of what is given; `without_floors_minor`: of the same night without minimum and fresh
    share; `without_fairness_minor`: without the bound on Gini; `pairs`: candidates; `rounds`: attempts at the bound.
    """

    value_minor: int
    without_floors_minor: int
    without_fairness_minor: int
    gini: float
    gini_before: float
    is_fair: bool
    rounds: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Who gets what, in the order of the problem's people and by falling value."""

    picks: tuple[Pick, ...]
    shares: tuple[Share, ...]
    figures: Figures
