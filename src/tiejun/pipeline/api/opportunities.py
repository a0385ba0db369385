"""Opportunities for programs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import Field

from tiejun.foundation.schemas import Day, In, Line, Moment, PageOut, Text
from tiejun.foundation.web import TiejunRequest
from tiejun.pipeline import queries, rules
from tiejun.pipeline.actions import opportunities
from tiejun.pipeline.queries import OpportunityFilters, pages

router = Router(tags=["pipeline"])
Cursor = Annotated[Line, Field(max_length=600)]
Size = Annotated[int, Field(ge=1, le=200)]
Minor = Annotated[int, Field(ge=0, le=10**15)]
Version = Annotated[int, Field(ge=0, le=10**9)]
OpenCategory = Literal["PIPELINE", "BEST_CASE", "COMMIT", "OMITTED"]
State = Literal["open", "won", "lost", "all"]


class OpportunityOut(Schema):
    id: UUID
    company_id: UUID
    product_line_id: UUID
    owner_id: UUID
    unit_id: UUID
    amount_minor: int
    currency: str
    close_on: date
    category: str
    stage: str
    pushes: int
    next_step: str
    next_step_at: datetime | None
    lost_reason: str
    opened_at: datetime
    closed_at: datetime | None
    version: int


class ProofOut(Schema):
    stage: str
    source: str
    source_id: UUID
    happened_at: datetime


class OpportunityDetail(OpportunityOut):
    proofs: list[ProofOut]


class StageSumOut(Schema):
    stage: str
    count: int
    amounts: dict[str, int]


class OpportunityQuery(In):
    state: State = "open"
    stage: rules.Stage | None = None
    category: rules.Category | None = None
    owner_id: UUID | None = None
    unit_id: UUID | None = None
    close_month: Day | None = None
    text: Line = ""
    cursor: Cursor | None = None
    size: Size = 50

    def filters(self) -> OpportunityFilters:
        """Return the filters as the query takes them."""
        stage, category = self.stage.value if self.stage else "", self.category.value if self.category else ""
        return OpportunityFilters(self.state, stage, category, self.owner_id, self.unit_id, self.close_month, self.text)


class OpportunityIn(In):
    amount_minor: Minor
    close_on: Day
    category: OpenCategory = "PIPELINE"
    next_step: Line = ""
    next_step_at: Moment | None = None

    def facts(self) -> rules.OpportunityFacts:
        """Return the fields as the actions take them."""
        return rules.OpportunityFacts(
            self.amount_minor, self.close_on, rules.Category(self.category), self.next_step, self.next_step_at
        )


class OpenIn(OpportunityIn):
    company_id: UUID
    product_line_id: UUID


class OpportunityEditIn(OpportunityIn):
    version: Version


class LoseIn(In):
    version: Version
    reason: rules.LostReason
    note: Annotated[Text, Field(max_length=500)] = ""


class ReopenIn(In):
    close_on: Day


def _page(found: Any) -> dict[str, Any]:
    return {"items": found.rows, "next": found.next_cursor, "previous": found.previous_cursor}


@router.get("/opportunities", response=PageOut[OpportunityOut])
def list_opportunities(request: TiejunRequest, wanted: Query[OpportunityQuery]) -> Any:
    """List opportunities by close date."""
    return _page(queries.opportunities_page(request.scope, wanted.filters(), wanted.cursor, size=wanted.size))


@router.get("/opportunities/board", response=list[StageSumOut])
def stage_sums(request: TiejunRequest, owner_id: UUID | None = None, unit_id: UUID | None = None) -> Any:
    """Count and add up the stages."""
    columns = pages.board(
        request.scope, OpportunityFilters(state="", owner_id=owner_id, unit_id=unit_id), stages=pages.BOARD_STAGES
    )
    return [{"stage": column.stage.value, "count": column.count, "amounts": dict(column.amounts)} for column in columns]


@router.get("/opportunities/{opportunity_id}", response=OpportunityDetail)
def read_opportunity(request: TiejunRequest, opportunity_id: UUID) -> Any:
    """Read one opportunity with the facts behind its stages."""
    view = pages.opportunity_view(request.scope, opportunity_id, now=request.now)
    plain = OpportunityOut.from_orm(view.row).dict()
    return plain | {"proofs": [step.proof for step in view.steps if step.proof is not None]}


@router.post("/opportunities", response={201: OpportunityOut})
def open_opportunity(request: TiejunRequest, body: OpenIn) -> Any:
    """Open an opportunity for a company in reach."""
    row = opportunities.open_opportunity(
        request.scope,
        company_id=body.company_id,
        product_line_id=body.product_line_id,
        facts=body.facts(),
        now=request.now,
    )
    return Status(201, row)


@router.put("/opportunities/{opportunity_id}", response=OpportunityOut)
def edit_opportunity(request: TiejunRequest, opportunity_id: UUID, body: OpportunityEditIn) -> Any:
    """Change an undecided opportunity."""
    facts = body.facts()
    return opportunities.edit_opportunity(
        request.scope, opportunity_id=opportunity_id, version=body.version, facts=facts, now=request.now
    )


@router.post("/opportunities/{opportunity_id}/lose", response=OpportunityOut)
def lose_opportunity(request: TiejunRequest, opportunity_id: UUID, body: LoseIn) -> Any:
    """Give an opportunity up."""
    return opportunities.lose_opportunity(
        request.scope,
        opportunity_id=opportunity_id,
        version=body.version,
        reason=body.reason,
        note=body.note,
        now=request.now,
    )


@router.post("/opportunities/{opportunity_id}/reopen", response=OpportunityOut)
def reopen_opportunity(request: TiejunRequest, opportunity_id: UUID, body: ReopenIn) -> Any:
    """Open a lost opportunity again."""
    return opportunities.reopen_opportunity(
        request.scope, opportunity_id=opportunity_id, close_on=body.close_on, now=request.now
    )
