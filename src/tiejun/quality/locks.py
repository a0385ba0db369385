"""Row locks of this module: the case first, then its seats; a task alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.foundation.refusals import NotFound
from tiejun.quality.models import IntegrityCase, PanelSeat, QaTask

if TYPE_CHECKING:
    from uuid import UUID

    from tiejun.access.abilities import Ability
    from tiejun.access.scope import Scope


def lock_task(task_id: UUID) -> QaTask:
    """Lock a task; raises `NotFound`."""
    task = QaTask.objects.select_for_update(of=("self",)).filter(pk=task_id).first()
    if task is None:
        raise NotFound
    return task


def lock_case(scope: Scope, case_id: UUID, ability: Ability) -> IntegrityCase:
    """Lock a case within reach; raises `NotFound`."""
    rows = IntegrityCase.objects.within(scope, ability).select_for_update(of=("self",))
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return case


def lock_seat(seat_id: UUID, person_id: UUID) -> tuple[IntegrityCase, PanelSeat]:
    """Lock somebody's own seat with its case; raises `NotFound`."""
    case_id = PanelSeat.objects.filter(pk=seat_id, person=person_id).values_list("case_id", flat=True).first()
    if case_id is None:
        raise NotFound
    case = IntegrityCase.objects.select_for_update(of=("self",)).get(pk=case_id)
    return case, PanelSeat.objects.select_for_update(of=("self",)).get(pk=seat_id)
