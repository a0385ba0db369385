"""What is learned from and what is found, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows by their features: `numbers` (None = not known) and `words` (empty = not known); all of one length."""

    numbers: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return next((len(values) for columns in (self.numbers, self.words) for values in columns.values()), 0)


@dataclass(frozen=True, slots=True)
class Examples:
    """Rows as they stood when they would have been scored, the oldest first, and what came of each: 1 or 0."""

    columns: Columns
    outcomes: Sequence[int]


@dataclass(frozen=True, slots=True)
class Terms:
    """When a model may be used: enough rows, enough of each outcome, and a log loss of at most `most_share` of the base rate's."""

    least_rows: int = 1_000
    least_each: int = 50
    most_share: float = 0.97
    seed: int = 1


class Method(StrEnum):
    """How a model was made."""

    BOOSTING = "BOOSTING"
    LOGISTIC = "LOGISTIC"


class Why(StrEnum):
    """Why a model is used or not."""

    BEATS_BASE = "BEATS_BASE"
    TOO_FEW_ROWS = "TOO_FEW_ROWS"
    TOO_FEW_OUTCOMES = "TOO_FEW_OUTCOMES"
    NO_BETTER_THAN_BASE = "NO_BETTER_THAN_BASE"


@dataclass(frozen=True, slots=True)
class Bin:
    """A tenth of the held-back rows by rising chance: what was said on average, what came to pass, how many rows."""

    said: float
    came: float
    rows: int


@dataclass(frozen=True, slots=True)
class Card:
    """How a model did on the newest rows, which it had not seen.

    `base_log_loss`: of one chance for all, the share among the older rows. `slope`: 1 = neither timid nor bold. `weights`:
    share of each feature in what moves the chances, the greatest first. `rivals`: log loss of each method tried.
    """

    rows: int
    positives: int
    tested: int
    auc: float
    log_loss: float
    base_log_loss: float
    calibration_error: float
    slope: float
    bins: tuple[Bin, ...]
    weights: tuple[tuple[str, float], ...]
    rivals: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a model may be used, why, and how it did; `model` is packed, empty where there is none."""

    is_live: bool
    why: Why
    rows: int
    positives: int
    method: Method | None = None
    card: Card | None = None
    model: bytes = b""


@dataclass(frozen=True, slots=True)
class Push:
    """A feature that moves a chance: its value in words, and by which factor it changes the odds."""

    feature: str
    value: str
    times: float


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance between 0 and 1 with its strongest pushes, the strongest first."""

    chance: float
    pushes: tuple[Push, ...] = ()
