"""The numbers of skills of a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.foundation import policies
from tiejun.talent.rules import Level
from tiejun.talent.rules.needs import NeedPolicy

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.policies import PolicyBook


@dataclass(frozen=True, slots=True)
class TalentPolicy:
    """The policies `talent.*` of a chain of units."""

    book: PolicyBook
    chain: tuple[UUID, ...]

    def number(self, name: str) -> int:
        """Return a whole number of the policies `talent.*`."""
        return self.book.integer(f"talent.{name}", self.chain)

    @property
    def needs(self) -> NeedPolicy:
        return NeedPolicy(
            losses_least=self.number("losses_least"),
            apart=self.number("apart"),
            target=Level(self.number("target_level")),
            shown=self.number("needs_shown"),
        )


def talent_policy(scope: Scope, now: datetime) -> TalentPolicy:
    """Return the policy of the asker's units in force at an instant."""
    return TalentPolicy(policies.book(now), scope.unit_chain)
