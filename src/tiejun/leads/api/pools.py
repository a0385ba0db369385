from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import In, Line
from tiejun.leads.actions import pools as actions
from tiejun.leads.api.schemas import PoolOut, SeatOut
from tiejun.leads.queries import lists, pools
from tiejun.leads.rules import PoolTerms

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router()
District = Annotated[str, Field(pattern=r"^\d{6}$")]


class TermsIn(In):
    """What a pool is for."""

    name: Annotated[Line, Field(min_length=1, max_length=80)]
    is_claimable: bool = True
    is_listed_only: bool = False
    districts: Annotated[list[District], Field(max_length=100)] = []
    product_line_id: UUID | None = None

    def terms(self) -> PoolTerms:
        """Return the terms as the action takes them."""
        return PoolTerms(
            is_claimable=self.is_claimable,
            is_listed_only=self.is_listed_only,
            districts=tuple(self.districts),
            product_line_id=self.product_line_id,
        )


class PoolIn(TermsIn):
    """A new pool; without a unit it is everybody's."""

    unit_id: UUID | None = None


class PoolEdit(TermsIn):
    """The pool as it is to be; `version` is the one that was read."""

    version: Annotated[int, Field(ge=1, le=10**9)]


class MemberIn(In):
    """Who is let into a pool: a person or a unit."""

    person_id: UUID | None = None
    unit_id: UUID | None = None
    is_administrator: bool = False


class PoolMemberOut(Schema):
    """A member of a pool."""

    id: UUID
    pool_id: UUID
    person_id: UUID | None
    unit_id: UUID | None
    is_administrator: bool


@router.get("/pools", response=list[PoolOut])
def list_pools(request: TiejunRequest) -> Any:
    """List the pools that the asker may look into."""
    return pools.visible_pools(request.scope)


@router.post("/pools", response={201: PoolOut})
def open_pool(request: TiejunRequest, body: PoolIn) -> Any:
    """Open a pool."""
    return Status(201, actions.open_pool(request.scope, name=body.name, unit_id=body.unit_id, terms=body.terms()))


@router.get("/pools/seat", response=SeatOut)
def seat(request: TiejunRequest) -> Any:
    """Read the asker's place at the pools; 403 for who cannot claim."""
    return lists.own_seat(request.scope, request.now)


@router.put("/pools/{pool_id}", response=PoolOut)
def edit_pool(request: TiejunRequest, pool_id: UUID, body: PoolEdit) -> Any:
    """Change a pool; 409 when somebody changed it since."""
    return actions.edit_pool(request.scope, pool_id=pool_id, version=body.version, name=body.name, terms=body.terms())


@router.get("/pools/{pool_id}/members", response=list[PoolMemberOut])
def list_members(request: TiejunRequest, pool_id: UUID) -> Any:
    """List who is let into a pool besides its own unit."""
    return [line.member for line in pools.pool_detail(request.scope, pool_id).members]


@router.post("/pools/{pool_id}/members", response={201: PoolMemberOut})
def add_member(request: TiejunRequest, pool_id: UUID, body: MemberIn) -> Any:
    """Let a person or a unit into a pool."""
    row = actions.add_member(
        request.scope,
        pool_id=pool_id,
        person_id=body.person_id,
        unit_id=body.unit_id,
        is_administrator=body.is_administrator,
        now=request.now,
    )
    return Status(201, row)


@router.post("/pool-members/{member_id}/remove", response=PoolOut)
def remove_member(request: TiejunRequest, member_id: UUID) -> Any:
    """Take a member out of a pool."""
    return actions.remove_member(request.scope, member_id=member_id)
