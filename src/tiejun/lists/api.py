from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Router, Schema, Status

from tiejun.foundation.schemas import In, Line, Text
from tiejun.lists import actions, queries
from tiejun.lists.actions import Wish

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["views"])


class SavedViewOut(Schema):
    """A view of a list; `state` is the query of the list's address."""

    view_id: UUID
    name: str
    state: str
    is_own: bool
    is_shared: bool
    is_default: bool
    version: int


class WishIn(In):
    """How a view shall be kept: shared with one's unit, the default of the list."""

    name: Line
    is_shared: bool = False
    is_default: bool = False

    def wish(self) -> Wish:
        """Return it as the action takes it."""
        return Wish(self.name, self.is_shared, self.is_default)


class SavedViewIn(WishIn):
    """A new view: its list, and the query of the list's address (what the list does not name is left out)."""

    kind: Line
    state: Text = ""


class SavedViewEditIn(WishIn):
    """A view as it shall be."""

    version: int


@router.get("/views", response=list[SavedViewOut], summary="List the views of a list")
def list_views(request: TiejunRequest, kind: str) -> Any:
    return queries.saved_views(request.scope, kind)


@router.post("/views", response={201: SavedViewOut}, summary="Keep a view")
def save_view(request: TiejunRequest, body: SavedViewIn) -> Any:
    view = actions.save_view(request.scope, kind=body.kind, address=body.state, wish=body.wish(), now=request.now)
    return Status(201, queries.own_view(request.scope, view.pk)[1])


@router.patch("/views/{uuid:view_id}", response=SavedViewOut, summary="Rename or share an own view")
def edit_view(request: TiejunRequest, view_id: UUID, body: SavedViewEditIn) -> Any:
    actions.edit_view(request.scope, view_id=view_id, version=body.version, wish=body.wish(), now=request.now)
    return queries.own_view(request.scope, view_id)[1]


@router.delete("/views/{uuid:view_id}", response={204: None}, summary="Remove an own view")
def remove_view(request: TiejunRequest, view_id: UUID) -> Any:
    actions.remove_view(request.scope, view_id=view_id)
    return Status(204, None)
