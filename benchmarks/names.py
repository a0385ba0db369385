"""Believable company names in unlimited number, by a seed: place, two or three characters, trade, legal form."""

import json
import random
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

WORDS: dict[str, Any] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
BRANDS = 4_000
CODE_LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


@dataclass
class Names:
    """A source of names that never gives one twice."""

    seed: int

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._given: set[str] = set()

    @cached_property
    def brands(self) -> list[str]:
        """The pairs of characters that names are built around; each occurs in one name of 4,000."""
        choose = random.Random(20100)
        return ["".join(choose.sample(WORDS["characters"], 2)) for _ in range(BRANDS)]

    def name(self) -> str:
        """A name that was not given before."""
        while True:
            choose = self._random
            first = choose.choice(WORDS["characters"])
            parts = (_weighted(choose, "places"), first, choose.choice(self.brands), _weighted(choose, "industries"))
            name = "".join(parts) + _weighted(choose, "endings")
            if name not in self._given:
                self._given.add(name)
                return name


def credit_code(number: int) -> str:
    """The unified social credit code of a number, check digit included (GB 32100-2015)."""
    body = f"91330100{number:09d}"
    total = sum(CODE_LETTERS.index(letter) * weight for letter, weight in zip(body, CODE_WEIGHTS, strict=True))
    return body + CODE_LETTERS[-total % 31]


def _weighted(choose: random.Random, kind: str) -> str:
    return str(choose.choices([row[0] for row in WORDS[kind]], [row[1] for row in WORDS[kind]])[0])
