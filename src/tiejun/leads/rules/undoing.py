"""What keeps an undo from taking a lead away: work that a module above has begun with its company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


class Work(Protocol):
    """Tells which companies somebody has begun to work on since a moment of their own, in one statement for all."""

    def __call__(self, scope: Scope, since: Mapping[UUID, datetime], /) -> set[UUID]: ...


_WORK: list[Work] = []


def register_work(work: Work) -> Work:
    """Let a module above say what was begun with a company: an undo leaves such a lead where it is."""
    _WORK.append(work)
    return work


def worked_on(scope: Scope, since: Mapping[UUID, datetime]) -> set[UUID]:
    """Return the companies (company → since when) with which any module has begun something."""
    return {company_id for work in _WORK for company_id in work(scope, since)} if since else set()
