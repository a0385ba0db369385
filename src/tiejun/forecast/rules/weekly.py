"""The week's analysis in its fixed order: quantity, then quality, then conversion (FC-13). Facts in, findings out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

APART = 0.2  # a share departs from the group's by so much of it
POINTS = 0.05  # and by so many percentage points: one visit of twenty is chance
FEW = 5  # visits below which a share says nothing
FEW_OBJECTIONS = 3  # below which how they were met says nothing
LONG_CYCLE = 10  # days since the last contact of a customer in class B or C
LOST = 2


class Section(StrEnum):
    """The order of the talk."""

    QUANTITY = "QUANTITY"
    QUALITY = "QUALITY"
    CONVERSION = "CONVERSION"


class Found(StrEnum):
    """What the data says; each has its words, filled with numbers."""

    NO_VISITS = "NO_VISITS"
    BELOW_FLOOR = "BELOW_FLOOR"
    FLOOR_MET = "FLOOR_MET"
    LESS_THAN_BEFORE = "LESS_THAN_BEFORE"
    LOW_EFFECTIVE = "LOW_EFFECTIVE"
    HIGH_EFFECTIVE = "HIGH_EFFECTIVE"
    NO_NEXT_STEP = "NO_NEXT_STEP"
    NOTHING_MATURE = "NOTHING_MATURE"
    MATURE = "MATURE"
    FEW_DEMOS = "FEW_DEMOS"
    FEW_CLOSES = "FEW_CLOSES"
    FEW_KITS = "FEW_KITS"
    UNANSWERED = "UNANSWERED"
    LOST_DEALS = "LOST_DEALS"
    LONG_CYCLE = "LONG_CYCLE"
    WON = "WON"


SECTION_OF = {
    **dict.fromkeys((Found.NO_VISITS, Found.BELOW_FLOOR, Found.FLOOR_MET, Found.LESS_THAN_BEFORE), Section.QUANTITY),
    **dict.fromkeys(
        (Found.LOW_EFFECTIVE, Found.HIGH_EFFECTIVE, Found.NO_NEXT_STEP, Found.NOTHING_MATURE, Found.MATURE),
        Section.QUALITY,
    ),
    **dict.fromkeys(
        (
            Found.FEW_DEMOS,
            Found.FEW_CLOSES,
            Found.FEW_KITS,
            Found.UNANSWERED,
            Found.LOST_DEALS,
            Found.LONG_CYCLE,
            Found.WON,
        ),
        Section.CONVERSION,
    ),
}
GOOD = frozenset({Found.FLOOR_MET, Found.HIGH_EFFECTIVE, Found.MATURE, Found.WON})


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """A person's week. `floor`: visits asked for on the days present; `before`: visits that the four weeks before would have made on as many days;
    `kits`: visits with the order on the table; `answered` of the `objected` visits ended in a close or a next step; shares of the
    group for comparison; `classes`: customers held by closing class; `silent_days`: median days without contact.
    """

    visits: int
    floor: int
    before: float
    effective: int
    next_steps: int
    demonstrated: int
    trial_closed: int
    deals: int
    lost: Mapping[str, int]
    classes: Mapping[str, int]
    silent_days: float | None
    group_effective: float
    group_demos: float
    group_closes: float
    kits: int = 0
    objected: int = 0
    answered: int = 0
    group_kits: float = 0.0
    group_answers: float = 0.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding with the numbers of its words."""

    code: Found
    numbers: Mapping[str, float | str]

    @property
    def section(self) -> Section:
        return SECTION_OF[self.code]

    @property
    def is_good(self) -> bool:
        return self.code in GOOD


def findings(facts: WeekFacts) -> list[Finding]:
    """Return what the week's data says, quantity first."""
    return [*_quantity(facts), *_quality(facts), *_conversion(facts)]


def _quantity(facts: WeekFacts) -> list[Finding]:
    if facts.visits == 0 and facts.floor == 0:
        return []  # the first morning of a week
    if facts.visits == 0:
        return [Finding(Found.NO_VISITS, {})]
    numbers = {"visits": facts.visits, "floor": facts.floor}
    found = [Finding(Found.FLOOR_MET if facts.visits >= facts.floor else Found.BELOW_FLOOR, numbers)]
    if facts.before >= FEW and facts.visits < facts.before * (1 - APART):
        found.append(Finding(Found.LESS_THAN_BEFORE, {"visits": facts.visits, "before": round(facts.before)}))
    return found


def _quality(facts: WeekFacts) -> list[Finding]:
    found = []
    if facts.visits >= FEW:
        share = facts.effective / facts.visits
        numbers = {"share": round(100 * share), "group": round(100 * facts.group_effective)}
        if share < facts.group_effective * (1 - APART):
            found.append(Finding(Found.LOW_EFFECTIVE, numbers))
        elif share > facts.group_effective * (1 + APART):
            found.append(Finding(Found.HIGH_EFFECTIVE, numbers))
        if facts.next_steps < facts.visits / 2:
            found.append(
                Finding(Found.NO_NEXT_STEP, {"count": facts.visits - facts.next_steps, "visits": facts.visits})
            )
    mature = facts.classes.get("A", 0) + facts.classes.get("B", 0)
    numbers = {"a": facts.classes.get("A", 0), "b": facts.classes.get("B", 0), "c": facts.classes.get("C", 0)}
    found.append(Finding(Found.MATURE if mature else Found.NOTHING_MATURE, numbers))
    return found


def _conversion(facts: WeekFacts) -> list[Finding]:
    found = []
    if facts.deals:
        found.append(Finding(Found.WON, {"deals": facts.deals}))
    found += _technique(facts)
    lost = sum(facts.lost.values())
    if lost:
        most = max(facts.lost, key=lambda reason: facts.lost[reason])
        found.append(Finding(Found.LOST_DEALS, {"count": lost, "reason": most, "most": facts.lost[most]}))
    if facts.silent_days is not None and facts.silent_days > LONG_CYCLE:
        found.append(Finding(Found.LONG_CYCLE, {"days": round(facts.silent_days)}))
    return found


def _technique(facts: WeekFacts) -> list[Finding]:
    shares = (
        (Found.FEW_KITS, facts.kits, facts.group_kits),
        (Found.FEW_DEMOS, facts.demonstrated, facts.group_demos),
        (Found.FEW_CLOSES, facts.trial_closed, facts.group_closes),
    )
    found = [
        Finding(code, {"share": round(100 * done / facts.visits), "group": round(100 * group)})
        for code, done, group in shares
        if facts.visits >= FEW and done / facts.visits < min(group * (1 - APART), group - POINTS)
    ]
    if facts.objected >= FEW_OBJECTIONS and facts.answered / facts.objected < facts.group_answers * (1 - APART):
        numbers = {"answered": facts.answered, "count": facts.objected, "group": round(100 * facts.group_answers)}
        found.append(Finding(Found.UNANSWERED, numbers))
    return found
