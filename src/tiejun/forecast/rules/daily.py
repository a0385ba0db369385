"""The forecast of a day: what the machine drafts, and how result and process are judged apart (domain 11, rule 8)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.engines.golden import MORNING_SHARE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

LARGEST_VISITS = 60
LARGEST_DEALS = 99


@dataclass(frozen=True, slots=True)
class Deal:
    """A company that is expected to sign (class A), or stands in reserve (B); the backup answers "what if it falls through".

    `backup_company_id` or `backup_plan` is the backup of a class A deal; amounts in minor units.
    """

    company_id: UUID
    closing_class: str
    amount_minor: int
    opportunity_id: UUID | None = None
    backup_company_id: UUID | None = None
    backup_plan: str = ""

    @property
    def lacks_backup(self) -> bool:
        return self.closing_class == "A" and self.backup_company_id is None and not self.backup_plan.strip()


@dataclass(frozen=True, slots=True)
class DayNumbers:
    """What a day is expected to bring, process and result; visits before noon are `morning`."""

    deals: int
    amount_minor: int
    visits: int
    morning: int
    effective: int


@dataclass(frozen=True, slots=True)
class DayActuals:
    """What the day brought."""

    deals: int
    amount_minor: int
    visits: int
    effective: int


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """Whether the result (deals and visits won) and the process (visits, effective visits) came as said."""

    result_met: bool
    process_met: bool


def drafted(
    deals: Sequence[Deal], *, stops: int, floor_visits: int, floor_effective: int, effective_rate: float
) -> DayNumbers:
    """Return the machine's draft: every class A deal signs, the plan's stops are visited, the own rate makes them effective.

    Without a plan the floor stands for the visits. `effective_rate`: effective visits per visit of the last weeks.
    """
    visits = min(stops or floor_visits, LARGEST_VISITS)
    iron = [deal for deal in deals if deal.closing_class == "A"]
    effective = max(min(floor_effective, visits), math.floor(visits * effective_rate + 0.5))
    return DayNumbers(
        deals=len(iron),
        amount_minor=sum(deal.amount_minor for deal in iron),
        visits=visits,
        morning=math.floor(visits * MORNING_SHARE + 0.5),
        effective=min(effective, visits),
    )


def judged(expected: DayNumbers, actual: DayActuals) -> DayVerdict:
    """Judge result and process apart: deals hit with four visits is still a missed process."""
    return DayVerdict(
        result_met=actual.deals >= expected.deals,
        process_met=actual.visits >= expected.visits and actual.effective >= expected.effective,
    )
