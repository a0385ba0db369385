"""The numbers of customers for life of a chain of units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.foundation import policies
from tiejun.success.rules.life import HealthPolicy, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope
    from tiejun.foundation.policies import PolicyBook


@dataclass(frozen=True, slots=True)
class LifePolicy:
    """The policies `success.*` of a chain of units."""

    book: PolicyBook
    chain: tuple[UUID, ...]

    def number(self, name: str) -> int:
        """Return a whole number of the policies `success.*`."""
        return self.book.integer(f"success.{name}", self.chain)

    @property
    def step_days(self) -> list[int]:
        """After how many days each of the six steps is expected, in their order."""
        return self.book.integers("success.step_days", self.chain)

    @property
    def health(self) -> HealthPolicy:
        return HealthPolicy(
            points={signal: self.number(f"points_{signal.value.lower()}") for signal in Signal},
            silent_days=self.number("silent_days"),
            renewal_days=self.number("renewal_days"),
            unhappy_at=self.number("unhappy_at"),
            retain_days=self.number("retain_days"),
            trial_days=self.number("trial_days"),
            at_risk_below=self.number("at_risk_below"),
            watch_below=self.number("watch_below"),
        )


def life_policy(scope: Scope, now: datetime, chain: Sequence[UUID] | None = None) -> LifePolicy:
    """Return the policy in force at an instant for a chain of units, the asker's own for none."""
    return LifePolicy(policies.book(now), tuple(scope.unit_chain if chain is None else chain))
