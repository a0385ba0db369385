"""What a lead may be scored by: nothing about the people of the company, nothing about its colleague, nothing learned later."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.engines.scoring.problem import Columns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID


class Feature(StrEnum):
    """What is known of a lead and its company when it is given to somebody."""

    SOURCE = "SOURCE"
    INTENT = "INTENT"
    INDUSTRY = "INDUSTRY"
    DISTRICT = "DISTRICT"
    COMPANY_DAYS = "COMPANY_DAYS"
    CAPITAL = "CAPITAL"
    WAITING_DAYS = "WAITING_DAYS"
    PHONES = "PHONES"
    HOLDERS = "HOLDERS"
    CONTACTS = "CONTACTS"
    TALKS = "TALKS"
    REFUSALS = "REFUSALS"


WORDS = (Feature.SOURCE, Feature.INTENT, Feature.INDUSTRY, Feature.DISTRICT)
NUMBERS = tuple(feature for feature in Feature if feature not in WORDS)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A lead as it stood at a moment: the values of `WORDS`, then those of `NUMBERS`, in their order."""

    lead_id: UUID
    company_id: UUID
    at: datetime
    words: tuple[str, ...]
    numbers: tuple[float | None, ...]


def columns_of(rows: Sequence[Snapshot]) -> Columns:
    """Return snapshots as the engine takes them."""
    return Columns(
        numbers={feature.value: [row.numbers[at] for row in rows] for at, feature in enumerate(NUMBERS)},
        words={feature.value: [row.words[at] for row in rows] for at, feature in enumerate(WORDS)},
    )
