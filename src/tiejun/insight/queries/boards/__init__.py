"""The boards of CEO, marketing head and sales head: the questions of their work, each answered from the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tiejun.access.abilities import Ability
from tiejun.access.roles import Role
from tiejun.foundation.refusals import NotFound
from tiejun.insight.queries.boards import company, marketing, selling
from tiejun.insight.queries.boards.ground import Ground
from tiejun.insight.rules.boards import BoardOf
from tiejun.insight.texts import boards as texts

if TYPE_CHECKING:
    from datetime import date, datetime

    from tiejun.access.scope import Scope
    from tiejun.insight.queries.boards.answers import Answer
    from tiejun.org.models import Unit

ANSWERS = {BoardOf.CEO: company.answers, BoardOf.MARKETING: marketing.answers, BoardOf.SALES: selling.answers}
OWN = {Role.CEO: BoardOf.CEO, Role.MARKETING_HEAD: BoardOf.MARKETING}


@dataclass(frozen=True, slots=True)
class RoleBoard:
    """A board: of the month so far (`since` to `until`, both included) beside as many working days of the one before.

    `as_of`: until when facts are rolled up, None before the first roll-up; `running_as_of`: until when the running day is summed, None: it is live. `open_to`: the boards that the reader may open, the own one first.
    """

    board: BoardOf
    answers: list[Answer]
    since: date
    until: date
    other_since: date
    other_until: date
    path: list[Unit]
    currency: str
    least_cases: int
    as_of: datetime | None
    running_as_of: datetime | None
    open_to: list[BoardOf]


def boards_open(scope: Scope) -> list[BoardOf]:
    """Return the boards that somebody may open, that of their own role first: the CEO's needs the whole company, marketing's the campaigns.

    Raises `PermissionRefused` for who has none.
    """
    scope.require(Ability.VIEW_BOARD)
    may = {
        BoardOf.CEO: scope.covers(Ability.VIEW_BOARD, owner_id=None, unit_id=None),
        BoardOf.MARKETING: scope.can(Ability.VIEW_CAMPAIGNS),
        BoardOf.SALES: True,
    }
    own = next((OWN[grant.role] for grant in scope.grants if grant.role in OWN), BoardOf.SALES)
    return sorted((board for board, is_open in may.items() if is_open), key=lambda board: board is not own)


def board_words(scope: Scope) -> dict[BoardOf, str]:
    """Return the names of the boards that somebody may open, the own one first, in the reader's language."""
    return {board: str(texts.BOARDS[board]) for board in boards_open(scope)}


def board_named(scope: Scope, name: str) -> BoardOf:
    """Return the board of a name; raises `PermissionRefused`, and `NotFound` for none that the reader may open."""
    found = next((board for board in boards_open(scope) if board == name), None)
    if found is None:
        raise NotFound
    return found


def role_board(scope: Scope, board: BoardOf, *, now: datetime, currency: str = "CNY") -> RoleBoard:
    """Return a board's answers for all within reach; raises `PermissionRefused`, and `NotFound` for a board that is not the reader's to open.

    The number of queries depends on nothing.
    """
    open_to = boards_open(scope)
    if board not in open_to:
        raise NotFound
    ground = Ground(scope, now=now, currency=currency)
    return RoleBoard(
        board=board,
        answers=ANSWERS[board](scope, ground),
        since=ground.this.first,
        until=ground.today,
        other_since=ground.last.first,
        other_until=ground.last_day,
        path=ground.path,
        currency=currency,
        least_cases=ground.least,
        as_of=ground.facts.last.as_of if ground.facts.last else None,
        running_as_of=ground.facts.running_as_of,
        open_to=open_to,
    )
