"""How the facts of visits speak about skills: measures, and the hypothesis of strengths and weaknesses they suggest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.coaching.rules import Skill

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FEW = 12  # visits below which a share says nothing of a person
APART = 0.15  # a share that departs from the group's by so much of it is worth a word
POINTS = 5  # and by so many percentage points: one visit of sixty against two is chance


@dataclass(frozen=True, slots=True)
class Counts:
    """Visits of a span, and at how many of them something was done, by skill."""

    visits: int
    done: Mapping[Skill, int]

    def share(self, skill: Skill) -> float | None:
        """Return the share of visits, None without a visit."""
        return self.done.get(skill, 0) / self.visits if self.visits else None


@dataclass(frozen=True, slots=True)
class Finding:
    """A share of a person beside the group's, in whole percent."""

    skill: Skill
    percent: int
    group_percent: int

    @property
    def apart(self) -> float:
        """By how much of the group's share it departs."""
        return (self.percent - self.group_percent) / max(1, self.group_percent)

    @property
    def is_clear(self) -> bool:
        """Whether it departs by enough to be spoken of."""
        return abs(self.apart) >= APART and abs(self.percent - self.group_percent) >= POINTS


def summed(many: Sequence[Counts]) -> Counts:
    """Sum the counts of several persons up."""
    done = {skill: sum(one.done.get(skill, 0) for one in many) for skill in Skill}
    return Counts(sum(one.visits for one in many), done)


def hypothesis(own: Counts, group: Counts) -> tuple[list[Finding], list[Finding]]:
    """Return what the visits suggest as strengths and as weaknesses, the largest departure first; nothing from few visits."""
    if own.visits < FEW or group.visits < FEW:
        return [], []
    findings = [
        Finding(skill, round(100 * (own.share(skill) or 0)), round(100 * (group.share(skill) or 0))) for skill in Skill
    ]
    clear = [one for one in findings if one.is_clear]
    strong = sorted((one for one in clear if one.apart > 0), key=lambda one: -one.apart)
    weak = sorted((one for one in clear if one.apart < 0), key=lambda one: one.apart)
    return strong, weak
