"""The board of leads for programs; a lead moves by the operations that its step is: claim, promote, follow up, release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from tiejun.foundation.schemas import Moment
from tiejun.leads.queries import kanban
from tiejun.leads.queries.lists import LeadFilters
from tiejun.leads.rules.kanban import Column

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest
    from tiejun.leads.queries.kanban import ColumnPage

router = Router()


class CardOut(Schema):
    """A lead on the board."""

    lead_id: UUID
    company_name: str
    district_code: str
    holder: str
    next_step_at: Moment | None
    due_at: Moment | None


class ColumnOut(Schema):
    """A column of the board; `count` is an estimate where not all cards are here; `next`: hand it back as `cursor`."""

    column: Column
    count: int
    is_estimate: bool
    cards: list[CardOut]
    next: str | None


class ColumnQuery(Schema):
    """Where a column goes on, and how many cards are wanted."""

    cursor: Annotated[str, Field(max_length=400)] = ""
    size: Annotated[int, Field(ge=1, le=100)] = 12


@router.get("/leads/kanban", response=list[ColumnOut])
def board(request: TiejunRequest) -> Any:
    """Show the first cards of each column."""
    return [_column(page) for page in kanban.kanban(request.scope, LeadFilters(), request.now)]


@router.get("/leads/kanban/{column}", response=ColumnOut)
def column(request: TiejunRequest, column: str, wanted: Query[ColumnQuery]) -> Any:
    """Show cards of one column."""
    found = kanban.column_named(request.scope, column)
    page = kanban.kanban_column(request.scope, found, LeadFilters(), wanted.cursor, request.now, size=wanted.size)
    return _column(page)


def _column(page: ColumnPage) -> dict[str, Any]:
    cards = [
        {
            "lead_id": line.lead.pk,
            "company_name": line.brief.name,
            "district_code": line.lead.district_code,
            "holder": line.holder,
            "next_step_at": line.lead.next_step_at,
            "due_at": line.due_at,
        }
        for line in page.lines
    ]
    return {
        "column": page.column, "count": page.count, "is_estimate": page.is_estimate, "cards": cards, "next": page.next,
    }  # fmt: skip
