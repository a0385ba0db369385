"""Levels as of a day, and the history of ratings with what they rest on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.foundation import keyset
from tiejun.org import queries as org
from tiejun.talent.models import RatingEvidence, SkillRating
from tiejun.talent.rules import EvidenceKind, Level, Skill, Source

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """The level of a skill and the day since it was last said."""

    level: Level
    on: date


@dataclass(frozen=True, slots=True)
class Witness:
    """A piece of evidence of a rating, with the id of its page's object."""

    kind: EvidenceKind
    id: UUID
    on: date


@dataclass(frozen=True, slots=True)
class RatingLine:
    """One rating with who said it and what it rests on."""

    rating: SkillRating
    skill: Skill
    level: Level
    was: Level
    source: Source
    by: str
    evidence: tuple[Witness, ...]


def level_of(scope: Scope, person_id: UUID, skill: Skill, source: Source) -> Level:  # noqa: ARG001 -- of a person that the asker reaches
    """Return the level of a skill as last said by a source, NONE when it never was."""
    rows = SkillRating.objects.filter(person=person_id, source=source, skill=skill)
    found = rows.order_by("-rated_at", "-id").values_list("level", flat=True).first()
    return Level(found or 0)


def standings(
    scope: Scope,  # noqa: ARG001 -- of persons that the asker reaches
    person_ids: Collection[UUID],
    *,
    source: Source,
    until: date,
) -> dict[UUID, dict[Skill, Standing]]:
    """Return the levels of persons as of the end of a day as a source said them, in one query."""
    rows = SkillRating.objects.filter(person__in=list(person_ids), source=source, rated_on__lte=until)
    newest = rows.order_by("person", "source", "skill", "-rated_at", "-id").distinct("person", "source", "skill")
    found: dict[UUID, dict[Skill, Standing]] = defaultdict(dict)
    for person_id, skill, level, on in newest.values_list("person_id", "skill", "level", "rated_on"):
        found[person_id][Skill(skill)] = Standing(Level(level), on)
    return {one: found.get(one, {}) for one in person_ids}


@dataclass(frozen=True, slots=True)
class RatingPage:
    """Some ratings, the newest first; `next`: the cursor of earlier ones, `previous`: of later ones, None where there are none."""

    lines: list[RatingLine]
    next: str | None
    previous: str | None


def history(scope: Scope, person_id: UUID, *, until: date, cursor: str | None = None) -> RatingPage:
    """Return a page of the ratings of a person that the asker reaches up to a day, the newest first, in three queries."""
    rows = SkillRating.objects.filter(person=person_id, rated_on__lte=until)
    page = keyset.page(rows, order=("-rated_at", "-id"), cursor=cursor, size=SHOWN)
    found = page.rows
    evidence: dict[UUID, list[Witness]] = defaultdict(list)
    for one in RatingEvidence.objects.filter(rating__in=found).order_by("seen_on", "pk"):
        owned = one.plan_id or one.drill_id or one.visit_id or one.order_id
        assert owned is not None  # a constraint says so
        evidence[one.rating_id].append(Witness(EvidenceKind(one.kind), owned, one.seen_on))
    names = org.names_of(scope, [row.rated_by_id for row in found])
    lines = [
        RatingLine(
            rating=row,
            skill=Skill(row.skill),
            level=Level(row.level),
            was=Level(row.was),
            source=Source(row.source),
            by=names.get(row.rated_by_id, ""),
            evidence=tuple(evidence[row.pk]),
        )
        for row in found
    ]
    return RatingPage(lines, page.next_cursor, page.previous_cursor)


def spent(scope: Scope, person_id: UUID, skill: Skill) -> set[UUID]:  # noqa: ARG001 -- of a person that the asker reaches
    """Return the ids of what ratings of a skill of a person rest on already."""
    rows = RatingEvidence.objects.filter(rating__person=person_id, rating__skill=skill)
    return {owned for one in rows if (owned := one.plan_id or one.drill_id or one.visit_id or one.order_id) is not None}
