"""The pulses of the day: who is behind hears it with a way to plan again, the leader hears who; long days are noticed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.inbox.actions import notify_all
from tiejun.org import queries as org_queries
from tiejun.visits.queries.days import day_counts
from tiejun.visits.queries.pace import work_spans
from tiejun.visits.queries.policy import field_policy
from tiejun.visits.rules.pulse import expected_by, is_long

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.org.queries import TeamMember
    from tiejun.visits.queries.policy import FieldPolicy

SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Behind:
    person_id: UUID
    name: str
    visits: int
    expected: int


@action(Ability.SEND_PULSES)
def send_pulse(scope: Scope, *, unit_id: UUID, business_day: date, due_at: datetime, now: datetime) -> dict[str, int]:
    """Tell a unit how its day stands at a pulse; returns how many are behind and how many have worked long.

    Who has worked longer than `worktime.hard_quiet` is not prompted any more; the leader hears of days longer than
    `worktime.daily_warning`. A second run tells nobody twice.
    """
    policy = field_policy(scope, now)
    members = [
        member
        for member in org_queries.members_in_reach(scope, Ability.SEND_PULSES, on=business_day)
        if member.unit_id == unit_id
    ]
    names = {member.person_id: member.name for member in members}
    spans = work_spans(scope, names, business_day)
    quiet = _longer(spans, policy.book.integer("worktime.hard_quiet", policy.chain))
    long = _longer(spans, policy.book.integer("worktime.daily_warning", policy.chain))
    behind = _behind(scope, members, policy, business_day, due_at=due_at, now=now)
    key = f"{business_day.isoformat()}:{due_at:%H%M}"
    for row in behind:
        if row.person_id not in quiet:
            facts = {"visits": row.visits, "expected": row.expected}
            _tell(scope, row.person_id, "visits.pulse_behind", facts, url="/visits/plan/", key=key, now=now)
    leader_id = org_queries.leader_of(scope, unit_id, on=business_day)
    if leader_id is not None and behind:
        team: dict[str, Any] = {"count": len(behind), "names": ", ".join(row.name for row in behind[:SHOWN])}
        _tell(scope, leader_id, "visits.team_behind", team, key=key, now=now)
    if leader_id is not None and long:
        hours = policy.book.integer("worktime.daily_warning", policy.chain)
        longest = {"names": ", ".join(sorted(names[one] for one in long)[:SHOWN]), "hours": hours}
        _tell(scope, leader_id, "visits.long_day", longest, key=f"{business_day.isoformat()}:{len(long)}", now=now)
    audit.record(
        scope, "visits.pulse_sent", unit=unit_id, business_day=business_day, behind=len(behind), long_days=len(long)
    )
    return {"behind": len(behind), "long_days": len(long)}


def _behind(
    scope: Scope, members: Sequence[TeamMember], policy: FieldPolicy, day: date, *, due_at: datetime, now: datetime
) -> list[_Behind]:
    counts = day_counts(scope, [member.person_id for member in members], day, now=now)
    noon, back = policy.moment(day, "clock.noon"), policy.moment(day, "clock.return")
    found = []
    for member in members:
        expected = expected_by(due_at, policy.floor(member.leave_part), noon=noon, back=back)
        done = counts[member.person_id].restated_visits
        if done < expected:
            found.append(_Behind(member.person_id, member.name, done, expected))
    return found


def _longer(spans: dict[UUID, tuple[datetime, datetime]], hours: int) -> set[UUID]:
    return {person_id for person_id, span in spans.items() if is_long(*span, hours)}


def _tell(
    scope: Scope,
    person_id: UUID,
    code: str,
    facts: dict[str, Any],
    *,
    url: str = "/team-today/",
    key: str,
    now: datetime,
) -> None:
    notify_all(scope, person_ids=[person_id], code=code, facts=facts, url=url, dedupe_key=f"{code}:{key}", now=now)
