"""Skills for programs: the same queries and actions as the pages."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from tiejun.foundation.schemas import Day, In, Moment, PageOut, Text
from tiejun.talent import actions
from tiejun.talent.queries import groups, sheets
from tiejun.talent.rules import EvidenceKind, Level, Skill
from tiejun.talent.rules.rating import Proof

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.talent.models import SkillRating
    from tiejun.talent.queries.levels import Standing
    from tiejun.talent.queries.sheets import SkillSheet
    from tiejun.talent.rules.needs import Need

router = Router(tags=["talent"])

SkillCode = Literal[
    "OPTIMISM", "RESPONSIBILITY", "AMBITION", "EXECUTION", "LEARNING", "COMMUNICATION",
    "PITCH", "DEMO", "CLOSE", "OBJECTION", "KIT", "PROSPECTING",
]  # fmt: skip
Cursor = Annotated[str, Field(max_length=400, description="`next` or `previous` of `ratings`")]
SkillLevel = Annotated[int, Field(ge=0, le=3, description="0 = not shown yet, 1 = a, 2 = b, 3 = c")]


class SkillStandingOut(Schema):
    """A level as of a day, null where nobody has said one: the line's, the line's before, and the person's own."""

    skill: str
    level: int | None
    since: date | None
    before: int | None
    own: int | None


class SkillEvidenceOut(Schema):
    """What a rating rests on."""

    kind: str
    id: UUID
    seen_on: date


class SkillRatingOut(Schema):
    """One rating; `source`: LEADER or SELF."""

    id: UUID
    skill: str
    source: str
    was: int
    level: int
    words: str
    rated_by: UUID
    rated_at: Moment
    evidence: list[SkillEvidenceOut]


class SkillReasonOut(Schema):
    """Why something should be practised; `subject`: the objection or drill, `point`: the coached point."""

    reason: str
    numbers: dict[str, int]
    subject: str | None
    point: str


class SkillNeedOut(Schema):
    """Something to practise, the most urgent first; `drill`: what to play; `point_id`: the open point it goes on with."""

    skill: str
    score: float
    reasons: list[SkillReasonOut]
    drill: str | None
    point_id: UUID | None


class SkillDrillOut(Schema):
    """A drill and its use on the next working day; `chances`: visits that asked for it."""

    drill_id: UUID
    subject: str
    drilled_on: date
    used_on: date
    state: str
    chances: int
    used: int
    lost: int


class SkillMapOut(Schema):
    """A person's skill map as of a day; `version` goes back with the next rating."""

    person_id: UUID
    version: int
    day: date
    compared_with: date
    standings: list[SkillStandingOut]
    ratings: PageOut[SkillRatingOut]
    needs: list[SkillNeedOut]
    drills: list[SkillDrillOut]


class SkillMemberOut(Schema):
    """A member of a group; `levels`: by skill, as far as somebody has said one."""

    person_id: UUID
    name: str
    levels: dict[str, int]
    first_need: SkillNeedOut | None
    is_stale: bool


class SkillTotalsOut(Schema):
    """How many people stand at which level (0 to 3); `people` 0: too few to say without naming somebody."""

    people: int
    counts: dict[str, list[int]]


class SkillEvidenceIn(In):
    """A piece of evidence by its kind and id."""

    kind: Literal["COACHING", "DRILL", "VISIT", "DEAL"]
    id: UUID


class SkillRatingIn(In):
    """A level by the line."""

    skill: SkillCode
    level: SkillLevel
    words: Text
    evidence: Annotated[list[SkillEvidenceIn], Field(max_length=5)]
    version: Annotated[int, Field(ge=0, le=10**9)]


class OwnSkillRatingIn(In):
    """A level as one sees oneself."""

    skill: SkillCode
    level: SkillLevel
    words: Text


class SkillRatedOut(Schema):
    """A rating as it was kept."""

    id: UUID
    skill: str
    source: str
    was: int
    level: int
    words: str
    rated_on: date


@router.get("/skills/own", response=SkillMapOut, summary="One's own skill map")
def own_skills(request: TiejunRequest, day: Day | None = None, cursor: Cursor = "") -> dict[str, Any]:
    return _map(sheets.own_sheet(request.scope, day=day, cursor=cursor, now=request.now))


@router.post("/skills/own", response=SkillRatedOut, summary="Say how one sees oneself")
def assess_oneself(request: TiejunRequest, sent: OwnSkillRatingIn) -> SkillRating:
    return actions.assess_oneself(
        request.scope, skill=Skill(sent.skill), level=Level(sent.level), words=sent.words, now=request.now
    )


@router.get("/skills/people/{person_id}", response=SkillMapOut, summary="Somebody's skill map")
def skills_of_person(
    request: TiejunRequest, person_id: UUID, day: Day | None = None, cursor: Cursor = ""
) -> dict[str, Any]:
    return _map(sheets.skill_sheet(request.scope, person_id, day=day, cursor=cursor, now=request.now))


@router.post("/skills/people/{person_id}", response=SkillRatedOut, summary="Set a level")
def rate_skill(request: TiejunRequest, person_id: UUID, sent: SkillRatingIn) -> SkillRating:
    return actions.rate_skill(
        request.scope,
        person_id=person_id,
        skill=Skill(sent.skill),
        level=Level(sent.level),
        words=sent.words,
        named=[Proof(EvidenceKind(one.kind), one.id) for one in sent.evidence],
        version=sent.version,
        now=request.now,
    )


@router.get("/skills/group", response=list[SkillMemberOut], summary="The skills of a group")
def skills_of_group(request: TiejunRequest, unit_id: UUID | None = None) -> list[dict[str, Any]]:
    found = groups.group_skills(request.scope, unit_id=unit_id, now=request.now)
    return [
        {
            "person_id": one.person_id,
            "name": one.name,
            "levels": {skill.value: row.level for skill, row in one.levels.items()},
            "first_need": _need(one.need) if one.need else None,
            "is_stale": one.is_stale,
        }
        for one in found.members
    ]


@router.get("/skills/totals", response=SkillTotalsOut, summary="Sums of levels without names")
def totals_of_skills(request: TiejunRequest) -> dict[str, Any]:
    found = groups.skill_totals(request.scope, now=request.now)
    counts = {skill.value: [levels[level] for level in Level] for skill, levels in found.counts.items()}
    return {"people": found.people, "counts": counts}


def _map(sheet: SkillSheet) -> dict[str, Any]:
    return {
        "person_id": sheet.person_id,
        "version": sheet.version,
        "day": sheet.day,
        "compared_with": sheet.compared,
        "standings": [_standing(sheet, skill) for skill in Skill],
        "ratings": {
            "items": [_rating(line.rating, line.evidence) for line in sheet.ratings.lines],
            "next": sheet.ratings.next,
            "previous": sheet.ratings.previous,
        },
        "needs": [_need(one) for one in sheet.needs],
        "drills": [
            {
                "drill_id": one.drill_id,
                "subject": one.subject.value,
                "drilled_on": one.day,
                "used_on": one.used_on,
                "state": one.use.state.value,
                "chances": one.use.chances,
                "used": one.use.used,
                "lost": one.use.lost,
            }
            for one in sheet.drills
        ],
    }


def _standing(sheet: SkillSheet, skill: Skill) -> dict[str, Any]:
    now = sheet.now.get(skill)
    return {
        "skill": skill.value,
        "level": _level(now),
        "since": now.on if now else None,
        "before": _level(sheet.before.get(skill)),
        "own": _level(sheet.own.get(skill)),
    }


def _level(standing: Standing | None) -> int | None:
    return standing.level.value if standing else None


def _rating(row: SkillRating, evidence: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "skill": row.skill,
        "source": row.source,
        "was": row.was,
        "level": row.level,
        "words": row.words,
        "rated_by": row.rated_by_id,
        "rated_at": row.rated_at,
        "evidence": [{"kind": one.kind.value, "id": one.id, "seen_on": one.on} for one in evidence],
    }


def _need(one: Need) -> dict[str, Any]:
    return {
        "skill": one.skill.value,
        "score": one.score,
        "reasons": [
            {
                "reason": cause.reason.value,
                "numbers": dict(cause.numbers),
                "subject": cause.subject.value if cause.subject else None,
                "point": cause.point,
            }
            for cause in one.causes
        ],
        "drill": one.drill.value if one.drill else None,
        "point_id": one.point_id,
    }
