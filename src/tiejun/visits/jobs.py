"""What the business clock and the worker run for visits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from tiejun.access.scope import Scope
from tiejun.foundation.clock import at_clock
from tiejun.foundation.events import on
from tiejun.foundation.jobs import every
from tiejun.leads.events import LeadReleased, LeadTransferred, ReclaimRunFinished
from tiejun.leads.queries.reclaims import taken_by_run
from tiejun.marketing.actions.handover import note_effective
from tiejun.visits.actions import merging  # noqa: F401 -- registers what follows a merge of companies
from tiejun.visits.actions.day_locks import erase_positions, hard_lock_day, soft_lock_day
from tiejun.visits.actions.handing_over import drop_stops
from tiejun.visits.actions.plans import propose_for_member
from tiejun.visits.actions.pulses import send_pulse
from tiejun.visits.events import VisitRecorded
from tiejun.visits.queries.plans import who_needs_a_plan
from tiejun.visits.queries.policy import field_policy

if TYPE_CHECKING:
    from tiejun.foundation.clock import Occasion

SYSTEM = Scope.system("visits.planned_stops")


@on(VisitRecorded)
def tell_marketing_of_effective(event: VisitRecorded) -> None:
    """Tell marketing that a company which it may have handed over became an effective customer."""
    if event.new_effective_customer:
        note_effective(
            Scope.system("visits.tell_marketing_of_effective"), company_id=event.company_id, at=event.happened_at
        )


@on(LeadReleased)
def drop_released_stops(event: LeadReleased) -> None:
    """Take a company that was given back out of the plans of who held it."""
    drop_stops(SYSTEM, person_id=event.person_id, company_ids=[event.company_id], now=timezone.now())


@on(LeadTransferred)
def drop_transferred_stops(event: LeadTransferred) -> None:
    """Take a company that a leader gave to somebody else out of the plans of who held it."""
    if event.from_person_id is not None:
        drop_stops(SYSTEM, person_id=event.from_person_id, company_ids=[event.company_id], now=timezone.now())


@on(ReclaimRunFinished)
def drop_reclaimed_stops(event: ReclaimRunFinished) -> None:
    """Take what the night took back out of the plans of who held it: nobody walks to a company that is a colleague's by now."""
    for person_id, company_ids in sorted(taken_by_run(SYSTEM, event.run_id).items()):
        drop_stops(SYSTEM, person_id=person_id, company_ids=company_ids, now=timezone.now())


@at_clock("visits.propose_plans", time_key="clock.proposals", position=360, in_steps=True)
def propose_plans(occasion: Occasion) -> dict[str, Any]:
    """Propose the coming day's plan to everybody of the unit who has none, one short transaction each."""
    scope, day = occasion.scope, occasion.business_day + timedelta(days=1)
    people = who_needs_a_plan(scope, unit_id=occasion.unit_id, day=day, now=occasion.now)
    made = [
        propose_for_member(scope, person_id=person_id, unit_id=occasion.unit_id, day=day, now=occasion.now)
        for person_id in people
    ]
    return {"plans": sum(made)}


def _pulse(occasion: Occasion) -> dict[str, Any]:
    return send_pulse(
        occasion.scope,
        unit_id=occasion.unit_id,
        business_day=occasion.business_day,
        due_at=occasion.due_at,
        now=occasion.now,
    )


@at_clock("visits.pulse_noon", time_key="clock.noon", position=140, on_days_off=False)
def pulse_noon(occasion: Occasion) -> dict[str, Any]:
    """Tell who is behind at noon."""
    return _pulse(occasion)


@at_clock("visits.pulse_afternoon", time_key="clock.afternoon_pulse", position=160, on_days_off=False)
def pulse_afternoon(occasion: Occasion) -> dict[str, Any]:
    """Tell who is behind in the afternoon."""
    return _pulse(occasion)


@at_clock("visits.pulse_evening", time_key="clock.evening_pulse", position=170, on_days_off=False)
def pulse_evening(occasion: Occasion) -> dict[str, Any]:
    """Tell who is behind before the evening, and whose day is long."""
    return _pulse(occasion)


@at_clock("visits.soft_lock", time_key="clock.soft_lock", position=200)
def soft_lock(occasion: Occasion) -> dict[str, Any]:
    """End the unit's day for its authors."""
    persons = soft_lock_day(
        occasion.scope,
        unit_id=occasion.unit_id,
        business_day=occasion.business_day,
        soft_at=occasion.due_at,
        now=occasion.now,
    )
    return {"persons": persons}


@at_clock("visits.hard_lock", time_key="clock.hard_lock", position=300, follows="visits.soft_lock")
def hard_lock(occasion: Occasion) -> dict[str, Any]:
    """Freeze the unit's day."""
    bounds = field_policy(occasion.scope, occasion.due_at).bounds(occasion.business_day)
    frozen = hard_lock_day(
        occasion.scope,
        unit_id=occasion.unit_id,
        business_day=occasion.business_day,
        soft_at=bounds.soft_at,
        hard_at=occasion.due_at,
        now=occasion.now,
    )
    return {"persons": frozen}


@every("40 19 * * *")
def erase_old_positions() -> None:
    """Erase raw positions past their retention, each night."""
    erase_positions(Scope.system("visits.erase_old_positions"), now=timezone.now())
