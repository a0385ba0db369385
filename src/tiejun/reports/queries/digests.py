"""One's own wish for the morning digest, which are due, and what each says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tiejun.access.abilities import Ability
from tiejun.insight.queries.boards import board_named
from tiejun.insight.queries.boards.digest import Digest, digest
from tiejun.reports.models import DigestSent, DigestWish
from tiejun.reports.rules.mailing import digest_code
from tiejun.ui.display import short_money

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from tiejun.access.scope import Scope


def own_wish(scope: Scope) -> DigestWish | None:
    """Return the asker's wish for a digest, None without one."""
    scope.require(Ability.READ_DIGEST)
    return DigestWish.objects.filter(person=scope.own_id).first()


def last_sent(scope: Scope) -> DigestSent | None:
    """Return the last digest that the asker was told, None without one."""
    scope.require(Ability.READ_DIGEST)
    return DigestSent.objects.filter(wish__person=scope.own_id).order_by("-due_at", "-pk").first()


def digest_of(scope: Scope, board: str, *, now: datetime) -> Digest:
    """Return a board's digest of this morning, within reach; raises `NotFound` for a board that is not the asker's to open."""
    scope.require(Ability.READ_DIGEST)
    return digest(scope, board_named(scope, board), now=now)


def due_digests(scope: Scope, *, now: datetime) -> list[UUID]:
    """Return the wishes whose time has come, the longest due first."""
    scope.require(Ability.RUN_MAILINGS)
    return list(DigestWish.objects.filter(due_at__lte=now).order_by("due_at", "pk").values_list("pk", flat=True)[:500])


@dataclass(frozen=True, slots=True)
class DigestLetter:
    """A digest that is to be told: whose, and what of a broken-off run was done already (None: nothing)."""

    row: DigestWish
    sent: DigestSent | None

    @property
    def needs_mail(self) -> bool:
        return self.row.by_mail and (self.sent is None or (self.sent.mailed_at is None and not self.sent.fault))


def digest_letter(scope: Scope, wish_id: UUID, due_at: datetime) -> DigestLetter | None:
    """Return what is left to do of a digest's due time; None when it is not wished any more."""
    scope.require(Ability.RUN_MAILINGS)
    row = DigestWish.objects.filter(pk=wish_id).first()
    if row is None:
        return None
    return DigestLetter(row, DigestSent.objects.filter(wish=row, due_at=due_at).first())


def digest_notice(scope: Scope, found: Digest) -> tuple[str, dict[str, Any]]:  # noqa: ARG001 -- it was read in the scope already
    """Return the code and the facts of a digest's notice, amounts in the active language."""
    facts: dict[str, Any] = {"day": f"{found.day:%Y-%m-%d}" if found.day else "", "watched": len(found.watched)}
    for line in found.lines:
        shown = "".join(short_money(line.value, found.board.currency)) if line.is_money else f"{line.value:,}"
        facts[line.measure.lower()] = shown
    return digest_code(found.board.board, is_empty=found.is_empty), facts
