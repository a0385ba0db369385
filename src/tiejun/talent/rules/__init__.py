"""What skills decide, without a database; their refusals and their vocabulary."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from tiejun.foundation import refusals
from tiejun.meetings.rules.drilling import Subject


class Refusal(refusals.Refusal):
    """Why a rating says no."""

    RATE_ONESELF = "RATE_ONESELF"
    PERSON_GONE = "PERSON_GONE"
    LEVEL_SKIPPED = "LEVEL_SKIPPED"
    NO_EVIDENCE = "NO_EVIDENCE"
    NOT_THEIR_EVIDENCE = "NOT_THEIR_EVIDENCE"
    EVIDENCE_SPENT = "EVIDENCE_SPENT"
    MORE_EVIDENCE = "MORE_EVIDENCE"
    ONLY_DRILLED = "ONLY_DRILLED"


class Skill(StrEnum):
    """What a skill map shows: three hearts and three powers (MND-01 to MND-06), then the practical skills."""

    OPTIMISM = "OPTIMISM"
    RESPONSIBILITY = "RESPONSIBILITY"
    AMBITION = "AMBITION"
    EXECUTION = "EXECUTION"
    LEARNING = "LEARNING"
    COMMUNICATION = "COMMUNICATION"
    PITCH = "PITCH"
    DEMO = "DEMO"
    CLOSE = "CLOSE"
    OBJECTION = "OBJECTION"
    KIT = "KIT"
    PROSPECTING = "PROSPECTING"


HEARTS_AND_POWERS = (
    Skill.OPTIMISM,
    Skill.EXECUTION,
    Skill.RESPONSIBILITY,
    Skill.LEARNING,
    Skill.AMBITION,
    Skill.COMMUNICATION,
)
PRACTICAL = (Skill.PITCH, Skill.DEMO, Skill.CLOSE, Skill.OBJECTION, Skill.KIT, Skill.PROSPECTING)
SKILLS = (*HEARTS_AND_POWERS, *PRACTICAL)
BY_CODE: dict[str, Skill] = {one.value: one for one in SKILLS}


class Level(IntEnum):
    """How far a skill has come; b presupposes a, c presupposes b (MND-07). NONE: no evidence of a yet."""

    NONE = 0
    A = 1
    B = 2
    C = 3


class Source(StrEnum):
    """Who speaks: the line, with evidence, or the person about themselves."""

    LEADER = "LEADER"
    SELF = "SELF"


class EvidenceKind(StrEnum):
    """What a rating can rest on."""

    COACHING = "COACHING"
    DRILL = "DRILL"
    VISIT = "VISIT"
    DEAL = "DEAL"


# What a drilled subject shows: each objection is one of the objections.
SHOWN_BY: dict[Subject, Skill] = {
    Subject.PITCH: Skill.PITCH,
    Subject.DEMO: Skill.DEMO,
    Subject.CLOSE: Skill.CLOSE,
}


def shown_by(subject: Subject) -> Skill:
    """Return the practical skill that a drill of a subject shows."""
    return SHOWN_BY.get(subject, Skill.OBJECTION)
