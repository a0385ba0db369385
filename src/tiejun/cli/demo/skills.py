"""The demo's skill maps: a first round of ratings weeks ago, what has risen since, and how some see themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tiejun.cli.demo.company import ZONE
from tiejun.cli.demo.names import words
from tiejun.foundation.refusals import Refused
from tiejun.foundation.times import at_local
from tiejun.org.queries import scope_of_person
from tiejun.talent import actions
from tiejun.talent.queries.evidence import evidence_of
from tiejun.talent.queries.levels import level_of
from tiejun.talent.queries.sheets import version_of
from tiejun.talent.rules import HEARTS_AND_POWERS, PRACTICAL, EvidenceKind, Level, Skill, Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from random import Random

    from tiejun.access.scope import Scope
    from tiejun.cli.demo.company import DemoStaff, Rep

# Places in the list of past working days, the newest last: when levels were set in the first group.
ROUNDS = (-23, -8, -1)
SHOWN_MAPS = 3


def rate_skills(staff: DemoStaff, random: Random, past: Sequence[date], now: datetime) -> None:
    """Rate the first group's people in several rounds, the first ones most; then let two of them say how they see themselves."""
    reps = [rep for rep in staff.reps if rep.unit_id == staff.groups[0]]
    for place in ROUNDS:
        if -place > len(past):
            continue
        at = at_local(past[place], "18:40", ZONE)
        leader = scope_of_person(staff.supervisors[0], at=at, origin="demo")
        for number, rep in enumerate(one for one in reps if one.joined_on <= past[place]):
            skills = list(PRACTICAL) if number < SHOWN_MAPS else list(PRACTICAL[place % 3 :: 3])
            hearts = HEARTS_AND_POWERS if number < SHOWN_MAPS else ()
            for skill in random.sample([*skills, *hearts], min(len(skills), 7 if number < SHOWN_MAPS else 1)):
                _rate(leader, random, rep, skill, at)
    for rep in reps[:2]:
        _assess(rep, random, now)


def _rate(leader: Scope, random: Random, rep: Rep, skill: Skill, at: datetime) -> None:
    """Set the next level of a skill where something was seen that shows it."""
    fresh = [one for one in evidence_of(leader, rep.person_id, skill, now=at) if not one.is_spent]
    was = level_of(leader, rep.person_id, skill, Source.LEADER)
    if not fresh or was is Level.C:
        return
    level = Level(min(was + 1, Level.C if random.random() < rep.skill else Level.B))
    field = [one for one in fresh if one.proof.kind is not EvidenceKind.DRILL] or fresh
    named = [one.proof for one in field[: 2 if level is Level.C else 1]]
    said = random.choice(words()["skills"]["seen"][skill.value])
    try:
        actions.rate_skill(
            leader, person_id=rep.person_id, skill=skill, level=level, words=said, named=named,
            version=version_of(leader, rep.person_id), now=at,
        )  # fmt: skip
    except Refused:
        # Too little was seen for that level yet.
        return


def _assess(rep: Rep, random: Random, now: datetime) -> None:
    scope = scope_of_person(rep.person_id, at=now, origin="demo")
    for skill in (*HEARTS_AND_POWERS, *PRACTICAL):
        line = level_of(scope, rep.person_id, skill, Source.LEADER)
        level = Level(max(0, min(3, line + random.choice((0, 0, 1, 1, -1)))))
        said = random.choice(words()["skills"]["own"])
        actions.assess_oneself(scope, skill=skill, level=level, words=said, now=now)
