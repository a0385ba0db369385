from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.foundation import keyset
from tiejun.inbox.models import Notice
from tiejun.inbox.rules import SHOWN_AT_MOST, words_of_notice

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice in the words of the active language; `url` leads to its cause or is empty."""

    notice_id: UUID
    code: str
    text: str
    url: str
    sent_at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class NoticePage:
    """One page of notices, newest first; cursors as in `foundation.keyset`."""

    lines: list[NoticeLine]
    next_cursor: str | None
    previous_cursor: str | None


def notices_page(
    scope: Scope, *, unread_only: bool = False, cursor: str | None = None, size: int = PAGE_SIZE
) -> NoticePage:
    """Return one's own notices, newest first."""
    scope.require(Ability.READ_NOTICES)
    rows = Notice.objects.filter(person_id=scope.own_id)
    if unread_only:
        rows = rows.filter(read_at=None)
    found = keyset.page(rows, order=["-sent_at", "-id"], cursor=cursor, size=size)
    return NoticePage([line_of(scope, row) for row in found.rows], found.next_cursor, found.previous_cursor)


def line_of(scope: Scope, notice: Any) -> NoticeLine:  # noqa: ARG001 -- the row was read in the scope already
    """Return a notice row, as the actions return it, in words."""
    return NoticeLine(
        notice.pk,
        notice.code,
        words_of_notice(notice.code, notice.facts),
        notice.url,
        notice.sent_at,
        notice.read_at is not None,
    )


def own_unread_count(scope: Scope) -> int:
    """Return `unread_count`; raises `PermissionRefused` for who has no inbox, such as a token without it."""
    scope.require(Ability.READ_NOTICES)
    return unread_count(scope)


def unread_count(scope: Scope) -> int:
    """Return the number of one's own unread notices, counted no further than one above 99; 0 for who has no inbox."""
    if scope.person_id is None or not scope.can(Ability.READ_NOTICES):
        return 0
    unread = Notice.objects.filter(person_id=scope.person_id, read_at=None).order_by().values("pk")
    return unread[: SHOWN_AT_MOST + 1].count()
