"""The intent check: four questions, what each answer is worth, and the score by the weights of the policy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Question(StrEnum):
    """What is asked before somebody becomes a lead."""

    NEED = "NEED"
    TIMING = "TIMING"
    BUDGET = "BUDGET"
    AUTHORITY = "AUTHORITY"


# The share of a question's weight that an answer earns, in percent.
WORTH: dict[Question, dict[str, int]] = {
    Question.NEED: {"CLEAR": 100, "VAGUE": 50, "NONE": 0},
    Question.TIMING: {"THIS_MONTH": 100, "THIS_QUARTER": 70, "THIS_YEAR": 30, "NOT_PLANNED": 0},
    Question.BUDGET: {"SET": 100, "ROUGH": 60, "UNKNOWN": 20, "NONE": 0},
    Question.AUTHORITY: {"DECIDES": 100, "INFLUENCES": 60, "USES": 25},
}
DEFAULT_WEIGHTS = {"NEED": "35", "TIMING": "25", "BUDGET": "15", "AUTHORITY": "25"}


@dataclass(frozen=True, slots=True)
class IntentPolicy:
    """The weights of the questions and from which score on intent is medium (and a lead) or high."""

    weights: Mapping[str, int]
    medium_from: int
    high_from: int


def weights_from(mapping: Mapping[str, str]) -> dict[str, int]:
    """Read the weights of a policy; what is no whole number counts as the default."""
    read = {}
    for question in Question:
        text = str(mapping.get(question.value, DEFAULT_WEIGHTS[question.value]))
        read[question.value] = int(text) if text.isascii() and text.isdigit() else int(DEFAULT_WEIGHTS[question.value])
    return read


def clean_answers(answers: Mapping[str, str]) -> dict[str, str]:
    """Keep the answers that belong to a question; the rest was not asked."""
    return {
        question.value: answers[question.value]
        for question in Question
        if answers.get(question.value) in WORTH[question]
    }


def score_of(answers: Mapping[str, str], policy: IntentPolicy) -> int:
    """Return the score from 0 to 100: the weighted mean of what the answers are worth; a missing answer is worth nothing.

    Halves are rounded up.
    """
    total = sum(policy.weights.values())
    if total <= 0:
        return 0
    earned = sum(policy.weights[q.value] * WORTH[q].get(answers.get(q.value, ""), 0) for q in Question)
    return min(100, (2 * earned + total) // (2 * total))


def level_of(score: int, policy: IntentPolicy) -> str:
    """Return LOW, MEDIUM or HIGH."""
    if score >= policy.high_from:
        return "HIGH"
    return "MEDIUM" if score >= policy.medium_from else "LOW"
