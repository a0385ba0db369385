"""A representative of the demo company whose last day is today: what they held waits for their leader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.scope import Scope
from tiejun.cli.demo.company import SYSTEM, ZONE
from tiejun.foundation.times import business_day
from tiejun.org.actions.people import record_leaving
from tiejun.org.queries import unit_chain
from tiejun.succession.actions import begin_for_leaver

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.cli.demo.company import DemoStaff

# Of the group whose supervisor has a login.
LEAVES = 9


def let_one_leave(staff: DemoStaff, now: datetime) -> None:
    """Let one representative leave; the hand-over is prepared, as the worker does it."""
    rep, day = staff.reps[LEAVES], business_day(now, ZONE)
    record_leaving(SYSTEM, person_id=rep.person_id, left_on=day, now=now)
    scope = Scope.system("demo", unit_chain=unit_chain(SYSTEM, rep.unit_id))
    begin_for_leaver(scope, person_id=rep.person_id, unit_id=rep.unit_id, left_on=day, now=now)
