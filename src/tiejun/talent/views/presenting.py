"""The words of codes, as the pages of skills show them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tiejun.foundation.refusals import NotFound
from tiejun.meetings.rules.drilling import Subject
from tiejun.talent import texts
from tiejun.talent.rules import HEARTS_AND_POWERS, PRACTICAL, SKILLS, EvidenceKind, Level, Skill
from tiejun.talent.rules.radar import radar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from tiejun.meetings.queries.drilled import PlayedDrill
    from tiejun.talent.queries.groups import GroupSkills, SkillTotals
    from tiejun.talent.queries.levels import RatingLine, Standing, Witness
    from tiejun.talent.queries.sheets import SkillSheet
    from tiejun.talent.rules.needs import Need, NeedCause
    from tiejun.talent.rules.rating import Offered

PAGES = {
    EvidenceKind.COACHING: "coaching:plan",
    EvidenceKind.VISIT: "visits:visit",
    EvidenceKind.DEAL: "pipeline:order",
}
LONGEST_TITLE, LONGEST_WHY = 120, 500


def sheet_context(sheet: SkillSheet) -> dict[str, Any]:
    """Return a skill map with its two radars and the words of its codes."""
    titles = ((_("Three hearts and three powers"), HEARTS_AND_POWERS), (_("Practical skills"), PRACTICAL))
    return {
        "sheet": sheet,
        "chart_of": f"{sheet.name} · {sheet.day:%Y-%m-%d}",
        "parts": [_part(sheet, title, skills) for title, skills in titles],
        "ratings": [_rating(one) for one in sheet.ratings.lines],
        "earlier": _history_address(sheet, sheet.ratings.next),
        "later": _history_address(sheet, sheet.ratings.previous),
        "needs": [need_row(one) for one in sheet.needs],
        "drills": [drill_row(one) for one in sheet.drills],
        "here": reverse("talent:mine") if sheet.is_own else reverse("talent:person", args=[sheet.person_id]),
        "back": reverse("talent:mine") if sheet.is_own else reverse("talent:desk"),
    }


def _history_address(sheet: SkillSheet, cursor: str | None) -> str:
    """Return the address of another page of the history on the same day, empty without a cursor."""
    day = {} if sheet.is_today else {"day": sheet.day.isoformat()}
    return f"?{urlencode(day | {'cursor': cursor})}#history" if cursor else ""


def _part(sheet: SkillSheet, title: str, skills: tuple[Skill, ...]) -> dict[str, Any]:
    drawing = radar(skills, _levels(sheet.now), _levels(sheet.before), _levels(sheet.own))
    return {
        "title": title,
        "radar": drawing,
        "corners": [(one, texts.CORNERS[one.skill]) for one in drawing.corners],
        "rows": [_row(sheet, skill) for skill in skills],
    }


def _levels(standings: Mapping[Skill, Standing]) -> dict[Skill, Level]:
    return {skill: one.level for skill, one in standings.items()}


def _row(sheet: SkillSheet, skill: Skill) -> dict[str, Any]:
    now, before, own = sheet.now.get(skill), sheet.before.get(skill), sheet.own.get(skill)
    level = now.level if now else Level.NONE
    return {
        "skill": skill.value,
        "name": texts.SKILLS[skill],
        "level": texts.LEVELS[level],
        "tone": texts.LEVEL_TONES[level],
        "meaning": texts.MEANINGS[skill, level] if level else texts.NOT_YET,
        "since": now.on if now else None,
        "before": texts.LEVELS[before.level] if before else texts.LEVELS[Level.NONE],
        "own": texts.LEVELS[own.level] if own else "",
        "has_risen": level > (before.level if before else Level.NONE),
    }


def _rating(line: RatingLine) -> dict[str, Any]:
    return {
        "line": line,
        "skill": texts.SKILLS[line.skill],
        "was": texts.LEVELS[line.was],
        "level": texts.LEVELS[line.level],
        "tone": texts.LEVEL_TONES[line.level],
        "source": texts.SOURCES[line.source],
        "evidence": [_witness(one) for one in line.evidence],
    }


def _witness(one: Witness) -> dict[str, Any]:
    return {
        "words": texts.EVIDENCE[one.kind],
        "icon": texts.EVIDENCE_ICONS[one.kind],
        "on": one.on,
        "url": reverse(PAGES[one.kind], args=[one.id]) if one.kind in PAGES else "",
    }


def cause_words(cause: NeedCause) -> str:
    """Return a reason to practise in words."""
    facts: dict[str, Any] = dict(cause.numbers)
    for name in ("level", "target"):
        if name in facts:
            facts[name] = texts.LEVELS[Level(facts[name])]
    facts["subject"] = texts.OBJECTIONS[cause.subject] if cause.subject else ""
    facts["point"] = cause.point
    return str(texts.REASONS[cause.reason]) % facts


def need_row(one: Need) -> dict[str, Any]:
    """Return something to practise with its reasons and what to play."""
    return {
        "skill": one.skill.value,
        "name": texts.SKILLS[one.skill],
        "causes": [cause_words(cause) for cause in one.causes],
        "drill": texts.OBJECTIONS[one.drill] if one.drill else "",
        "is_point": one.point_id is not None,
    }


def offer_rows(found: Iterable[Need], person_id: UUID, day: date | None) -> list[dict[str, Any]]:
    """Return what to practise with the address of the plan that takes it up; an open point stands in the plan already."""
    return [need_row(one) | {"url": plan_address(one, person_id, day)} for one in found]


def plan_address(one: Need, person_id: UUID, day: date | None) -> str:
    """Return the form of an accompanied visit with a need as its next point, empty for an open point."""
    if one.point_id is not None:
        return ""
    subject = next((cause.subject for cause in one.causes if cause.subject), None)
    title = str(texts.ANSWER_TO) % {"subject": texts.OBJECTIONS[subject]} if subject else str(texts.SKILLS[one.skill])
    why = "; ".join(cause_words(cause) for cause in one.causes)
    asked = {"skill": one.skill.value, "title": title[:LONGEST_TITLE], "why": why[:LONGEST_WHY]}
    if day is not None:
        asked["day"] = day.isoformat()
    return f"{reverse('coaching:edit', args=[person_id])}?{urlencode(asked)}"


def drill_row(one: PlayedDrill) -> dict[str, Any]:
    """Return a drill with what became of it on the day after."""
    return {
        "one": one,
        "subject": texts.OBJECTIONS[one.subject],
        "state": one.use_words,
        "tone": one.use_tone,
    }


def offered_rows(offered: Iterable[Offered], ticked: Collection[str]) -> list[dict[str, Any]]:
    """Return the evidence that can be named, the newest first; `words` of a drill are its subject's."""
    rows = []
    for one in sorted(offered, key=lambda one: (one.is_spent, -one.on.toordinal())):
        value = f"{one.proof.kind.value}:{one.proof.id}"
        is_drill = one.proof.kind is EvidenceKind.DRILL
        rows.append(
            {
                "value": value,
                "kind": texts.EVIDENCE[one.proof.kind],
                "icon": texts.EVIDENCE_ICONS[one.proof.kind],
                "words": texts.OBJECTIONS[Subject(one.words)] if is_drill else one.words,
                "on": one.on,
                "is_spent": one.is_spent,
                "is_ticked": value in ticked,
            }
        )
    return rows


def group_context(found: GroupSkills) -> dict[str, Any]:
    """Return a group's skills side by side."""
    units = [{"label": one.name, "url": f"?unit={one.pk}", "active": one.pk == found.unit.pk} for one in found.units]
    return {
        "found": found,
        "units": units if len(units) > 1 else [],
        "heads": [(texts.CORNERS[skill], texts.SKILLS[skill]) for skill in SKILLS],
        "rows": [
            {
                "member": line,
                "cells": [_cell(line.levels.get(skill), skill) for skill in SKILLS],
                "need": need_row(line.need) if line.need else None,
            }
            for line in found.members
        ],
        "reached": [found.reached[skill] for skill in SKILLS],
        "target": texts.LEVELS[found.target],
    }


def _cell(standing: Standing | None, skill: Skill) -> dict[str, Any]:
    level = standing.level if standing else Level.NONE
    return {"words": texts.LEVELS[level], "tone": texts.LEVEL_TONES[level], "skill": texts.SKILLS[skill]}


def total_rows(found: SkillTotals) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the sums of levels in the two parts of the map."""
    titles = ((_("Three hearts and three powers"), HEARTS_AND_POWERS), (_("Practical skills"), PRACTICAL))
    return [(title, [_total(found, skill) for skill in skills]) for title, skills in titles if found.people]


def _total(found: SkillTotals, skill: Skill) -> dict[str, Any]:
    counts = found.counts[skill]
    levels = [(texts.LEVELS[level], texts.LEVEL_TONES[level], counts[level]) for level in Level]
    parts, left = [], 0.0
    for level in (Level.A, Level.B, Level.C):
        width = 100 * counts[level] / found.people
        parts.append((round(left, 2), round(width, 2), texts.LEVEL_TONES[level]))
        left += width
    return {"name": texts.SKILLS[skill], "levels": levels, "parts": parts}


def asked_day(data: Mapping[str, str]) -> date | None:
    """Return the day that is asked for, None for none; raises `NotFound` for one that cannot be read."""
    try:
        found = date.fromisoformat(data["day"]) if data.get("day") else None
    except ValueError:
        raise NotFound from None
    if found is not None and not 2000 < found.year < 2100:
        raise NotFound
    return found


def asked_unit(data: Mapping[str, str]) -> UUID | None:
    """Return the unit that is asked for, None for none; raises `NotFound` for one that cannot be read."""
    try:
        return UUID(data["unit"]) if data.get("unit") else None
    except ValueError:
        raise NotFound from None
