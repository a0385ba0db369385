"""Columns as one matrix that both methods read: numbers on a log scale and standardised, words as flags."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tiejun.engines.scoring.problem import Columns

Floats: TypeAlias = npt.NDArray[np.float64]

LEAST_SEEN = 20  # a word seen less often says nothing by itself
MOST_LEVELS = 40
OTHER = "\x00other"
MOST_AWAY = 4.0  # standard deviations: one typing error must not outweigh everything else


@dataclass(frozen=True, slots=True)
class Encoder:
    """What a matrix is made with: mean and spread of each number, the words that have a flag of their own."""

    numbers: dict[str, tuple[float, float]]
    words: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, columns: Columns) -> "Encoder":
        """Learn the scale of numbers and which words are frequent enough to matter."""
        scales = {}
        for name in sorted(columns.numbers):
            values = _logged(columns.numbers[name])
            known = values[~np.isnan(values)]
            spread = float(known.std()) if len(known) else 0.0
            scales[name] = (float(known.mean()) if len(known) else 0.0, spread or 1.0)
        levels = {name: _levels(columns.words[name]) for name in sorted(columns.words)}
        return cls(scales, levels)

    @property
    def features(self) -> list[str]:
        """Return the feature of each column of the matrix."""
        names = [name for name in self.numbers for _part in ("value", "missing")]
        return names + [name for name, levels in self.words.items() for _level in (*levels, OTHER)]

    def matrix(self, columns: Columns) -> Floats:
        """Return the rows as a matrix; what is not known stands at the mean, with a flag of its own."""
        parts: list[Floats] = []
        for name, (mean, spread) in self.numbers.items():
            values = _logged(columns.numbers[name])
            missing = np.isnan(values)
            scaled = np.clip((values - mean) / spread, -MOST_AWAY, MOST_AWAY)
            parts += [np.where(missing, 0.0, scaled)[:, None], missing.astype(np.float64)[:, None]]
        for name, levels in self.words.items():
            places = {level: at for at, level in enumerate(levels)}
            codes = np.array([places.get(word, len(levels)) for word in columns.words[name]], dtype=np.int64)
            parts.append(np.eye(len(levels) + 1)[codes])
        return np.hstack(parts) if parts else np.zeros((len(columns), 0))

    def packed(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"numbers": {name: list(scale) for name, scale in self.numbers.items()}, "words": self.words}

    @classmethod
    def unpacked(cls, kept: dict[str, Any]) -> "Encoder":
        """Return it from plain values."""
        numbers = {name: (scale[0], scale[1]) for name, scale in kept["numbers"].items()}
        return cls(numbers, {name: tuple(levels) for name, levels in kept["words"].items()})


def _logged(values: Any) -> Floats:
    """Return sign(x) · ln(1 + |x|): counts, days and amounts are told apart by ratio, not by distance."""
    known: Floats = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.sign(known) * np.log1p(np.abs(known))


def _levels(words: Any) -> tuple[str, ...]:
    seen = Counter(words)
    return tuple(sorted(word for word, times in seen.most_common(MOST_LEVELS) if times >= LEAST_SEEN))
