"""Policy values in force: the newest approved version of the nearest unit, else the profile's default."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiejun.foundation import audit
from tiejun.foundation.policy_catalogue import catalogue
from tiejun.foundation.statements import asked

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

PROFILE_KEY = "company.profile"


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """A value with its source: `version_id` is None when it comes from the profile; `unit_id` None = the company's."""

    key: str
    value: Any
    version_id: UUID | None
    unit_id: UUID | None
    profile: str


@dataclass(frozen=True, slots=True)
class PolicyBook:
    """All values in force at one instant; read with one query, then free to ask."""

    at: datetime
    _rows: dict[tuple[str, UUID | None], tuple[UUID, Any]]

    def find(self, key: str, unit_chain: Sequence[UUID] = ()) -> PolicyValue:
        """Return the value for a unit (its chain, nearest first, up to the company) with its source; KeyError if unknown."""
        profile = self._profile(unit_chain)
        for unit_id in (*unit_chain, None):
            row = self._rows.get((key, unit_id))
            if row is not None:
                return PolicyValue(key, row[1], row[0], unit_id, profile)
        return PolicyValue(key, catalogue()[key].profiles[profile], None, None, profile)

    def _profile(self, unit_chain: Sequence[UUID]) -> str:
        for unit_id in (*unit_chain, None):
            row = self._rows.get((PROFILE_KEY, unit_id))
            if row is not None:
                return str(row[1])
        return str(catalogue()[PROFILE_KEY].profiles["standard"])

    def integer(self, key: str, unit_chain: Sequence[UUID] = ()) -> int:
        """Return a whole number."""
        return int(self.find(key, unit_chain).value)

    def decimal(self, key: str, unit_chain: Sequence[UUID] = ()) -> float:
        """Return a number."""
        return float(self.find(key, unit_chain).value)

    def text(self, key: str, unit_chain: Sequence[UUID] = ()) -> str:
        """Return a text, a choice or a clock time `HH:MM` (hours from 24 mean the next day)."""
        return str(self.find(key, unit_chain).value)

    def integers(self, key: str, unit_chain: Sequence[UUID] = ()) -> list[int]:
        """Return a list of whole numbers."""
        return [int(item) for item in self.find(key, unit_chain).value]

    def mapping(self, key: str, unit_chain: Sequence[UUID] = ()) -> dict[str, Any]:
        """Return a mapping."""
        return dict(self.find(key, unit_chain).value)


# Asked by every request, so without the cost of composing it.
_IN_FORCE = """
    SELECT key, unit_id, id, value::text FROM foundation_policyversion
    WHERE status = 'APPROVED' AND valid_from <= %(at)s AND (valid_to IS NULL OR valid_to > %(at)s)
"""


def book(at: datetime) -> PolicyBook:
    """Read the policy values in force at an instant; within one action an instant is read once."""
    memory = audit.memory()
    known = memory.get((PolicyBook, at)) if memory is not None else None
    if isinstance(known, PolicyBook):
        return known
    found = asked(_IN_FORCE, {"at": at})
    fresh = PolicyBook(at, {(key, unit_id): (pk, json.loads(value)) for key, unit_id, pk, value in found})
    if memory is not None:
        memory[PolicyBook, at] = fresh
    return fresh
