"""Whether two records that came with one key are the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tiejun.visits.rules.vocabulary import VisitInput


def digest_of(facts: VisitInput) -> bytes:
    """Return SHA-256 of a record; when it was sent does not belong to its contents."""
    plain = asdict(replace(facts, capture=replace(facts.capture, sent_at=None)))
    plain["evidence"] = sorted(facts.evidence)
    return hashlib.sha256(json.dumps(plain, default=str, sort_keys=True).encode()).digest()
