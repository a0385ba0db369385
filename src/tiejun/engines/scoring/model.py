"""A learned model: chances, what moves them, and its bytes."""

import json
import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tiejun.engines.scoring import boosting, calibration, logistic
from tiejun.engines.scoring.encoding import Encoder, Floats
from tiejun.engines.scoring.problem import Method

MOST_WEIGHED = 2_000


@dataclass(frozen=True)
class Model:
    """An encoder, coefficients, trees unless the coefficients did better, the curve that calibrates, and each feature's usual push.

    The coefficients explain in either case: what moves a chance can be said of a sum, not of a hundred trees at a time.
    """

    method: Method
    encoder: Encoder
    curve: tuple[float, float]
    coefficients: tuple[float, ...]
    usual: tuple[float, ...]
    trees: str = ""

    def chances(self, matrix: Floats) -> Floats:
        """Return the chance of each row of a matrix of its encoder."""
        if self.method is Method.BOOSTING:
            return calibration.calibrated(boosting.odds(self._booster, matrix), self.curve)
        return calibration.calibrated(logistic.odds(matrix, np.array(self.coefficients)), self.curve)

    def pushes(self, matrix: Floats) -> Floats:
        """Return by how much each feature moves the log odds of each row away from the usual; columns as in `features`."""
        found: Floats = (matrix * np.array(self.coefficients[1:])) @ self._gather - np.array(self.usual)
        return found

    @cached_property
    def features(self) -> list[str]:
        """Return the features, each once."""
        return list(dict.fromkeys(self.encoder.features))

    def weights(self, matrix: Floats) -> tuple[tuple[str, float], ...]:
        """Return the share of each feature in all that moves the chances of these rows, the greatest first."""
        rows = matrix[:: max(1, len(matrix) // MOST_WEIGHED)]
        moved = self.pushes(rows)
        if self.method is Method.BOOSTING:
            moved = boosting.pushes(self._booster, rows) @ self._gather
        means = np.abs(moved - moved.mean(axis=0)).mean(axis=0)
        whole = float(means.sum()) or 1.0
        shares = ((name, round(float(mean) / whole, 4)) for name, mean in zip(self.features, means, strict=True))
        return tuple(sorted(shares, key=lambda share: (-share[1], share[0])))

    def packed(self) -> bytes:
        """Return the model as compressed JSON."""
        kept = {
            "method": self.method,
            "encoder": self.encoder.packed(),
            "curve": self.curve,
            "coefficients": self.coefficients,
            "usual": self.usual,
            "trees": self.trees,
        }
        return zlib.compress(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode(), 6)

    @classmethod
    def unpacked(cls, data: bytes) -> "Model":
        """Return the model of packed bytes."""
        kept: dict[str, Any] = json.loads(zlib.decompress(data))
        return cls(
            method=Method(kept["method"]),
            encoder=Encoder.unpacked(kept["encoder"]),
            curve=(kept["curve"][0], kept["curve"][1]),
            coefficients=tuple(kept["coefficients"]),
            usual=tuple(kept["usual"]),
            trees=kept["trees"],
        )

    @cached_property
    def _booster(self) -> Any:
        return boosting.read(self.trees)

    @cached_property
    def _gather(self) -> Floats:
        return gathering(self.encoder)


def gathering(encoder: Encoder) -> Floats:
    """Return the matrix that adds up the columns of each feature."""
    columns = encoder.features
    places = {name: at for at, name in enumerate(dict.fromkeys(columns))}
    gather = np.zeros((len(columns), len(places)))
    gather[np.arange(len(columns)), [places[name] for name in columns]] = 1.0
    return gather
