"""Who sits where on a day: for those who must not judge their own line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.roles import LEADING_ROLES, Role
from tiejun.org.models import Position

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from tiejun.access.scope import Scope


@dataclass(frozen=True, slots=True)
class OrgSeat:
    """One position of a person on a day."""

    person_id: UUID
    name: str
    role: Role
    unit_id: UUID

    @property
    def leads(self) -> bool:
        """Tell whether the position leads its unit."""
        return self.role in LEADING_ROLES


def seats_of(scope: Scope, roles: Iterable[Role], *, on: date) -> list[OrgSeat]:  # noqa: ARG001 -- no more than the phone book
    """Return every position on a day of the persons who hold one of these roles, by name."""
    held = Position.objects.on(on).filter(role__in=list(roles), person__left_on=None).values("person_id")
    rows = Position.objects.on(on).filter(person__in=held).select_related("person")
    return [
        OrgSeat(row.person_id, row.person.name, Role(row.role), row.unit_id)
        for row in rows.order_by("person__name_initials", "person_id", "pk")
    ]
