"""Questions and answers as bytes: what another process is asked and what it says."""

import base64
import json
from dataclasses import asdict
from typing import Any

from tiejun.engines.scoring.problem import Bin, Card, Chance, Columns, Examples, Method, Push, Terms, Verdict, Why


def packed(subject: Examples | Columns | Verdict | Terms) -> bytes:
    """Return a question or a verdict as UTF-8 JSON."""
    # The columns of a night are many values in flat lists: taken as they are, not copied one by one.
    plain = {"numbers": subject.numbers, "words": subject.words} if isinstance(subject, Columns) else asdict(subject)
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=_text).encode()


def packed_question(examples: Examples, terms: Terms) -> bytes:
    """Return examples and terms together."""
    return b'{"examples":' + packed(examples) + b',"terms":' + packed(terms) + b"}"


def unpacked_question(data: bytes) -> tuple[Examples, Terms]:
    """Return examples and terms."""
    rows = json.loads(data)
    examples = Examples(Columns(**rows["examples"]["columns"]), rows["examples"]["outcomes"])
    return examples, Terms(**rows["terms"])


def columns_of(data: bytes) -> Columns:
    """Return packed columns."""
    return Columns(**json.loads(data))


def unpacked_verdict(data: bytes) -> Verdict:
    """Return the verdict of packed bytes."""
    row = json.loads(data)
    card = card_of(row["card"]) if row["card"] else None
    method = Method(row["method"]) if row["method"] else None
    return Verdict(
        is_live=row["is_live"],
        why=Why(row["why"]),
        rows=row["rows"],
        positives=row["positives"],
        method=method,
        card=card,
        model=base64.b64decode(row["model"]),
    )


def card_of(kept: dict[str, Any]) -> Card:
    """Return a card from plain values."""
    bins = tuple(Bin(**part) for part in kept["bins"])
    weights = tuple((name, share) for name, share in kept["weights"])
    return Card(**{**kept, "bins": bins, "weights": weights})


def packed_chances(found: dict[str, list[Chance]]) -> bytes:
    """Return judged rows as bytes, as lists: a million of them pass through here in a night."""
    plain = {
        name: [[row.chance, [[push.feature, push.value, push.times] for push in row.pushes]] for row in rows]
        for name, rows in found.items()
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def unpacked_chances(data: bytes) -> dict[str, list[Chance]]:
    """Return judged rows."""
    return {
        name: [Chance(chance, tuple(Push(*push) for push in pushes)) for chance, pushes in rows]
        for name, rows in json.loads(data).items()
    }


def _text(value: Any) -> str:
    return base64.b64encode(value).decode()
