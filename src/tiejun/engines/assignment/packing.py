"""A problem and an answer as bytes: kept for the record, hashed, and handed to another process.

The bytes of a problem are the same for the same problem, whatever the order of its sets and mappings.
"""

import json
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from tiejun.engines.assignment.problem import (
    Anchor,
    AnchorKind,
    Answer,
    Figures,
    Lead,
    Patch,
    Pick,
    Problem,
    Reason,
    ReasonCode,
    Rep,
    Share,
    Weights,
)


def packed(subject: Problem | Answer) -> bytes:
    """Return a problem or an answer as UTF-8 JSON, the same bytes for the same content."""
    return json.dumps(
        asdict(subject), default=_sorted_set, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    ).encode()


def digest(data: bytes) -> str:
    """Return the SHA-256 of packed bytes, in hex."""
    return sha256(data).hexdigest()


def unpacked_problem(data: bytes) -> Problem:
    """Return the problem of packed bytes."""
    rows = json.loads(data)
    return Problem(
        leads=tuple(Lead(**row) for row in rows["leads"]),
        reps=tuple(_rep(row) for row in rows["reps"]),
        weights=Weights(**rows["weights"]),
        seed=rows["seed"],
    )


def unpacked_answer(data: bytes) -> Answer:
    """Return the answer of packed bytes."""
    rows = json.loads(data)
    return Answer(
        picks=tuple(_pick(row) for row in rows["picks"]),
        shares=tuple(Share(**row) for row in rows["shares"]),
        figures=Figures(**rows["figures"]),
    )


def _sorted_set(value: Any) -> list[Any]:
    return sorted(value)


def _rep(row: dict[str, Any]) -> Rep:
    patches = tuple(
        Patch(*(frozenset(patch[name]) for name in ("districts", "buildings", "segments"))) for patch in row["patches"]
    )
    anchors = tuple(Anchor(**{**anchor, "kind": AnchorKind(anchor["kind"])}) for anchor in row["anchors"])
    sets = {name: frozenset(row[name]) for name in ("pools", "barred")}
    return Rep(**{**row, **sets, "patches": patches, "anchors": anchors})


def _pick(row: dict[str, Any]) -> Pick:
    reasons = tuple(Reason(ReasonCode(reason["code"]), reason["facts"]) for reason in row["reasons"])
    return Pick(**{**row, "reasons": reasons})
