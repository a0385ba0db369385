"""Scores with reasons from learned models."""

from collections.abc import Mapping

import numpy as np

from tiejun.engines.scoring.model import Model
from tiejun.engines.scoring.problem import Chance, Columns, Push

MOST_PUSHES = 3
LEAST_PUSH = 0.1  # in log odds: a tenth more or less is not worth a word
DIGITS = 4


def judged(models: Mapping[str, Model], columns: Columns) -> dict[str, list[Chance]]:
    """Return each row's chance by each model with its strongest pushes, rounded so that a score moves only when it means it."""
    return {name: _judged(model, columns) for name, model in models.items()}


def _judged(model: Model, columns: Columns) -> list[Chance]:
    if not len(columns):
        return []
    matrix = model.encoder.matrix(columns)
    chances, moved = model.chances(matrix), model.pushes(matrix)
    strongest = np.argsort(-np.abs(moved), axis=1)[:, :MOST_PUSHES]
    strengths = np.take_along_axis(moved, strongest, axis=1)
    names = model.features
    return [
        Chance(round(chance, DIGITS), _pushes(columns, row, [names[at] for at in places], pushed))
        for row, (chance, places, pushed) in enumerate(
            zip(chances.tolist(), strongest.tolist(), strengths.tolist(), strict=True)
        )
    ]


def _pushes(columns: Columns, row: int, names: list[str], pushed: list[float]) -> tuple[Push, ...]:
    return tuple(
        Push(name, _said(columns, name, row), round(float(np.exp(push)), 1))
        for name, push in zip(names, pushed, strict=True)
        if abs(push) >= LEAST_PUSH
    )


def _said(columns: Columns, name: str, row: int) -> str:
    if name in columns.words:
        return columns.words[name][row]
    value = columns.numbers[name][row]
    return "" if value is None else f"{value:.0f}"
