"""Who may check, and who may judge: people outside the line of the person concerned."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import MATRIX, Role
from tiejun.org import queries as org
from tiejun.org.queries.seats import seats_of
from tiejun.quality.models import IntegrityCase, PanelSeat, QaTask
from tiejun.quality.rules.process import Seat, is_outside

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


def _seats(scope: Scope, roles: Iterable[Role], on: date) -> tuple[dict[UUID, list[Seat]], dict[UUID, str]]:
    seats: dict[UUID, list[Seat]] = defaultdict(list)
    names: dict[UUID, str] = {}
    for row in seats_of(scope, roles, on=on):
        seats[row.person_id].append(Seat(row.person_id, row.unit_id, row.leads))
        names[row.person_id] = row.name
    return seats, names


def inspectors(scope: Scope, *, on: date) -> dict[UUID, list[Seat]]:
    """Return the inspectors of a day with where they sit."""
    scope.require(Ability.RUN_QUALITY)
    return _seats(scope, [Role.QA_INSPECTOR], on)[0]


def may_check(scope: Scope, person_id: UUID, task: QaTask, *, on: date) -> bool:
    """Tell whether somebody is outside the line of the person whose visit a task checks."""
    seats = _seats(scope, [Role.QA_INSPECTOR], on)[0].get(person_id, [])
    return is_outside(seats, person_id=task.person_id, chain=org.unit_chain(scope, task.unit_id))


def panel_candidates(scope: Scope, case: IntegrityCase, *, on: date) -> list[tuple[UUID, str]]:
    """Return who may sit on the next panel of a case, by name: outside the line, not part of the check, not seated before."""
    scope.require(Ability.MANAGE_CASES)
    roles = MATRIX[Ability.SIT_ON_PANEL]
    seats, names = _seats(scope, roles, on)
    chain = org.unit_chain(scope, case.unit_id)
    sat = set(PanelSeat.objects.filter(case=case).values_list("person_id", flat=True))
    checked = QaTask.objects.filter(frame=case.task.frame_id).values_list("inspector_id", flat=True)
    barred = sat | set(checked) | {case.opened_by_id, case.person_id}
    return [
        (person_id, names[person_id])
        for person_id, places in seats.items()
        if person_id not in barred and is_outside(places, person_id=case.person_id, chain=chain)
    ]
