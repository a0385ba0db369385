"""The question to a customer, as its link shows it and as the visit's page does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tiejun.access.abilities import Ability
from tiejun.foundation.refusals import NotFound
from tiejun.org import queries as org_queries
from tiejun.visits.models import Confirmation
from tiejun.visits.rules.confirming import TOKEN_LENGTH, digest_of_token

if TYPE_CHECKING:
    from datetime import datetime

    from tiejun.access.scope import Scope
    from tiejun.visits.models import Visit


def question_of(scope: Scope, token: str) -> Confirmation:
    """Return the question behind a link with its visit; raises `NotFound`."""
    scope.require(Ability.CONFIRM_VISIT)
    rows = Confirmation.objects.select_related("visit", "visit__company")
    row = rows.filter(token_digest=digest_of_token(token)).first() if len(token) == TOKEN_LENGTH else None
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class Question:
    """What a customer is asked: who says to have been at which company, when; nothing else about anybody."""

    row: Confirmation
    visitor: str
    seller: str
    company_name: str
    started_at: datetime
    zone: str
    is_over: bool

    @property
    def local_start(self) -> datetime:
        """When the visit began, by the clock of its place."""
        return self.started_at.astimezone(ZoneInfo(self.zone))


def question_page(scope: Scope, token: str, *, now: datetime) -> Question:
    """Return what the page behind a link shows; raises `NotFound`."""
    row = question_of(scope, token)
    visit = row.visit
    units = org_queries.all_units(scope)
    return Question(
        row=row,
        visitor=org_queries.names_of(scope, [visit.person_id]).get(visit.person_id, ""),
        seller=units[0].name if units else "",
        company_name=visit.company.name,
        started_at=visit.started_at,
        zone=visit.zone,
        is_over=now >= row.expires_at,
    )


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """The question of a visit as its author sees it; `token` only while it is open."""

    row: Confirmation
    token: str


def asked_question(scope: Scope, visit: Visit, *, now: datetime) -> AskedQuestion | None:
    """Return the newest question about a visit within reach; the link is its author's alone."""
    row = Confirmation.objects.filter(visit=visit).order_by("-asked_at").first()
    if row is None:
        return None
    is_open = not row.answer and now < row.expires_at and visit.person_id == scope.person_id
    return AskedQuestion(row, row.token if is_open else "")
