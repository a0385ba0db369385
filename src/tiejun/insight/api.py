"""How good the scores of leads are, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Router, Schema

from tiejun.foundation.schemas import PROBLEMS, Moment
from tiejun.insight import queries

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["insight"])


class ScoreModelOut(Schema):
    """An attempt to learn a chance: `target` EFFECTIVE or SIGN within `window_days`; `card`: how it did on the newest tries."""

    id: UUID
    target: str
    number: int
    state: str
    why: str
    method: str
    rows: int
    positives: int
    window_days: int
    first_at: Moment | None
    last_at: Moment | None
    card: dict[str, Any]
    learned_at: Moment
    replaced_at: Moment | None


@router.get(
    "/insight/score-models",
    response={200: list[ScoreModelOut], **PROBLEMS},
    summary="List how the models of the lead score did",
)
def list_models(request: TiejunRequest) -> Any:
    return queries.attempts(request.scope)
