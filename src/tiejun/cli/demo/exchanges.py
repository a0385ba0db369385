"""Leads that changed hands on the last day: a rep at the cap, requests for more days, leads closed with evidence, a stop."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from tiejun.access.roles import Role
from tiejun.cli.demo.company import SYSTEM
from tiejun.cli.demo.names import words
from tiejun.foundation.events import held_back
from tiejun.foundation.refusals import Refused
from tiejun.leads import actions
from tiejun.leads.actions import closing, extensions, pools
from tiejun.leads.queries import lists
from tiejun.leads.queries.lists import LeadFilters
from tiejun.leads.rules import FollowUpFacts, PoolTerms
from tiejun.leads.rules.closing import Evidence
from tiejun.org.queries import scope_of_person

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.cli.demo.company import DemoStaff, Rep

# A visitor's first claim as the representative meets a full private pool; the leads of the pool are more than this.
MOST_GIVEN = 130
EXTENDED_OF = (3, 6)
CLOSED_OF, LOST_OF, FROZEN_OF = (3, 9), 12, 15


def live_exchanges(staff: DemoStaff, now: datetime) -> None:
    """Let the first representative reach the cap, and the others ask, close and stop; told to whom it concerns."""
    said = words()["exchanges"]
    with held_back():
        _fill(staff, staff.reps[0], now, said["given"])
        for number, (place, note) in enumerate(zip(CLOSED_OF, said["invalid"], strict=True)):
            _close_as_invalid(staff.reps[place], now - timedelta(minutes=50 + number), note)
        _lose(staff.reps[LOST_OF], now, said["lost"])
        _freeze(staff, staff.reps[FROZEN_OF], now, said["frozen"])
        _open_pool(staff, said["pool"], now)
    for place, reason in zip(EXTENDED_OF, said["extensions"], strict=True):
        rep = staff.reps[place]
        held = _held(rep, now)
        if held:
            extensions.request_extension(rep.scope(now), lead_id=held[0], reason=reason, now=now)


def _held(rep: Rep, now: datetime) -> list[UUID]:
    mine = LeadFilters(mine=True, status="PRIVATE")
    page = lists.lean_page(rep.scope(now), mine, None, MOST_GIVEN, in_pool=False)
    return [row["id"] for row in page.rows]


def _fill(staff: DemoStaff, rep: Rep, now: datetime, reason: str) -> None:
    leader = scope_of_person(staff.supervisors[0], at=now, origin="demo")
    page = lists.lean_page(leader, LeadFilters(), None, MOST_GIVEN, in_pool=True)
    for row in page.rows:
        try:
            actions.transfer_lead(leader, lead_id=row["id"], to_person_id=rep.person_id, reason=reason, now=now)
        except Refused as refused:
            if refused.refusal == "CAP_REACHED":
                return


def _close_as_invalid(rep: Rep, now: datetime, note: str) -> None:
    held = _held(rep, now)
    if not held:
        return
    scope, lead_id = rep.scope(now), held[-1]
    for minutes in (40, 20):
        at = now - timedelta(minutes=minutes)
        with suppress(Refused):
            actions.record_follow_up(scope, lead_id=lead_id, facts=FollowUpFacts("CALL", "WRONG_NUMBER", at), now=at)
    with suppress(Refused):
        closing.close_lead(
            scope,
            lead_id=lead_id,
            outcome="INVALID",
            reason="WRONG_NUMBER",
            evidence=Evidence("CALLS", note),
            now=now,
        )


def _lose(rep: Rep, now: datetime, note: str) -> None:
    held = _held(rep, now)
    if held:
        closing.close_lead(
            rep.scope(now), lead_id=held[-1], outcome="LOST", reason="COMPETITOR", evidence=Evidence(note=note), now=now
        )


def _freeze(staff: DemoStaff, rep: Rep, now: datetime, note: str) -> None:
    leader = scope_of_person(staff.supervisors[staff.groups.index(rep.unit_id)], at=now, origin="demo")
    held = _held(rep, now)
    if held:
        closing.freeze_lead(leader, lead_id=held[-1], kind="DO_NOT_CONTACT", note=note, now=now)


def _open_pool(staff: DemoStaff, name: str, now: datetime) -> None:
    pool = pools.open_pool(SYSTEM, name=name, terms=PoolTerms(is_claimable=False, is_listed_only=True))
    chief = staff.persons[Role.REGIONAL_MANAGER]
    pools.add_member(SYSTEM, pool_id=pool.pk, person_id=chief, is_administrator=True, now=now)
    for unit_id in staff.groups[:2]:
        pools.add_member(SYSTEM, pool_id=pool.pk, unit_id=unit_id, now=now)
