"""What a plan cannot keep, and what could be done: rows that are kept with the plan and said on its page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class NoticeCode(StrEnum):
    """OUT_OF_HOURS, CLASHES and DAY_IS_FULL: a stop is late for one of these reasons; the others speak of the day."""

    OUT_OF_HOURS = "OUT_OF_HOURS"
    CLASHES = "CLASHES"
    DAY_IS_FULL = "DAY_IS_FULL"
    NO_BACKUP = "NO_BACKUP"  # found when the plan is read
    ENDS_LATE = "ENDS_LATE"
    NO_ROADS = "NO_ROADS"


@dataclass(frozen=True, slots=True)
class PlanNotice:
    """One thing to know: about which company, because of which other one, and when its visit could start instead."""

    code: NoticeCode
    company_id: UUID | None = None
    other_id: UUID | None = None
    could_start_at: datetime | None = None


def stored(notices: list[PlanNotice]) -> list[dict[str, Any]]:
    """Return notices as JSON."""
    return [
        {name: None if value is None else str(value) for name, value in asdict(notice).items()} for notice in notices
    ]


def read(rows: list[dict[str, Any]]) -> list[PlanNotice]:
    """Return the notices of stored rows."""
    return [
        PlanNotice(
            code=NoticeCode(row["code"]),
            company_id=UUID(row["company_id"]) if row["company_id"] else None,
            other_id=UUID(row["other_id"]) if row["other_id"] else None,
            could_start_at=datetime.fromisoformat(row["could_start_at"]) if row["could_start_at"] else None,
        )
        for row in rows
    ]
