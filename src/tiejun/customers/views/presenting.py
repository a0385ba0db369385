"""What the board and the page of a customer say in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tiejun.customers import texts
from tiejun.customers.queries.board import class_board
from tiejun.customers.rules.closing import Answer, StepOrigin
from tiejun.fields.queries import fields_of, filter_inputs
from tiejun.fields.rules import Subject, cuts

if TYPE_CHECKING:
    from tiejun.customers.queries.board import BoardCard
    from tiejun.customers.queries.follow_up import FollowUp
    from tiejun.foundation.web import TiejunRequest

Words = Any  # a text in the reader's language


def conditions_of(*, has_kp: bool, is_explained: bool, was_refused: bool) -> list[tuple[Words, bool]]:
    """Return what class A asks of the facts, each with whether it is met."""
    return [
        (_("A key person is known"), has_kp),
        (_("A visit explained the service"), is_explained),
        (_("No clear refusal"), not was_refused),
    ]


def step_words(origin: str, what: str) -> Words:
    """Return a step's own words, else where it came from."""
    return what or texts.STEPS[StepOrigin(origin)]


def board_context(request: TiejunRequest) -> dict[str, Any]:
    """Return what the board shows: of one holder where one is chosen, with everybody's lines for who leads."""
    holder_id = _uuid(request.GET.get("holder", ""))
    board = class_board(request.scope, holder_id=holder_id, now=request.now)
    many = bool(board.holders) and holder_id is None
    page = reverse("customers:list")
    return {
        "columns": [
            (column, texts.CLASSES[column.closing_class], [_card(card, many=many) for card in column.cards])
            for column in board.columns
        ],
        "holders": [
            {
                "line": line,
                "url": f"{page}?layout=board&holder={line.person_id}",
                "is_chosen": line.person_id == holder_id,
            }
            for line in board.holders
        ],
        "holder_id": holder_id,
        "everybody_url": f"{page}?layout=board",
    }


def _card(card: BoardCard, *, many: bool) -> dict[str, Any]:
    return {
        "card": card,
        "holder": card.holder if many else "",
        "lacks": [words for words, is_met in _needs(card) if not is_met],
        "step": step_words(card.step.origin, card.step.what) if card.step else "",
        "tier": texts.TIERS.get(card.tier, ""),
    }


def _needs(card: BoardCard) -> list[tuple[Words, bool]]:
    """What stands between a customer and a signature; of no interest where nobody works on it."""
    if card.closing_class not in ("A", "B", "C"):
        return []
    return conditions_of(has_kp=card.has_kp, is_explained=card.is_explained, was_refused=card.refused_at is not None)


def way_of(way: FollowUp) -> dict[str, Any]:
    """Return the way of a customer to a signature in words."""
    facts = way.facts
    return {
        "plan": way.plan,
        "open_steps": [(step, step_words(step.origin, step.what)) for step in way.open_steps],
        "done_steps": [
            (
                step,
                step_words(step.origin, step.what),
                _("Done by a visit") if step.outcome == "VISIT" else step.outcome,
            )
            for step in way.done_steps
        ],
        "conditions": conditions_of(has_kp=facts.has_kp, is_explained=facts.explained, was_refused=facts.refused),
        "criteria": [(words, way.answers.get(code, Answer.UNKNOWN)) for code, words in texts.CRITERIA.items()],
        "maturity": way.maturity,
        "tier": texts.TIERS.get(way.tier, ""),
        "tier_basis": texts.TIER_BASES.get(way.tier_basis, ""),
        "is_a": way.company.closing_class == "A",
        "backup": way.backup,
        "may_class": way.may_class,
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def field_filters(request: TiejunRequest) -> dict[str, Any]:
    """Return the custom fields by which the list of customers can be cut."""
    fields = fields_of(request.scope, Subject.CUSTOMER)
    inputs = filter_inputs(request.scope, fields, request.GET.dict())
    return {"field_inputs": inputs, "field_cuts": len(cuts(fields, request.GET.dict()))}
