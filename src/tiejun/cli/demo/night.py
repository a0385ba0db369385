"""What the business clock does between two demo days, at its own times, and what people are told of the last days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.access.scope import Scope
from tiejun.cli.demo.company import ZONE, DemoStaff
from tiejun.foundation import clock, policies
from tiejun.foundation.clock import Occasion
from tiejun.foundation.events import announce
from tiejun.foundation.times import at_local
from tiejun.leads.events import ReclaimRunFinished
from tiejun.org.events import LeaveRecorded
from tiejun.org.queries import unit_chain
from tiejun.pipeline.events import OrderSigned, ReceiptRecorded

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

AFTER_A_DAY = (
    "leads.remind_morning",
    "leads.remind_afternoon",
    "leads.reclaim",
    "customers.class_a_expiry",
    "pipeline.overdue",
)
TOLD = (LeaveRecorded, OrderSigned, ReceiptRecorded, ReclaimRunFinished)
SYSTEM = Scope.system("demo")


def live_night(staff: DemoStaff, day: date, now: datetime) -> None:
    """Run what the clock does after a day, for each group, as far as it was due by `now`."""
    for event in clock.events():
        if event.key not in AFTER_A_DAY:
            continue
        for unit_id in staff.groups:
            chain = unit_chain(SYSTEM, unit_id)
            due_at = at_local(day, policies.book(now).text(event.time_key, chain), ZONE)
            if due_at <= now:
                scope = Scope.system(event.key, unit_chain=chain, zone=ZONE)
                event.run(Occasion(scope, unit_id, day, due_at, due_at))


def tell(events: Iterable[object]) -> None:
    """Hand the news of a day to the worker, which puts them into the inboxes at the first start."""
    for event in events:
        if isinstance(event, TOLD):
            announce(event)
