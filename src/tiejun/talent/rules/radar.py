"""The radar of a skill map: corners and rings as lengths of a drawing whose middle is zero."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING

from tiejun.talent.rules import Level, Skill

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RADIUS = 100.0
LABEL_AT = 118.0
SIDE = 0.35  # beyond so much of the width a label stands beside its corner, not above or below it


@dataclass(frozen=True, slots=True)
class Corner:
    """One axis: its end, where its label stands and how it is set (`start`, `middle`, `end`), and its value's own place."""

    skill: Skill
    level: Level
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    at_x: float
    at_y: float


@dataclass(frozen=True, slots=True)
class Radar:
    """The axes, the rings from the innermost, and the outlines (`now`, `before`, `own`); an outline without a value is empty."""

    corners: tuple[Corner, ...]
    rings: tuple[str, ...]
    now: str
    before: str
    own: str


def radar(
    skills: Sequence[Skill],
    now: Mapping[Skill, Level],
    before: Mapping[Skill, Level],
    own: Mapping[Skill, Level],
) -> Radar:
    """Lay out the levels of some skills, the first one on top and the others clockwise."""
    turns = [2 * pi * place / len(skills) for place in range(len(skills))]
    rings = tuple(_outline(turns, [level] * len(skills)) for level in (Level.A, Level.B, Level.C))
    corners = tuple(_corner(skill, now.get(skill, Level.NONE), turn) for skill, turn in zip(skills, turns, strict=True))
    return Radar(corners, rings, *(_drawn(turns, skills, levels) for levels in (now, before, own)))


def _drawn(turns: Sequence[float], skills: Sequence[Skill], levels: Mapping[Skill, Level]) -> str:
    values = [levels.get(skill, Level.NONE) for skill in skills]
    return _outline(turns, values) if any(values) else ""


def _outline(turns: Sequence[float], levels: Sequence[Level]) -> str:
    return " ".join("{:.1f},{:.1f}".format(*_point(turn, level)) for turn, level in zip(turns, levels, strict=True))


def _point(turn: float, level: float) -> tuple[float, float]:
    length = RADIUS * level / Level.C
    return length * sin(turn), -length * cos(turn)


def _corner(skill: Skill, level: Level, turn: float) -> Corner:
    x, y = _point(turn, Level.C)
    at_x, at_y = _point(turn, level)
    across = sin(turn)
    anchor = "middle" if abs(across) < SIDE else "start" if across > 0 else "end"
    places = (x, y, LABEL_AT * across, -LABEL_AT * cos(turn))
    x, y, label_x, label_y = (round(one, 1) for one in places)
    return Corner(skill, level, x, y, label_x, label_y, anchor, round(at_x, 1), round(at_y, 1))
