"""Ratings: by the line with evidence, and apart from it by the person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from tiejun.access.abilities import Ability
from tiejun.access.doors import action
from tiejun.foundation import audit
from tiejun.foundation.refusals import Invalid, Refused
from tiejun.foundation.times import business_day
from tiejun.inbox.actions import notify
from tiejun.org import queries as org
from tiejun.talent import locks
from tiejun.talent.models import RatingEvidence, SkillRating
from tiejun.talent.queries.evidence import evidence_of
from tiejun.talent.queries.levels import level_of
from tiejun.talent.queries.policy import talent_policy
from tiejun.talent.rules import EvidenceKind, Level, Skill, Source
from tiejun.talent.rules.rating import RatingFacts, why_not_rate

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.talent.models import SkillMap
    from tiejun.talent.rules.rating import Offered, Proof

LONGEST_WORDS = 500
COLUMNS = {
    EvidenceKind.COACHING: "plan_id",
    EvidenceKind.DRILL: "drill_id",
    EvidenceKind.VISIT: "visit_id",
    EvidenceKind.DEAL: "order_id",
}


@action(Ability.RATE_SKILLS)
def rate_skill(
    scope: Scope,
    *,
    person_id: UUID,
    skill: Skill,
    level: Level,
    words: str,
    named: Collection[Proof],
    version: int,
    now: datetime,
) -> SkillRating:
    """Set the level of a person's skill, resting on evidence; the same level again confirms it. The person is told.

    Raises `NotFound`, `Stale`, `Invalid`, `Refused` (RATE_ONESELF, PERSON_GONE, LEVEL_SKIPPED, NO_EVIDENCE,
    NOT_THEIR_EVIDENCE, EVIDENCE_SPENT, ONLY_DRILLED, MORE_EVIDENCE).
    """
    today = business_day(now, scope.zone)
    org.person_in_reach(scope, person_id, Ability.RATE_SKILLS, on=today)
    row = locks.lock_map(person_id, version=version)
    offered = evidence_of(scope, person_id, skill, now=now)
    facts = RatingFacts(
        is_self=person_id == scope.person_id,
        is_gone=org.is_gone(scope, person_id, on=today),
        skill=skill,
        was=level_of(scope, person_id, skill, Source.LEADER),
        level=level,
        named=frozenset(named),
        offered=offered,
        needed_for_c=talent_policy(scope, now).number("evidence_for_c"),
    )
    refusal = why_not_rate(facts)
    if refusal:
        raise Refused(refusal, needed=facts.needed_for_c)
    rating = _rate(scope, row, skill, Source.LEADER, was=facts.was, level=level, words=words, now=now)
    _rest_on(rating, facts.named, offered)
    row.version += 1
    row.save(update_fields=["version"])
    notify(
        scope,
        person_id=person_id,
        code="talent.rated",
        facts={"name": org.names_of(scope, [scope.person_id]).get(scope.own_id, "")},
        url="/skills/mine/",
        dedupe_key=f"talent.rated:{rating.pk}",
        now=now,
    )
    audit.record(scope, "talent.rated", row, skill=skill.value, was=facts.was.value, level=level.value)
    return rating


@action(Ability.ASSESS_ONESELF)
def assess_oneself(scope: Scope, *, skill: Skill, level: Level, words: str, now: datetime) -> SkillRating:
    """Say at which level one sees oneself. It stands beside the line's word and changes nothing of it. Raises `Invalid`."""
    row = locks.lock_map(scope.own_id)
    was = level_of(scope, scope.own_id, skill, Source.SELF)
    rating = _rate(scope, row, skill, Source.SELF, was=was, level=level, words=words, now=now)
    audit.record(scope, "talent.assessed_oneself", row, skill=skill.value, was=was.value, level=level.value)
    return rating


def _rate(
    scope: Scope, row: SkillMap, skill: Skill, source: Source, *, was: Level, level: Level, words: str, now: datetime
) -> SkillRating:
    if not words.strip():
        raise Invalid(words=_("Say in a sentence what was seen."))
    today = business_day(now, scope.zone)
    return SkillRating.objects.create(
        map=row,
        person_id=row.person_id,
        unit_id=org.unit_of_person(scope, row.person_id, on=today),
        skill=skill,
        source=source,
        was=was,
        level=level,
        words=words.strip()[:LONGEST_WORDS],
        rated_by_id=scope.own_id,
        rated_on=today,
        rated_at=now,
    )


def _rest_on(rating: SkillRating, named: Collection[Proof], offered: Collection[Offered]) -> None:
    days = {one.proof: one.on for one in offered}
    RatingEvidence.objects.bulk_create(
        RatingEvidence(rating=rating, kind=one.kind, seen_on=days[one], **{COLUMNS[one.kind]: one.id}) for one in named
    )
