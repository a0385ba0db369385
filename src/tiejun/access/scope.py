"""Who asks, in which roles, at which units, as of when: the value that both doors take first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import MATRIX, Reach, Role
from tiejun.foundation.refusals import Forbidden

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

# A notice is a consequence of what somebody may do, so a token that may do it may also cause the notice.
IMPLIED = frozenset({Ability.SEND_NOTICE})


class PermissionRefused(Forbidden):
    """The function is not for this role at all: 403 (an object out of reach is `NotFound`, 404)."""

    def __init__(self, ability: Ability) -> None:
        super().__init__(f"{ability} is not allowed")
        self.ability = ability


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held at a unit; `unit_ids` are the unit itself and everything below it, at the scope's instant."""

    role: Role
    unit_id: UUID
    unit_ids: frozenset[UUID]
    is_acting: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The asker of one request or job, frozen.

    `unit_chain` runs from the person's own unit up to the company and is what policies are looked up with.
    `abilities` narrows a program's token; None means: all that the roles give.
    """

    actor: str
    person_id: UUID | None = None
    login_id: UUID | None = None
    unit_id: UUID | None = None
    unit_chain: tuple[UUID, ...] = ()
    grants: tuple[Grant, ...] = ()
    zone: str = "Asia/Shanghai"
    at: datetime | None = None
    origin: str = "job"
    is_system: bool = False
    abilities: frozenset[Ability] | None = None
    on_behalf_of: UUID | None = None
    request_id: str = ""
    roles: frozenset[Role] = field(default=frozenset())

    @classmethod
    def system(cls, name: str, *, unit_chain: Iterable[UUID] = (), zone: str = "Asia/Shanghai") -> Scope:
        """Make the scope of a job: it may do everything, and audit shows its name."""
        return cls(actor=f"system:{name}", is_system=True, unit_chain=tuple(unit_chain), zone=zone)

    def reaches(self, ability: Ability) -> tuple[tuple[Reach, Grant], ...]:
        """Return how far each grant carries this ability; empty when the person may not do it at all."""
        if self.abilities is not None and ability not in self.abilities:
            return ()
        row = MATRIX[ability]
        return tuple((row[grant.role], grant) for grant in self.grants if grant.role in row)

    def can(self, ability: Ability) -> bool:
        """Tell whether the person may do this to anything at all."""
        return self.is_system or bool(self.reaches(ability))

    def require(self, ability: Ability) -> None:
        """Raise `PermissionRefused` unless `can(ability)`."""
        if not self.can(ability):
            raise PermissionRefused(ability)

    def covers(self, ability: Ability, *, owner_id: UUID | None, unit_id: UUID | None) -> bool:
        """Tell whether a row with this owner and unit is within reach, by the algorithm of `within()`."""
        if self.is_system:
            return True
        for reach, grant in self.reaches(ability):
            if reach is Reach.COMPANY:
                return True
            if owner_id is not None and owner_id == self.person_id:
                return True
            if reach is Reach.TEAM and unit_id == grant.unit_id:
                return True
            if reach is Reach.SUBTREE and unit_id in grant.unit_ids:
                return True
        return False

    def narrowed(self, abilities: Iterable[Ability]) -> Scope:
        """Return this scope limited to some abilities, for a program's token."""
        return replace(self, abilities=frozenset(abilities) | IMPLIED)

    @property
    def own_id(self) -> UUID:
        """The person's id; raises `LookupError` for a job, which has no person."""
        if self.person_id is None:
            msg = f"{self.actor} is not a person"
            raise LookupError(msg)
        return self.person_id
