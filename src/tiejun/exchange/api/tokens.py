"""A person's own tokens; a token itself can never make or end one."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from tiejun.exchange.actions import tokens as actions
from tiejun.exchange.queries import tokens as queries
from tiejun.exchange.rules import tokens as token_rules
from tiejun.foundation.schemas import In, Line

if TYPE_CHECKING:
    from tiejun.foundation.web import TiejunRequest

router = Router(tags=["tokens"])


class TokenOut(Schema):
    id: UUID
    name: str
    prefix: str
    abilities: list[str]
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None
    is_living: bool


class TokenIn(In):
    name: Line
    abilities: list[Line] = Field(max_length=100)
    days: int = Field(ge=1, le=3650)


class NewTokenOut(Schema):
    id: UUID
    secret: str | None = Field(description="Shown once; null when this request was sent before.")


@router.get("/tokens", response=list[TokenOut])
def own_tokens(request: TiejunRequest) -> Any:
    """List the asker's tokens, the newest first."""
    return queries.own_tokens(request.scope, now=request.now)


@router.post("/tokens", response={201: NewTokenOut})
def issue_token(request: TiejunRequest, body: TokenIn) -> Any:
    """Make a token; the secret is in this answer alone."""
    secret = token_rules.SECRET_MARK + secrets.token_urlsafe(32)
    token = actions.issue_token(
        request.scope, name=body.name, abilities=body.abilities, days=body.days, secret=secret, now=request.now
    )
    is_first = bytes(token.digest) == token_rules.digest_of(secret)
    return Status(201, {"id": token.pk, "secret": secret if is_first else None})


@router.post("/tokens/{token_id}/revoke", response=None)
def revoke_token(request: TiejunRequest, token_id: UUID) -> Any:
    """End a token at once."""
    actions.revoke_token(request.scope, token_id=token_id, now=request.now)
