"""What is missing before the lock: the representative's evening check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.visits.models import DayPlan, PlanItem, Visit
from tiejun.visits.queries.goals import day_progress
from tiejun.visits.rules.judging import read_reasons
from tiejun.visits.rules.vocabulary import RECORDED, Flag, ItemKind, VisitState

if TYPE_CHECKING:
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.engines.effectiveness import ReasonCode
    from tiejun.visits.queries.goals import DayProgress


class Gap(StrEnum):
    """What a visit's record lacks."""

    NOT_RECORDED = "NOT_RECORDED"
    NOBODY_MET = "NOBODY_MET"
    NO_NEXT_STEP = "NO_NEXT_STEP"
    NO_NOTE = "NO_NOTE"
    SHORT = "SHORT"


@dataclass(frozen=True, slots=True)
class GapRow:
    """A visit with what its record lacks, and which conditions of an effective visit fail."""

    visit_id: UUID
    company_id: UUID
    company_name: str
    started_at: datetime
    is_running: bool
    gaps: tuple[Gap, ...]
    failing: tuple[ReasonCode, ...]


@dataclass(frozen=True, slots=True)
class EveningCheck:
    """The state of a day before its lock."""

    progress: DayProgress
    rows: tuple[GapRow, ...]
    complete_count: int
    open_stops: int
    tomorrow_stops: int
    is_tomorrow_submitted: bool
    is_soft_locked: bool

    @property
    def is_ready(self) -> bool:
        """Nothing is left to do."""
        return not self.rows and self.is_tomorrow_submitted and not self.progress.missing


def evening_check(scope: Scope, *, now: datetime) -> EveningCheck:
    """Return what the asker's business day still lacks."""
    scope.require(Ability.RECORD_VISIT)
    progress = day_progress(scope, person_id=scope.own_id, now=now)
    visits = Visit.objects.filter(
        person=scope.own_id, business_day=progress.day, state__in=(*RECORDED, VisitState.STARTED)
    )
    rows = [_row(visit) for visit in visits.select_related("company").order_by("started_at")]
    lacking = tuple(row for row in rows if row.gaps)
    seen = {row.company_id for row in rows}
    today = _stops(scope, progress.day)
    tomorrow = DayPlan.objects.filter(person=scope.own_id, business_day=progress.day + timedelta(days=1)).first()
    return EveningCheck(
        progress=progress,
        rows=lacking,
        complete_count=len(rows) - len(lacking),
        open_stops=sum(company_id not in seen for company_id in today),
        tomorrow_stops=len(_stops(scope, progress.day + timedelta(days=1))),
        is_tomorrow_submitted=tomorrow is not None and tomorrow.submitted_at is not None,
        is_soft_locked=now >= progress.soft_lock_at,
    )


def _stops(scope: Scope, day: date) -> list[UUID]:
    items = PlanItem.objects.filter(plan__person=scope.own_id, plan__business_day=day, removed_in=None).exclude(
        kind=ItemKind.BACKUP
    )
    return list(items.values_list("company_id", flat=True))


def _row(visit: Visit) -> GapRow:
    lines = [line for line in read_reasons(visit.reasons) if not line.holds and line.question == "EFFECTIVE_VISIT"]
    return GapRow(
        visit_id=visit.pk,
        company_id=visit.company_id,
        company_name=visit.company.name,
        started_at=visit.started_at,
        is_running=visit.state == VisitState.STARTED,
        gaps=tuple(_gaps(visit)),
        failing=tuple(line.code for line in lines),
    )


def _gaps(visit: Visit) -> list[Gap]:
    if visit.state == VisitState.STARTED:
        return [Gap.NOT_RECORDED]
    found = []
    if "-EFFECTIVE_CUSTOMER.DECIDER_NOT_MET" in visit.reasons and not visit.note.strip():
        found.append(Gap.NOBODY_MET)
    if visit.next_step_at is None and visit.refusal != "CLEAR":
        found.append(Gap.NO_NEXT_STEP)
    if not visit.note.strip():
        found.append(Gap.NO_NOTE)
    if Flag.SHORT in visit.flags:
        found.append(Gap.SHORT)
    return found
