"""How the month stands, and how visits go: what a plan is derived from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.coaching.rules import Skill
from tiejun.coaching.rules.skills import Counts, hypothesis, summed
from tiejun.forecast.queries.figures import month_of
from tiejun.forecast.queries.months import talk_sheet
from tiejun.foundation.times import business_day
from tiejun.org import queries as org
from tiejun.visits.queries.technique import Technique, techniques

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.coaching.rules.skills import Finding
    from tiejun.forecast.queries.figures import Figures
    from tiejun.org.queries import TeamMember

SPAN = timedelta(days=28)


def asked_by_now(scope: Scope, said: int, numbers: Figures) -> float:  # noqa: ARG001 -- figures that the asker was given
    """Return how many deals of a month's number the days gone by ask for at an even pace."""
    gone = numbers.days_total - numbers.days
    return said * gone / numbers.days_total if numbers.days_total else 0.0


def progress_of(scope: Scope, member: TeamMember, *, now: datetime) -> dict[str, Any]:
    """Return how a person's month stands, as plain JSON values, for the plan to keep."""
    month = month_of(scope, business_day(now, scope.zone))
    sheet = talk_sheet(scope, member.person_id, month=month, now=now)
    numbers = sheet.figures
    return {
        "month": f"{month:%Y-%m}",
        "said": sheet.deals,
        "signed": numbers.signed_deals,
        "asked": round(asked_by_now(scope, sheet.deals, numbers), 1),
        "expected": numbers.expected,
        "low": numbers.low,
        "high": numbers.high,
        "days_left": numbers.days,
    }


def counts_of_technique(scope: Scope, seen: Technique) -> Counts:  # noqa: ARG001 -- counts that the asker was given
    """Return the counts of visits by skill."""
    done = {
        Skill.PITCH: seen.explained,
        Skill.DEMO: seen.demonstrated,
        Skill.CLOSE: seen.trial_closed,
        Skill.OBJECTION: seen.visits - seen.refused,
        Skill.KIT: seen.ordered,
        Skill.PROSPECTING: seen.new_effective,
        Skill.FOLLOW_UP: seen.next_steps,
    }
    return Counts(seen.visits, done)


@dataclass(frozen=True, slots=True)
class SkillView:
    """What the visits of four weeks suggest of a person beside the group."""

    own: Counts
    group: Counts
    strong: list[Finding]
    weak: list[Finding]


def skills_of(scope: Scope, person_ids: Sequence[UUID], today: date) -> dict[UUID, SkillView]:
    """Return what the visits of the last four weeks suggest of each person of a group, in one query."""
    found = techniques(scope, person_ids, since=today - SPAN, until=today)
    counts = {one: counts_of_technique(scope, found.get(one, Technique())) for one in person_ids}
    group = summed(list(counts.values()))
    return {one: SkillView(own, group, *hypothesis(own, group)) for one, own in counts.items()}


def skills_of_member(scope: Scope, member: TeamMember, today: date) -> SkillView:
    """Return what the visits of the last four weeks suggest of one person beside the own group."""
    group = org.members_in_reach(scope, Ability.COACH, on=today, unit_id=member.unit_id)
    return skills_of(scope, [one.person_id for one in group], today)[member.person_id]
